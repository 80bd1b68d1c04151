"""Whose turn it is with the account of a saved session, over all processes, and how its recorded login failed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from store.database import Database, insert_into
from store.tables import accounts


@dataclass(frozen=True, slots=True)
class LoginFailed:
    """The recorded login failed for a session of this ``version``, for this ``reason``."""

    version: str
    reason: str


class Accounts:
    """Reached as ``Store.accounts``. An account goes by the name of its session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, who: str, now: float, until: float) -> bool:
        """Have the account to oneself, ``until`` then at most; False where another has it ``now``."""
        row = {"name": name, "holder": "", "until": 0.0, "failed_version": "", "reason": ""}
        free = (accounts.c.holder == "") | (accounts.c.until <= now) | (accounts.c.holder == who)
        mine = update(accounts).where(accounts.c.name == name, free).values(holder=who, until=until)

        def take(connection: Connection) -> bool:
            connection.execute(insert_into(connection, accounts).values(row).on_conflict_do_nothing())
            return connection.execute(mine).rowcount > 0

        return await self._database.write(take)

    async def leave(self, name: str, who: str) -> None:
        """Let others have it, where it is one's own still."""
        own = (accounts.c.name == name, accounts.c.holder == who)
        await self._database.change(update(accounts).where(*own).values(holder="", until=0.0))

    async def note_failure(self, name: str, failed: LoginFailed) -> None:
        """Keep that the recorded login failed. The account was taken before."""
        kept = update(accounts).where(accounts.c.name == name)
        await self._database.change(kept.values(failed_version=failed.version, reason=failed.reason))

    async def failure(self, name: str) -> LoginFailed | None:
        """How the recorded login failed last."""
        row = next(iter(await self._database.rows(select(accounts).where(accounts.c.name == name))), None)
        return LoginFailed(row.failed_version, row.reason) if row is not None and row.failed_version else None
