"""Covers in the store: which parts of a step's pictures are kept out of reports, whatever run they are of."""

from __future__ import annotations

from sqlalchemy import delete, select

from recordings.cover import Covers
from store.database import Database
from store.tables import covers


class CoverList:
    """Documents in, documents out. Reached as ``Store.covers``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, recording: str) -> dict[str, Covers]:
        """A recording's, by the ids of its steps."""
        query = select(covers.c.step_id, covers.c.document).where(covers.c.recording == recording)
        rows = await self._database.rows(query)
        return {step_id: self._database.document(Covers, document) for step_id, document in rows}

    async def put(self, recording: str, step_id: str, found: Covers) -> None:
        """Keep a step's in the place of what was kept; none takes them away."""
        if found.parts:
            row = {"recording": recording, "step_id": step_id, "document": found.model_dump_json()}
            await self._database.put(covers, row)
        else:
            mine = (covers.c.recording == recording, covers.c.step_id == step_id)
            await self._database.change(delete(covers).where(*mine))
