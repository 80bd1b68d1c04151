"""Serves ``recordings.typed``: dates as pages write them, in numbers or with names of months in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

# Languages that are written in Latin letters; a name that stands for two months in two of them is in none.
_MONTHS = (
    "jan januar january januari janv janvier ene enero gen gennaio janeiro tammikuu",
    "feb februar february februari fevr fevrier febr febrero febbraio fev fevereiro helmikuu",
    "mar mrz marz march mars maart mrt marzo marco maaliskuu maerz",
    "apr april avr avril abr abril aprile huhtikuu",
    "may mai mei mayo maggio mag maio maj toukokuu",
    "jun june juni juin junio giugno giu junho kesakuu",
    "jul july juli juil juillet julio luglio lug julho heinakuu",
    "aug august augustus aout agosto ago augusti elokuu",
    "sep sept september septembre septiembre settembre set setembro syyskuu",
    "oct october okt oktober octobre octubre ottobre ott outubro out lokakuu",
    "nov november novembre noviembre novembro marraskuu",
    "dec december dez dezember decembre dic diciembre dicembre dezembro joulukuu desember des",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?"
_TIME = re.compile(rf"(?:[ T,]|\bat\b|\bum\b)+{_CLOCK}$", re.IGNORECASE)
_WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,? (?=\d|[^\W\d]+\.? \d)")
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})", re.ASCII)
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th|er|º)?[ -](?:de |of )?([^\W\d]{3,12})\.?,?[ -](?:de )?(\d{4})", re.ASCII
)
_MONTH_FIRST = re.compile(r"([^\W\d]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_EAST = re.compile(r"(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})日", re.ASCII)
_PIVOT = 69  # as POSIX has it: 69 to 99 are of the last century


def date_in(text: str, order: str = "") -> tuple[date, ...]:
    """The days that a text may mean: none, one, or two where the order of day and month is not known.

    A time after the day is left out. Between dots the day is first, whatever ``order`` says.
    """
    return tuple(dict.fromkeys(_days(_TIME.sub("", _plain(text)), order)))


def _plain(text: str) -> str:
    """Without accents, and without the day of the week before it."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(bare.split())


def _days(text: str, order: str) -> Iterator[date]:
    if found := _ISO.fullmatch(text):
        yield from _day(found[1], found[3], found[4])
    elif found := _EAST.fullmatch(text):
        yield from _day(found[1], found[2], found[3])
    elif found := _NUMBERS.fullmatch(text):
        yield from _in_numbers(found, order)
    else:
        yield from _in_words(text)
        if named := _WEEKDAY.match(text):
            yield from _days(text[named.end() :], order)


def _in_numbers(found: re.Match[str], order: str) -> Iterator[date]:
    one, sign, two, year = found.groups()
    if sign == "." or order != "mdy":
        yield from _day(year, two, one)
    if sign != "." and order != "dmy":
        yield from _day(year, one, two)


def _in_words(text: str) -> Iterator[date]:
    if found := _DAY_FIRST.fullmatch(text):
        yield from _named_month(found[3], found[2], found[1])
    elif found := _MONTH_FIRST.fullmatch(text):
        yield from _named_month(found[3], found[1], found[2])


def _named_month(year: str, month: str, day: str) -> Iterator[date]:
    number = _MONTH.get(month.casefold())
    if number is not None:
        yield from _day(year, str(number), day)


def _day(year: str, month: str, day: str) -> Iterator[date]:
    century = "" if len(year) == 4 else "19" if int(year) >= _PIVOT else "20"
    try:
        yield date(int(century + year), int(month), int(day))
    except ValueError:
        return
