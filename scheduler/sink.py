"""Serves the run of an item: keeps its run in the store, tied to the item and to the run before it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from recordings.batch import Batch, Item
from recordings.heal import Heal
from recordings.trace import StepRecord, Trace
from replayer.sinks import Sink, TakesEnds, TakesHeals
from store import Store
from store.traces import WriteRun


class RunSink(Sink, TakesHeals, TakesEnds, Protocol):
    """Takes all that a run tells."""


class Tracing(Protocol):
    """Told of batches, items and their runs, for who looks at them elsewhere; ``around`` listens to a run's sink."""

    def around(self, batch: Batch, item: Item, sink: InBatch) -> RunSink: ...

    def item_over(self, batch: Batch, item: Item) -> None: ...

    def batch_over(self, batch: Batch) -> None: ...


class InBatch:
    """A sink for the runs of one item; ``folder`` is where the recording lay, for what they propose.

    Args:
        ends_item: How a run that passed ended is kept in one transaction with its item's end: in ``ending``, or by
            ``keep`` where that does not come.
    """

    def __init__(self, store: Store, item: Item, folder: str, follows: str = "", *, ends_item: bool = False) -> None:
        self._store, self._folder, self._ends_item = store, folder, ends_item
        self._ties = {"item": item.id, "follows": follows}
        self._passed: Trace | None = None

    async def begin(self, trace: Trace) -> None:
        """Keep the run that starts."""
        await self._store.begin(trace.model_copy(update=self._ties))

    async def add_step(self, record: StepRecord, picture: bytes | None) -> StepRecord:
        """Keep the step, and return it as kept."""
        return await self._store.add_step(record, picture)

    async def add_after(self, record: StepRecord, picture: bytes) -> StepRecord:
        """Keep the picture of the end, and return the step as kept."""
        return await self._store.add_after(record, picture)

    async def finish(self, trace: Trace) -> None:
        """Keep how the run ended, now or with its item's end."""
        trace = trace.model_copy(update=self._ties)
        if self._ends_item and trace.status == "passed":
            self._passed = trace
        else:
            await self._store.finish(trace)

    @asynccontextmanager
    async def ending(self) -> AsyncIterator[WriteRun | None]:
        """What writes how the run ended, if that is still to be kept; it is carried out within the block."""
        if self._passed is None:
            yield None
            return
        async with self._store.finishing(self._passed) as write:
            yield write
        self._passed = None

    async def keep(self) -> None:
        """Keep how the run ended, if that is still to be kept."""
        if self._passed is not None:
            await self._store.finish(self._passed)
            self._passed = None

    async def propose(self, heal: Heal, shown: bytes | None) -> Heal:
        """Keep a proposal, and where its recording is."""
        return await self._store.propose(heal.model_copy(update={"folder": self._folder}), shown)
