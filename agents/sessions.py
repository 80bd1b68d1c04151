"""Saved sessions in use: runs begin with them, refresh them, and sign in anew, one at a time for each account."""

from __future__ import annotations

import asyncio
import logging
import secrets as randomness
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from agents.agent import Job
from recordings.errors import CouldNotStartError, ShowonceError
from recordings.recording import Recording
from recordings.session import SavedSession
from recordings.trace import Trace
from recordings.urls import origin_of
from replayer import Waits
from replayer.plan import plan_of
from replayer.secrets import SecretSource
from replayer.sinks import Kept, Sink
from store import Accounts, LoginFailed

log = logging.getLogger("showonce.agents")

State = dict[str, Any]
"""Playwright's storage state."""
Run = Callable[[Job, float], Awaitable[Trace]]
"""Has an agent do a job, within so many seconds."""

_LOGIN_S = 120.0
"""A sign-in takes seconds; one that hangs must not keep all others waiting."""
_TURN_S = _LOGIN_S + 30
_LOOK_S = 0.25


class SessionMissingError(CouldNotStartError):
    """No session is kept under this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no saved session '{name}'.", f"Sign in once: showonce login {name} URL")


class SessionElsewhereError(CouldNotStartError):
    """A session was asked about at another site than its own, which says nothing of whether it has expired."""

    def __init__(self, name: str, own: str, other: str) -> None:
        super().__init__(
            f"The session '{name}' is for {origin_of(own)}, and holds nothing for {origin_of(other)}.",
            f"Check a page of its own site, or keep a session of the other one: showonce login NAME {origin_of(other)}",
        )


class Shelf(Protocol):
    """Where sessions are kept: the vault."""

    async def get(self, name: str) -> SavedSession | None:
        """The session of this name."""
        ...

    async def put(self, name: str, session: SavedSession) -> None:
        """Keep it in place of the one of this name."""
        ...


class Sessions:
    """The saved sessions of a process.

    Args:
        accounts: Whose turn it is, over all processes.
        recording: A recording by its digest, for sign-ins.
        secrets: Asked for what sign-ins type.
        sink: Takes the runs that sign in.
        waits: How long their steps may take.
        clock, new_id: Seconds since the epoch, and random hex ids of so many bytes.
    """

    def __init__(
        self,
        shelf: Shelf,
        accounts: Accounts,
        recording: Callable[[str], Awaitable[Recording]],
        secrets: SecretSource | None = None,
        sink: Sink | None = None,
        *,
        waits: Waits | None = None,
        clock: Callable[[], float] = time.time,
        new_id: Callable[[int], str] = randomness.token_hex,
    ) -> None:
        self._shelf, self._accounts, self._recording = shelf, accounts, recording
        self._secrets, self._sink, self._waits = secrets, sink, waits or Waits()
        self._clock, self._new_id = clock, new_id
        self._turns: dict[str, asyncio.Lock] = {}

    async def lend(self, name: str) -> Lent:
        """A session, for one run.

        Raises:
            SessionMissingError: There is none of this name.
        """
        saved = await self._shelf.get(name)
        if saved is None:
            raise SessionMissingError(name)
        return Lent(name, saved, self)

    async def useless(self, lent: Lent) -> str:
        """Why it is of no use to begin with this session: it is known that nobody but a person can sign in anew. ""
        where nothing is known against it."""
        failed = await self._accounts.failure(lent.name)
        return _words(lent.name, failed.reason) if failed and failed.version == lent.saved.version else ""

    async def refresh(self, lent: Lent, state: State) -> None:
        """Keep what the context of a run that passed came to, where the session is still the one it began with."""
        if state == lent.saved.state:
            return
        async with self._alone(lent.name):
            now = await self._shelf.get(lent.name)
            if now is not None and now.version == lent.saved.version:
                await self._shelf.put(lent.name, self._saved(now, state))

    async def renew(self, lent: Lent, run: Run) -> str:
        """See that there is another session than this one, which has expired: "" where there is, else why not.

        Of many that ask at once, one signs in by the recorded login, if there is one; the others wait for it. A login
        that failed is not tried again until somebody signed in.
        """
        async with self._alone(lent.name):
            now = await self._shelf.get(lent.name)
            if now is None:
                return _words(lent.name, "it is kept no more")
            if now.version != lent.saved.version:
                return ""
            if known := await self.useless(lent):
                return known
            failed = await self._signed_in(lent.name, now, run) if now.login else "it has no recorded login"
            if failed:
                await self._accounts.note_failure(lent.name, LoginFailed(now.version, failed))
            return _words(lent.name, failed) if failed else ""

    async def sign_in(self, name: str, session: SavedSession, run: Run) -> str:
        """Sign in by the recorded login of a session, which is kept under this name; "" or why it could not be."""
        async with self._alone(name):
            return await self._signed_in(name, session, run)

    async def _signed_in(self, name: str, session: SavedSession, run: Run) -> str:
        new = _New()
        try:
            recording = await self._recording(session.login)
            origin = origin_of(session.url)
            elsewhere = origin if origin != origin_of(recording.start) else None
            plan = plan_of(recording, {}, elsewhere, self._secrets, from_disk=False)
            trace = await run(Job(plan, self._sink or Kept(), waits=self._waits, session=new), _LOGIN_S)
        except ShowonceError as error:
            return f"the recorded login could not be done: {error.message}"
        except TimeoutError:
            return f"the recorded login was not done within {_LOGIN_S:g} s"
        if trace.status != "passed" or new.state is None:
            said = trace.failure.message if trace.failure is not None else "it kept nothing."
            return f"the recorded login '{recording.name}' failed: {said}"
        kept = self._saved(session, new.state)
        await self._shelf.put(name, kept.model_copy(update={"signed_in_at": kept.saved_at}))
        return ""

    def _saved(self, session: SavedSession, state: State) -> SavedSession:
        update = {"state": state, "version": self._new_id(8), "saved_at": self._clock()}
        return session.model_copy(update=update)

    @asynccontextmanager
    async def _alone(self, name: str) -> AsyncIterator[None]:
        """Have an account to oneself: first in this process, then over all."""
        who = self._new_id(8)
        async with self._turns.setdefault(name, asyncio.Lock()):
            while not await self._accounts.take(name, who, now := self._clock(), now + _TURN_S):  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_S)  # another process has it
            try:
                yield
            finally:
                await self._accounts.leave(name, who)


@dataclass(frozen=True, slots=True)
class Lent:
    """A session that a run begins with: ``saved`` as it was then."""

    name: str
    saved: SavedSession
    sessions: Sessions

    @property
    def state(self) -> State:
        return self.saved.state

    async def passed(self, state: State) -> None:
        """See ``agents.agent.BeginsWith``; a session that cannot be kept takes nothing back of what the run did."""
        try:
            await self.sessions.refresh(self, state)
        except ShowonceError as error:
            log.warning("The session '%s' could not be refreshed: %s", self.name, error)


class _New:
    """What a sign-in comes to, which begins with nothing."""

    def __init__(self) -> None:
        self.state: State | None = None

    async def passed(self, state: State) -> None:
        self.state = state


def _words(name: str, reason: str) -> str:
    return f"The session '{name}' has expired, and {reason.rstrip('.')}. Sign in: showonce login {name}"
