"""What a person says of something that is read, as the panel sends it: JSON to a Revised, and types to choose from."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recorder import Revised
from recordings.errors import ControlRefusedError
from recordings.typed import ValueType, Writing

Chosen = Literal[
    "text", "number", "number:.", "number:,", "money", "money:.", "money:,", "date", "date:dmy", "date:mdy", "link"
]
TYPES: dict[Chosen, str] = {
    "text": "Text",
    "number": "Number",
    "number:.": "Number 1,234.5",
    "number:,": "Number 1.234,5",
    "money": "Money",
    "money:.": "Money 1,234.50",
    "money:,": "Money 1.234,50",
    "date": "Date",
    "date:dmy": "Date, day first",
    "date:mdy": "Date, month first",
    "link": "Link",
}
"""The types to choose from, with how the page writes them where that is said, in words."""


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(default="", max_length=80)
    column: str = Field(default="", max_length=80)
    type: Chosen | None = None
    kept: bool | None = None
    to: str = Field(default="", max_length=200)


def revised_by(text: str) -> Revised:
    """What the panel asks for.

    Raises:
        ControlRefusedError: It is nothing that can be asked for.
    """
    try:
        said = _Said.model_validate_json(text)
    except ValidationError as error:
        raise ControlRefusedError("That cannot be changed.") from error
    kind, written = _typed(said.type) if said.type is not None else (None, None)
    return Revised(said.name, said.column, kind, written, said.kept, said.to)


def chosen_for(kind: ValueType, written: Writing) -> str:
    """The entry of ``TYPES`` that a type is."""
    how = written.order if kind == "date" else written.decimal if kind in ("number", "money") else ""
    return f"{kind}:{how}" if how else kind


def _typed(chosen: Chosen) -> tuple[ValueType, Writing | None]:
    match chosen:
        case "number:." | "money:.":
            return ("number" if chosen == "number:." else "money"), Writing(decimal=".")
        case "number:," | "money:,":
            return ("number" if chosen == "number:," else "money"), Writing(decimal=",")
        case "date:dmy":
            return "date", Writing(order="dmy")
        case "date:mdy":
            return "date", Writing(order="mdy")
        case _:
            return chosen, None
