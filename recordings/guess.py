"""What type the texts of a value or a column have, and how the page writes them, guessed from all of them; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recordings.currencies import UNSURE, currency_of
from recordings.dates import date_in
from recordings.typed import Order, UntypedError, ValueType, Writing, typed

_COMMA_LANGUAGES = "de fr nl es it pt sv nb nn no da fi pl cs sk hu ro bg ru uk tr el id vi hr sl sr et lv lt ca is"
_COMMA = frozenset(_COMMA_LANGUAGES.split())
_DOT = frozenset({"en", "ja", "zh", "ko", "th", "he"})
_DOT_REGIONS = frozenset({"de-ch", "de-li", "it-ch", "es-mx", "es-us", "es-gt", "es-do", "es-pe", "es-pr"})
_MONTH_FIRST = frozenset({"en-us", "en-ph", "es-us"})
_NOT_TELLING = frozenset({"", "en"})
"""Languages whose pages write day and month in either order."""
_CODE = re.compile(r"[-+]?0\d+|\d{16,}", re.ASCII)
_NUMBER_IN = re.compile(r"\d[\d.,]*\d|\d")


def guessed(texts: Sequence[str], lang: str = "") -> tuple[ValueType, Writing]:
    """The type that fits every text, and how they are written; ``text`` where none does, or where nothing stands there.

    Args:
        lang: Of the page, as its markup tells it: ``de-CH``.
    """
    said = [text for text in dict.fromkeys(" ".join(text.split()) for text in texts) if text]
    if not said or any(_CODE.fullmatch(text) for text in said):
        return "text", Writing()
    written = writing_of(said, lang)
    for kind in ("date", "number", "money"):
        if _fits(said, kind, written):
            return kind, _told(kind, written)
    return "text", Writing()


def writing_of(texts: Sequence[str], lang: str = "") -> Writing:
    """How a page writes numbers and dates: as the texts themselves show it, else as is usual in its language."""
    low = lang.replace("_", "-").lower()
    return Writing(
        decimal=_decimal_shown(texts) or _decimal_of(low),
        order=_order_shown(texts) or _order_of(low),
        currency=next(
            (code for text in texts for sign in _shared_signs(text) if (code := currency_of(sign, lang))), ""
        ),
    )


def _fits(texts: Sequence[str], kind: ValueType, written: Writing) -> bool:
    try:
        return all(typed(text, kind, written) for text in texts)
    except UntypedError:
        return False


def _told(kind: ValueType, written: Writing) -> Writing:
    """What of it matters for the type."""
    if kind == "date":
        return Writing(order=written.order)
    return Writing(decimal=written.decimal, currency=written.currency if kind == "money" else "")


def _decimal_shown(texts: Sequence[str]) -> str:
    shown = {sign for text in texts for number in _NUMBER_IN.findall(text) if (sign := _sign_shown(number))}
    return shown.pop() if len(shown) == 1 else ""


def _sign_shown(number: str) -> str:
    """The sign before the decimals of one number, where it tells: ``1.234,5`` and ``1,50`` do, ``1,234`` does not."""
    dots, commas = number.count("."), number.count(",")
    if dots and commas:
        return max(".,", key=number.rfind)
    if dots > 1 or commas > 1:
        return "," if dots else "."
    whole, sign, part = (*number.partition("." if dots else ","),)
    return sign if sign and (len(part) != 3 or len(whole) > 3 or whole == "0") else ""


def _decimal_of(lang: str) -> str:
    language = lang.partition("-")[0]
    if lang in _DOT_REGIONS or language in _DOT:
        return "."
    return "," if language in _COMMA else ""


def _order_shown(texts: Sequence[str]) -> Order:
    day_first = any(not date_in(text, "mdy") and date_in(text, "dmy") for text in texts)
    month_first = any(not date_in(text, "dmy") and date_in(text, "mdy") for text in texts)
    return "" if day_first == month_first else "dmy" if day_first else "mdy"


def _order_of(lang: str) -> Order:
    if lang in _NOT_TELLING:
        return ""
    return "mdy" if lang in _MONTH_FIRST else "dmy"


def _shared_signs(text: str) -> list[str]:
    return [sign for sign in re.findall(r"[^\d\s.,'()+-]+\.?", text) if sign in UNSURE]
