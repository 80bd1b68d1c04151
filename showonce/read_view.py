"""What a run read, for the terminal: values by name, and the first rows of tables."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from recordings.trace import Trace

_MOST_ROWS = 20


def read_lines(trace: Trace) -> Iterator[Text | Table]:
    """What to print of what the run read; nothing where it read nothing."""
    for name, value in trace.values.items():
        yield Text(f"{name}: {value}")
    for name, rows in trace.tables.items():
        yield Text(f"{name}: {'1 row' if len(rows) == 1 else f'{len(rows)} rows'}", "bold")
        if rows:
            yield _table(rows[:_MOST_ROWS])
        if len(rows) > _MOST_ROWS:
            yield Text(f"… {len(rows) - _MOST_ROWS} more rows", "dim")


def _table(rows: tuple[dict[str, str], ...]) -> Table:
    table = Table(*rows[0], box=None, pad_edge=False, header_style="dim")
    for row in rows:
        table.add_row(*(Text(value) for value in row.values()))
    return table
