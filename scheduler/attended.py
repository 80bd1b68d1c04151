"""Doing batches in this process: one until nothing more of it can be done, or all that workers are handed."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets as randomness
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from agents.pool import AgentPool
from recordings.batch import FINAL, Batch, BatchSettings, Item, Worker
from recordings.errors import CouldNotStartError, StoreUnusableError
from recordings.recording import Recording
from recordings.schedule import Fire, Schedule
from replayer.plan import SecretSource
from scheduler.batch import close, is_over, items_of, new_batch, start
from scheduler.doing import Doing
from scheduler.engine import PROTOCOL, Engine, open_engine
from scheduler.rows import Row
from scheduler.schedules import OnFire, ticking
from scheduler.seeing import Seeing, seeing_to
from scheduler.sink import Tracing
from scheduler.workers import bury, is_dead, living
from store import Store

log = logging.getLogger("showonce.scheduler")

_OVER = ("done", "cancelled")
_LOOK_ROUND_S = 5.0
_MOST = 1_000
_NO_MORE = ""
_LOOK_S = 1.0
"""How often it is looked whether somebody elsewhere paused or cancelled the batch."""


async def _untold(_schedule: Schedule, _fire: Fire) -> None:
    return


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
    doing = Doing(store, engine, pool, worker.id, secrets, on_ended=tell, tracing=tracing, clock=clock)
    async with leaving(doing), living(store, engine, home, worker, clock):
        async with engine.working(worker.id, doing.chunk, lane=batch.id, batch=batch.id):
            while batch.status == "running" and await goes_on():
                await _either(doing.in_hand.came_to_rest(), _LOOK_S)
                batch = await store.batches.batch(batch.id)
            doing.stop()
            await doing.in_hand.rest()
    batch = await close(store, engine, batch.id, clock())
    if tracing is not None and batch.status in _OVER and not only:
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
        return await see_through(store, engine, home, pool, batch, secrets=secrets, on_ended=on_ended)


async def serve(
    store: Store,
    engine: Engine,
    home: Path,
    pool: AgentPool,
    stop: asyncio.Event,
    *,
    secrets: SecretSource | None = None,
    on_ended: Callable[[Batch, Item], None] = lambda _batch, _item: None,
    on_fire: OnFire = _untold,
    tracing: Tracing | None = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Do what any batch has queued for workers, fire schedules and see to workflows, until ``stop``; then what is at
    work comes to its end."""
    over: asyncio.Queue[str] = asyncio.Queue()
    flows: Seeing | None = None

    def tell(of: Batch, item: Item) -> None:
        if flows is not None:
            flows.wake()
        on_ended(of, item)
        if tracing is not None:
            tracing.item_over(of, item)
        over.put_nowait(of.id)

    worker = this_worker(pool, clock=clock)
    doing = Doing(store, engine, pool, worker.id, secrets, on_ended=tell, tracing=tracing, clock=clock)
    async with leaving(doing), living(store, engine, home, worker, clock):
        async with engine.working(worker.id, doing.chunk):
            await engine.share_out(max(each.agents for each in await store.workers.all() if not each.lane))
            closing = asyncio.create_task(_close_all(store, engine, over, tracing, clock))
            async with (
                ticking(store, engine, worker.id, on_fire, clock),
                seeing_to(store, engine, worker.id, clock) as flows,
            ):
                await stop.wait()
            doing.stop()
            await doing.in_hand.rest()
            over.put_nowait(_NO_MORE)  # not a cancellation, which asyncio.wait_for may swallow before Python 3.12
            await closing


@asynccontextmanager
async def leaving(doing: Doing) -> AsyncIterator[None]:
    """At the very end, when what was cut short is given back, let go of it: the loop ends only then."""
    try:
        yield
    finally:
        doing.leave()
        await asyncio.sleep(0)


async def _close_all(
    store: Store, engine: Engine, over: asyncio.Queue[str], tracing: Tracing | None, clock: Callable[[], float]
) -> None:
    """Close the batches that are over: those whose items end here, and now and then any that a worker left so."""
    while True:
        batches: set[str] = set()
        with suppress(TimeoutError):
            batches.add(await asyncio.wait_for(over.get(), _LOOK_ROUND_S))
        while not over.empty():
            batches.add(over.get_nowait())
        if ends := _NO_MORE in batches:
            batches.remove(_NO_MORE)
        try:
            batches |= {each.id for each in await store.batches.list(_MOST, "running")} if not batches else set()
            for batch_id in batches:
                batch = await close(store, engine, batch_id, clock())
                if tracing is not None and batch.status in _OVER:
                    tracing.batch_over(batch)
        except StoreUnusableError as error:
            log.warning("%s", error)
        if ends:
            return


async def _either(wait: Awaitable[object], seconds: float) -> None:
    try:
        await asyncio.wait_for(wait, seconds)
    except TimeoutError:
        return
