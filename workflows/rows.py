"""What a stage is done for: rows, told apart by the one word that says where they come from.

for_each: {file: people.csv}                 each row of a file
for_each: {rows: [{full_name: Ada}]}         each row written here
for_each: {input: people}                    each row of what the workflow is given
for_each: {stage: find, start: each}         each result of an earlier stage, as soon as it is there
for_each: {apps: [{name: north, base_url: https://north.example.com}]}   each of several applications
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from recordings.document import Document
from workflows.names import Name, Text

Failed = Literal["fail", "skip", "missing"]
"""What becomes of items that failed where their results are wanted: all of it fails, they are left out, or they are
kept as rows whose values are missing (empty)."""

_WORDS = ("file", "rows", "input", "stage", "apps")


class FileRows(Document):
    """The rows of a CSV or JSON lines file, beside the workflow; ``columns`` are other names for its columns."""

    file: Annotated[str, StringConstraints(min_length=1)]
    columns: dict[str, Name] = Field(default_factory=dict)


class WrittenRows(Document):
    """Rows written in the workflow itself, by the names of their columns."""

    rows: tuple[dict[Name, Text], ...] = Field(min_length=1)


class InputRows(Document):
    """The rows of an input of the workflow whose kind is ``rows``."""

    input: Name
    columns: dict[str, Name] = Field(default_factory=dict)


class StageRows(Document):
    """The results of an earlier stage: what it was given for a row, what it read, and its ``status`` (passed, failed).

    ``start``: when all of them are there, or for each as it is there (a pipeline: each row keeps its order, and
    several rows are on their way at once). ``failed`` is what becomes of items that failed.
    """

    stage: Name
    start: Literal["all", "each"] = "all"
    failed: Failed = "skip"


class App(Document):
    """An application: ``values`` are more columns of its row."""

    name: Annotated[str, StringConstraints(min_length=1)]
    base_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
    values: dict[Name, Text] = Field(default_factory=dict)


class AppRows(Document):
    """Several applications, in each of which the same is done; the columns are ``app`` and those of ``values``."""

    apps: tuple[App, ...] = Field(min_length=1)


def _word(value: Any) -> str:
    """Which of the five it is, by the word that is there; a file where none is, so that this is what is missing."""
    given = value if isinstance(value, dict) else getattr(value, "model_fields_set", ())
    return f"<{next((word for word in _WORDS if word in given), 'file')}>"


ForEach = Annotated[
    Annotated[FileRows, Tag("<file>")]
    | Annotated[WrittenRows, Tag("<rows>")]
    | Annotated[InputRows, Tag("<input>")]
    | Annotated[StageRows, Tag("<stage>")]
    | Annotated[AppRows, Tag("<apps>")],
    Discriminator(_word),
]
"""Tags stand in angle brackets, so that no place in a file is taken for one."""
