"""What is kept of how an item came out: its end, what took no effect, and what breaker and cap become by it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext

from agents.policy import is_the_apps
from recordings.batch import Batch, Breaker, Item, ItemStatus
from recordings.trace import Failure, Trace
from scheduler.breaker import after_item
from scheduler.engine import TakenOverError
from scheduler.ramp import Finished
from scheduler.sink import InBatch
from scheduler.work import Work
from store import Store
from store.breakers import Turn

log = logging.getLogger("showonce.scheduler")

OnEnded = Callable[[Batch, Item], None]


class Ending:
    """Keeps how items came out, and tells ``on_ended``; times are those of ``clock``, in seconds since the epoch."""

    def __init__(
        self, store: Store, on_ended: OnEnded, clock: Callable[[], float], chance: Callable[[], float]
    ) -> None:
        self._store, self._on_ended, self._clock, self._chance = store, on_ended, clock, chance

    def tell(self, work: Work, ended: Item) -> None:
        """Tell of an item that has an end."""
        try:
            self._on_ended(work.batch, ended)
        except Exception:  # who listens must not stop what is done
            log.exception("What became of %s could not be told.", ended.id)

    async def end(
        self,
        work: Work,
        item: Item,
        status: ItemStatus,
        *,
        read: Trace | None = None,
        run: InBatch | None = None,
        failure: Failure | None = None,
        note: str = "",
        signs_in: bool = False,
    ) -> Item:
        """Keep how an item ended; the item as it is then.

        Args:
            read: The run whose values and tables are the item's.
            run: Where it was written; how it ended is kept with the item.
            signs_in: A person has to sign in first.

        Raises:
            TakenOverError: It is another's by now, who will say how it ended.
        """
        now = self._clock()
        given = {"values": read.values, "tables": read.tables} if read is not None else {"values": {}, "tables": {}}
        ended = item.model_copy(update={"status": status, "failure": failure, "note": note, "ended_at": now, **given})
        cap = work.ramped(Finished(status == "passed", now - (item.begun_at or now)))
        turn = self.turn(work, item, failure) if not signs_in else None
        stops = work.stops(status) or (signs_in and not work.batch.flow)
        async with run.ending() if run is not None else nullcontext() as write:
            mine = await self._store.batches.end(ended, work.batch.app, turn, cap=cap, stops=stops, run=write)
        if not mine:
            raise TakenOverError
        return ended

    async def take_back(self, item: Item) -> None:
        """Keep that what the item's last run sent took no effect: the application said so, or a probe did."""
        for commit in await self._store.ledger.commits(item.id):
            await self._store.ledger.note(commit.model_copy(update={"state": "void", "at": self._clock()}))

    def turn(self, work: Work, item: Item, failure: Failure | None) -> Turn:
        """What the application's breaker becomes by how a run ended; nothing is kept of one that never failed."""
        fault = failure is not None and is_the_apps(failure)
        ok, now, chance = failure is None, self._clock(), self._chance()

        def turn(before: Breaker | None) -> Breaker | None:
            if before is None and not fault:
                return None
            return after_item(before, work.batch.app, item.id, ok=ok, apps_fault=fault, now=now, chance=chance)

        return turn
