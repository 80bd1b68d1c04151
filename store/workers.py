"""Who is at work: the workers of batches, in the store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, select

from recordings.batch import Worker
from store.database import Database
from store.tables import workers


class Workers:
    """The processes that do items, each heard of now and then. Reached as ``Store.workers``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beat(self, worker: Worker) -> None:
        """Keep that a worker lives, at its ``beat_at``."""
        row = {"id": worker.id, "beat_at": worker.beat_at, "document": worker.model_dump_json()}
        await self._database.put(workers, row)

    async def dead(self, before: float) -> list[Worker]:
        """Those that were last heard of before this time."""
        return await self._workers(select(workers.c.document).where(workers.c.beat_at < before))

    async def all(self) -> list[Worker]:
        """All that were heard of and not forgotten, by id."""
        return await self._workers(select(workers.c.document))

    async def forget(self, worker_id: str) -> None:
        """Keep a worker no longer: it ended, or its items were released."""
        await self._database.change(delete(workers).where(workers.c.id == worker_id))

    async def _workers(self, query: Select[Any]) -> list[Worker]:
        found = await self._database.scalars(query.order_by(workers.c.id))
        return [self._database.document(Worker, text) for text in found]
