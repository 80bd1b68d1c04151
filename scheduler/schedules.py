"""Fires schedules: of many workers one claims what is due, reads its data, and leaves a batch to all of them.

A fire is claimed first, in the store, with who has it in hand; what one that died had in hand another begins again. The
batch's id is made of the schedule and the time, and so are its items' keys: a fire has one batch, whoever makes it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from recordings.batch import Batch, Item
from recordings.errors import CouldNotStartError, ShowonceError, StoreUnusableError
from recordings.schedule import Fire, Schedule
from scheduler.asked import asked_by
from scheduler.batch import close, is_over, items_of, leave_to_workers, new_batch
from scheduler.cron import CronBadError, ZoneBadError, next_after
from scheduler.due import Turn, turn_of
from scheduler.engine import Engine
from scheduler.rows import Row
from store import BatchUnknownError, Store
from store import Schedule as Kept

log = logging.getLogger("showonce.scheduler")

OnFire = Callable[[Schedule, Fire], Awaitable[None]]
"""Told of each fire that was made, failed, or is skipped."""

_LOOK_S = 1.0
_PATIENCE_S = 30.0


class ScheduleBusyError(CouldNotStartError):
    """A schedule is to be run now while its last batch is not over."""

    def __init__(self, schedule: Schedule) -> None:
        super().__init__(
            f"The last batch of schedule '{schedule.name}' is not over.",
            "'showonce schedule list' shows which; wait for it, or cancel it.",
        )


class ScheduleUnknownError(CouldNotStartError):
    """No schedule has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no schedule '{name}'.", "'showonce schedule list' shows them.")


def schedule_of(kept: Kept) -> Schedule:
    """What stands in the store under a schedule's name.

    Raises:
        ValidationError: It is of another shape.
    """
    return Schedule.model_validate(kept.document)


def kept_as(schedule: Schedule, next_at: float | None) -> Kept:
    """As it is put into the store, first due at ``next_at``."""
    return Kept(schedule.name, schedule.model_dump(mode="json"), next_at)


def id_of(schedule: Schedule, due: float, size: int = 6) -> str:
    """So many bytes, in hex digits, that are the same for a fire whoever makes it: the id of its batch."""
    return sha256(f"{schedule.name}\n{schedule.created_at!r}\n{due!r}".encode()).hexdigest()[: 2 * size]


def items_of_fire(schedule: Schedule, due: float, batch: Batch, rows: Iterable[Row]) -> Iterator[Item]:
    """The rows as items whose keys name the fire: the same row is done at each of them, and once."""
    fire = f"{schedule.name} {datetime.fromtimestamp(due, UTC).isoformat()}"
    for item in items_of(batch, rows, schedule.key):
        yield item.model_copy(update={"key": f"{fire} {item.key}", "repeats": True})


async def is_busy(store: Store, schedule: Schedule) -> bool:
    """Whether a fire is in hand, or the last batch goes on, or is paused; one that stopped stands until a person has
    looked, and does not keep the next from its time."""
    if any(fire.state == "begun" for fire in schedule.fires):
        return True
    made = [fire.batch for fire in schedule.fires if fire.state == "made"]
    if not made:
        return False
    try:
        batch = await store.batches.batch(made[-1])
    except BatchUnknownError:
        return False
    return batch.status == "paused" or (batch.status == "running" and not await is_over(store, batch.id))


async def make(store: Store, engine: Engine, schedule: Schedule, due: float, now: float) -> Batch:
    """Read what a schedule asks for and queue it for workers; what an earlier try has done of this is left as it is.

    Raises:
        CouldNotStartError: It cannot be used.
    """
    try:
        batch = await store.batches.batch(id_of(schedule, due))
    except BatchUnknownError:
        batch = await _kept(store, schedule, due, now)
    if not await engine.has(batch.id):
        await leave_to_workers(store, engine, batch)
    return await close(store, engine, batch.id, now)


