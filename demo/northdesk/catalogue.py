"""What Northdesk's forms let people choose from: each stored value with the words shown for it."""

COUNTRIES = {
    "AT": "Austria",
    "BE": "Belgium",
    "CH": "Switzerland",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "NL": "Netherlands",
    "NO": "Norway",
    "SE": "Sweden",
}
PLANS = {"basic": "Basic", "team": "Team", "enterprise": "Enterprise"}
PRODUCTS = {
    "desk-oak": "Oak desk 160 cm",
    "desk-oak-180": "Oak desk 180 cm",
    "chair-task": "Task chair",
    "chair-visitor": "Visitor chair",
    "lamp-arc": "Arc lamp",
    "shelf-wall": "Wall shelf",
    "cabinet-steel": "Steel cabinet",
}
PRIORITIES = {"low": "Low", "normal": "Normal", "high": "High"}
ORDER_STATUSES = {"placed": "Placed", "shipped": "Shipped", "cancelled": "Cancelled"}
INVOICE_STATUSES = {"open": "Open", "overdue": "Overdue", "paid": "Paid"}
