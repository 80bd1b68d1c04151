"""What the terminal shows of users and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from recordings.access import AccessToken, User


def users_table(users: Sequence[User], tokens: Sequence[AccessToken], now: float) -> Table:
    """Users, with a line for each of their tokens."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("User", "Role", "Token", "For", "Label", "Good until"):
        table.add_column(name, no_wrap=name not in ("User", "Label"), overflow="fold")
    for user in users:
        theirs = [token for token in tokens if token.user == user.name]
        first = (Text(user.name), Text(user.role))
        if not theirs:
            table.add_row(*first, Text("none: cannot sign in", "yellow"))
        for number, token in enumerate(theirs):
            table.add_row(*(first if number == 0 else ("", "")), *_token_cells(token, now))
    return table


def _token_cells(token: AccessToken, now: float) -> Sequence[Text]:
    until = f"{datetime.fromtimestamp(token.expires_at):%Y-%m-%d %H:%M}" if token.expires_at else "no end"
    good = Text("over", "red") if token.is_over(now) else Text(until)
    return Text(token.prefix), Text(token.scope), Text(token.label), good
