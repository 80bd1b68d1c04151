"""Once an hour, what was kept as long as it may be is taken away, by whoever works or serves the console."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from recordings.errors import StoreUnusableError
from recordings.keep import Keep
from store import Store
from store.retention import Taken

log = logging.getLogger("showonce.scheduler")

_EVERY_S = 3600.0


async def take_expired(store: Store, home: Path, now: float, who: str) -> tuple[Taken, int]:
    """Take it away now, and note that ``who`` did: what of the store, and how many reports."""
    taken = await store.retention.take(now)
    reports = reports_before(home, await store.retention.keep(), now)
    for path in reports:
        with suppress(OSError):
            path.unlink()
    if taken != Taken() or reports:
        told = {"runs": taken.runs, "pictures": taken.pictures, "rows": taken.results, "reports": len(reports)}
        await store.audit.append(who, "cleaned up", "what was kept long enough", **told)
    return taken, len(reports)


def reports_before(home: Path, keep: Keep, now: float) -> list[Path]:
    """The reports in the home that are kept too long."""
    if keep.reports is None:
        return []
    files = (path for path in (home / "reports").glob("*") if path.is_file())
    return [path for path in files if path.stat().st_mtime < now - keep.reports]


@asynccontextmanager
async def keeping(store: Store, home: Path, *, clock: Callable[[], float] = time.time) -> AsyncIterator[None]:
    """See to it until the end, at once and every hour."""
    end = asyncio.Event()
    task = asyncio.create_task(_see_to(store, home, clock, end))
    try:
        yield
    finally:
        end.set()
        await task


async def _see_to(store: Store, home: Path, clock: Callable[[], float], end: asyncio.Event) -> None:
    await _take(store, home, clock())
    while not end.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(end.wait(), _EVERY_S)
            return
        await _take(store, home, clock())


async def _take(store: Store, home: Path, now: float) -> None:
    try:
        taken, reports = await take_expired(store, home, now, f"worker on {socket.gethostname()}")
        if taken != Taken():
            await store.shrink(whole=False)
        if taken != Taken() or reports:
            log.info("Taken away, as kept long enough: %s, and %d reports.", taken, reports)
    except StoreUnusableError as error:
        log.warning("%s What is kept too long is taken away in an hour.", error)
    except Exception:
        log.exception("Taking away what is kept too long ended in an error that nobody foresaw.")
