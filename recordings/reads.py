"""Serves steps that read: the columns of rows, and what was read before as something that a value must equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from recordings.document import Document
from recordings.inputs import NAME_PATTERN, InputRef, Literally, SecretRef
from recordings.typed import ValueType, Writing, names_of

MOST_ROWS = 10_000
"""Rows that one step reads at most: more do not belong into a document."""


class Column(Document):
    """A value of each row. ``label`` is what the page shows over it. ``place`` counts a table's columns from 1; in a
    list, which has none, ``path`` is the CSS that leads from an item to it, "" for the item itself."""

    name: str = Field(pattern=NAME_PATTERN)
    label: str = ""
    type: ValueType = "text"
    written: Writing = Writing()
    place: int = Field(default=0, ge=0)
    path: str = ""


class ReadRef(Document):
    """A value that an earlier step read."""

    kind: Literal["read"] = "read"
    name: str


class SumRef(Document):
    """All values of a column that an earlier step read, added up."""

    kind: Literal["sum"] = "sum"
    table: str
    column: str


class CountRef(Document):
    """How many rows an earlier step read."""

    kind: Literal["count"] = "count"
    table: str


Expected = Annotated[
    Literally | InputRef | SecretRef | ReadRef | SumRef | CountRef,
    Field(discriminator="kind"),
]
"""What a value must equal: written out, given to the run, or read by it before."""


def words_for(expected: Expected) -> str:
    """What must be equalled, for a reader."""
    match expected:
        case Literally():
            return repr(expected.text)
        case InputRef():
            return f"input '{expected.name}'"
        case SecretRef():
            return f"secret '{expected.name}'"
        case ReadRef():
            return f"'{expected.name}' as read"
        case SumRef():
            return f"the sum of '{expected.column}' in '{expected.table}'"
        case CountRef():
            return f"the number of rows in '{expected.table}'"


def twice_named(columns: Iterable[Column]) -> str:
    """A name that two columns would be given back under; "" where each has its own."""
    counted = Counter(name for column in columns for name in names_of(column.name, column.type))
    return next((name for name, times in counted.items() if times > 1), "")
