"""What a document must say to be valid; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_DAY = r"(\d{4}-\d\d-\d\d)"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a document must say, and whether it does."""

    words: str
    passed: bool


def checks_of(kind: str, person: str, text: str, today: date) -> tuple[Check, ...]:
    """The checks of a document of this kind; it is valid where all of them passed."""
    named = Check(f"It is in the name of {person}", _line("Name", re.escape(person), text) is not None)
    return (named, _of_kind(kind, text, today))


def reason_of(checks: tuple[Check, ...]) -> str:
    """What failed, as one text; "" where nothing did."""
    return "; ".join(f"not met: {check.words}" for check in checks if not check.passed)


def _of_kind(kind: str, text: str, today: date) -> Check:
    match kind:
        case "identity":
            found = _line("Valid until", _DAY, text)
            return Check("It has not expired", found is not None and date.fromisoformat(found) >= today)
        case "contract":
            return Check("It is signed", _line("Signed", _DAY, text) is not None)
        case _:
            return Check("It has a tax number", _line("Tax number", r"(\d[\d ]+\d)", text) is not None)


def _line(name: str, pattern: str, text: str) -> str | None:
    """What a line ``name: value`` says, where it says it in this form."""
    found = re.search(rf"^{name}: *{pattern} *$", text, re.MULTILINE)
    return found[found.lastindex or 0] if found else None
