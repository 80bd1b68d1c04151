"""Doing a workflow in this process, until it is over or a person stops it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path

from agents.pool import AgentPool
from agents.sessions import Sessions
from recordings.batch import Batch, Item
from recordings.errors import CouldNotStartError
from recordings.flow import Flow
from replayer.secrets import SecretSource
from scheduler.attended import leaving, this_worker
from scheduler.carrying import OnStage
from scheduler.doing import Doing
from scheduler.driving import driver_of
from scheduler.engine import Engine
from scheduler.sink import Tracing
from scheduler.workers import bury, is_dead, living
from store import Store


class FlowBusyError(CouldNotStartError):
    """Another process sees to this workflow."""

    def __init__(self, flow: Flow, where: str) -> None:
        super().__init__(
            f"Workflow {flow.id} is seen to already, by {where}.",
            "Wait for it, or end that process; 'showonce workflow show ID' looks on.",
        )


class FlowRestingError(CouldNotStartError):
    """It was paused just now, and who saw to it has not let go of it."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(f"Workflow {flow.id} was paused just now, and still comes to rest.", "Try again in a moment.")


async def refuse_busy_flow(store: Store, engine: Engine, home: Path, flow: Flow, now: float) -> None:
    """See that nobody sees to the workflow, or to its coming to rest, having given back what the dead had in hand.

    Raises:
        FlowBusyError: Somebody does.
        FlowRestingError: Somebody just let it be paused.
    """
    await bury(store, engine, home, now)
    for worker in await store.workers.all():
        if worker.id == flow.worker and flow.status == "paused":
            raise FlowRestingError(flow)
        if worker.lane == flow.id and not is_dead(worker, home, now, socket.gethostname()):
            raise FlowBusyError(flow, f"process {worker.pid} on {worker.host}")


async def see_flow_through(
    store: Store,
    engine: Engine,
    home: Path,
    pool: AgentPool,
    flow: Flow,
    *,
    secrets: SecretSource | None = None,
    sessions: Sessions | None = None,
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

    await driver.announce()
    worker = this_worker(pool, flow.id, clock)
    doing = Doing(
        store, engine, pool, worker.id, secrets, sessions=sessions, on_ended=tell, tracing=tracing, clock=clock
    )
    async with leaving(doing), living(store, engine, home, worker, clock):
        async with engine.working(worker.id, doing.chunk, lane=flow.id):
            flow = await driver.drive(pool)
            doing.stop()
            await doing.in_hand.rest()
    return flow
