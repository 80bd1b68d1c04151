"""What the items of batches come to, without reading their documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from sqlalchemy import func, select

from recordings.batch import ItemStatus
from recordings.figures import Mark
from store.database import Database
from store.tables import items

_STATUSES: tuple[ItemStatus, ...] = get_args(ItemStatus)

Span = tuple[float, float, ItemStatus, int]
"""When an item began and ended, how, and at which attempt."""


class Tallies:
    """Counts and times of items, for figures and charts. Reached as ``Store.tallies``; ids of batches are whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def counts(self, batch_id: str) -> dict[ItemStatus, int]:
        """How many items are in each way to be, those that none is in included."""
        query = (
            # All the ways are named so that the index, which is by status first, is used.
            select(items.c.status, func.count().label("many"))
            .where(items.c.status.in_(_STATUSES), items.c.batch_id == batch_id)
            .group_by(items.c.status)
        )
        found: dict[str, int] = {row.status: row.many for row in await self._database.rows(query)}
        return {status: found.get(status, 0) for status in _STATUSES}

    async def counts_of(self, batch_ids: Sequence[str]) -> dict[str, dict[ItemStatus, int]]:
        """The same of several batches, by id; ways that no item is in are left out."""
        query = (
            select(items.c.batch_id, items.c.status, func.count())
            .where(items.c.status.in_(_STATUSES), items.c.batch_id.in_(batch_ids))
            .group_by(items.c.status, items.c.batch_id)
        )
        counts: dict[str, dict[ItemStatus, int]] = {batch_id: {} for batch_id in batch_ids}
        for batch_id, status, many in await self._database.rows(query):
            counts[batch_id][status] = many
        return counts

    async def marks(self, batch_id: str) -> list[Mark]:
        """What charts need of every item, in order of number."""
        query = select(*(items.c[name] for name in Mark._fields)).where(items.c.batch_id == batch_id)
        return [Mark(*row) for row in await self._database.rows(query.order_by(items.c.number))]

    async def spans(self, batch_id: str, since: float = 0.0) -> list[Span]:
        """When the items that were begun and ended at ``since`` or later began and ended, in order of their end."""
        query = (
            select(items.c.begun_at, items.c.ended_at, items.c.status, items.c.attempts)
            .where(items.c.batch_id == batch_id, items.c.begun_at.is_not(None), items.c.ended_at >= since)
            .order_by(items.c.ended_at, items.c.number)
        )
        return [(begun, ended, status, tries) for begun, ended, status, tries in await self._database.rows(query)]

    async def facts(self, batch_id: str) -> list[tuple[ItemStatus, int, float | None, float | None]]:
        """Of every item how it is, how often it was begun, and when it last began and ended, in no order."""
        query = select(items.c.status, items.c.attempts, items.c.begun_at, items.c.ended_at)
        found = await self._database.rows(query.where(items.c.batch_id == batch_id))
        return [(status, attempts, begun, ended) for status, attempts, begun, ended in found]
