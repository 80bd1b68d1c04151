"""What a stage is given: the rows that are there, and for each one the values of its recordings' inputs; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, assert_never

from recordings.errors import ShowonceError
from workflows.expressions import ExpressionError, Names, compiled, speaks_of_row
from workflows.rows import AppRows, FileRows, InputRows, StageRows, WrittenRows
from workflows.scope import CHUNK, Known, reads_table
from workflows.state import Item, Row, State, results_of_item, told
from workflows.templates import filled
from workflows.workflow import Compensate, RunStage

_MOST_RESULTS = 10_000
"""How many rows a table that is read may have."""


@dataclass(frozen=True, slots=True)
class Given:
    """One run to be made: the row ``number`` (from 1), for one of the stage's recordings, its ``inputs``, and where the
    application is (``base_url``, "" as the stage says). ``fault``: why it cannot be made, so that the row fails."""

    number: int
    recording: str
    row: Row
    inputs: Row
    base_url: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that are there by now, by number; ``closed`` where no more will come."""

    numbered: Mapping[int, Row]
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Telling:
    """What a stage's expressions may speak of and what that is now, all but the row: told once for all of its rows.

    ``by_row``: its condition is asked for each row. ``columns`` are those that all of its rows should have.
    """

    names: Names
    values: Mapping[str, Any]
    by_row: bool
    columns: frozenset[str] = frozenset()


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
    columns = frozenset(known.row(stage) or ()) if isinstance(stage.for_each, StageRows) else frozenset[str]()
    return Telling(names, told(state, lambda name: name in texts), by_row, columns)


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
    """The runs of a row, one for each recording; none where the stage's condition does not hold for it."""
    values = {**said.values, "row": row}
    try:
        if said.by_row and not holds(stage.when, compiled(stage.when, said.names).value(values)):
            return []
        texts = {name: filled(text, said.names, values) for name, text in stage.inputs.items()}
    except ExpressionError as error:
        fault = f"{error.message} {error.mend}".strip()
        return [Given(number, name, row, {}, _base_url(stage, row), fault) for name in stage.recording]
    return [_given(known, said, stage, number, row, name, texts) for name in stage.recording]


def _given(known: Known, said: Telling, stage: RunStage, number: int, row: Row, name: str, texts: Row) -> Given:
    inputs = _inputs(known, name, row, texts)
    wanted = {item.name for item in known.recordings[name].inputs} if name in known.recordings else set()
    lacking = sorted((wanted & said.columns) - set(inputs))
    fault = ""
    if lacking:
        fault = f"It has no '{lacking[0]}', which the stage before was to read. Do the row of that stage again."
    elif stage.key and not inputs.get(stage.key, "").strip():
        fault = f"It has nothing in '{stage.key}', which tells rows apart. Fill it in, or name another 'key'."
    return Given(number, name, row, inputs, _base_url(stage, row), fault)


def holds(text: str, value: object) -> bool:
    """What a condition came to.

    Raises:
        ExpressionError: It is neither yes nor no.
    """
    if not isinstance(value, bool):
        raise ExpressionError(text, "says neither yes nor no", "Compare something in it.")
    return value


def _inputs(known: Known, name: str, row: Row, texts: Row) -> dict[str, str]:
    """What the stage says, else the row's column of the same name; the rest is the recording's own default."""
    recording = known.recordings.get(name)
    wanted = [item.name for item in recording.inputs] if recording is not None else [*row, *texts]
    return {item: texts.get(item, row.get(item, "")) for item in wanted if item in texts or item in row}


def _of_stage(known: Known, state: State, rows: StageRows, but: Set[int]) -> Rows | None:
    before, source = state.of(rows.stage), known.workflow.stage(rows.stage)
    if not isinstance(source, RunStage):
        return Rows(_numbered(before.table), closed=before.is_over)
    ended = [item for item in before.items if item.is_over and item.status != "skipped"]
    if rows.failed == "fail" and not all(item.has_passed for item in ended):
        return None
    several, found = len(source.recording) > 1, dict[int, Row]()
    most = _MOST_RESULTS if any(map(reads_table, known.recordings_of(source))) else 1
    for item in ended:
        first = _first_number(source, item, most)
        is_known = first in but and not item.tables  # of a table others of its rows may be new
        if not is_known and (item.has_passed or rows.failed == "missing"):
            found.update(enumerate(results_of_item(item, several=several), first))
    return Rows(dict(sorted(found.items())), closed=before.is_through)


def _numbered(table: Sequence[Row]) -> dict[int, Row]:
    """The rows of a table, by numbers that stay the same when other chunks of it come."""
    found: dict[int, Row] = {}
    places: Counter[int] = Counter()
    for row in table:
        chunk = int(row[CHUNK]) if row.get(CHUNK, "").isdecimal() else 1
        places[chunk] += 1
        found[(chunk - 1) * _MOST_RESULTS + places[chunk]] = row
    return found


def _first_number(source: RunStage, item: Item, most: int) -> int:
    """The number of an item's first result, which is the same whatever else has ended by then; where an item has one
    result at the ``most``, it is called as the item is."""
    place = (item.number - 1) * len(source.recording) + source.recording.index(item.recording)
    return 1 + place * most


def _base_url(stage: RunStage, row: Row) -> str:
    if not isinstance(stage.for_each, AppRows):
        return stage.base_url
    return next((app.base_url for app in stage.for_each.apps if app.name == row.get("app")), stage.base_url)


def _all(rows: list[Row] | list[dict[str, str]]) -> Rows:
    return Rows(dict(enumerate(rows, 1)))


def _renamed(row: Row, columns: Mapping[str, str]) -> dict[str, str]:
    return {columns.get(name, name): value for name, value in row.items()}


class UndoUnsureError(ShowonceError):
    """What undoes something is not told what; the demonstration's own record is never meant."""

    def __init__(self, recording: str, name: str) -> None:
        super().__init__(
            f"Nothing says what '{name}' of '{recording}' is, which is to undo it.",
            f"Add 'inputs: {{{name}: …}}' at 'compensate'.",
        )


def undone_by(known: Known, state: State, stage: RunStage, item: Item, name: str) -> dict[str, str]:
    """The inputs of a recording that undoes an item, or sees that it is undone: what the stage's ``compensate`` says,
    else the item's row, what it was given, by default too, and what it read. A choice, such as a list's filter,
    may be the demonstration's own.

    Raises:
        ExpressionError: A text has no value.
        UndoUnsureError: An input would be the demonstration's own.
    """
    assert isinstance(stage.compensate, Compensate)
    said = telling(known, state, stage)
    used = {each.name: each.default for each in known.recordings[item.recording].inputs if each.default is not None}
    row = {**used, **item.row, **item.inputs, **item.values}
    columns: Names = {f"row.{column}": "text" for column in row if column.isidentifier()}
    values = {**told(state), "row": row}
    texts = {key: filled(text, {**said.names, **columns}, values) for key, text in stage.compensate.inputs.items()}
    inputs = _inputs(known, name, row, texts)
    for wanted in known.recordings[name].inputs:
        if wanted.kind == "text" and wanted.name not in inputs:
            raise UndoUnsureError(name, wanted.name)
    return inputs
