"""What a run read, written to a file: the rows of a table as CSV or JSON lines, or all of it as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recordings.errors import CouldNotStartError, ShowonceError
from recordings.known_secrets import KNOWN
from recordings.tables import written_table

if TYPE_CHECKING:
    from recordings.recording import Recording
    from recordings.trace import Trace

_ROWS = (".csv", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class ReadTo:
    """A file for what is read; ``table`` is the one whose rows it gets, "" where it gets everything."""

    path: Path
    table: str
    columns: tuple[str, ...] = ()


def read_to(text: str, recording: Recording) -> ReadTo:
    """Where ``--read-to`` writes: ``FILE``, or ``TABLE=FILE`` where the recording reads several.

    Raises:
        CouldNotStartError: The file's ending is not known, the file is there, or which table is meant is not told.
    """
    tables = {step.name: step for step in recording.steps if step.kind == "read_rows" and not step.disabled}
    before, sign, after = text.partition("=")
    named = before if sign and before in tables else ""
    path = Path(after if named else text).expanduser()
    if path.suffix not in (*_ROWS, ".json"):
        raise CouldNotStartError(f"--read-to {path} has no known ending.", "Use .csv, .jsonl or .json.")
    if path.exists():
        raise CouldNotStartError(f"There is a file {path} already.", "Choose another with --read-to.")
    if path.suffix == ".json" and not named:
        return ReadTo(path, "")
    if not named and len(tables) != 1:
        told = "no table" if not tables else f"{len(tables)} tables ({', '.join(tables)})"
        mend = f"Say which: --read-to {next(iter(tables))}={path}." if tables else "Write what it reads as .json."
        raise CouldNotStartError(f"The recording '{recording.name}' reads {told}.", mend)
    step = tables[named or next(iter(tables))]
    return ReadTo(path, step.name, step.value_names)


def write_read(to: ReadTo, trace: Trace) -> None:
    """Write what a run that passed read.

    Raises:
        ShowonceError: The file cannot be written; the run has what was read.
    """
    try:
        with to.path.open("x", encoding="utf-8", newline="") as file:
            file.write(_text(to, KNOWN.cleaned(trace)))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ShowonceError(
            f"What was read cannot be written to {to.path}: {reason}.", f"'showonce trace {trace.trace_id}' has it."
        ) from error


def _text(to: ReadTo, trace: Trace) -> str:
    if not to.table:
        return json.dumps({"values": trace.values, "tables": trace.tables}, ensure_ascii=False, indent=2) + "\n"
    return written_table(to.path.suffix, to.columns, trace.tables.get(to.table, ()))
