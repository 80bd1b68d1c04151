"""What the terminal shows of the vault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from store.vault import VaultEntry

_KINDS = {"secret": "secret", "totp": "one-time codes", "session": "session"}


def vault_table(entries: Sequence[VaultEntry]) -> Table:
    """What is in the vault, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Name", "Kind", "Typed only at", "Changed"):
        table.add_column(name, no_wrap=name in ("Kind", "Changed"), overflow="fold")
    for entry in entries:
        changed = f"{datetime.fromtimestamp(entry.changed_at):%Y-%m-%d %H:%M}"
        table.add_row(Text(entry.name), _KINDS[entry.kind], Text(entry.origin or "anywhere it was shown"), changed)
    return table
