"""A workflow seen to until it is over: how it stands, what is next, carried out, and again when something happened."""

from __future__ import annotations

import asyncio
import secrets as randomness
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agents.pool import AgentPool
from recordings.batch import Batch, Item
from recordings.errors import CouldNotStartError
from recordings.flow import Flow
from replayer.plan import SecretSource
from scheduler.attended import leaving, this_worker
from scheduler.carrying import Carrying, OnStage
from scheduler.doing import Doing
from scheduler.engine import Engine
from scheduler.flow import known_of
from scheduler.sink import Tracing
from scheduler.standing import Standing
from scheduler.workers import bury, is_dead, living
from store import Store
from workflows.advance import advance
from workflows.conflicts import kept_apart

_LOOK_S = 1.0
"""How often it is looked whether a person decided, or somebody elsewhere did something."""

_GATHER_S = 0.05
"""What happens within so long of each other is looked at as one."""

_REST_AFTER_S = 10.0


class FlowBusyError(CouldNotStartError):
    """Another process sees to this workflow."""

    def __init__(self, flow: Flow, where: str) -> None:
        super().__init__(
            f"Workflow {flow.id} is seen to already, by {where}.",
            "Wait for it, or end that process; 'showonce workflow show ID' looks on.",
        )


class Driver:
    """Sees to one workflow; ``wake`` tells it that something happened."""

    def __init__(self, store: Store, flow: Flow, carrying: Carrying, standing: Standing, clock: Callable[[], float]):
        self._store, self._flow, self._carrying, self._standing = store, flow, carrying, standing
        self._clock = clock
        self._happened = asyncio.Event()

    def wake(self) -> None:
        """Something happened."""
        self._happened.set()

    async def drive(self, pool: AgentPool | None = None) -> Flow:
        """To its end, or until it is paused or given up elsewhere; ``pool`` holds no browser while only people are
        waited for."""
        apart, idle_since = kept_apart(self._standing.known), self._clock()
        state = await self._standing.read()
        await self._carrying.take_up()
        while (flow := await self._store.flows.flow(self._flow.id)).status == "running":
            self._happened.clear()
            state = await self._standing.read()
            actions = advance(self._standing.known, state, self._clock(), apart)
            for action in actions:
                if (ended := await self._carrying.do(state, action)) is not None:
                    return ended
            if await self._carrying.confirm(state) or actions:
                idle_since = self._clock()
                continue
            if pool is not None and pool.busy:
                idle_since = self._clock()
            elif pool is not None and self._clock() - idle_since > _REST_AFTER_S:
                await pool.rest()
            await self._sleep()
        return flow

    async def _sleep(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                await self._happened.wait()
        await asyncio.sleep(_GATHER_S)


async def driver_of(
    store: Store,
    engine: Engine,
    flow: Flow,
    *,
    lane: str,
    clock: Callable[[], float] = time.time,
    new_id: Callable[[int], str] = randomness.token_hex,
    on_stage: OnStage = lambda _stage, _run: None,
) -> Driver:
    """Who sees to a workflow that was begun, its batches queued in ``lane``."""
    _, known, given = await known_of(store, flow)
    standing = Standing(store, flow, known, given)
    carrying = Carrying(store, engine, flow, known, standing, lane=lane, clock=clock, new_id=new_id, on_stage=on_stage)
    return Driver(store, flow, carrying, standing, clock)


async def refuse_busy_flow(store: Store, engine: Engine, home: Path, flow: Flow, now: float, host: str) -> None:
    """See that nobody sees to the workflow, having given back what the dead had in hand.

    Raises:
        FlowBusyError: Somebody does.
    """
    await bury(store, engine, home, now)
    for worker in await store.workers.all():
        if worker.lane == flow.id and not is_dead(worker, home, now, host):
            raise FlowBusyError(flow, f"process {worker.pid} on {worker.host}")


async def see_flow_through(
    store: Store,
    engine: Engine,
    home: Path,
    pool: AgentPool,
    flow: Flow,
    *,
    secrets: SecretSource | None = None,
    on_ended: Callable[[Batch, Item], None] = lambda _batch, _item: None,
    on_stage: OnStage = lambda _stage, _run: None,
    tracing: Tracing | None = None,
    clock: Callable[[], float] = time.time,
) -> Flow:
    """Do a workflow in this process; return it when it is over, or paused or given up, with nothing of it at work."""
    driver = await driver_of(store, engine, flow, lane=flow.id, clock=clock, on_stage=on_stage)

    def tell(of: Batch, item: Item) -> None:
        driver.wake()
        on_ended(of, item)
        if tracing is not None:
            tracing.item_over(of, item)

    worker = this_worker(pool, flow.id, clock)
    doing = Doing(store, engine, pool, worker.id, secrets, on_ended=tell, tracing=tracing, clock=clock)
    async with leaving(doing), living(store, engine, home, worker, clock):
        async with engine.working(worker.id, doing.chunk, lane=flow.id):
            flow = await driver.drive(pool)
            doing.stop()
            await doing.rest()
    return flow
