"""What a workflow is given when it begins: the values of its inputs, and the rows of the files that it names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from recordings.errors import CouldNotStartError
from recordings.recording import Recording
from workflows.findings import did_you_mean
from workflows.gather import rows_in
from workflows.rows import FileRows
from workflows.scope import Known
from workflows.workflow import RunStage, Workflow, WorkflowInput


class GivenError(CouldNotStartError):
    """A value that a workflow is given cannot be used, or is missing."""


def values_of(workflow: Workflow, folder: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """What a workflow begins with: the values of its inputs (numbers, texts, rows), and the rows of its files.

    Args:
        folder: Where the workflow lies; files that it names itself are beside it, those ``given`` where they say.

    Raises:
        GivenError: One is not among its inputs, has no value, or is to be a number and is none.
        DataUnreadableError: A file is not there, or cannot be read.
    """
    for name in given:
        if name not in workflow.inputs:
            raise GivenError(f"The workflow has no input '{name}'.", did_you_mean(name, workflow.inputs, "It has"))
    values: dict[str, Any] = {}
    for name, wanted in workflow.inputs.items():
        text = given.get(name, wanted.default)
        if text is None:
            raise GivenError(
                f"The workflow's input '{name}' has no value.", f"Pass --input {name}=…, or write a default."
            )
        match wanted.kind:
            case "rows":
                values[name] = rows_in(Path(text) if name in given else folder / text, text, {})
            case "number":
                values[name] = _number(name, text)
            case "text":
                values[name] = text
    each = [stage.for_each for stage in workflow.stages if isinstance(stage, RunStage)]
    files = [rows.file for rows in each if isinstance(rows, FileRows)]
    return {**values, **{file: rows_in(folder / file, file, {}) for file in files}}


def known_with(workflow: Workflow, recordings: Mapping[str, Recording], values: Mapping[str, Any]) -> Known:
    """A workflow with its recordings and what it was given, whose columns are those that are there."""

    def with_columns(name: str, wanted: WorkflowInput) -> WorkflowInput:
        columns = _columns(values.get(name, ())) if wanted.kind == "rows" else ()
        return wanted.model_copy(update={"columns": columns}) if columns else wanted

    inputs = {name: with_columns(name, wanted) for name, wanted in workflow.inputs.items()}
    tables = {name: _columns(rows) for name, rows in values.items() if isinstance(rows, list)}
    return Known(workflow.model_copy(update={"inputs": inputs}), dict(recordings), tables)


def _columns(rows: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for row in rows for name in row))


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise GivenError(f"The workflow's input '{name}' is '{text}', which is no number.", "Write it like 1234.5.")
    return number
