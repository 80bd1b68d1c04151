"""The only I/O beside reading the workflow itself: the recordings that it names, and the columns of its files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from recordings.errors import DataUnreadableError, ShowonceError
from recordings.recording import Recording
from recordings.tables import SEPARATORS, is_json_lines, table_bytes, table_text
from workflows.rows import AppRows, FileRows, InputRows, WrittenRows
from workflows.scope import Known
from workflows.workflow import Compensate, RunStage, Stage, Workflow

_BESIDE = "It is looked for beside the workflow."


def gathered(workflow: Workflow, folder: Path, find: Callable[[str], Path]) -> Known:
    """A workflow with what it names, and why some of that cannot be used.

    Args:
        folder: Where the workflow lies; its files are beside it.
        find: The folder of a recording, by the text that names it; raises ShowonceError where there is none.
    """
    recordings: dict[str, Recording] = {}
    tables: dict[str, tuple[str, ...]] = {}
    lost: dict[str, ShowonceError] = {}
    for name in dict.fromkeys(_recordings(workflow)):
        try:
            recordings[name] = Recording.load(find(name))
        except ShowonceError as error:
            lost[name] = error
    for name in dict.fromkeys(_files(workflow)):
        try:
            tables[name] = columns_in(name, table_bytes(folder / name, name, _BESIDE))
        except ShowonceError as error:
            lost[name] = error
    return Known(workflow, recordings, tables, lost)


def columns_in(source: str, content: bytes) -> tuple[str, ...]:
    """The names of a table's columns: the first line of CSV, or the fields of JSON lines.

    Raises:
        DataUnreadableError: It is not UTF-8, not JSON, or has nothing in it.
    """
    columns, _ = _table(source, content)
    return columns


def row_of(known: Known, stage: Stage, number: int, folder: Path) -> dict[str, str]:
    """The values of a stage's row, by column, from 1.

    Raises:
        DataUnreadableError: There is no such row, or rows are known only when it runs.
    """
    rows = _rows(known, stage, folder)
    if rows is None:
        why = f"the rows of '{stage.name}' are known only when it runs"
        raise DataUnreadableError("the workflow", why, "Name the stage without a row.")
    if not 1 <= number <= len(rows):
        raise DataUnreadableError("the workflow", f"'{stage.name}' has {len(rows)} rows", "Choose one of them, from 1.")
    return rows[number - 1]


def _rows(known: Known, stage: Stage, folder: Path) -> list[dict[str, str]] | None:
    match stage.for_each if isinstance(stage, RunStage) else None:
        case WrittenRows(rows=rows):
            return [dict(row) for row in rows]
        case AppRows(apps=apps):
            return [{"app": app.name, **app.values} for app in apps]
        case FileRows(file=file, columns=names):
            return rows_in(folder / file, file, names)
        case InputRows(input=name, columns=names):
            given = known.workflow.inputs.get(name)
            return rows_in(folder / given.default, given.default, names) if given and given.default else None
        case _:
            return None


def rows_in(path: Path, name: str, names: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows of a table, by column; ``names`` are other names for its columns.

    Raises:
        DataUnreadableError: It is not there, or not a table.
    """
    _, rows = _table(name, table_bytes(path, name, _BESIDE))
    return [{names.get(column, column): value for column, value in row.items()} for row in rows]


def _table(source: str, content: bytes) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """A table's columns and rows; each row is checked against its recording only when it runs."""
    text = table_text(source, content)
    try:
        if is_json_lines(source, text):
            lines = [json.loads(line) for line in text.splitlines() if line.strip()]
            rows = [{str(name): _written(value) for name, value in line.items()} for line in lines]
            columns = tuple(dict.fromkeys(name for row in rows for name in row))
        else:
            columns, rows = _csv(text)
    except (ValueError, AttributeError, csv.Error) as error:
        raise DataUnreadableError(source, f"it cannot be read ({error})", "Correct it.") from error
    if not any(columns):
        raise DataUnreadableError(source, "it has no columns", "Begin it with a line of their names.")
    return columns, rows


def _csv(text: str) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    sign = max(SEPARATORS, key=lambda each: len(next(csv.reader([first], delimiter=each), [])))
    lines = [cells for cells in csv.reader(io.StringIO(text, newline=""), delimiter=sign) if cells]
    columns = tuple(cell.strip() for cell in lines[0]) if lines else ()
    return columns, [dict(zip(columns, cells, strict=False)) for cells in lines[1:]]


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _recordings(workflow: Workflow) -> Iterator[str]:
    for stage in workflow.stages:
        if isinstance(stage, RunStage):
            yield from stage.recording
            yield from filter(None, [stage.probe])
            if isinstance(stage.compensate, Compensate):
                yield from filter(None, [stage.compensate.recording, stage.compensate.confirm])


def _files(workflow: Workflow) -> Iterator[str]:
    for stage in workflow.stages:
        if isinstance(stage, RunStage) and isinstance(stage.for_each, FileRows):
            yield stage.for_each.file
    yield from (given.default for given in workflow.inputs.values() if given.kind == "rows" and given.default)
