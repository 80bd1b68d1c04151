"""Workflows left to workers: each is seen to by one of them, and by another where that one died."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from recordings.errors import ShowonceError, StoreUnusableError
from recordings.flow import Flow
from scheduler.driving import Driver, driver_of
from scheduler.engine import Engine
from scheduler.flow import hold_batches, paused
from store import Store

log = logging.getLogger("showonce.scheduler")

_LOOK_S = 1.0


class Seeing:
    """The workflows that ``worker`` sees to."""

    def __init__(self, store: Store, engine: Engine, worker: str, clock: Callable[[], float] = time.time) -> None:
        self._store, self._engine, self._worker, self._clock = store, engine, worker, clock
        self._drivers: dict[str, Driver] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopped = False

    def wake(self) -> None:
        """Something happened here."""
        for driver in self._drivers.values():
            driver.wake()

    async def look(self) -> None:
        """Take up what nobody sees to."""
        alive = {worker.id for worker in await self._store.workers.all()} | {self._worker}
        for flow in await self._store.flows.list(1_000, running=True):
            taken = flow.worker in alive and (flow.worker != self._worker or flow.id in self._tasks)
            if flow.shared and not taken and await self._claimed(flow):
                self._tasks[flow.id] = asyncio.create_task(self._see(flow))

    async def stop(self) -> None:
        """Have nothing more begin, and leave the workflows to others."""
        self._stopped = True
        for driver in self._drivers.values():
            driver.stop()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _claimed(self, flow: Flow) -> bool:
        """Whether it is this worker's now: of all who ask, one has it."""

        def claim(kept: Flow) -> Flow:
            free = kept.worker == flow.worker and kept.status == "running"
            return kept.model_copy(update={"worker": self._worker}) if free else kept

        return (await self._store.flows.change(flow.id, claim)).worker == self._worker

    async def _see(self, flow: Flow) -> None:
        try:
            flow = await self._store.flows.flow(flow.id)
            driver = self._drivers[flow.id] = await driver_of(
                self._store, self._engine, flow, lane="", clock=self._clock
            )
            if self._stopped:
                driver.stop()
            ended = await driver.drive()
            log.info("Workflow %s is %s.", flow.id, ended.status)
        except StoreUnusableError as error:
            log.warning("%s Workflow %s is taken up again.", error, flow.id)
        except Exception as error:  # the edge: it is not taken up again before somebody looked
            why = str(error) if isinstance(error, ShowonceError) else f"{type(error).__name__}: {error}"
            log.exception("Workflow %s is paused: %s", flow.id, why)
            await paused(self._store, flow, why)
            await hold_batches(self._store, self._engine, flow)
        finally:
            self._drivers.pop(flow.id, None)
            self._tasks.pop(flow.id, None)
            await self._store.flows.change(flow.id, self._let_go)

    def _let_go(self, kept: Flow) -> Flow:
        return kept.model_copy(update={"worker": ""}) if kept.worker == self._worker else kept


@asynccontextmanager
async def seeing_to(store: Store, engine: Engine, worker: str, clock: Callable[[], float]) -> AsyncIterator[Seeing]:
    """See as ``worker``, who is heard of, to workflows that are left to workers, until the end."""
    seeing = Seeing(store, engine, worker, clock)
    looking = asyncio.create_task(_look(seeing))
    try:
        yield seeing
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await seeing.stop()


async def _look(seeing: Seeing) -> None:
    while True:
        try:
            await seeing.look()
        except StoreUnusableError as error:
            log.warning("%s", error)
        await asyncio.sleep(_LOOK_S)
