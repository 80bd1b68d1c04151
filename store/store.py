"""The end of a run's path: the Store takes Traces and StepRecords in and gives them back for review."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import URL, Row, Select, event, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from recordings.errors import StoreUnusableError, TraceUnknownError
from recordings.heal import Heal, HealStatus
from recordings.trace import HEALED, StepRecord, Trace
from store.blobs import Blobs
from store.errors import HealUnknownError, StoreMissingError, TraceAmbiguousError
from store.heals import by_id, chosen, heals_of, put_heal, set_status
from store.schema import BUSY_S, make_ready, reason_of
from store.tables import runs, steps

Kept = TypeVar("Kept", Trace, StepRecord)

_BATCH = 10
"""Steps of a run in one transaction: 62 µs a step against 650 one by one (SPEED.md, rule 8)."""


@asynccontextmanager
async def open_store(home: Path, *, must_exist: bool = False) -> AsyncIterator[Store]:
    """Open ``home/showonce.db`` and ``home/pictures``, created or migrated as needed.

    Raises:
        StoreMissingError: It ``must_exist`` and does not; nothing was made.
        StoreUnusableError: The folder cannot be written, or the file is broken or too new.
    """
    path = home / "showonce.db"
    if must_exist and not path.exists():
        raise StoreMissingError(path)
    make_ready(path)
    engine = _engine(path)
    store = Store(engine, path, Blobs(home / "pictures"))
    try:
        yield store
    finally:
        try:
            await store.flush()
        finally:
            await engine.dispose()


class Store:
    """Runs and their pictures. Made by ``open_store``; any number of runs may write at once.

    ``lost_pictures`` counts the pictures that the disk did not take; their steps are kept with a note. ``proposed`` are
    the ids of the heals that runs proposed through this store and that wait for a decision.
    """

    def __init__(self, engine: AsyncEngine, path: Path, pictures: Blobs) -> None:
        self._engine = engine
        self._path = path
        self._pictures = pictures
        self._waiting: dict[str, list[StepRecord]] = {}
        self._lock = asyncio.Lock()
        self.lost_pictures = 0
        self.proposed: set[int] = set()

    async def begin(self, trace: Trace) -> None:
        """Keep a run that starts; until ``finish`` its status is ``running``."""
        await self._write(trace.model_copy(update={"status": "running"}))

    async def add_step(self, record: StepRecord, picture: bytes | None) -> StepRecord:
        """Keep a step of a run that was begun, and return it as kept, its picture named.

        Steps are written in batches, a failed one at once with those before it.
        """
        record = self._with_picture(record, picture)
        waiting = self._waiting.setdefault(record.trace_id, [])
        waiting.append(record)
        if record.outcome == "failed" or len(waiting) >= _BATCH:
            await self.flush(record.trace_id)
        return record

    async def finish(self, trace: Trace) -> None:
        """Keep how a run ended, with the steps still waiting, in one transaction.

        Steps come by ``add_step`` alone; those in ``trace`` are not looked at.
        """
        await self._write(trace, trace.trace_id)

    async def flush(self, trace_id: str | None = None) -> None:
        """Write the steps that wait, of one run or of all."""
        for waiting in [trace_id] if trace_id else list(self._waiting):
            if self._waiting.get(waiting):
                await self._write(None, waiting)

    async def traces(
        self,
        limit: int = 50,
        recording: str | None = None,
        status: str | None = None,
        healed: bool | None = None,
    ) -> list[Trace]:
        """Runs without their steps, newest first.

        ``healed`` asks for those in which an element was found by likeness or picture, or for the others.
        """
        query = select(runs.c.document).order_by(runs.c.started_at.desc(), runs.c.trace_id).limit(limit)
        for column, wanted in (
            (runs.c.recording, recording),
            (runs.c.status, status),
            (runs.c.healed, healed),
        ):
            query = query if wanted is None else query.where(column == wanted)
        return [self._document(Trace, text) for text in await self._texts(query)]

    async def trace(self, prefix: str) -> Trace:
        """The run whose trace id starts with ``prefix``, with its steps in order.

        Raises:
            TraceUnknownError: No run has it.
            TraceAmbiguousError: Several have.
        """
        trace_id = await self._id_of(prefix.strip().lower())
        await self.flush(trace_id)
        (run,) = await self._texts(select(runs.c.document).where(runs.c.trace_id == trace_id))
        query = select(steps.c.document).where(steps.c.trace_id == trace_id).order_by(steps.c.index)
        done = tuple(self._document(StepRecord, text) for text in await self._texts(query))
        return self._document(Trace, run).model_copy(update={"steps": done})

    async def propose(self, heal: Heal, shown: bytes | None) -> Heal:
        """Keep a proposal that a run makes, with the demonstration's picture; the same one seen again is counted.

        Returns:
            As it is kept, with its id.
        """
        if shown is not None:
            with suppress(OSError):  # a proposal can be judged without
                heal = heal.model_copy(update={"shown": self._pictures.put(shown)})
        async with self._changing() as connection:
            heal_id = await put_heal(connection, heal)
        kept = await self.heal(heal_id)
        if kept.status == "proposed":
            self.proposed.add(heal_id)
        return kept

    async def heals(self, recording: str | None = None, status: HealStatus | None = "proposed") -> list[Heal]:
        """What runs proposed, the newest first; None: of all recordings, of every status."""
        return self._heals(await self._rows(chosen(recording, status)))

    async def heal(self, heal_id: int) -> Heal:
        """One proposal.

        Raises:
            HealUnknownError: There is none of this id.
        """
        found = self._heals(await self._rows(by_id(heal_id)))
        if not found:
            raise HealUnknownError(heal_id)
        return found[0]

    async def decide(self, heal_id: int, status: HealStatus) -> Heal:
        """Keep what a person decided on a proposal.

        Raises:
            HealUnknownError: There is none of this id.
        """
        async with self._changing() as connection:
            await set_status(connection, heal_id, status)
        return await self.heal(heal_id)

    def picture(self, digest: str) -> bytes | None:
        """The picture that a step names; None if it is not kept, or not any more."""
        return self._pictures.get(digest)

    def picture_path(self, digest: str) -> Path | None:
        """The file of a picture; None if it is not kept, or not any more."""
        path = self._pictures.path(digest)
        return path if digest and path.is_file() else None

    def _with_picture(self, record: StepRecord, picture: bytes | None) -> StepRecord:
        if picture is None:
            return record
        try:
            # On the loop: 0.2-0.4 ms for the usual 30 kB; a thread costs as much again and frees little.
            return record.model_copy(update={"picture": self._pictures.put(picture)})
        except OSError as error:
            self.lost_pictures += 1
            note = f"picture not stored: {reason_of(error)}"
            return record.model_copy(update={"picture": "", "notes": (*record.notes, note)})

    async def _write(self, trace: Trace | None, trace_id: str = "") -> None:
        """Write a run, the steps of ``trace_id`` that wait, or both, in one transaction."""
        async with self._lock:
            batch = tuple(self._waiting.get(trace_id, ()))
            try:
                async with self._engine.begin() as connection:
                    if trace is not None:
                        await _put_run(connection, trace)
                    if batch:
                        await _put_steps(connection, trace_id, batch)
            except SQLAlchemyError as error:
                raise StoreUnusableError(self._path, reason_of(error)) from error
            # Only what is written leaves the queue: after an error or a cancellation the rest still waits.
            left = self._waiting.pop(trace_id, [])[len(batch) :]
            if left:
                self._waiting[trace_id] = left

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes, of this process one at a time."""
        async with self._lock:
            try:
                async with self._engine.begin() as connection:
                    yield connection
            except SQLAlchemyError as error:
                raise StoreUnusableError(self._path, reason_of(error)) from error

    async def _id_of(self, prefix: str) -> str:
        after = prefix + "\U0010ffff"
        query = select(runs.c.trace_id).where(runs.c.trace_id >= prefix, runs.c.trace_id < after)
        found = await self._texts(query.order_by(runs.c.trace_id).limit(2)) if prefix else []
        if not found:
            raise TraceUnknownError(prefix)
        if len(found) > 1 and found[0] != prefix:
            raise TraceAmbiguousError(prefix)
        return found[0]

    async def _texts(self, query: Select[Any]) -> Sequence[str]:
        try:
            async with self._engine.connect() as connection:
                return (await connection.scalars(query)).all()
        except SQLAlchemyError as error:
            raise StoreUnusableError(self._path, reason_of(error)) from error

    async def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        try:
            async with self._engine.connect() as connection:
                return list(await connection.execute(query))
        except SQLAlchemyError as error:
            raise StoreUnusableError(self._path, reason_of(error)) from error

    def _heals(self, rows: Sequence[Row[Any]]) -> list[Heal]:
        try:
            return heals_of(rows)
        except ValidationError as error:
            raise StoreUnusableError(self._path, "a Heal in it cannot be read") from error

    def _document(self, model: type[Kept], text: str) -> Kept:
        try:
            return model.model_validate_json(text)
        except ValidationError as error:
            raise StoreUnusableError(self._path, f"a {model.__name__} in it cannot be read") from error


