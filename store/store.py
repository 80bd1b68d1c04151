"""The end of a run's path: the Store takes Traces and StepRecords in and gives them back for review."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, Row, select

from recordings.drawing import drawn, is_told_in
from recordings.errors import StoreUnusableError, TraceUnknownError
from recordings.heal import Heal, HealStatus
from recordings.subject import Subject
from recordings.trace import StepRecord, Trace
from store.accounts import Accounts
from store.address import address_of
from store.audit import Audit
from store.audit_head import HeadFile
from store.batches import Batches
from store.blobs import Blobs, FolderBlobs, TableBlobs
from store.breakers import Breakers
from store.covers import CoverList
from store.database import Database, open_postgres, open_sqlite
from store.errors import HealUnknownError, StoreMissingError, TraceAmbiguousError, VersionUnknownError
from store.flows import Flows
from store.heals import by_id, chosen, heals_of, put_heal, set_status
from store.ledger import Ledger
from store.piles import Piles
from store.prefixes import starting_with
from store.privacy import Veils
from store.pulse import pulse_of
from store.purge import Found, erase, find, find_versions
from store.retention import Retention
from store.review_queue import ReviewQueue
from store.run_list import RunList
from store.schedules import Schedules
from store.schema import make_postgres_ready, make_ready, reason_of
from store.shrink import shrink
from store.tables import runs, steps
from store.tallies import Tallies
from store.traces import WriteRun, put_run, put_steps
from store.users import Users
from store.vault import Vault
from store.vault_keys import Keys
from store.workers import Workers

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from recordings.recording import Recording

_BATCH = 10
"""Steps of a run in one transaction: 62 µs a step against 650 one by one (SPEED.md, rule 8)."""


@asynccontextmanager
async def open_store(home: Path, *, must_exist: bool = False, url: str = "") -> AsyncIterator[Store]:
    """Open ``home/showonce.db`` and ``home/pictures``, or the database at ``url``; created or migrated as needed.

    Args:
        url: ``postgresql://…``; all is kept there then, so that any machine which reaches it needs nothing else.

    Raises:
        StoreMissingError: It ``must_exist`` and does not; nothing was made.
        StoreUnusableError: The folder cannot be written, the database cannot be reached, or it is broken or too new.
    """
    database, pictures = await (_on_postgres(home, url, must_exist) if url else _on_sqlite(home, must_exist))
    store = Store(database, pictures, HeadFile(home / "audit.head"))
    try:
        yield store
    finally:
        try:
            await store.flush()
        finally:
            await database.close()


class Store:
    """Runs, batches and their pictures. Made by ``open_store``; any number of runs may write at once.

    ``lost_pictures`` counts the pictures that were not taken; their steps are kept with a note. ``proposed`` are
    the ids of the heals that runs proposed through this store and that wait for a decision.
    """

    def __init__(self, database: Database, pictures: Blobs, audit_head: HeadFile) -> None:
        self._database = database
        self._blobs = pictures
        self._waiting: dict[str, list[StepRecord]] = {}
        self._lock = asyncio.Lock()
        self.lost_pictures = 0
        self.proposed: set[int] = set()
        self.batches = Batches(database)
        self.tallies = Tallies(database)
        self.breakers = Breakers(database)
        self.ledger = Ledger(database)
        self.workers = Workers(database)
        self.schedules = Schedules(database)
        self.flows = Flows(database)
        self.runs = RunList(database)
        self.reviews = ReviewQueue(database, self.runs)
        self.piles = Piles(database)
        self.covers = CoverList(database)
        self.audit = Audit(database, audit_head)
        self.veils = Veils(database)
        self.retention = Retention(database, pictures)
        self.accounts = Accounts(database)
        self.users = Users(database)

    def vault(self, keys: Keys) -> Vault:
        """The secrets and saved sessions that are kept here, sealed with these keys."""
        return Vault(self._database, keys)

    @property
    def engine(self) -> AsyncEngine:
        """For the durable engine's own transactions, in which ``put_commit`` takes part. Any isolation level may be
        asked for; on SQLite each transaction takes the lock for writing at its start."""
        return self._database.engine

    async def begin(self, trace: Trace) -> None:
        """Keep a run that starts; until ``finish`` its status is ``running``. What is personal of it is hashed."""
        veiled = await self.veils.begun(trace)
        await self._write(veiled.model_copy(update={"status": "running"}))

    async def add_step(self, record: StepRecord, picture: bytes | None) -> StepRecord:
        """Keep a step of a run that was begun, and return it, its picture named; what is personal is hashed as it is
        kept, not as it is returned.

        Steps are written in batches, a failed one at once with those before it.
        """
        record = await self._with_picture(record, picture)
        waiting = self._waiting.setdefault(record.trace_id, [])
        waiting.append(self.veils.step(record))
        if record.outcome == "failed" or len(waiting) >= _BATCH:
            await self.flush(record.trace_id)
        return record

    async def add_after(self, record: StepRecord, picture: bytes) -> StepRecord:
        """Keep the picture of the page that a run came to, and return its last step, added before, with it."""
        record = await self._with_picture(record, picture, "after")
        async with self._lock:
            waiting = self._waiting.setdefault(record.trace_id, [])
            waiting[:] = [each for each in waiting if each.index != record.index] + [self.veils.step(record)]
        return record

    async def finish(self, trace: Trace) -> None:
        """Keep how a run ended, with the steps still waiting, in one transaction.

        Steps come by ``add_step`` alone; those in ``trace`` are not looked at.
        """
        await self._write(await self.veils.ended(trace), trace.trace_id)

    @asynccontextmanager
    async def finishing(self, trace: Trace) -> AsyncIterator[WriteRun]:
        """What writes the same, for a transaction that keeps more than it; it is carried out within the block."""
        async with self._writing(await self.veils.ended(trace), trace.trace_id) as write:
            yield write

    async def flush(self, trace_id: str | None = None) -> None:
        """Write the steps that wait, of one run or of all."""
        for waiting in [trace_id] if trace_id else list(self._waiting):
            if self._waiting.get(waiting):
                await self._write(None, waiting)

    async def pulse(self) -> dict[str, object]:
        """A sign each for ``runs``, ``heals``, ``batches``, ``flows``, ``schedules``: another after it changed."""
        return await pulse_of(self._database)

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
        return [self._database.document(Trace, text) for text in await self._database.scalars(query)]

    async def trace(self, prefix: str) -> Trace:
        """The run whose trace id starts with ``prefix``, with its steps in order.

        Raises:
            TraceUnknownError: No run has it.
            TraceAmbiguousError: Several have.
        """
        trace_id = await self._id_of(prefix.strip().lower())
        await self.flush(trace_id)
        (run,) = await self._database.scalars(select(runs.c.document).where(runs.c.trace_id == trace_id))
        query = select(steps.c.document).where(steps.c.trace_id == trace_id).order_by(steps.c.index)
        done = tuple(self._database.document(StepRecord, text) for text in await self._database.scalars(query))
        return self._database.document(Trace, run).model_copy(update={"steps": done})

    async def propose(self, heal: Heal, shown: bytes | None) -> Heal:
        """Keep a proposal that a run makes, with the demonstration's picture; the same one seen again is counted.

        One that was accepted and taken back since, as the recording in its ``folder`` tells, is proposed again.

        Returns:
            As it is kept, with its id.
        """
        from recordings.kept_heals import is_taken_back  # here, as below: who only looks needs none, and it takes 0.1 s

        heal = self.veils.heal(heal)
        if shown is not None:
            with suppress(OSError, StoreUnusableError):  # a proposal can be judged without
                heal = heal.model_copy(update={"shown": await self._blobs.put(shown)})
        heal_id = await self._database.write(lambda connection: put_heal(connection, heal), alone="heals")
        kept = await self.heal(heal_id)
        folder = heal.folder or kept.folder
        if kept.status == "accepted" and folder and await asyncio.to_thread(is_taken_back, kept, Path(folder)):
            kept = await self.decide(heal_id, "proposed")
        if kept.status == "proposed":
            self.proposed.add(heal_id)
        return kept

    async def heals(self, recording: str | None = None, status: HealStatus | None = "proposed") -> list[Heal]:
        """What runs proposed, the newest first; None: of all recordings, of every status."""
        return self._heals(await self._database.rows(chosen(recording, status)))

    async def heal(self, heal_id: int) -> Heal:
        """One proposal.

        Raises:
            HealUnknownError: There is none of this id.
        """
        found = self._heals(await self._database.rows(by_id(heal_id)))
        if not found:
            raise HealUnknownError(heal_id)
        return found[0]

    async def decide(self, heal_id: int, status: HealStatus) -> Heal:
        """Keep what a person decided on a proposal.

        Raises:
            HealUnknownError: There is none of this id.
        """
        await self._database.write(lambda connection: set_status(connection, heal_id, status))
        return await self.heal(heal_id)

    async def picture(self, digest: str) -> bytes | None:
        """The picture that a step names, what it tells drawn into it; None if it is not kept, or not any more."""
        content = await self._blobs.get(digest)
        return await asyncio.to_thread(drawn, content) if content is not None and is_told_in(content) else content

    async def picture_path(self, digest: str) -> Path | None:
        """A file with a picture as it is kept, what it tells not drawn; None if it is not kept, or not any more."""
        return await self._blobs.path(digest)

    async def subject(self, text: str) -> Subject:
        """A person as this store would write what they are called.

        Raises:
            SubjectTooShortError: It would be found everywhere.
        """
        return Subject(text, await self.veils.key())

    async def find(self, subject: Subject) -> Found:
        """Where a person stands in what is kept."""
        await self.flush()
        found = await find(self._database, subject)
        found.versions |= await find_versions(self._database, self._blobs, subject)
        return found

    async def erase(self, subject: Subject, found: Found) -> int:
        """Take a person out of what was found; how many pictures went with it. ``versions`` are left."""
        return await erase(self._database, self._blobs, subject, found)

    async def forget_versions(self, digests: Iterable[str]) -> None:
        """Take away recordings that were kept whole: no batch that began with one can be gone on with."""
        for digest in digests:
            await self._blobs.remove(digest)

    async def shrink(self, *, whole: bool = True) -> str:
        """Give back the room of what was taken away, see ``store.shrink``; what a person should know of it."""
        return await shrink(self._database, whole=whole)

    async def keep_version(self, recording: Recording) -> str:
        """Keep a recording whole, with its gestures and files, and return the digest that ``version`` gives it for.

        Raises:
            StoreUnusableError: It was not taken.
        """
        from store.versions import packed

        try:
            return await self._blobs.put(packed(recording))
        except OSError as error:
            raise self._database.unusable(error) from error

    async def version(self, digest: str) -> Recording:
        """A recording as it was kept.

        Raises:
            VersionUnknownError: None is kept under this digest.
            RecordingUnreadableError, RecordingVersionError: It is damaged, or of a newer showonce.
        """
        from store.versions import unpacked

        content = await self._blobs.get(digest)
        if content is None:
            raise VersionUnknownError(digest)
        return unpacked(content, digest)

    async def _with_picture(
        self, record: StepRecord, picture: bytes | None, name: Literal["picture", "after"] = "picture"
    ) -> StepRecord:
        if picture is None:
            return record
        try:
            return record.model_copy(update={name: await self._blobs.put(picture)})
        except (OSError, StoreUnusableError) as error:
            self.lost_pictures += 1
            reason = reason_of(error) if isinstance(error, OSError) else error.message.rstrip(".")
            note = f"picture not stored: {reason}"
            return record.model_copy(update={name: "", "notes": tuple(dict.fromkeys((*record.notes, note)))})

    async def _write(self, trace: Trace | None, trace_id: str = "") -> None:
        async with self._writing(trace, trace_id) as write:
            await self._database.write(write)

    @asynccontextmanager
    async def _writing(self, trace: Trace | None, trace_id: str = "") -> AsyncIterator[WriteRun]:
        """What writes a run, the steps of ``trace_id`` that wait, or both; it is carried out within the block."""
        async with self._lock:
            batch = tuple(self._waiting.get(trace_id, ()))

            def write(connection: Connection) -> None:
                if trace is not None:
                    put_run(connection, trace)
                if batch:
                    put_steps(connection, trace_id, batch)

            yield write
            # Only what is written leaves the queue: after an error or a cancellation the rest still waits.
            left = self._waiting.pop(trace_id, [])[len(batch) :]
            if left:
                self._waiting[trace_id] = left

    async def _id_of(self, prefix: str) -> str:
        query = select(runs.c.trace_id).where(starting_with(runs.c.trace_id, prefix))
        found: Sequence[str] = await self._database.scalars(query.order_by(runs.c.trace_id).limit(2))
        if not found:
            raise TraceUnknownError(prefix)
        if len(found) > 1 and found[0] != prefix:
            raise TraceAmbiguousError(prefix)
        return found[0]

    def _heals(self, rows: Sequence[Row[Any]]) -> list[Heal]:
        with self._database.sound(Heal):
            return heals_of(rows)


async def _on_sqlite(home: Path, must_exist: bool) -> tuple[Database, Blobs]:
    path = home / "showonce.db"
    if must_exist and not path.exists():
        raise StoreMissingError(path)
    make_ready(path)
    return open_sqlite(path), FolderBlobs(home / "pictures")


async def _on_postgres(home: Path, given: str, must_exist: bool) -> tuple[Database, Blobs]:
    url = address_of(given)
    await asyncio.to_thread(make_postgres_ready, url, must_exist)
    database = open_postgres(url)
    return database, TableBlobs(database, FolderBlobs(home / "pictures"))
