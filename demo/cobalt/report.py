"""Cobalt's report of accounts, the same every time; pure."""

from __future__ import annotations

from dataclasses import dataclass

from demo.northdesk.seeds import CUSTOMERS

_ACCOUNTS = 14
_REGIONS = {"GB": "UK", "DE": "DACH", "AT": "DACH", "CH": "DACH", "FR": "South", "ES": "South"}
_RISE_CENTS = 4_275


@dataclass(frozen=True, slots=True)
class Row:
    """An account of one of Northdesk's customers: what it brings each month, in cents, and its open tickets."""

    account: str
    owner: str
    region: str
    tickets: int
    revenue_cents: int
    revenue: str


def rows_of(revision: int) -> tuple[Row, ...]:
    """The report as it is after it was refreshed so many times: each time every second account brings more."""
    return tuple(_row(number, revision) for number in range(_ACCOUNTS))


def dollars(cents: int) -> str:
    """``$1,234.50``"""
    return f"${cents / 100:,.2f}"


def _row(number: int, revision: int) -> Row:
    customer = CUSTOMERS[number * 5 % len(CUSTOMERS)]
    cents = 49_900 + (number + 2) ** 2 * 87_450 % 930_000 + (revision * _RISE_CENTS if number % 2 == 0 else 0)
    region = _REGIONS.get(str(customer["country"]), "North")
    tickets = (number * 3 + revision) % 7
    return Row(str(customer["company"]), str(customer["full_name"]), region, tickets, cents, dollars(cents))