async def _put_run(connection: AsyncConnection, trace: Trace) -> None:
    row = {
        "trace_id": trace.trace_id,
        "recording": trace.recording,
        "base_url": trace.base_url,
        "status": trace.status,
        "started_at": trace.started_at,
        "ended_at": trace.ended_at,
        "total_steps": trace.total_steps,
        "failure_code": trace.failure.code if trace.failure else None,
        "failure_message": trace.failure.message if trace.failure else None,
        "document": trace.model_dump_json(exclude={"steps"}, exclude_defaults=True),
    }
    await connection.execute(insert(runs).values(row).on_conflict_do_update(set_=row))


async def _put_steps(connection: AsyncConnection, trace_id: str, batch: Sequence[StepRecord]) -> None:
    rows = [
        {
            "trace_id": record.trace_id,
            "index": record.index,
            "span_id": record.span_id,
            "outcome": record.outcome,
            "how": record.how,
            "document": record.model_dump_json(exclude_defaults=True),
        }
        for record in batch
    ]
    # A batch whose commit was cut short by a cancellation may be there already: written again, not refused.
    await connection.execute(insert(steps).prefix_with("OR REPLACE"), rows)
    if any(record.how in HEALED for record in batch):
        await connection.execute(update(runs).where(runs.c.trace_id == trace_id).values(healed=True))


def _engine(path: Path) -> AsyncEngine:
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)), connect_args={"timeout": BUSY_S})

    @event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine
