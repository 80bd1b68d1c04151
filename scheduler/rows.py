"""Rows of data for many runs: bytes to rows, each checked against the recording before anything runs; pure.

CSV (the separator is that of the header: comma, semicolon or tab) or JSON lines; UTF-8, or what the file's mark says.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordings.errors import CouldNotStartError, DataUnreadableError
from recordings.recording import Recording
from recordings.tables import SEPARATORS, is_json_lines, table_bytes, table_text
from replayer.plan import check_inputs

_MOST_NAMED = 20


class KeyMissingError(CouldNotStartError):
    """The column that tells rows apart is not an input, or a row has nothing in it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its line in the file, and its values by input name."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that no run can be made of: the number of its line, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What a table holds, in its order: rows to run, and those that cannot be."""

    good: tuple[Row, ...]
    bad: tuple[BadRow, ...] = ()


class RowsBadError(CouldNotStartError):
    """Rows of a table cannot be used; ``bad`` are all of them, the message names the first few."""

    def __init__(self, source: str, bad: Sequence[BadRow], total: int) -> None:
        lines = [f"  line {row.number}: {row.reason}" for row in bad[:_MOST_NAMED]]
        if len(bad) > _MOST_NAMED:
            lines.append(f"  and {len(bad) - _MOST_NAMED} more")
        super().__init__(
            "\n".join([f"{len(bad)} of {total} rows in {source} cannot be used; nothing was run:", *lines]),
            "Correct them, or run the others with --skip-bad." if len(bad) < total else "Correct them.",
        )
        self.bad = tuple(bad)


def usable(source: str, rows: Rows, *, skip_bad: bool = False) -> tuple[Row, ...]:
    """The rows to run.

    Raises:
        RowsBadError: Some are bad, and they are not to be skipped, or all are.
    """
    if rows.bad and not (skip_bad and rows.good):
        raise RowsBadError(source, rows.bad, len(rows.bad) + len(rows.good))
    return rows.good


def rows_in(
    source: str,
    content: bytes,
    recording: Recording,
    columns: Mapping[str, str] | None = None,
    *,
    from_disk: bool = True,
) -> Rows:
    """Read a table and check each row against what the recording asks for.

    Args:
        source: What errors call it; a name that ends with .jsonl or .ndjson is of JSON lines, as is a text that begins
            with ``{``.
        columns: Input names by the names of columns that are called otherwise.
        from_disk: Whether a row may name files of this machine.

    Raises:
        DataUnreadableError: The whole cannot be used: not UTF-8, no rows, a column that is unknown, missing, there
            twice, or a secret's.
    """
    text = table_text(source, content)
    renamed = columns or {}
    lines = is_json_lines(source, text)
    read = _json_rows(source, text, renamed, recording) if lines else _csv_rows(source, text, renamed, recording)
    good: list[Row] = []
    bad: list[BadRow] = []
    for row in read:
        checked = _checked(row, recording, from_disk=from_disk) if isinstance(row, Row) else row
        if isinstance(checked, Row):
            good.append(checked)
        else:
            bad.append(checked)
    if not good and not bad:
        raise DataUnreadableError(source, "it has no rows", "Give one row a run, under a header of input names.")
    return Rows(tuple(good), tuple(bad))


def likely_columns(source: str, content: bytes, recording: Recording) -> dict[str, str]:
    """Inputs by the columns of a CSV's header that are called as an input is, in another spelling, or as its label:
    ``Full name`` for ``full_name``. None where an input has a column by its own name, or two could be meant."""
    text = table_text(source, content)
    known = {item.name for item in recording.inputs}
    if is_json_lines(source, text):
        return {}
    header = next((line for line in text.splitlines() if line.strip()), "")
    try:
        cells = [cell.strip() for cell in next(csv.reader([header], delimiter=_separator(text, known)), [])]
    except csv.Error:  # read again, it says which line it is
        return {}
    free = [item for item in recording.inputs if item.name not in cells]
    meant = {
        cell: {item.name for item in free if _plain(cell) in (_plain(item.name), _plain(item.label))}
        for cell in cells
        if cell not in known and _plain(cell)
    }
    taken = [name for names in meant.values() for name in names]
    return {cell: next(iter(names)) for cell, names in meant.items() if len(names) == 1 and not _twice(names, taken)}


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _twice(names: set[str], taken: Sequence[str]) -> bool:
    return any(taken.count(name) > 1 for name in names)


