"""Serves whoever does items: a worker says that it lives, and takes over what the dead had in hand."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from recordings.batch import Worker
from scheduler.engine import Engine
from store import Store

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
    except FileNotFoundError:
        return worker.beat_at < now - DEAD_S or not _lives(worker.pid)
    except BlockingIOError:
        return False
    return True


async def bury(store: Store, engine: Engine, home: Path, now: float, but: str = "") -> int:
    """Give the items of dead workers back, except the one called ``but``; how many items it was."""
    host = socket.gethostname()
    dead = [each for each in await store.workers.all() if each.id != but and is_dead(each, home, now, host)]
    if not dead:
        return 0
    released = 0
    for worker in dead:
        released += len(await store.batches.release(worker.id, now))
    await engine.take_over([worker.id for worker in dead])
    for worker in dead:
        await store.workers.forget(worker.id)
        with suppress(OSError):
            (home / "workers" / f"{worker.id}.lock").unlink(missing_ok=True)
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
            await store.workers.forget(worker.id)


async def _beat(store: Store, engine: Engine, home: Path, worker: Worker, clock: Callable[[], float]) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        now = clock()
        await store.workers.beat(worker.model_copy(update={"beat_at": now}))
        await bury(store, engine, home, now, but=worker.id)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
