"""A workflow seen to until it is over: how it stands, what is next, carried out, and again when something happened."""

from __future__ import annotations

import asyncio
import logging
import secrets as randomness
import time
from collections.abc import Callable
from contextlib import suppress

from agents.pool import AgentPool
from recordings.errors import StoreUnusableError
from recordings.flow import Flow
from scheduler.carrying import Carrying, OnStage
from scheduler.engine import Engine
from scheduler.flow import known_of
from scheduler.standing import Standing
from store import Store
from workflows.advance import Action, Stop, advance
from workflows.conflicts import kept_apart
from workflows.state import State
from workflows.workflow import RunStage

log = logging.getLogger("showonce.scheduler")

_PATIENCE_S = 30.0
_LOOK_S = 1.0
"""How often it is looked whether a person decided, or somebody elsewhere did something."""

_GATHER_S = 0.25
"""So long after a look there is the next at the earliest, so that what happens meanwhile is looked at as one."""

_REST_SHARE = 5
"""A look that takes long, as with ten thousand rows, is taken less often."""

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
        taken_up, patience_s, last = False, 1.0, list[Action]()
        while True:
            self._happened.clear()
            looked_at = self._clock()
            try:
                state = await self._standing.read()
                if not taken_up and self._goes_on(self._standing.flow):
                    await self._take_up()
                    state = await self._standing.read()
                if not self._goes_on(self._standing.flow):
                    if self._standing.flow.status == "paused":
                        await self._carrying.hold()
                    return self._standing.flow
                actions = advance(self._standing.known, state, self._clock(), apart)
                for action in actions:
                    if (ended := await self._carrying.do(state, action)) is not None:
                        return ended
                confirmed = await self._carrying.confirm(state)
                taken_up, patience_s = True, 1.0
            except StoreUnusableError as error:  # a full disk, a database that is away: what it says stays true
                log.warning("%s Trying again in %.0f s.", error, patience_s)
                if self._stopped:
                    return self._flow
                await asyncio.sleep(patience_s)
                taken_up, patience_s = False, min(2 * patience_s, _PATIENCE_S)
                continue
            if actions or confirmed or (pool is not None and pool.busy):
                idle_since = self._clock()
            elif pool is not None and self._clock() - idle_since > _REST_AFTER_S:
                await pool.rest()
            if not confirmed and (not actions or actions == last):
                least_s = _GATHER_S if self._in_need(state) else _LOOK_S
                await self._sleep(max(least_s, _REST_SHARE * (self._clock() - looked_at)))
            last = actions

    async def _take_up(self) -> None:
        """Queue what an earlier process left, unless something has failed by which nothing more begins."""
        state = await self._standing.read()
        for action in advance(self._standing.known, state, self._clock()):
            if isinstance(action, Stop):
                await self._carrying.do(state, action)
                await self._standing.read()
        await self._carrying.take_up()

    def _in_need(self, state: State) -> bool:
        """Whether a stage that runs has fewer rows than could be at work in it; else there is no haste."""
        return any(
            isinstance(stage, RunStage)
            and state.of(stage.name).status == "running"
            and sum(not item.is_over for item in state.of(stage.name).items) < self._most_at_once(stage)
            for stage in self._standing.known.workflow.stages
        )

    def _most_at_once(self, stage: RunStage) -> int:
        return 1 if stage.mode == "sequential" else min(stage.agents, self._flow.settings.agents)

    def _goes_on(self, flow: Flow) -> bool:
        return flow.status == "running" and flow.worker == self._flow.worker and not self._stopped

    async def _sleep(self, least_s: float) -> None:
        """Until something happened, or it is time to look whether something did elsewhere."""
        await asyncio.sleep(least_s)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, _LOOK_S - least_s)):
                await self._happened.wait()


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
    source, known, given = await known_of(store, flow)
    standing = Standing(store, flow, known, given, clock)
    carrying = Carrying(
        store, engine, flow, source, known, standing, lane=lane, clock=clock, new_id=new_id, on_stage=on_stage
    )
    return Driver(store, flow, carrying, standing, clock)
