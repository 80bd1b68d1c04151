"""Serves reporting.yaml: rows of three applications become one for each customer and currency."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}


def by_customer(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    """What each customer comes to, the most first."""
    sums: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        sign = row["amount_currency"]
        key = row["customer"], _SIGNS.get(sign, sign)
        sums[key] += Decimal(row["amount"])  # type: ignore[assignment]
        counts[key] += 1
    told = [
        {"customer": customer, "currency": currency, "amount": f"{amount:.2f}", "rows": counts[customer, currency]}
        for (customer, currency), amount in sums.items()
    ]
    return sorted(told, key=lambda row: (row["currency"], -Decimal(str(row["amount"])), row["customer"]))
