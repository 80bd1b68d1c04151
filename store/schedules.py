"""Schedules in the store: documents by name, of which it knows nothing but when they are due."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, select

from store.database import Database, put_into
from store.tables import schedules


@dataclass(frozen=True, slots=True)
class Schedule:
    """A document under a name. Times are seconds since the epoch: when it is due, None for never, and was last done."""

    name: str
    document: dict[str, Any] = field(default_factory=dict)
    next_at: float | None = None
    last_at: float | None = None


class Schedules:
    """Reached as ``Store.schedules``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, schedule: Schedule) -> None:
        """Keep a schedule in place of the one with its name."""
        row = {
            "name": schedule.name,
            "next_at": schedule.next_at,
            "last_at": schedule.last_at,
            "document": json.dumps(schedule.document, ensure_ascii=False),
        }
        async with self._database.writing() as connection:
            await connection.execute(put_into(connection, schedules).values(row))

    async def get(self, name: str) -> Schedule | None:
        """The schedule of this name."""
        return next(iter([kept for kept in await self.all() if kept.name == name]), None)

    async def all(self) -> list[Schedule]:
        """All of them, by name."""
        async with self._database.reading() as connection:
            return [self._schedule(row) for row in await connection.execute(select(schedules).order_by("name"))]

    async def remove(self, name: str) -> bool:
        """Keep it no longer; whether there was one."""
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(schedules).where(schedules.c.name == name))
            return gone.rowcount > 0

    def _schedule(self, row: Row[Any]) -> Schedule:
        try:
            return Schedule(row.name, json.loads(row.document), row.next_at, row.last_at)
        except ValueError as error:
            raise self._database.unusable(f"the schedule '{row.name}' in it cannot be read") from error
