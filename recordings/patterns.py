"""What texts hold of people by their form: e-mail addresses, phones, IBANs, cards, national ids; pure.

A form that has a checksum counts only where that is right, so that few numbers of orders are taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["e-mail", "phone", "iban", "card", "tax id", "dni", "ssn", "pesel", "nir", "rrn", "value"]
"""``value``: personal because somebody said so, or because the field says so."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a text holds something of a person: from ``start`` up to ``end``."""

    start: int
    end: int
    kind: Kind


def hits_in(text: str) -> list[Hit]:
    """What of people stands in a text, from left to right; where two forms overlap, the longer."""
    found = sorted(_all_hits(text), key=lambda hit: (hit.start - hit.end, hit.start))
    kept: list[Hit] = []
    for hit in found:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def kind_of(text: str) -> Kind | None:
    """What of a person the whole text is; None for none."""
    bare = text.strip()
    return next((hit.kind for hit in hits_in(bare) if (hit.start, hit.end) == (0, len(bare))), None)


def bare_signs(text: str) -> str:
    """A number without what people write between its signs."""
    return re.sub(r"[\s()./-]", "", text).upper()


def is_iban(text: str) -> bool:
    """Whether the check digits are right.

    Source:
        ISO 13616-1: letters as 10 to 35, the first four signs at the end; the remainder by 97 is 1 (ISO 7064).
    """
    signs = bare_signs(text)
    if not 15 <= len(signs) <= 34 or not signs.isascii() or not signs.isalnum():
        return False
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def is_card(text: str) -> bool:
    """Whether the last digit is right.

    Source:
        ISO/IEC 7812-1: 13 to 19 digits, the first 2 to 6 for payment cards, Luhn's formula.
    """
    digits = [int(sign) for sign in bare_signs(text)]
    if not 13 <= len(digits) <= 19 or not 2 <= digits[0] <= 6:
        return False
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def is_german_tax_id(text: str) -> bool:
    """Steuerliche Identifikationsnummer.

    Source:
        Bundeszentralamt für Steuern: 11 digits, the first not 0; of the first ten one comes twice or three times, all
        others at most once; the last by ISO 7064 MOD 11,10.
    """
    signs = bare_signs(text)
    if len(signs) != 11 or signs[0] == "0":
        return False
    counts = sorted(signs[:10].count(digit) for digit in set(signs[:10]))
    if counts[-1] not in (2, 3) or counts[:-1] != [1] * (len(counts) - 1):
        return False
    product = 10
    for sign in signs[:10]:
        total = (int(sign) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(signs[10])


def is_spanish_dni(text: str) -> bool:
    """DNI or NIE.

    Source:
        Ministerio del Interior: eight digits (of an NIE the first is X, Y or Z for 0, 1, 2) and the letter that their
        remainder by 23 stands for.
    """
    signs = bare_signs(text)
    number = signs[:-1].translate(str.maketrans("XYZ", "012"))
    return len(signs) == 9 and number.isdecimal() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == signs[8]


def is_us_ssn(text: str) -> bool:
    """Social Security number, by its form: it has no check digit.

    Source:
        Social Security Administration, POMS RM 10201.035: no area 000, 666 or 900 to 999, no group 00, no serial 0000.
    """
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def is_pesel(text: str) -> bool:
    """Polish PESEL.

    Source:
        Ustawa o ewidencji ludności, art. 15: a date of birth, whose month tells the century, a serial, and a last digit
        by the weights 1 3 7 9.
    """
    month, day = int(text[2:4]) % 20, int(text[4:6])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    weighed = sum(int(sign) * (1, 3, 7, 9)[place % 4] for place, sign in enumerate(text[:10]))
    return (10 - weighed % 10) % 10 == int(text[10])


def is_french_nir(text: str) -> bool:
    """Numéro de sécurité sociale.

    Source:
        INSEE: 13 signs, the first 1 or 2, then 97 less their remainder by 97; of Corsica 2A stands for 19, 2B for 18.
    """
    signs = bare_signs(text).replace("2A", "19").replace("2B", "18")
    return len(signs) == 15 and signs.isdecimal() and 97 - int(signs[:13]) % 97 == int(signs[13:])


def is_belgian_rrn(text: str) -> bool:
    """Rijksregisternummer.

    Source:
        Koninklijk besluit 3 april 1984: a date of birth, a serial, and 97 less the remainder by 97 of those nine
        digits, with a 2 before them for who was born from 2000 on.
    """
    signs = bare_signs(text)
    return int(signs[9:]) in (97 - int(signs[:9]) % 97, 97 - int("2" + signs[:9]) % 97) and int(signs[2:4]) <= 12


_FORMS: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("e-mail", re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+"), bool),
    ("iban", re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?!\w)"), is_iban),
    # International alone (E.164: at most 15 digits); without a + it could be anything: fields of type tel say it.
    ("phone", re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){7,14}(?!\w)"), bool),
    ("nir", re.compile(r"(?<!\w)[12] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\w)"), is_french_nir),
    ("card", re.compile(r"(?<![\w-])[2-6](?:[ -]?\d){12,18}(?![\w-])"), is_card),
    ("rrn", re.compile(r"(?<![\w.-])\d\d\.?\d\d\.?\d\d-?\d{3}\.?\d\d(?![\w.-])"), is_belgian_rrn),
    ("pesel", re.compile(r"(?<![\w.-])\d{11}(?![\w.-])"), is_pesel),
    ("tax id", re.compile(r"(?<![\w.-])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\w.-])"), is_german_tax_id),
    ("dni", re.compile(r"(?<![\w.-])(?:\d{8}|[XYZ]-?\d{7})-?[A-Z](?![\w-])"), is_spanish_dni),
    ("ssn", re.compile(r"(?<![\w-])\d{3}-\d\d-\d{4}(?![\w-])"), is_us_ssn),
)


def _all_hits(text: str) -> Iterator[Hit]:
    for kind, form, holds in _FORMS:
        for found in form.finditer(text):
            if holds(found[0]):
                yield Hit(found.start(), found.end(), kind)
