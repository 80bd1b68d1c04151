"""A workflow's file read: every error of it with its line, what is wrong and the mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from workflows.findings import Finding, WorkflowInvalidError
from workflows.wording import finding_of
from workflows.workflow import FORMAT, Workflow
from workflows.yaml_text import Place, place_of, read_yaml


@dataclass(frozen=True, slots=True)
class Source:
    """A workflow, the ``text`` it was read from, and where each part of it stands there; errors call it ``name``."""

    name: str
    workflow: Workflow
    places: Place
    text: str = ""

    def line(self, *where: str | int) -> int:
        """The line of a field, ``line("stages", 2, "when")``, or of what it would be in."""
        return place_of(self.places, where).line

    def text_line(self, *where: str | int) -> int:
        """The line on which a field's own text begins."""
        return place_of(self.places, where).text_line


def read_workflow(path: Path) -> Source:
    """Read a workflow's file.

    Raises:
        WorkflowInvalidError: It cannot be read, or something in it is wrong; all of it is named.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        finding = Finding("error", 1, f"The workflow cannot be read: {reason}.", "Check the path.")
        raise WorkflowInvalidError(str(path), [finding]) from error
    return workflow_in(str(path), content)


def workflow_in(name: str, content: bytes) -> Source:
    """The workflow of a text; ``name`` is what errors call it.

    Raises:
        WorkflowInvalidError: Something in it is wrong; all of it is named.
    """
    value, places, found = read_yaml(content)
    if value is None and found:
        raise WorkflowInvalidError(name, found)
    found += _version(value, places)
    try:
        workflow = Workflow.model_validate(value)
    except ValidationError as error:
        found += _told(error, value, places)
        raise WorkflowInvalidError(name, found) from error
    if found:
        raise WorkflowInvalidError(name, found)
    return Source(name, workflow, places, content.decode("utf-8-sig"))


def _version(value: Any, places: Place) -> Sequence[Finding]:
    if not isinstance(value, dict):
        message = "A workflow is a mapping of fields, and this is not."
        return [Finding("error", places.line, message, "Begin with 'format: 1', a name and stages.")]
    given = value.get("format")
    if str(given) == str(FORMAT):
        value["format"] = FORMAT
        return []
    line = place_of(places, ["format"]).line
    if given is None:
        return [Finding("error", line, "It is not said which format the file has.", f"Add 'format: {FORMAT}'.")]
    message = f"The file has format '{given}'; this showonce knows format {FORMAT}."
    return [Finding("error", line, message, f"Upgrade showonce, or write 'format: {FORMAT}'.")]


def _told(error: ValidationError, value: Any, places: Place) -> list[Finding]:
    """What pydantic found, in words; of the format and of what is no mapping all is said already."""
    if not isinstance(value, dict):
        return []
    errors = error.errors()
    return [finding_of(each, places) for each in errors if each["loc"] != ("format",) and not _follows(each, errors)]


def _follows(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """Whether a list is only found too short because what is in it is wrong."""
    loc = error["loc"]
    return error["type"] == "too_short" and any(each["loc"][: len(loc)] == loc for each in errors if each != error)
