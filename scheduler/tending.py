"""A worker: does what batches have queued for workers, fires schedules and sees to workflows, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from agents.pool import AgentPool
from agents.sessions import Sessions
from recordings.batch import Batch, Item
from recordings.errors import StoreUnusableError
from recordings.schedule import Fire, Schedule
from replayer.secrets import SecretSource
from scheduler.attended import OVER, leaving, this_worker
from scheduler.batch import close, queue_left
from scheduler.doing import Doing
from scheduler.engine import Engine
from scheduler.schedules import OnFire, ticking
from scheduler.seeing import Seeing, seeing_to
from scheduler.sink import Tracing
from scheduler.workers import living
from store import Store

if TYPE_CHECKING:  # what shows a page live is loaded where there is somebody to show it to
    from agents.live.help import HelpDesk

log = logging.getLogger("showonce.scheduler")

_LOOK_ROUND_S = 5.0
_MOST = 1_000
_NO_MORE = ""


async def _untold(_schedule: Schedule, _fire: Fire) -> None:
    return


async def serve(
    store: Store,
    engine: Engine,
    home: Path,
    pool: AgentPool,
    stop: asyncio.Event,
    *,
    secrets: SecretSource | None = None,
    desk: HelpDesk | None = None,
    sessions: Sessions | None = None,
    on_ended: Callable[[Batch, Item], None] = lambda _batch, _item: None,
    on_fire: OnFire = _untold,
    tracing: Tracing | None = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Do what any batch has queued for workers, fire schedules and see to workflows, until ``stop``; then what is at
    work comes to its end. At the ``desk`` people are asked for help with runs."""
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
    doing = Doing(
        store,
        engine,
        pool,
        worker.id,
        secrets,
        sessions=sessions,
        desk=desk,
        on_ended=tell,
        tracing=tracing,
        clock=clock,
    )
    async with leaving(doing), living(store, engine, home, worker, clock):
        async with engine.working(worker.id, doing.chunk):
            await engine.share_out(max(each.agents for each in await store.workers.all() if not each.lane))
            closing = asyncio.create_task(_look_round(store, engine, over, tracing, clock))
            async with (
                ticking(store, engine, worker.id, on_fire, clock),
                seeing_to(store, engine, worker.id, clock) as flows,
            ):
                await stop.wait()
            doing.stop()
            await doing.in_hand.rest()
            over.put_nowait(_NO_MORE)  # not a cancellation, which asyncio.wait_for may swallow before Python 3.12
            await closing


async def _look_round(
    store: Store, engine: Engine, over: asyncio.Queue[str], tracing: Tracing | None, clock: Callable[[], float]
) -> None:
    """Bring on what nobody else does: close the batches whose items end here; now and then, any that a worker left
    open though it is over, and queue any that nobody did."""
    while True:
        batches: set[str] = set()
        with suppress(TimeoutError):
            batches.add(await asyncio.wait_for(over.get(), _LOOK_ROUND_S))
        while not over.empty():
            batches.add(over.get_nowait())
        if ends := _NO_MORE in batches:
            batches.remove(_NO_MORE)
        try:
            for each in await store.batches.list(_MOST, "running") if not batches else ():
                batches.add(each.id)
                if await queue_left(store, engine, each, clock()):
                    log.warning("Batch %s: who began or resumed it ended before it was queued; now it is.", each.id)
            for batch_id in batches:
                batch = await close(store, engine, batch_id, clock())
                if tracing is not None and batch.status in OVER:
                    tracing.batch_over(batch)
        except StoreUnusableError as error:
            log.warning("%s", error)
        if ends:
            return
