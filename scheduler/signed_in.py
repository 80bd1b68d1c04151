"""What runs of items begin signed in by, and signing in anew where a login page came instead of the page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from agents.pool import AgentPool
from agents.sessions import Lent, SessionMissingError, Sessions
from recordings.batch import BatchSettings, Item
from recordings.session import is_session_name


class SignedIn:
    """The sessions of the items that one worker does; it counts how often each was begun anew for another."""

    def __init__(self, sessions: Sessions | None, pool: AgentPool) -> None:
        self._sessions, self._pool = sessions, pool
        self._anew: Counter[str] = Counter()

    async def session(self, settings: BatchSettings) -> Path | Lent | None:
        """What a run of the batch begins with.

        Raises:
            SessionMissingError: No session is kept under its name.
        """
        name = settings.session
        if not name or not is_session_name(name):
            return Path(name) if name else None
        if self._sessions is None:
            raise SessionMissingError(name)
        return await self._sessions.lend(name)

    async def refusal(self, session: Path | Lent | None) -> str:
        """Why a run need not begin with it: only a person can sign in; "" where it may."""
        if not isinstance(session, Lent):
            return ""
        return await session.sessions.useless(session)

    def times(self, item: Item, session: Path | Lent | None) -> int | None:
        """How often the item was begun anew for another session; None where its session cannot be another."""
        return self._anew[item.id] if isinstance(session, Lent) else None

    async def anew(self, item: Item, session: Path | Lent | None) -> str:
        """Have another session than this one; "" where there is, else why not."""
        assert isinstance(session, Lent)
        why = await session.sessions.renew(session, self._pool.run)
        self._anew[item.id] += not why
        return why

    def over(self, item: Item) -> None:
        """The item has come to its end."""
        self._anew.pop(item.id, None)
