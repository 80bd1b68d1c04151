"""What shows that something changed, whoever wrote it: a sign for each matter, cheap enough to ask every second."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from store.database import Database
from store.tables import batches, flows, heals, items, runs, schedules, stages

_AT_WORK = ("queued", "running", "waiting")

_ASKED: dict[str, tuple[Select[Any], ...]] = {
    "runs": (
        select(func.max(runs.c.started_at)),
        select(func.max(runs.c.ended_at)),
        select(func.count()).where(runs.c.status == "running"),
    ),
    "heals": (select(heals.c.status, func.count(), func.max(heals.c.last_at)).group_by(heals.c.status),),
    "batches": (
        select(batches.c.status, func.count()).group_by(batches.c.status),
        select(items.c.status, func.count()).where(items.c.status.in_(_AT_WORK)).group_by(items.c.status),
    ),
    "flows": (
        select(flows.c.status, func.count()).group_by(flows.c.status),
        select(stages.c.document).join(flows).where(flows.c.status.in_(("running", "paused"))),
    ),
    "schedules": (select(schedules.c.name, schedules.c.next_at, schedules.c.last_at, schedules.c.document),),
}


async def pulse_of(database: Database) -> dict[str, object]:
    """The sign of each matter: another one after it changed."""
    return await database.read(_signs)


def _signs(connection: Connection) -> dict[str, object]:
    signs: dict[str, object] = {}
    for matter, asked in _ASKED.items():
        found = [sorted(map(repr, connection.execute(query))) for query in asked]
        signs[matter] = hash(repr(found))
    return signs
