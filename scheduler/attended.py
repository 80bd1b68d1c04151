"""Doing one batch in this process, until nothing more of it can be done."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets as randomness
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agents.pool import AgentPool
from agents.sessions import Sessions
from recordings.batch import FINAL, Batch, BatchSettings, Item, Worker
from recordings.errors import CouldNotStartError
from recordings.recording import Recording
from replayer.secrets import SecretSource
from scheduler.batch import close, is_over, items_of, new_batch, start
from scheduler.doing import Doing
from scheduler.engine import PROTOCOL, Engine, open_engine
from scheduler.rows import Row
from scheduler.sink import Tracing
from scheduler.workers import bury, is_dead, living
from store import Store

if TYPE_CHECKING:  # what shows a page live is loaded where there is somebody to show it to
    pass

log = logging.getLogger("showonce.scheduler")

OVER = ("done", "cancelled")
_LOOK_S = 1.0
"""How often it is looked whether somebody elsewhere paused or cancelled the batch."""


class BatchBusyError(CouldNotStartError):
    """Another process does this batch."""

    def __init__(self, batch: Batch, worker: Worker) -> None:
        super().__init__(
            f"Batch {batch.id} is being done already, by process {worker.pid} on {worker.host}.",
            "Wait for it, or end that process; 'showonce batch ID' looks on.",
        )


def this_worker(pool: AgentPool, lane: str = "", clock: Callable[[], float] = time.time) -> Worker:
    """This process as a worker, of a name that no other ever had."""
    now = clock()
    return Worker(
        id=randomness.token_hex(8),
        host=socket.gethostname(),
        pid=os.getpid(),
        agents=pool.agents,
        version=PROTOCOL,
        lane=lane,
        started_at=now,
        beat_at=now,
    )


async def refuse_busy(store: Store, engine: Engine, home: Path, batch: Batch, now: float) -> None:
    """See that nobody does the batch, having given back what the dead had in hand.

    Raises:
        BatchBusyError: Somebody does.
    """
    await bury(store, engine, home, now)
    for worker in await store.workers.all():
        if worker.lane in (batch.id, batch.flow or batch.id) and not is_dead(worker, home, now, socket.gethostname()):
            raise BatchBusyError(batch, worker)


async def see_through(
    store: Store,
    engine: Engine,
    home: Path,
    pool: AgentPool,
    batch: Batch,
    *,
    secrets: SecretSource | None = None,
    sessions: Sessions | None = None,
    only: str = "",
    on_ended: Callable[[Batch, Item], None] = lambda _batch, _item: None,
    tracing: Tracing | None = None,
    clock: Callable[[], float] = time.time,
) -> Batch:
    """Do a batch that was queued in its own lane; return it when it is done, or paused, stopped or cancelled, with
    nothing of it at work. ``only`` is the one item that was queued, where it was one."""

    async def goes_on() -> bool:
        if only:
            return (await store.batches.item(only)).status not in FINAL
        return not await is_over(store, batch.id)

    def tell(of: Batch, item: Item) -> None:
        on_ended(of, item)
        if tracing is not None:
            tracing.item_over(of, item)

    worker = this_worker(pool, batch.id, clock)
    doing = Doing(
        store, engine, pool, worker.id, secrets, sessions=sessions, on_ended=tell, tracing=tracing, clock=clock
    )
    async with leaving(doing), living(store, engine, home, worker, clock):
        async with engine.working(worker.id, doing.chunk, lane=batch.id, batch=batch.id):
            while batch.status == "running" and await goes_on():
                await _either(doing.in_hand.came_to_rest(), _LOOK_S)
                batch = await store.batches.batch(batch.id)
            doing.stop()
            await doing.in_hand.rest()
    batch = await close(store, engine, batch.id, clock())
    if tracing is not None and batch.status in OVER and not only:
        tracing.batch_over(batch)
    return batch


async def do_rows(
    store: Store,
    home: Path,
    pool: AgentPool,
    recording: Recording,
    rows: Iterable[Row],
    settings: BatchSettings,
    *,
    url: str = "",
    again: bool = False,
    secrets: SecretSource | None = None,
    sessions: Sessions | None = None,
    on_ended: Callable[[Batch, Item], None] = lambda _batch, _item: None,
) -> Batch:
    """Run a recording for every row, here, as one batch that is kept in the store; its items are kept with it.

    Args:
        url: The store's, where it is on Postgres.
        again: Do also rows that were done before.
    """
    version = await store.keep_version(recording)
    batch = new_batch(recording, version, settings, folder="", now=time.time(), new_id=randomness.token_hex)
    async with open_engine(store, home, url) as engine:
        await start(store, engine, batch, items_of(batch, rows), again=again, lane=batch.id)
        return await see_through(
            store, engine, home, pool, batch, secrets=secrets, sessions=sessions, on_ended=on_ended
        )


@asynccontextmanager
async def leaving(doing: Doing) -> AsyncIterator[None]:
    """At the very end, when what was cut short is given back, let go of it: the loop ends only then."""
    try:
        yield
    finally:
        doing.leave()
        await asyncio.sleep(0)


async def _either(wait: Awaitable[object], seconds: float) -> None:
    try:
        await asyncio.wait_for(wait, seconds)
    except TimeoutError:
        return
