"""Workflows under way in the store: what they were given, how their stages stand, and who sees to them."""

from __future__ import annotations

import builtins
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from recordings.batch import Batch, Item, ItemStatus
from recordings.flow import Flow, StageRun
from store.claims import claim, sorted_out
from store.database import Database, put_into
from store.errors import BatchUnknownError, FlowAmbiguousError, FlowUnknownError
from store.items import items_of, row_of
from store.prefixes import starting_with
from store.tables import batches, flows, items, keys, stages
from store.written import written

_AT_ONCE = 500
_OF_A_FLOW = frozenset({"why", "left"})
_OF_A_STAGE = frozenset({"why", "message", "note", "table"})

Fact = tuple[str, int, ItemStatus]
"""An item's batch, its number, and how it is."""


@dataclass(frozen=True, slots=True)
class Look:
    """A workflow as it stands at one moment: itself, its stages by name, its batches, and its items."""

    flow: Flow
    stages: dict[str, StageRun]
    batches: list[Batch]
    facts: list[Fact]


class Flows:
    """Documents in, documents out. Reached as ``Store.flows``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, flow: Flow, given: Mapping[str, Any]) -> None:
        """Keep a workflow that begins; ``given`` are the values of its inputs and the rows of its files."""
        row = {**_row_of(flow), "given": json.dumps(given, ensure_ascii=False)}
        await self._database.change(insert(flows).values(row))

    async def flow(self, prefix: str) -> Flow:
        """The workflow whose id, or trace id, starts with ``prefix``.

        Raises:
            FlowUnknownError: None has it.
            FlowAmbiguousError: Several have.
        """
        if (found := await self.find(prefix)) is None:
            raise FlowUnknownError(prefix)
        return found

    async def find(self, prefix: str) -> Flow | None:
        """The same, or None.

        Raises:
            FlowAmbiguousError: Several have it.
        """
        starts = or_(starting_with(flows.c.id, prefix), starting_with(flows.c.trace_id, prefix))
        found = await self._database.scalars(select(flows.c.document).where(starts).limit(2))
        if len(found) > 1:
            raise FlowAmbiguousError(prefix)
        return self._database.document(Flow, found[0]) if found else None

    async def given(self, flow_id: str) -> dict[str, Any]:
        """The values of a workflow's inputs, and the rows of its files, by name."""
        text = await self._database.scalar(select(flows.c.given).where(flows.c.id == flow_id))
        if text is None:
            raise FlowUnknownError(flow_id)
        return dict(json.loads(text))

    async def list(self, limit: int = 20, *, running: bool = False, skip: int = 0) -> builtins.list[Flow]:
        """Workflows, the newest first, without the first ``skip``."""
        query = select(flows.c.document).order_by(flows.c.created_at.desc(), flows.c.id).limit(limit).offset(skip)
        query = query.where(flows.c.status == "running") if running else query
        return [self._database.document(Flow, text) for text in await self._database.scalars(query)]

    async def stages(self, flow_id: str) -> dict[str, StageRun]:
        """How its stages stand that have begun, by name."""
        return await self._database.read(lambda connection: self._stages(connection, flow_id))

    async def batches(self, flow_id: str) -> builtins.list[Batch]:
        """The batches of its stages, and those that undo, the oldest first."""
        return await self._database.read(lambda connection: self._batches(connection, flow_id))

    async def look(self, flow_id: str, known: Mapping[str, int] | None = None, since: float = 0.0) -> Look:
        """How a workflow stands.

        Args:
            known: How many items are known of each batch; of those of which all are, only what is at work is looked
                at, and what ended ``since`` (seconds since the epoch), not what is queued.

        Raises:
            FlowUnknownError: There is none of this whole id.
        """

        def look(connection: Connection) -> Look:
            text = connection.scalar(select(flows.c.document).where(flows.c.id == flow_id))
            if text is None:
                raise FlowUnknownError(flow_id)
            found = self._batches(connection, flow_id)
            query = _FACTS.where(batches.c.flow == flow_id)
            if known:
                whole = [batch.id for batch in found if known.get(batch.id) != batch.total]
                changed = or_(items.c.status == "running", items.c.ended_at >= since)
                query = query.where(or_(changed, items.c.batch_id.in_(whole)) if whole else changed)
            # Before the items: a stage that another process ends meanwhile must not be seen without its last rows.
            stands = self._stages(connection, flow_id)
            facts = [(batch, number, status) for batch, number, status in connection.execute(query)]
            return Look(self._database.document(Flow, text), stands, found, facts)

        return await self._database.read(look)

    async def items(self, ids: Sequence[str]) -> builtins.list[Item]:
        """These items, in no order."""
        found: builtins.list[Item] = []
        for at in range(0, len(ids), _AT_ONCE):
            rows = await self._database.rows(select(items).where(items.c.id.in_(ids[at : at + _AT_ONCE])))
            with self._database.sound(Item):
                found += items_of(rows)
        return found

    async def extend(self, batch_id: str, known: int, given: Sequence[Item], *, again: bool = False) -> bool:
        """Add items to a batch that has ``known`` of them, numbered from there on; False, and nothing was added, where
        it has others by now, or its workflow goes on no more. See ``Batches.add`` for those that were done before."""

        def extend(connection: Connection) -> bool:
            batch = self._batch(connection, batch_id)
            of_flow = connection.scalar(select(flows.c.status).where(flows.c.id == batch.flow))
            if batch.total != known or of_flow != "running":
                return False
            with self._database.sound(Item):
                kept = sorted_out(connection, batch, given, again)
            if batch.status == "cancelled":  # meanwhile
                gone = {"status": "cancelled", "note": "Its batch was given up."}
                kept = [item.model_copy(update=gone) if item.status == "queued" else item for item in kept]
            connection.execute(insert(items), [row_of(item) for item in kept])
            claim(connection, batch.recording, [item for item in kept if item.status == "queued"])
            self._put(connection, batch.model_copy(update={"total": known + len(kept)}))
            return True

        return await self._database.write(extend, alone="claims")

    async def unclaim(self, item_id: str) -> None:
        """Give up an item's claim on its key: what it did is undone, so that another may do it."""
        gone = delete(keys).where(keys.c.item_id == item_id)
        await self._database.write(lambda connection: connection.execute(gone).close(), alone="claims")

    async def grown(self, flow_id: str, stage: str) -> None:
        """Keep that no more items come to the batches of a stage."""

        growing = [each.id for each in await self.batches(flow_id) if each.stage == stage and each.growing]

        def end(connection: Connection) -> None:
            for batch_id in growing:
                batch = self._batch(connection, batch_id)
                self._put(connection, batch.model_copy(update={"growing": False}))

        if growing:
            await self._database.write(end, alone="claims")

    async def change(self, flow_id: str, change: Callable[[Flow], Flow]) -> Flow:
        """Keep what a workflow becomes, from what it is then."""

        def write(connection: Connection) -> Flow:
            text = connection.scalar(select(flows.c.document).where(flows.c.id == flow_id))
            if text is None:
                raise FlowUnknownError(flow_id)
            changed = change(self._database.document(Flow, text))
            connection.execute(update(flows).where(flows.c.id == flow_id).values(_row_of(changed)))
            return changed

        return await self._database.write(write, alone="flows")

    async def change_stage(self, flow_id: str, stage: str, change: Callable[[StageRun], StageRun]) -> StageRun:
        """Keep what a stage becomes, from what it is then."""

        def write(connection: Connection) -> StageRun:
            changed = change(self._stage(connection, flow_id, stage))
            row = {"flow_id": flow_id, "stage": stage, "document": written(changed, only=_OF_A_STAGE)}
            connection.execute(put_into(connection, stages), row)
            return changed

        return await self._database.write(write, alone="flows")

    def _stages(self, connection: Connection, flow_id: str) -> dict[str, StageRun]:
        query = select(stages.c.stage, stages.c.document).where(stages.c.flow_id == flow_id)
        return {name: self._database.document(StageRun, text) for name, text in connection.execute(query)}

    def _batches(self, connection: Connection, flow_id: str) -> builtins.list[Batch]:
        query = select(batches.c.document).where(batches.c.flow == flow_id)
        found = connection.scalars(query.order_by(batches.c.created_at, batches.c.id))
        return [self._database.document(Batch, text) for text in found]

    def _stage(self, connection: Connection, flow_id: str, stage: str) -> StageRun:
        where = (stages.c.flow_id == flow_id, stages.c.stage == stage)
        text = connection.scalar(select(stages.c.document).where(*where))
        return StageRun() if text is None else self._database.document(StageRun, text)

    def _batch(self, connection: Connection, batch_id: str) -> Batch:
        text = connection.scalar(select(batches.c.document).where(batches.c.id == batch_id).with_for_update())
        if text is None:
            raise BatchUnknownError(batch_id)
        return self._database.document(Batch, text)

    def _put(self, connection: Connection, batch: Batch) -> None:
        text = batch.model_dump_json(exclude_defaults=True)
        connection.execute(update(batches).where(batches.c.id == batch.id).values(document=text))


_FACTS = select(items.c.batch_id, items.c.number, items.c.status).join(batches, batches.c.id == items.c.batch_id)


def _row_of(flow: Flow) -> dict[str, object]:
    return {
        "id": flow.id,
        "trace_id": flow.trace_id,
        "status": flow.status,
        "created_at": flow.created_at,
        "document": written(flow, only=_OF_A_FLOW),
    }
