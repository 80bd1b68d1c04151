"""What became of each row, written to a file as it becomes known: CSV, or JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from recordings.batch import Item
from recordings.errors import CouldNotStartError, ShowonceError
from recordings.known_secrets import KNOWN
from recordings.steps import Step
from recordings.typed import names_of

if TYPE_CHECKING:
    from recordings.recording import Recording

Write = Callable[[Item], None]
_COLUMNS = ("line", "status", "trace_id", "error")
_CAME = frozenset({"failure", "values", "tables", "note"})
_JSON_LINES = (".jsonl", ".ndjson")


@contextmanager
def writing(path: Path, recording: Recording) -> Iterator[Write]:
    """Write a line for each result: the row's line, its status, trace id and error, and the values that it read.

    Of tables JSON lines have every row, CSV a column ``NAME_rows`` with how many there are.

    Raises:
        CouldNotStartError: The file cannot be written; nothing was run.
        ShowonceError: At the end, where not all could be written.
    """
    path = path.expanduser()
    done = [step for step in recording.steps if not step.disabled]
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except FileExistsError as error:
        raise CouldNotStartError(f"There is a file {path} already.", "Choose another with --results.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise CouldNotStartError(
            f"The results cannot be written to {path}: {reason}.", "Choose another file with --results."
        ) from error
    write = _json_lines(file) if path.suffix in _JSON_LINES else _csv_lines(file, done)
    failed: list[OSError] = []

    def keep(result: Item) -> None:
        """A disk that is full stops no run on its way."""
        try:
            if not failed:
                write(KNOWN.cleaned(result, _CAME))
                file.flush()
        except OSError as error:
            failed.append(error)

    try:
        yield keep
    finally:
        with suppress(OSError):
            file.close()
    if failed:
        raise ShowonceError(
            f"The results could not all be written to {path}: {failed[0].strerror or failed[0]}.",
            "'showonce traces' has them all.",
        )


def _json_lines(file: TextIO) -> Write:
    def write(result: Item) -> None:
        read = {"values": result.values, **({"tables": result.tables} if result.tables else {})}
        print(json.dumps({**_facts(result), **read}, ensure_ascii=False), file=file)

    return write


def _csv_lines(file: TextIO, steps: list[Step]) -> Write:
    values = list(dict.fromkeys(name for s in steps if s.kind == "read" for name in names_of(s.name, s.type)))
    tables = list(dict.fromkeys(step.name for step in steps if step.kind == "read_rows"))
    out = csv.writer(file)
    out.writerow([*_COLUMNS, *values, *(f"{name}_rows" for name in tables)])

    def write(result: Item) -> None:
        counts = (len(result.tables[name]) if name in result.tables else "" for name in tables)
        out.writerow([*_facts(result).values(), *(result.values.get(name, "") for name in values), *counts])

    return write


def _facts(item: Item) -> dict[str, object]:
    """By the names in ``_COLUMNS``."""
    error = item.failure.message if item.failure is not None else ""
    told = (item.line, item.status, item.trace_id, f"{error} {item.note}".strip())
    return dict(zip(_COLUMNS, told, strict=True))
