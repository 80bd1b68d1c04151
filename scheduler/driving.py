"""A workflow seen to until it is over: how it stands, what is next, carried out, and again when something happened."""

from __future__ import annotations

import asyncio
import secrets as randomness
import time
from collections.abc import Callable
from contextlib import suppress

from agents.pool import AgentPool
from recordings.flow import Flow
from scheduler.carrying import Carrying, OnStage
from scheduler.engine import Engine
from scheduler.flow import known_of
from scheduler.standing import Standing
from store import Store
from workflows.advance import advance
from workflows.conflicts import kept_apart

_LOOK_S = 1.0
"""How often it is looked whether a person decided, or somebody elsewhere did something."""

_GATHER_S = 0.05
"""What happens within so long of each other is looked at as one."""

_REST_AFTER_S = 10.0


class Driver:
    """Sees to one workflow; ``wake`` tells it that something happened."""

    def __init__(
        self, store: Store, flow: Flow, carrying: Carrying, standing: Standing, clock: Callable[[], float]
    ) -> None:
        self._store, self._flow, self._carrying, self._standing = store, flow, carrying, standing
        self._clock = clock
        self._happened, self._stopped = asyncio.Event(), False

    def wake(self) -> None:
        """Something happened."""
        self._happened.set()

    async def announce(self) -> None:
        """Make ready for what will be queued."""
        await self._carrying.announce()

    def stop(self) -> None:
        """Have nothing more begin."""
        self._stopped = True
        self.wake()

    async def drive(self, pool: AgentPool | None = None) -> Flow:
        """To its end, or until it is stopped, paused, given up, or another sees to it; ``pool`` holds no browser while
        only people are waited for."""
        apart, idle_since = kept_apart(self._standing.known), self._clock()
        await self._standing.read()
        await self._carrying.take_up()
        while self._goes_on(flow := await self._store.flows.flow(self._flow.id)):
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

    def _goes_on(self, flow: Flow) -> bool:
        return flow.status == "running" and flow.worker == self._flow.worker and not self._stopped

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