async def _kept(store: Store, schedule: Schedule, due: float, now: float) -> Batch:
    asked = await asyncio.to_thread(asked_by, schedule)
    version = await store.keep_version(asked.recording)
    probe = await store.keep_version(asked.probe) if asked.probe is not None else ""
    batch = new_batch(
        asked.recording,
        version,
        schedule.settings.model_copy(update={"probe": probe}),
        folder=schedule.recording,
        now=now,
        new_id=lambda size: id_of(schedule, due, size),
    )
    await store.batches.add(batch, items_of_fire(schedule, due, batch, asked.rows))
    return batch


async def run_now(store: Store, engine: Engine, schedule: Schedule, now: float) -> Batch:
    """Fire a schedule out of its turn.

    Raises:
        ScheduleBusyError: Its last batch is not over, and they must not overlap.
        CouldNotStartError: What it asks for cannot be used.
    """
    if not schedule.overlap and await is_busy(store, schedule):
        raise ScheduleBusyError(schedule)
    batch = await make(store, engine, schedule, now, now)
    fire = Fire(due=now, at=now, state="made", batch=batch.id)
    await store.schedules.change(schedule.name, _with(fire))
    return batch


async def pause(store: Store, name: str) -> None:
    """Have a schedule be due no more until it is ``resume``d; a fire that is in hand is made.

    Raises:
        ScheduleUnknownError: There is none of this name.
    """
    if not await store.schedules.turn(name, None, _paused(True)):
        raise ScheduleUnknownError(name)


async def resume(store: Store, name: str, now: float) -> float:
    """Have a schedule be due again, from its next time on; what was due meanwhile is passed over, as was wanted.

    Returns:
        When it is due, in seconds since the epoch; where it was not paused, as before.

    Raises:
        ScheduleUnknownError: There is none of this name.
        CronBadError, ZoneBadError: It cannot be told when it is due.
    """
    kept = await store.schedules.get(name)
    if kept is None:
        raise ScheduleUnknownError(name)
    schedule = schedule_of(kept)
    if not schedule.paused and kept.next_at is not None:
        return kept.next_at
    next_at = next_after(schedule.cron, schedule.tz, now)
    if not await store.schedules.turn(name, next_at, _paused(False)):
        raise ScheduleUnknownError(name)
    return next_at


