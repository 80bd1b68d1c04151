"""What people decide in the console, done with the scheduler: see ``review.work.acts``."""

from __future__ import annotations

import secrets as randomness
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType

from recordings.batch import Batch, BatchSettings
from recordings.inputs import Secret
from recordings.names import recording_folder
from recordings.recording import Recording
from review.work.acts import Preview, Rows, SentFile, Verdict
from scheduler.asked import Asked, check_plans
from scheduler.attended import refuse_busy
from scheduler.batch import cancel, go_on, items_of, new_batch, pause, repeat, settle_rows, start
from scheduler.engine import Engine
from scheduler.rows import Row, likely_columns, rows_in, usable
from showonce.console.planned import PlannedWork
from showonce.secret_sources import place_of, secret_source, vault_keys
from showonce.sessions import refuse_missing, shelf_of
from showonce.settings import Settings
from store import Store

WORKERS = ""
"""The lane of what any worker does: those of the console among them."""

_PREVIEWED = 5


class ConsoleWork(PlannedWork):
    """Queues for workers, of whom ``agents`` are in this process."""

    def __init__(self, store: Store, engine: Engine, settings: Settings, agents: int) -> None:
        super().__init__(store, engine, settings)
        self._secrets = secret_source(settings)
        self.agents = agents

    async def sessions(self) -> Sequence[str]:
        """See ``Work``."""
        return await shelf_of(self._store, self._settings).names()

    async def secrets_from(self, secrets: Sequence[Secret]) -> Mapping[str, str]:
        """See ``Work``."""
        entries = await self._store.vault(vault_keys(self._settings)).names() if secrets else []
        kept = {entry.name for entry in entries if entry.kind in ("secret", "totp")}
        return {secret.name: place_of(secret, self._settings, kept) for secret in secrets}

    async def run_once(
        self,
        recording: str,
        inputs: Mapping[str, str],
        settings: BatchSettings,
        files: Mapping[str, SentFile] = MappingProxyType({}),
    ) -> Batch:
        """See ``Work``. A file becomes one of the recording as this batch keeps it, so that any worker has it."""
        places = {name: f"files/{sha256(file.content).hexdigest()[:16]}/{file.name}" for name, file in files.items()}
        more = {places[name]: file.content for name, file in files.items()}
        return await self._begin(recording, lambda _: (Row(1, {**inputs, **places}),), settings, again=True, more=more)

    async def run_rows(self, recording: str, rows: Rows, settings: BatchSettings) -> Batch:
        """See ``Work``."""

        def read(known: Recording) -> tuple[Row, ...]:
            columns = likely_columns(rows.name, rows.content, known)
            found = rows_in(rows.name, rows.content, known, columns, from_disk=settings.from_disk)
            return usable(rows.name, found, skip_bad=rows.skip_bad)

        return await self._begin(recording, read, settings, again=rows.again)

    async def preview(self, recording: str, rows: Rows, *, from_disk: bool) -> Preview:
        """See ``Work``."""
        known = Recording.load(recording_folder(recording, self._settings.recordings))
        columns = likely_columns(rows.name, rows.content, known)
        found = rows_in(rows.name, rows.content, known, columns, from_disk=from_disk)
        names = tuple(dict.fromkeys(name for row in found.good for name in row.values))
        first = [(row.number, row.values) for row in found.good[:_PREVIEWED]]
        return Preview(len(found.good), names, columns, first, [(row.number, row.reason) for row in found.bad])

    async def pause_batch(self, batch_id: str) -> None:
        """See ``Work``."""
        await pause(self._store, self._engine, await self._store.batches.batch(batch_id))

    async def resume_batch(self, batch_id: str) -> None:
        """See ``Work``."""
        batch = await self._store.batches.batch(batch_id)
        await refuse_busy(self._store, self._engine, self._settings.home, batch, time.time())
        await go_on(self._store, self._engine, batch, time.time(), lane=WORKERS)

    async def cancel_batch(self, batch_id: str) -> None:
        """See ``Work``."""
        await cancel(self._store, self._engine, await self._store.batches.batch(batch_id))

    async def rerun(self, item_id: str, verdict: Verdict) -> None:
        """See ``Work``."""
        item = await self._store.batches.item(item_id)
        batch = await self._store.batches.batch(item.batch_id)
        goes_on = verdict == "there" and await settle_rows(self._store, batch, item, time.time())
        if verdict == "there" and not goes_on:
            await self._store.batches.settle(item.id, "A person saw it in the application.", time.time())
            return
        await refuse_busy(self._store, self._engine, self._settings.home, batch, time.time())
        not_there = verdict == "not-there" or goes_on
        await repeat(self._store, self._engine, batch, item, time.time(), not_there=not_there, lane=WORKERS)

    async def _begin(
        self,
        name: str,
        read: Callable[[Recording], tuple[Row, ...]],
        settings: BatchSettings,
        *,
        again: bool,
        more: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Batch:
        """Keep and queue a batch, once its rows and its recording, with ``more`` files, are seen to be usable."""
        folder = recording_folder(name, self._settings.recordings)
        recording = Recording.load(folder)
        recording = recording.model_copy(update={"files": {**recording.files, **more}})
        rows = read(recording)
        await refuse_missing(self._store, self._settings, settings.session)
        check_plans(Asked(recording, None, rows), settings, [self._secrets])
        version = await self._store.keep_version(recording)
        batch = new_batch(
            recording, version, settings, folder=str(folder.resolve()), now=time.time(), new_id=randomness.token_hex
        )
        await start(self._store, self._engine, batch, items_of(batch, rows), again=again, lane=WORKERS)
        return batch
