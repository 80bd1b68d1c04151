"""Serves the run of an item: keeps its run in the store, tied to the item and to the run before it."""

from __future__ import annotations

from typing import Protocol

from recordings.batch import Batch, Item
from recordings.heal import Heal
from recordings.trace import StepRecord, Trace
from replayer.sinks import Sink, TakesEnds, TakesHeals
from store import Store


class RunSink(Sink, TakesHeals, TakesEnds, Protocol):
    """Takes all that a run tells."""


class Tracing(Protocol):
    """Told of batches, items and their runs, for who looks at them elsewhere; ``around`` listens to a run's sink."""

    def around(self, batch: Batch, item: Item, sink: InBatch) -> RunSink: ...

    def item_over(self, batch: Batch, item: Item) -> None: ...

    def batch_over(self, batch: Batch) -> None: ...


class InBatch:
    """A sink for the runs of one item; ``folder`` is where the recording lay, for what they propose."""

    def __init__(self, store: Store, item: Item, folder: str, follows: str = "") -> None:
        self._store, self._folder = store, folder
        self._ties = {"item": item.id, "follows": follows}

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
        """Keep how the run ended."""
        await self._store.finish(trace.model_copy(update=self._ties))

    async def propose(self, heal: Heal, shown: bytes | None) -> Heal:
        """Keep a proposal, and where its recording is."""
        return await self._store.propose(heal.model_copy(update={"folder": self._folder}), shown)
