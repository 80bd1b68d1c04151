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

if TYPE_CHECKING:
    from recordings.recording import Recording

Write = Callable[[Item], None]
_COLUMNS = ("line", "status", "trace_id", "error")
_JSON_LINES = (".jsonl", ".ndjson")


@contextmanager
def writing(path: Path, recording: Recording) -> Iterator[Write]:
    """Write a line for each result: the row's line, its status, trace id and error, and the values that it read.

    Raises:
        CouldNotStartError: The file cannot be written; nothing was run.
        ShowonceError: At the end, where not all could be written.
    """
    path = path.expanduser()
    read = [step.name for step in recording.steps if step.kind == "read" and not step.disabled]
    try:
        file = path.open("x", encoding="utf-8", newline="")
    except FileExistsError as error:
        raise CouldNotStartError(f"There is a file {path} already.", "Choose another with --results.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise CouldNotStartError(
            f"The results cannot be written to {path}: {reason}.", "Choose another file with --results."
        ) from error
    write = _json_lines(file) if path.suffix in _JSON_LINES else _csv_lines(file, read)
    failed: list[OSError] = []

    def keep(result: Item) -> None:
        """A disk that is full stops no run on its way."""
        try:
            if not failed:
                write(result)
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
    return lambda result: print(json.dumps({**_facts(result), "values": result.values}, ensure_ascii=False), file=file)


def _csv_lines(file: TextIO, read: list[str]) -> Write:
    names = list(dict.fromkeys(read))
    table = csv.writer(file)
    table.writerow([*_COLUMNS, *names])

    def write(result: Item) -> None:
        table.writerow([*_facts(result).values(), *(result.values.get(name, "") for name in names)])

    return write


def _facts(item: Item) -> dict[str, object]:
    """By the names in ``_COLUMNS``."""
    error = item.failure.message if item.failure is not None else ""
    told = (item.line, item.status, item.trace_id, f"{error} {item.note}".strip())
    return dict(zip(_COLUMNS, told, strict=True))
