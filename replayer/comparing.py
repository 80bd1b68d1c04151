"""What a value on a page must equal, worked out of the run so far, and whether it does; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from recordings.errors import ValueUnreadableError
from recordings.inputs import InputRef, Literally, SecretRef
from recordings.reads import CountRef, ReadRef, SumRef
from recordings.steps import AssertEquals
from recordings.typed import Typed, UntypedError, ValueType, Writing, plain, typed

Tables = Mapping[str, Sequence[Mapping[str, str]]]
_CANONICAL = re.compile(r"(-?\d+(?:\.\d+)?)(?: (\S{1,5}))?", re.ASCII)
_NUMBERS = ("number", "money")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A canonical text, and the currency where one is asked for."""

    text: str
    currency: str = ""

    @property
    def words(self) -> str:
        return f"{self.text} {self.currency}".strip()


def wanted_of(step: AssertEquals, given: Sequence[str], values: Mapping[str, str], tables: Tables) -> Wanted:
    """What the step's element must show.

    Args:
        given: The value that the plan filled in, where it is one of the run's own.
        values, tables: What the run has read so far.

    Raises:
        ValueUnreadableError: It is no value of the step's type, or was not read in this run.
    """
    to = step.to
    try:
        match to:
            case Literally() | InputRef() | SecretRef():
                return _given(given[0], step.type, step.written)
            case ReadRef():
                return Wanted(values[to.name], values.get(f"{to.name}_currency", "") if step.type == "money" else "")
            case SumRef():
                return _sum(tables[to.table], to.column)
            case CountRef():
                return Wanted(str(len(tables[to.table])))
            case _:
                assert_never(to)
    except KeyError as error:
        raise ValueUnreadableError(step.words, f"{error.args[0]!r} was not read in this run") from None
    except UntypedError as error:
        raise ValueUnreadableError(step.words, f"what it is compared with cannot be used: {error}") from None


def equals(shown: Typed, wanted: Wanted, kind: ValueType) -> bool:
    """Whether both are the same value: amounts as numbers, and their currencies where both tell one."""
    if kind not in _NUMBERS:
        return shown.text == " ".join(wanted.text.split())
    both = shown.second and wanted.currency and kind == "money"
    return _decimal(shown.text) == _decimal(wanted.text) and (not both or shown.second == wanted.currency)


def words_of(shown: Typed, kind: ValueType) -> str:
    """A value for a reader: ``1234.50 EUR``."""
    return f"{shown.text} {shown.second}".strip() if kind == "money" else shown.text


def _given(text: str, kind: ValueType, written: Writing) -> Wanted:
    """As programs write it, else as the page does."""
    if kind in _NUMBERS and (found := _CANONICAL.fullmatch(text.strip())):
        return Wanted(found[1], found[2] or "")
    if kind == "link":
        return Wanted(text)
    value = typed(text, kind, written)
    return Wanted(value.text, value.second)


def _sum(rows: Sequence[Mapping[str, str]], column: str) -> Wanted:
    """All that stands in the column, empty cells aside."""
    filled = [row for row in rows if row[column]]
    currencies = {row[name] for row in filled if (name := f"{column}_currency") in row}
    if len(currencies) > 1:
        raise UntypedError(f"{column!r} holds {', '.join(sorted(currencies))}, which cannot be added up")
    total = sum((_decimal(row[column]) for row in filled), Decimal(0))
    return Wanted(plain(total), next(iter(currencies), ""))


def _decimal(text: str) -> Decimal:
    if not _CANONICAL.fullmatch(text):
        raise UntypedError(f"{text!r} is no number")
    return Decimal(text)
