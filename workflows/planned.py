"""What a stage is given: the rows that are there, and for each one the values of its recordings' inputs; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from workflows.expressions import compiled, speaks_of_row
from workflows.rows import AppRows, FileRows, InputRows, StageRows, WrittenRows
from workflows.scope import Known
from workflows.state import Row, State, result_of, told
from workflows.templates import filled
from workflows.workflow import RunStage


@dataclass(frozen=True, slots=True)
class Given:
    """One run to be made: the row ``number`` (from 1), for one of the stage's recordings, its ``inputs``, and where the
    application is (``base_url``, "" as the stage says)."""

    number: int
    recording: str
    row: Row
    inputs: Row
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that are there by now, by number; ``closed`` where no more will come."""

    numbered: Mapping[int, Row]
    closed: bool = True


def rows_for(known: Known, state: State, stage: RunStage) -> Rows | None:
    """The rows of a stage; None where one that it would be made of failed, and that fails it.

    Those of files and inputs are in ``state.inputs``, under the text that names them.
    """
    match stage.for_each:
        case None:
            return Rows({1: {}})
        case WrittenRows(rows=rows):
            return _all(list(rows))
        case AppRows(apps=apps):
            return _all([{"app": app.name, **app.values} for app in apps])
        case FileRows(file=name, columns=columns) | InputRows(input=name, columns=columns):
            return _all([_renamed(row, columns) for row in state.inputs.get(name, ())])
        case StageRows() as before:
            return _of_stage(known, state, before)
        case _:
            assert_never(stage.for_each)


def given_of(known: Known, state: State, stage: RunStage, number: int, row: Row) -> list[Given]:
    """The runs of a row, one for each recording; none where the stage's condition does not hold for it.

    Raises:
        ExpressionError: The condition or a text has no value.
    """
    names, values = known.names(stage), {**told(state), "row": dict(row)}
    if stage.when and speaks_of_row(stage.when, names) and not compiled(stage.when, names).value(values):
        return []
    texts = {name: filled(text, names, values) for name, text in stage.inputs.items()}
    base_url = _base_url(stage, row)
    return [Given(number, name, row, _inputs(known, name, row, texts), base_url) for name in stage.recording]


def _inputs(known: Known, name: str, row: Row, texts: Row) -> dict[str, str]:
    """What the stage says, else the row's column of the same name; the rest is the recording's own default."""
    recording = known.recordings.get(name)
    wanted = [item.name for item in recording.inputs] if recording is not None else [*row, *texts]
    return {item: texts.get(item, row.get(item, "")) for item in wanted if item in texts or item in row}


def _of_stage(known: Known, state: State, rows: StageRows) -> Rows | None:
    before, source = state.of(rows.stage), known.workflow.stage(rows.stage)
    several = isinstance(source, RunStage) and len(source.recording) > 1
    if before.table:
        return _all(list(before.table))
    ended = [item for item in before.items if item.is_over and item.status != "skipped"]
    if rows.failed == "fail" and not all(item.has_passed for item in ended):
        return None
    kept = [(place, item) for place, item in enumerate(before.items, 1) if item in ended]
    found = {
        place: result_of(item, several=several) for place, item in kept if item.has_passed or rows.failed == "missing"
    }
    return Rows(found, closed=before.is_over)


def _base_url(stage: RunStage, row: Row) -> str:
    if not isinstance(stage.for_each, AppRows):
        return stage.base_url
    return next((app.base_url for app in stage.for_each.apps if app.name == row.get("app")), stage.base_url)


def _all(rows: list[Row] | list[dict[str, str]]) -> Rows:
    return Rows(dict(enumerate(rows, 1)))


def _renamed(row: Row, columns: Mapping[str, str]) -> dict[str, str]:
    return {columns.get(name, name): value for name, value in row.items()}
