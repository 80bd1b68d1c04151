"""Schedules in the store: documents by name, of which it knows nothing but when they are due."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from store.database import Database
from store.tables import schedules

Change = Callable[[dict[str, Any]], dict[str, Any] | None]
"""What a document becomes, from what it is; None where it is to stay."""


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
        await self._database.put(schedules, row)

    async def get(self, name: str) -> Schedule | None:
        """The schedule of this name."""
        return next((kept for kept in await self.all() if kept.name == name), None)

    async def all(self) -> list[Schedule]:
        """All of them, by name."""
        return [self._schedule(row) for row in await self._database.rows(select(schedules).order_by("name"))]

    async def claim(
        self, name: str, expected_next: float, next_at: float | None, now: float, change: Change = lambda _: None
    ) -> bool:
        """Have a schedule be due at ``next_at``, if it is due at ``expected_next`` still: of all who ask, one has it.

        Args:
            now: When it was last done.
            change: What its document becomes with it.

        Returns:
            Whether it is the caller's; if not, nothing was changed.
        """
        due = schedules.c.next_at == expected_next
        return await self._change(name, change, {"next_at": next_at, "last_at": now}, due)

    async def turn(self, name: str, next_at: float | None, change: Change) -> bool:
        """Have a schedule be due at ``next_at``, whenever it was, and keep what its document becomes; whether it is
        there."""
        return await self._change(name, change, {"next_at": next_at})

    async def change(self, name: str, change: Change) -> bool:
        """Keep what its document becomes, from what it is then; whether it is there, and changed."""
        return await self._change(name, change)

    async def remove(self, name: str) -> bool:
        """Keep it no longer; whether there was one."""
        return await self._database.change(delete(schedules).where(schedules.c.name == name)) > 0

    async def _change(
        self, name: str, change: Change, more: dict[str, Any] | None = None, *only: ColumnElement[bool]
    ) -> bool:
        query = select(schedules).where(schedules.c.name == name, *only).with_for_update()

        def write(connection: Connection) -> bool:
            row = connection.execute(query).first()
            if row is None:
                return False
            document = change(self._schedule(row).document)
            values = dict(more or {})
            if document is not None:
                values["document"] = json.dumps(document, ensure_ascii=False)
            if values:
                connection.execute(update(schedules).where(schedules.c.name == name).values(values))
            return bool(values)

        return await self._database.write(write)

    def _schedule(self, row: Row[Any]) -> Schedule:
        try:
            return Schedule(row.name, json.loads(row.document), row.next_at, row.last_at)
        except ValueError as error:
            raise self._database.unusable(f"the schedule '{row.name}' in it cannot be read") from error
