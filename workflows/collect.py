"""A fan-in: the results of stages, brought together."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from recordings.document import Document
from workflows.names import Files, Name, Names
from workflows.rows import Failed

Sum = Literal["sum", "count", "min", "max"]


class Figure(Document):
    """A number made of all rows: ``count`` of them, or ``sum``, ``min`` or ``max`` of a column."""

    of: Sum
    column: str = ""


def _figure(value: Any) -> Any:
    """``count`` and ``sum amount``, as the file writes them."""
    if not isinstance(value, str):
        return value
    of, _, column = value.strip().partition(" ")
    return {"of": of, "column": column.strip()}


WrittenFigure = Annotated[
    Figure,
    BeforeValidator(_figure),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(count|(sum|min|max)\s+\S.*)$", "description": "count, or: sum COLUMN"}
    ),
]


class Collect(Document):
    """The results of ``stages`` as one table: their rows below each other, or joined.

    With ``join`` rows of different stages that say the same in that column become one row; a column that several have
    is then called by where it comes from and its name: ``north_total``, after the stage, or, where one stage has
    several, after the application or the recording (``find_customer``). ``figures`` are numbers made of the rows.
    ``python`` is a function ``module:name`` that is given the rows and returns rows; it is imported only when the
    workflow runs. ``write`` is a file for the table, or several: CSV, JSON,
    JSON lines, HTML.

    ``per: chunk`` brings the rows of each chunk together as soon as it is done, in a file of its own (``rows-1.csv``);
    a column ``chunk`` says which it is of. With ``figures`` there is then one row a chunk, with its figures.
    """

    stages: Names = Field(min_length=1)
    join: str = ""
    figures: dict[Name, WrittenFigure] = Field(default_factory=dict)
    python: Annotated[str, StringConstraints(pattern=r"^([A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*)?$")] = ""
    write: Files = ()
    failed: Failed = "skip"
    per: Literal["stage", "chunk"] = "stage"
