"""What was kept as long as it may be is taken away: runs, pictures, what rows held; nothing that somebody waits for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, or_, select, update

from recordings.batch import Item
from recordings.flow import ENDED, StageRun
from recordings.heal import Heal
from recordings.keep import Keep
from recordings.trace import StepRecord
from recordings.veil import ERASED
from store.blobs import Blobs
from store.database import Database, Matter, stream
from store.items import changes_of, items_of
from store.tables import (
    batches,
    commits,
    flows,
    heals,
    items,
    looks,
    names_pictures,
    piles,
    privacy,
    runs,
    stages,
    steps,
    verdicts,
)

_KEEP = "keep"
_AT_ONCE = 200
_GONE = '%"erased":true%'
_OVER = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class Taken:
    """How many of each kind were taken away, or would be."""

    runs: int = 0
    pictures: int = 0
    results: int = 0


class Retention:
    """Reached as ``Store.retention``."""

    def __init__(self, database: Database, pictures: Blobs) -> None:
        self._database, self._pictures = database, pictures

    async def keep(self) -> Keep:
        """How long things are kept."""
        text = await self._database.scalar(select(privacy.c.value).where(privacy.c.name == _KEEP))
        return self._database.document(Keep, text) if text else Keep()

    async def set_keep(self, keep: Keep) -> None:
        """Keep things so long from now on, for all who share the database."""
        row = {"name": _KEEP, "value": keep.model_dump_json(exclude_defaults=True)}
        await self._database.put(privacy, row)

    async def expired(self, now: float) -> Taken:
        """How much there is to take away now."""
        keep = await self.keep()
        return Taken(
            await self._count(_runs_before(now - keep.runs)) if keep.runs else 0,
            await self._count(_shown_before(now - keep.pictures)) if keep.pictures else 0,
            await self._count(_items_before(now - keep.results)) if keep.results else 0,
        )

    async def take(self, now: float) -> Taken:
        """Take away what may be kept no longer. What runs, waits for a person or belongs to a batch or workflow that is
        not over stays, and so do runs that an open proposal is made of."""
        keep = await self.keep()
        taken_runs = pictures = results = 0
        if keep.runs:
            taken_runs, pictures = await self._take_runs(now - keep.runs)
        if keep.pictures:
            pictures += await self._take_pictures(now - keep.pictures)
        if keep.results:
            results = await self._take_results(now - keep.results)
        return Taken(taken_runs, pictures, results)

    async def _take_runs(self, before: float) -> tuple[int, int]:
        def take(connection: Connection) -> tuple[int, set[str]]:
            ids = list(connection.scalars(_runs_before(before).limit(_AT_ONCE)))
            texts = connection.scalars(select(steps.c.document).where(steps.c.trace_id.in_(ids)))
            shown = set[str]().union(*map(_pictures_of, texts))
            for table in (steps, verdicts, runs):
                connection.execute(delete(table).where(table.c.trace_id.in_(ids)))
            decided = (heals.c.status != "proposed", heals.c.last_at < before)
            connection.execute(delete(heals).where(*decided))
            connection.execute(delete(piles).where(~exists().where(runs.c.pile == piles.c.id)))
            return len(ids), shown

        count, shown = await self._in_parts(take)
        return count, await self._remove(shown)

    async def _take_pictures(self, before: float) -> int:
        def take(connection: Connection) -> tuple[int, set[str]]:
            found, shown = connection.execute(_shown_before(before).limit(_AT_ONCE)).all(), set[str]()
            for row in found:
                record = StepRecord.model_validate_json(row.document)
                shown |= record.pictures
                text = record.without_pictures().model_dump_json(exclude_defaults=True)
                mine = and_(steps.c.trace_id == row.trace_id, steps.c.index == row.index)
                connection.execute(update(steps).where(mine).values(document=text))
            return len(found), shown

        _, shown = await self._in_parts(take)
        return await self._remove(shown)

    async def _take_results(self, before: float) -> int:
        def take(connection: Connection) -> tuple[int, set[str]]:
            with self._database.sound(Item):
                found = items_of(connection.execute(_items_before(before).limit(_AT_ONCE)).all())
            for item in found:
                document = changes_of(_emptied(item))["document"]
                connection.execute(update(items).where(items.c.id == item.id).values(document=document))
            connection.execute(delete(commits).where(commits.c.item_id.in_([item.id for item in found])))
            return len(found), set()

        count, _ = await self._in_parts(take, alone="claims")
        empty = partial(_empty_flows, database=self._database, before=before)
        await self._database.write(empty, alone="flows")
        return count

    async def _in_parts(
        self, take: Callable[[Connection], tuple[int, set[str]]], alone: Matter | None = None
    ) -> tuple[int, set[str]]:
        """Take away part after part, each in a transaction of its own, until one is not full; how many things that
        were, and the pictures that they named."""
        count, shown = 0, set[str]()
        while True:
            taken, named = await self._database.write(take, alone)
            count, shown = count + taken, shown | named
            if taken < _AT_ONCE:
                return count, shown

    async def _remove(self, shown: set[str]) -> int:
        """Take away those pictures that no step and no open proposal names any more."""
        if not shown:
            return 0
        free = await self._database.read(lambda connection: self._unnamed(connection, shown))
        gone = [digest for digest in sorted(free) if await self._pictures.remove(digest)]
        for at in range(0, len(gone), _AT_ONCE):
            await self._database.change(delete(looks).where(looks.c.picture.in_(gone[at : at + _AT_ONCE])))
        return len(gone)

    def _unnamed(self, connection: Connection, shown: set[str]) -> set[str]:
        left = set(shown)
        for row in stream(connection, select(steps.c.document).where(names_pictures())):
            left -= _pictures_of(row.document)
        for text in connection.scalars(select(heals.c.document).where(heals.c.status == "proposed")):
            heal = self._database.document(Heal, text)
            left -= {heal.shown, heal.found}
        return left

    async def _count(self, query: Select[Any]) -> int:
        return await self._database.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def _open_flows() -> Select[tuple[str]]:
    return select(flows.c.id).where(flows.c.status.not_in(ENDED))


def _open_batches() -> Select[tuple[str]]:
    return select(batches.c.id).where(or_(batches.c.status.not_in(_OVER), batches.c.flow.in_(_open_flows())))


def _over(before: float) -> ColumnElement[bool]:
    """Of runs: they ended before then, and nobody waits for anything of them."""
    of_open = or_(items.c.status.in_(("queued", "running", "waiting")), items.c.batch_id.in_(_open_batches()))
    waited_for = exists().where(items.c.id == runs.c.item, of_open)
    proposed = exists().where(heals.c.last_trace == runs.c.trace_id, heals.c.status == "proposed")
    return and_(runs.c.ended_at < before, runs.c.status != "running", ~waited_for, ~proposed)


def _runs_before(before: float) -> Select[tuple[str]]:
    return select(runs.c.trace_id).where(_over(before)).order_by(runs.c.ended_at)


def _shown_before(before: float) -> Select[Any]:
    query = select(steps.c.trace_id, steps.c.index, steps.c.document).join(runs, runs.c.trace_id == steps.c.trace_id)
    return query.where(_over(before), names_pictures())


def _items_before(before: float) -> Select[Any]:
    over = (items.c.status.not_in(("queued", "running", "waiting")), items.c.ended_at < before)
    return select(items).where(*over, items.c.batch_id.not_in(_open_batches()), items.c.document.not_like(_GONE))


def _emptied(item: Item) -> Item:
    """That it was done, and how, without what it held."""
    failure = item.failure.model_copy(update={"message": ERASED}) if item.failure is not None else None
    nothing: dict[str, object] = {"inputs": {}, "row": {}, "values": {}, "tables": {}, "note": ""}
    return item.model_copy(update={**nothing, "key": "", "failure": failure, "erased": True})


def _empty_flows(connection: Connection, database: Database, before: float) -> None:
    """What workflows that are over were given, and their tables."""
    query = select(flows.c.id, flows.c.document).where(flows.c.status.in_(ENDED), flows.c.given != "{}")
    over = [row.id for row in connection.execute(query) if (_ended_at(row.document) or before) < before]
    for flow_id in over:
        connection.execute(update(flows).where(flows.c.id == flow_id).values(given="{}"))
        mine = stages.c.flow_id == flow_id
        for row in (connection.execute(select(stages.c.stage, stages.c.document).where(mine))).all():
            run = database.document(StageRun, row.document).model_copy(update={"table": (), "figures": {}})
            text = run.model_dump_json(exclude_defaults=True)
            connection.execute(update(stages).where(mine, stages.c.stage == row.stage).values(document=text))


def _ended_at(document: str) -> float | None:
    ended: float | None = json.loads(document).get("ended_at")
    return ended


def _pictures_of(document: str) -> frozenset[str]:
    return StepRecord.model_validate_json(document).pictures