def read_rows(
    source: Path, recording: Recording, columns: Mapping[str, str] | None = None, *, from_disk: bool = True
) -> Rows:
    """``rows_in`` of a file.

    Raises:
        DataUnreadableError: As ``rows_in``, or the file cannot be read.
    """
    return rows_in(str(source), table_bytes(source, str(source)), recording, columns, from_disk=from_disk)


def _checked(row: Row, recording: Recording, *, from_disk: bool) -> Row | BadRow:
    try:
        check_inputs(recording, row.values, from_disk=from_disk)
    except CouldNotStartError as error:
        return BadRow(row.number, error.message)
    return row


def _csv_rows(source: str, text: str, renamed: Mapping[str, str], recording: Recording) -> Iterator[Row | BadRow]:
    known = {item.name for item in recording.inputs} | renamed.keys()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, known), strict=True)
    try:
        header = next((cells for cells in reader if cells), [])
        names = _named(source, [name.strip() for name in header], renamed, recording)
        for cells in reader:
            if not cells:
                continue
            if len(cells) == len(names):
                yield Row(reader.line_num, dict(zip(names, cells, strict=True)))
            else:
                yield BadRow(reader.line_num, f"It has {len(cells)} columns, and the header {len(names)}.")
    except csv.Error as error:
        raise DataUnreadableError(source, f"line {reader.line_num}: {error}", "Correct that line.") from error


def _separator(text: str, known: set[str]) -> str:
    """The one that makes most of the first line's names known ones, or else most names."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def names(separator: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader([first], delimiter=separator), [])
        except csv.Error:  # read again, it says which line it is
            return 0, 0
        return sum(cell.strip() in known for cell in cells), len(cells)

    return max(SEPARATORS, key=names)


def _named(source: str, header: list[str], renamed: Mapping[str, str], recording: Recording) -> list[str]:
    """The input names of a header's columns."""
    for column in renamed.keys() - set(header):
        raise DataUnreadableError(source, f"it has no column '{column}'", f"It has: {', '.join(header) or 'none'}.")
    names = [renamed.get(name, name) for name in header]
    for name in names:
        if names.count(name) > 1:
            raise DataUnreadableError(source, f"two columns are '{name}'", "Leave one out.")
        _check_name(source, name, recording)
    for name in sorted(needed(recording) - set(names)) if header else ():
        raise DataUnreadableError(
            source, f"it has no column for input '{name}'", f"Add it, or name it with --map COLUMN={name}."
        )
    return names


def needed(recording: Recording) -> set[str]:
    """The inputs that every run must be given."""
    return {item.name for item in recording.inputs if item.default is None}


def _check_name(source: str, name: str, recording: Recording) -> None:
    if name in {secret.name for secret in recording.secrets}:
        raise DataUnreadableError(
            source, f"column '{name}' is a secret", "Leave it out; give secrets by the environment."
        )
    known = sorted(item.name for item in recording.inputs)
    if name not in known:
        raise DataUnreadableError(
            source,
            f"the recording has no input '{name}'",
            f"It has: {', '.join(known) or 'none'}. A column is renamed with --map COLUMN=INPUT.",
        )


def _json_rows(source: str, text: str, renamed: Mapping[str, str], recording: Recording) -> Iterator[Row | BadRow]:
    secrets = {secret.name for secret in recording.secrets}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError as error:
            yield BadRow(number, f"It is not JSON: {error}.")
            continue
        if not isinstance(values, dict):
            yield BadRow(number, "It is not a JSON object.")
            continue
        named = {renamed.get(name, name): value for name, value in values.items()}
        for name in named.keys() & secrets:
            _check_name(source, name, recording)
        given = {name: _written(value) for name, value in named.items() if value is not None}
        nested = next((name for name, value in named.items() if isinstance(value, (dict, list))), "")
        yield BadRow(number, f"'{nested}' is no text, number or truth value.") if nested else Row(number, given)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
