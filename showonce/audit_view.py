"""What the terminal shows of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from recordings.audit import AuditEntry


def entries_table(entries: Sequence[AuditEntry]) -> Table:
    """Entries, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("No", justify="right")
    for name in ("When", "Who", "Did", "What", "Facts"):
        table.add_column(name, no_wrap=name == "When", overflow="fold")
    for entry in entries:
        when = f"{datetime.fromtimestamp(entry.at):%Y-%m-%d %H:%M:%S}"
        facts = ", ".join(f"{name} {value}" for name, value in entry.facts.items())
        table.add_row(*map(Text, (str(entry.number), when, entry.who, entry.act, entry.what, facts)))
    return table
