"""What Northdesk starts with: the same customers, orders and invoices every time."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeAlias

from demo.northdesk.catalogue import PLANS, PRODUCTS

Columns: TypeAlias = Mapping[str, str | int | None]

_PEOPLE = """
Maria Jensen|Nordlys ApS|DK
Marie Jensen|Nordlys Holding ApS|DK
Mario Jansen|Jansen Logistiek BV|NL
Anna Larsson|Larsson & Co AB|SE
Anna Larsen|Larsen Bygg AS|NO
Anne Larsen|Havn Fisk AS|NO
Peter Schmidt|Schmidt Maschinenbau GmbH|DE
Peter Schmitt|Schmitt Optik GmbH|DE
Petra Schmidt|Stadtwerke Lindau|DE
Jean Dupont|Atelier Dupont|FR
Jeanne Dupont|Librairie du Port|FR
Sofia Virtanen|Virtanen Oy|FI
Eero Mäkinen|Järvi Systems Oy|FI
Lucía Fernández|Fernández Hermanos SL|ES
Lucas Fernandes|Costa Verde SL|ES
Oliver Smith|Smith & Sons Ltd|GB
Olivia Smith|Harbour Bakery Ltd|GB
Oliver Smyth|Smyth Legal LLP|GB
Emma de Vries|De Vries Bloemen BV|NL
Daan Bakker|Bakker Fietsen BV|NL
Lotte Peeters|Peeters Interieur NV|BE
Thomas Maes|Maes Drukkerij NV|BE
Johannes Huber|Huber Holzbau KG|AT
Johanna Huber|Gasthof Huber|AT
Lukas Gruber|Gruber Elektrik GmbH|AT
Nina Keller|Keller Treuhand AG|CH
Reto Meier|Meier Präzision AG|CH
Ingrid Dahl|Dahl Arkitekter AS|NO
Bjørn Hansen|Hansen Rederi AS|NO
Karin Nilsson|Nilsson Media AB|SE
Erik Lindqvist|Lindqvist Trä AB|SE
Freja Møller|Møller Design ApS|DK
Claire Moreau|Moreau Vins SARL|FR
Hannah O'Connor|O'Connor Freight Ltd|GB
Jürgen Weiß|Weiß & Partner mbB|DE
Carmen Ruiz|Ruiz Cerámica SL|ES
"""

_DIAL = {
    "AT": "+43",
    "BE": "+32",
    "CH": "+41",
    "DE": "+49",
    "DK": "+45",
    "ES": "+34",
    "FI": "+358",
    "FR": "+33",
    "GB": "+44",
    "NL": "+31",
    "NO": "+47",
    "SE": "+46",
}
_ASCII = str.maketrans({"ä": "a", "ø": "o", "ü": "u", "ß": "ss", "í": "i", "á": "a", "é": "e", "'": "", " ": "."})


def _customer(number: int, line: str) -> Columns:
    name, company, country = line.split("|")
    return {
        "full_name": name,
        "company": company,
        "email": f"{name.lower().translate(_ASCII)}@example.{country.lower()}",
        "phone": f"{_DIAL[country]} {20 + number} {100 + 37 * number % 900} {10 + 7 * number % 90}",
        "country": country,
        "plan": list(PLANS)[number * 5 % 7 % 3],
        "newsletter": number % 3 == 0,
        "priority_support": number % 4 == 1,
        "customer_since": (date(2019, 2, 4) + timedelta(days=number * 271 % 2000)).isoformat(),
        "notes": "Prefers to be called in the morning." if number % 6 == 2 else "",
    }


def _order(number: int) -> Columns:
    customer_id = number * 7 % len(CUSTOMERS) + 1
    return {
        "id": 1001 + number,
        "customer_id": customer_id,
        "customer_name": CUSTOMERS[customer_id - 1]["full_name"],
        "product": list(PRODUCTS)[number * 3 % len(PRODUCTS)],
        "quantity": 1 + number * 5 % 12,
        "delivery_date": (date(2025, 9, 1) + timedelta(days=number * 3)).isoformat(),
        "gift_wrap": number % 5 == 0,
        "comment": "",
        "status": "placed" if number > 13 else ("cancelled" if number == 6 else "shipped"),
    }


def _invoice(number: int) -> Columns:
    return {
        "id": 1 + number,
        "number": f"INV-{2041 + number}",
        "customer_name": CUSTOMERS[number * 7 % len(CUSTOMERS)]["full_name"],
        "issued_on": (date(2025, 8, 4) + timedelta(days=number * 4)).isoformat(),
        "amount_cents": 12_900 + number * 73_450 % 640_000,
        "status": ("open", "paid", "open", "overdue", "paid")[number % 5],
    }


CUSTOMERS = tuple(_customer(number, line) for number, line in enumerate(_PEOPLE.strip().splitlines()))
ORDERS = tuple(_order(number) for number in range(18))
INVOICES = tuple(_invoice(number) for number in range(18))
