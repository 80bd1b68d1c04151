"""What the terminal shows of saved sessions; never what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from recordings.session import SavedSession
from recordings.urls import origin_of


def sessions_table(rows: Sequence[tuple[str, SavedSession]]) -> Table:
    """Sessions, a line each: where, since when, and what signs in anew."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Session", "Where", "Signed in", "Refreshed", "Signs in anew by"):
        table.add_column(name, no_wrap=name in ("Signed in", "Refreshed"), overflow="fold")
    for name, session in rows:
        table.add_row(
            Text(name),
            Text(origin_of(session.url)),
            Text(_time(session.signed_in_at)),
            Text(_time(session.saved_at) if session.saved_at > session.signed_in_at else ""),
            Text(session.login_name or "a person"),
        )
    return table


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}"
