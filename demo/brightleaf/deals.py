"""Brightleaf's deals, the same every time, and how German pages write them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from demo.northdesk.seeds import CUSTOMERS

PHASES = ("Anfrage", "Angebot", "Verhandlung", "Gewonnen")
PAGE_SIZE = 8
_DEALS = 24
_RISE_CENTS = 125_050


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal with one of Northdesk's customers; the amount is in cents."""

    number: str
    company: str
    contact: str
    phase: str
    closes_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class DealPage:
    """One page of the report; ``number`` counts from 1 to ``pages``."""

    deals: Sequence[Deal]
    number: int
    pages: int


def deals_of(revision: int) -> tuple[Deal, ...]:
    """The report as it is after it was refreshed so many times: each time every third deal is worth more."""
    return tuple(_deal(number, revision) for number in range(_DEALS))


def page_of(deals: Sequence[Deal], number: int) -> DealPage:
    """A page of the report, the nearest where there is none of this number."""
    pages = -(-len(deals) // PAGE_SIZE)
    number = min(max(1, number), pages)
    return DealPage(deals[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, pages)


def euros(cents: int) -> str:
    """``€ 12.500,00``"""
    return "€ " + f"{cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))


def day(when: date) -> str:
    """``14.03.2026``"""
    return f"{when:%d.%m.%Y}"


def _deal(number: int, revision: int) -> Deal:
    customer = CUSTOMERS[number * 5 % len(CUSTOMERS)]
    rise = revision * _RISE_CENTS if number % 3 == 0 else 0
    return Deal(
        f"BL-{3107 + number * 3}",
        str(customer["company"]),
        str(customer["full_name"]),
        PHASES[number * 7 % len(PHASES)],
        date(2026, 1, 12) + timedelta(days=number * 37 % 200),
        180_000 + (number + 3) ** 2 * 173_750 % 4_900_000 + rise,
    )
