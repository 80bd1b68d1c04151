"""Serves whoever does items: a worker says that it lives, and takes over what the dead had in hand."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from recordings.batch import Worker
from recordings.errors import StoreUnusableError
from scheduler.engine import Engine
from store import Store

log = logging.getLogger("showonce.scheduler")

BEAT_S = 2.0
DEAD_S = 15.0
"""A worker of another machine that has said nothing for so long is taken for dead. One that only slept finds its items
given away when it wants to send something, and stops."""


@contextmanager
def lifeline(home: Path, worker_id: str) -> Iterator[None]:
    """Hold a lock that the system lets go when this process ends, however it ends."""
    folder = home / "workers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{worker_id}.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_dead(worker: Worker, home: Path, now: float, host: str) -> bool:
    """Whether its lock is free, where it is to be seen; else whether it has been silent for too long."""
    path = home / "workers" / f"{worker.id}.lock"
    if worker.host != host or not path.parent.is_dir():
        return worker.beat_at < now - DEAD_S
    try:
        with path.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:  # of another home, or of a machine of the same name
        return worker.beat_at < now - DEAD_S
    except BlockingIOError:
        return False
    return True


async def bury(store: Store, engine: Engine, home: Path, now: float, but: str = "") -> int:
    """Give the items of dead workers back, except the one called ``but``; how many items it was."""
    host, known = socket.gethostname(), await store.workers.all()
    dead = {each.id for each in known if each.id != but and is_dead(each, home, now, host)}
    # Items may name a worker that is forgotten: it was ended while it said good-bye.
    dead |= await store.batches.at_work() - {each.id for each in known} - {but}
    return sum([await give_back(store, engine, home, worker, now) for worker in dead])


async def give_back(store: Store, engine: Engine, home: Path, worker_id: str, now: float) -> int:
    """Queue again all that a worker has in hand who does no more, and forget it; how many items it was.

    In this order: who comes back meanwhile finds its items another's, or still its own and in nobody's hand.
    """
    await engine.take_over([worker_id])
    released = len(await store.batches.release(worker_id, now))
    await store.workers.forget(worker_id)
    with suppress(OSError):
        (home / "workers" / f"{worker_id}.lock").unlink(missing_ok=True)
    return released


@asynccontextmanager
async def living(
    store: Store, engine: Engine, home: Path, worker: Worker, clock: Callable[[], float]
) -> AsyncIterator[None]:
    """Say every two seconds that the worker lives, and bury the dead, until the end."""
    with lifeline(home, worker.id):
        await store.workers.beat(worker)
        beating = asyncio.create_task(_beat(store, engine, home, worker, clock))
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            await give_back(store, engine, home, worker.id, clock())


async def _beat(store: Store, engine: Engine, home: Path, worker: Worker, clock: Callable[[], float]) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        now = clock()
        try:
            await store.workers.beat(worker.model_copy(update={"beat_at": now}))
            await bury(store, engine, home, now, but=worker.id)
        except StoreUnusableError as error:
            log.warning("%s", error)