class Ticker:
    """Fires what is due, as ``worker``. Made by ``ticking``; a test calls ``look`` itself."""

    def __init__(
        self, store: Store, engine: Engine, worker: str, on_fire: OnFire, clock: Callable[[], float], host: str
    ) -> None:
        self._store, self._engine, self._worker = store, engine, worker
        self._on_fire, self._clock, self._host = on_fire, clock, host
        self._unreadable = set[str]()

    async def look(self) -> None:
        """Do all that is due, and what a worker that died had in hand."""
        alive = {worker.id for worker in await self._store.workers.all()} - {self._worker}
        for kept in await self._store.schedules.all():
            try:
                schedule = schedule_of(kept)
            except ValidationError:
                if kept.name not in self._unreadable:
                    log.warning("The schedule '%s' is of another version of showonce, and is left alone.", kept.name)
                self._unreadable.add(kept.name)
                continue
            if not self._has_files(schedule):
                continue
            for fire in schedule.fires:
                if fire.state == "begun" and fire.by not in alive and await self._taken_over(schedule, fire):
                    await self._fire(schedule, fire.due)
            await self._catch_up(kept.name)

    async def _catch_up(self, name: str) -> None:
        while (kept := await self._store.schedules.get(name)) is not None and kept.next_at is not None:
            if kept.next_at > (now := self._clock()):
                return
            schedule = schedule_of(kept)
            try:
                turn = turn_of(schedule, kept.next_at, now, busy=await is_busy(self._store, schedule))
            except (CronBadError, ZoneBadError) as error:
                failed = Fire(due=kept.next_at, at=now, state="failed", said=str(error))
                if await self._store.schedules.claim(name, kept.next_at, None, now, _with(failed)):
                    await self._tell(schedule, failed)
                return
            if turn is None:
                return
            await self._take(schedule, turn, now)

    async def _take(self, schedule: Schedule, turn: Turn, now: float) -> None:
        fire = Fire(due=turn.due, at=now, state="skipped" if turn.why else "begun", by=self._worker, said=turn.why)
        if not await self._store.schedules.claim(schedule.name, turn.due, turn.next_at, now, _with(fire)):
            return
        if turn.why:
            await self._tell(schedule, fire)
        else:
            await self._fire(schedule, fire.due)

    async def _fire(self, schedule: Schedule, due: float) -> None:
        fire = Fire(due=due, at=self._clock(), state="made", by=self._worker)
        try:
            batch = await make(self._store, self._engine, schedule, due, self._clock())
            fire = fire.model_copy(update={"batch": batch.id})
            told: dict[str, str | int] = {"batch": batch.id, "rows": batch.total}
            await self._store.audit.append(f"worker {self._worker}", "ran", f"schedule {schedule.name}", **told)
        except StoreUnusableError:
            raise
        except Exception as error:
            if not isinstance(error, ShowonceError):
                log.debug("A fire ended in an error that nobody foresaw.", exc_info=True)
            said = str(error) if isinstance(error, ShowonceError) else f"{type(error).__name__}: {error}"
            fire = fire.model_copy(update={"state": "failed", "said": said})
        await self._store.schedules.change(schedule.name, _with(fire))
        await self._tell(schedule, fire)

    async def _taken_over(self, schedule: Schedule, fire: Fire) -> bool:
        """Take in hand what another had, unless a third was quicker."""
        mine = fire.model_copy(update={"by": self._worker, "at": self._clock()})

        def take(document: dict[str, Any]) -> dict[str, Any] | None:
            now = Schedule.model_validate(document)
            return now.with_fire(mine).model_dump(mode="json") if fire in now.fires else None

        return await self._store.schedules.change(schedule.name, take)

    def _has_files(self, schedule: Schedule) -> bool:
        """Whether they are to be found here; on the schedule's own machine, that they are not is a failed fire."""
        return schedule.host == self._host or (Path(schedule.data).exists() and Path(schedule.recording).exists())

    async def _tell(self, schedule: Schedule, fire: Fire) -> None:
        if fire.state == "failed":
            log.warning("The schedule '%s' could not be run: %s", schedule.name, fire.said)
        elif fire.state == "skipped":
            last = schedule.fires[-1] if schedule.fires else fire
            again = (last.state, last.said) == (fire.state, fire.said) and last is not fire
            log.log(
                logging.DEBUG if again else logging.WARNING,
                "The schedule '%s' passes over what was due: %s",
                schedule.name,
                fire.said,
            )
        await self._on_fire(schedule, fire)


@asynccontextmanager
async def ticking(
    store: Store, engine: Engine, worker: str, on_fire: OnFire, clock: Callable[[], float]
) -> AsyncIterator[None]:
    """Fire as ``worker``, who is heard of, what is due, every second until the end."""
    ticker = Ticker(store, engine, worker, on_fire, clock, socket.gethostname())
    task = asyncio.create_task(_tick(ticker))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _tick(ticker: Ticker) -> None:
    patience_s = _LOOK_S
    while True:
        try:
            await ticker.look()
            patience_s = _LOOK_S
        except StoreUnusableError as error:
            patience_s = min(2 * patience_s, _PATIENCE_S)
            log.warning("%s Schedules are looked at again in %.0f s.", error, patience_s)
        except Exception:
            log.exception("Looking at schedules ended in an error that nobody foresaw.")
        await asyncio.sleep(patience_s)


def _paused(paused: bool) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: {**document, "paused": paused}


def _with(fire: Fire) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda document: Schedule.model_validate(document).with_fire(fire).model_dump(mode="json")
