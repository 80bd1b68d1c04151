"""Rows of data for many runs: read, and checked against the recording's inputs before anything runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recordings.errors import DataUnreadableError
from recordings.inputs import Input, Secret


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its line in the file, and its values by input name."""

    number: int
    values: dict[str, str]


def read_rows(source: Path, inputs: Sequence[Input], secrets: Sequence[Secret] = ()) -> tuple[Row, ...]:
    """Read CSV (with a header) or JSON lines.

    Raises:
        DataUnreadableError: No such file, not UTF-8, no rows, an unknown column, or one that is missing.
    """
    try:
        text = source.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DataUnreadableError(str(source), "there is no such file", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise DataUnreadableError(
            str(source), f"it is not UTF-8 ({error.reason} at byte {error.start})", "Save it as UTF-8."
        ) from error
    except OSError as error:
        raise DataUnreadableError(str(source), str(error)) from error
    rows = _json_rows(source, text) if source.suffix in (".jsonl", ".ndjson") else _csv_rows(source, text)
    if not rows:
        raise DataUnreadableError(str(source), "it has no rows", "Give one row a run, under a header of input names.")
    _check_columns(source, rows, inputs, secrets)
    return rows


def _csv_rows(source: Path, text: str) -> tuple[Row, ...]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for values in reader:
            if None in values or None in values.values():
                raise DataUnreadableError(
                    str(source),
                    f"line {reader.line_num} has another number of columns than the header",
                    "Correct that line.",
                )
            rows.append(Row(reader.line_num, {name.strip(): value for name, value in values.items()}))
    except csv.Error as error:
        raise DataUnreadableError(str(source), f"line {reader.line_num}: {error}", "Correct that line.") from error
    return tuple(rows)


def _json_rows(source: Path, text: str) -> tuple[Row, ...]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError as error:
            raise DataUnreadableError(
                str(source), f"line {number}: {error}", "Write one JSON object a line."
            ) from error
        if not isinstance(values, dict):
            raise DataUnreadableError(str(source), f"line {number} is not an object", "Write one JSON object a line.")
        rows.append(
            Row(
                number,
                {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in values.items()},
            )
        )
    return tuple(rows)


def _check_columns(source: Path, rows: Sequence[Row], inputs: Sequence[Input], secrets: Sequence[Secret]) -> None:
    known = {item.name for item in inputs}
    hidden = {secret.name for secret in secrets}
    needed = {item.name for item in inputs if item.default is None}
    for row in rows:
        for name in row.values:
            if name in hidden:
                raise DataUnreadableError(
                    str(source),
                    f"column '{name}' is a secret",
                    "Leave it out; give secrets by the environment.",
                )
            if name not in known:
                raise DataUnreadableError(
                    str(source),
                    f"line {row.number}: the recording has no input '{name}'",
                    f"It has: {', '.join(sorted(known))}.",
                )
        for name in needed - row.values.keys():
            raise DataUnreadableError(str(source), f"line {row.number}: no value for input '{name}'", "Add the column.")
