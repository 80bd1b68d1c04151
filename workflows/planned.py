"""What a stage is given: the rows that are there, and for each one the values of its recordings' inputs; pure."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, assert_never

from workflows.expressions import Names, compiled, speaks_of_row
from workflows.rows import AppRows, FileRows, InputRows, StageRows, WrittenRows
from workflows.scope import Known, reads_table
from workflows.state import Item, Row, State, results_of_item, told
from workflows.templates import filled
from workflows.workflow import Compensate, RunStage

_MOST_RESULTS = 10_000
"""How many rows a table that is read may have."""


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


@dataclass(frozen=True, slots=True)
class Telling:
    """What a stage's expressions may speak of and what that is now, all but the row: told once for all of its rows."""

    names: Names
    values: Mapping[str, Any]
    by_row: bool


def rows_for(known: Known, state: State, stage: RunStage, but: Set[int] = frozenset()) -> Rows | None:
    """The rows of a stage, those numbered ``but`` left out; None where one that it would be made of failed, and that
    fails it.

    Those of files and inputs are in ``state.inputs``, under the text that names them.
    """
    rows = _rows_for(known, state, stage, but)
    if rows is None or not but:
        return rows
    return Rows({number: row for number, row in rows.numbered.items() if number not in but}, rows.closed)


def telling(known: Known, state: State, stage: RunStage) -> Telling:
    """What the stage's expressions speak of."""
    names = known.names(stage)
    texts = " ".join([stage.when, *stage.inputs.values()])
    by_row = bool(stage.when) and speaks_of_row(stage.when, names)
    return Telling(names, told(state, lambda name: name in texts), by_row)


def _rows_for(known: Known, state: State, stage: RunStage, but: Set[int]) -> Rows | None:
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
            return _of_stage(known, state, before, but)
        case _:
            assert_never(stage.for_each)


def given_of(known: Known, said: Telling, stage: RunStage, number: int, row: Row) -> list[Given]:
    """The runs of a row, one for each recording; none where the stage's condition does not hold for it.

    Raises:
        ExpressionError: The condition or a text has no value.
    """
    values = {**said.values, "row": row}
    if said.by_row and not compiled(stage.when, said.names).value(values):
        return []
    texts = {name: filled(text, said.names, values) for name, text in stage.inputs.items()}
    base_url = _base_url(stage, row)
    return [Given(number, name, row, _inputs(known, name, row, texts), base_url) for name in stage.recording]


def _inputs(known: Known, name: str, row: Row, texts: Row) -> dict[str, str]:
    """What the stage says, else the row's column of the same name; the rest is the recording's own default."""
    recording = known.recordings.get(name)
    wanted = [item.name for item in recording.inputs] if recording is not None else [*row, *texts]
    return {item: texts.get(item, row.get(item, "")) for item in wanted if item in texts or item in row}


def _of_stage(known: Known, state: State, rows: StageRows, but: Set[int]) -> Rows | None:
    before, source = state.of(rows.stage), known.workflow.stage(rows.stage)
    if before.table or not isinstance(source, RunStage):
        return _all(list(before.table))
    ended = [item for item in before.items if item.is_over and item.status != "skipped"]
    if rows.failed == "fail" and not all(item.has_passed for item in ended):
        return None
    several, found = len(source.recording) > 1, dict[int, Row]()
    for item in ended:
        first = _first_number(known, source, item)
        if first not in but and (item.has_passed or rows.failed == "missing"):
            found.update(enumerate(results_of_item(item, several=several), first))
    return Rows(dict(sorted(found.items())), closed=before.is_over)


def _first_number(known: Known, source: RunStage, item: Item) -> int:
    """The number of an item's first result, which is the same whatever else has ended by then; where an item has one
    result, it is called as the item is."""
    place = (item.number - 1) * len(source.recording) + source.recording.index(item.recording)
    tables = any(reads_table(recording) for recording in known.recordings_of(source))
    return 1 + place * (_MOST_RESULTS if tables else 1)


def _base_url(stage: RunStage, row: Row) -> str:
    if not isinstance(stage.for_each, AppRows):
        return stage.base_url
    return next((app.base_url for app in stage.for_each.apps if app.name == row.get("app")), stage.base_url)


def _all(rows: list[Row] | list[dict[str, str]]) -> Rows:
    return Rows(dict(enumerate(rows, 1)))


def _renamed(row: Row, columns: Mapping[str, str]) -> dict[str, str]:
    return {columns.get(name, name): value for name, value in row.items()}


def undone_by(known: Known, state: State, stage: RunStage, item: Item, name: str) -> dict[str, str]:
    """The inputs of a recording that undoes an item, or sees that it is undone: what the stage's ``compensate`` says,
    else the item's row, its inputs, and what it read.

    Raises:
        ExpressionError: A text has no value.
    """
    assert isinstance(stage.compensate, Compensate)
    said = telling(known, state, stage)
    row = {**item.row, **item.inputs, **item.values}
    columns: Names = {f"row.{column}": "text" for column in row if column.isidentifier()}
    texts = {
        key: filled(text, {**said.names, **columns}, {**told(state), "row": row})
        for key, text in stage.compensate.inputs.items()
    }
    return _inputs(known, name, row, texts)
