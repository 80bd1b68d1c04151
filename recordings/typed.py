"""Texts as pages write them to values that programs read: numbers, dates, money, links; strict, and pure.

A text is read only where it can mean one thing. What the page of a demonstration showed of how it writes is kept beside
what is read (``Writing``), since ``1,234`` and ``03/04/2026`` mean different things on different pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from recordings.currencies import CODES, SIGNS, UNSURE
from recordings.dates import date_in
from recordings.document import Document

ValueType = Literal["text", "number", "date", "money", "link"]
Order = Literal["", "dmy", "mdy"]
SECOND: dict[ValueType, str] = {"money": "currency", "link": "text"}
"""What of a value stands under a name of its own: ``total_currency`` beside ``total``."""

_MINUS = "-\u2212\u2012\u2013"
_DASH = r"\-\u2212\u2012\u2013"
_SPACES = " \u00a0\u202f\u2009"
_PERCENT = re.compile(rf"[{_SPACES}]*%$")
_CURRENCY = rf"[^\d\s.,'+(){_DASH}][^\d\s+(){_DASH}]{{0,4}}"
_MONEY = re.compile(
    rf"(?P<one>[+{_DASH}]?)[{_SPACES}]*(?P<before>{_CURRENCY})?[{_SPACES}]*(?P<two>[+{_DASH}]?)[{_SPACES}]*"
    rf"(?P<body>\d[\d.,'\u2019{_SPACES}]*?)(?P<round>[.,][{_DASH}]{{1,2}})?"
    rf"[{_SPACES}]*(?P<after>{_CURRENCY})?(?P<three>[{_DASH}]?)"
)
_GROUPED = re.compile(r"\d{1,3}(?:(?P<sign>[.,' ])\d{3})(?:(?P=sign)\d{3})*")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")


class Writing(Document):
    """How a page writes: the sign before decimals, the order of day and month in numbers alone, and the currency that a
    sign stands for which several share. "" is what the demonstration did not tell."""

    decimal: Literal["", ".", ","] = ""
    order: Order = ""
    currency: str = ""


class UntypedError(ValueError):
    """A text that is not of its type, or may mean several things."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A value in its canonical text; ``second`` is the currency of money and the text of a link."""

    text: str
    second: str = ""


def typed(text: str, kind: ValueType, written: Writing, href: str = "") -> Typed:
    """The value of a text as a page shows it.

    A number is ``-1234.5``, a date ``2026-11-26``, money its amount with the decimals that are shown, a link its whole
    address (``href``). The canonical text of a value is read as that value again.

    Raises:
        UntypedError: It is no such value, or may mean more than one.
    """
    text = " ".join(text.split())
    match kind:
        case "text":
            return Typed(text)
        case "number":
            return Typed(plain(number_in(text, written.decimal)))
        case "date":
            return Typed(_date(text, written.order))
        case "money":
            return _money(text, written)
        case "link":
            if not href:
                raise UntypedError(f"{text!r} leads nowhere: it is no link")
            return Typed(href, text)


def named(name: str, kind: ValueType, value: Typed) -> dict[str, str]:
    """A value under its name, with what stands beside it under a second one."""
    second = {f"{name}_{SECOND[kind]}": value.second} if kind in SECOND else {}
    return {name: value.text, **second}


def names_of(name: str, kind: ValueType) -> tuple[str, ...]:
    """The names that a value of this type is given back under."""
    return (name, f"{name}_{SECOND[kind]}") if kind in SECOND else (name,)


