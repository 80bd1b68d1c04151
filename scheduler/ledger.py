"""Serves the run of an item: tells the store's ledger how far each commit has come, before it can go further."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recordings.batch import Commit, CommitState
from recordings.commits import Sending
from scheduler.engine import Engine, TakenOverError
from store import Store
from store.ledger import put_commit


class CommitKnownError(Exception):
    """What is about to be sent is known already: whoever has the item must ask the ledger first."""


class Ledger:
    """The ``CommitGuard`` of one item's runs.

    What is decided, the intent, is written with the engine's checkpoint: who no longer has the item in hand cannot
    write it, and so sends nothing. What was seen (sent, done, void) is true whoever saw it.
    """

    def __init__(self, store: Store, engine: Engine, item_id: str, clock: Callable[[], float]) -> None:
        self._store, self._engine, self._item_id, self._clock = store, engine, item_id, clock

    async def intend(self, sending: Sending, trace_id: str) -> None:
        """The step is about to be done.

        Raises:
            TakenOverError: Another does the item by now.
            CommitKnownError: An earlier run did it, or may have.
        """
        commit = self._commit(sending, trace_id, "intent")

        async def write(session: Any) -> bool:
            kept: bool = await session.run_sync(lambda plain: put_commit(plain.connection(), commit))
            return kept

        if not await self._engine.journal(write):
            raise CommitKnownError

    async def sent(self, sending: Sending, trace_id: str, request: str) -> None:
        """The step's request leaves when this returns.

        Raises:
            TakenOverError: Another run has the step by now.
        """
        if not await self._store.ledger.note(self._commit(sending, trace_id, "sent", request)):
            raise TakenOverError

    async def done(self, sending: Sending, trace_id: str) -> None:
        """What the step was for has been seen to come."""
        await self._store.ledger.note(self._commit(sending, trace_id, "done"))

    async def void(self, sending: Sending, trace_id: str) -> None:
        """The step's request never left, and cannot leave any more."""
        await self._store.ledger.note(self._commit(sending, trace_id, "void"))

    async def row_done(self, loop: str, row: str, trace_id: str) -> None:
        """All that a loop does for a row was done."""
        at = self._clock()
        commit = Commit(item_id=self._item_id, step_id=loop, trace_id=trace_id, state="done", at=at, row=row)
        await self._store.ledger.note(commit)

    def _commit(self, sending: Sending, trace_id: str, state: CommitState, request: str = "") -> Commit:
        return Commit(
            item_id=self._item_id,
            step_id=sending.step.id,
            trace_id=trace_id,
            state=state,
            at=self._clock(),
            request=request,
            row=sending.row,
        )