def plain(number: Decimal) -> str:
    """A number as programs write it, without what says nothing: ``1234.50`` is ``1234.5``."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def number_in(text: str, decimal: str = "") -> Decimal:
    """The number that a text is: ``1,234.50``, ``1.234,5``, ``1 234``, ``(12)``, ``12 %``.

    Args:
        decimal: The sign before decimals, "" where it is not known: then only what can mean one thing is read.

    Raises:
        UntypedError: It is no number, or may be two.
    """
    inner, negative = _without_brackets(text)
    inner = _PERCENT.sub("", inner)
    if inner[:1] in (*_MINUS, "+"):
        inner, negative = inner[1:].lstrip(_SPACES), negative != (inner[0] != "+")
    elif inner[-1:] and inner[-1] in _MINUS:
        inner, negative = inner[:-1].rstrip(_SPACES), not negative
    value = _unsigned(inner, decimal, text)
    return -value if negative else value


def _without_brackets(text: str) -> tuple[str, bool]:
    """In books of account, brackets are a minus."""
    negative = text.startswith("(") and text.endswith(")")
    return (text[1:-1].strip(), True) if negative else (text, False)


def _unsigned(body: str, decimal: str, text: str) -> Decimal:
    even = re.sub(f"[{_SPACES}]", " ", body).replace("\u2019", "'")
    sign = decimal or _decimal_of(even, text)
    whole, point, part = even.rpartition(sign) if sign and sign in even else (even, "", "")
    is_whole = re.fullmatch(r"\d+", whole, re.ASCII) or _is_grouped(whole, sign)
    if not is_whole or (point and not re.fullmatch(r"\d+", part, re.ASCII)):
        raise UntypedError(f"{text!r} is no number")
    return Decimal(re.sub(r"\D", "", whole) + (f".{part}" if point else ""))


def _is_grouped(whole: str, decimal: str) -> bool:
    if decimal and decimal in whole:
        return False
    return bool(_GROUPED.fullmatch(whole) or _INDIAN.fullmatch(whole))


def _decimal_of(body: str, text: str) -> str:
    """Which of both signs stands before the decimals, as far as the number itself tells."""
    dots, commas = body.count("."), body.count(",")
    if dots and commas:
        return max(".,", key=body.rfind)
    sign = "." if dots else "," if commas else ""
    if max(dots, commas) != 1:
        return "," if dots else "." if commas else ""
    whole, _, part = body.partition(sign)
    if len(part) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole):
        raise UntypedError(
            f"{text!r} may be {whole}{part} or {whole}.{part}: how the page writes decimals is not known"
        )
    return sign


def _date(text: str, order: Order) -> str:
    days = date_in(text, order)
    if not days:
        raise UntypedError(f"{text!r} is no date")
    if len(days) > 1:
        raise UntypedError(
            f"{text!r} may be {days[0]} or {days[1]}: whether the day or the month is first is not known"
        )
    return days[0].isoformat()


def _money(text: str, written: Writing) -> Typed:
    inner, negative = _without_brackets(text)
    found = _MONEY.fullmatch(inner)
    if found is None:
        raise UntypedError(f"{text!r} is no amount of money")
    minus = sum(found[part] != "" and found[part] in _MINUS for part in ("one", "two", "three")) + negative
    currency = _currency(found["before"] or "", found["after"] or "", written)
    if minus > 1 or not currency:
        raise UntypedError(f"{text!r} is no amount of money with its currency")
    try:
        amount = _unsigned(found["body"].strip(_SPACES), written.decimal, text)
    except UntypedError as error:
        raise UntypedError(str(error).replace("is no number", "is no amount of money")) from None
    return Typed(format(-amount if minus else amount, "f"), currency)


def _currency(before: str, after: str, written: Writing) -> str:
    """The code, else the sign as it stands; "" where there is none, or two that differ."""
    signs = {sign for sign in (before, after) if sign}
    if len(signs) == 2 and signs & CODES and signs & UNSURE:
        signs &= CODES  # "$12.00 USD"
    codes = {_code(sign, written) for sign in signs}
    return codes.pop() if len(codes) == 1 else ""


def _code(sign: str, written: Writing) -> str:
    if sign in CODES:
        return sign
    if sign in UNSURE:
        return written.currency or sign
    return SIGNS.get(sign, "")
