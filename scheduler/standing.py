"""How a workflow stands, read from the store again and again: of its items only what has changed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recordings.batch import FINAL, Batch, Item, ItemStatus
from recordings.flow import Flow, StageRun
from recordings.veil import is_lost
from store import Store
from store.flows import Fact
from workflows import state as told
from workflows.scope import Known
from workflows.state import StageState, State, UndoStatus
from workflows.workflow import Compensate, RunStage

_ALL_EVERY = 20
_SKEW_S = 60.0
"""How far the clocks of machines may be apart."""


class Standing:
    """Reads how ``flow`` stands. It, ``stages`` and ``batches`` (by id) are as the last reading found them."""

    def __init__(
        self, store: Store, flow: Flow, known: Known, given: Mapping[str, Any], clock: Callable[[], float] = time.time
    ) -> None:
        self._store, self._given = store, given
        self.flow, self.known = flow, known
        self._items: dict[str, Item] = {}
        self._by_batch: dict[str, dict[int, str]] = {}
        self._made: dict[str, told.Item] = {}
        self._undoers: dict[str, list[Batch]] = {}
        self._looks, self._looked_at, self._clock = 0, 0.0, clock
        self.stages: dict[str, StageRun] = {}
        self.batches: dict[str, Batch] = {}

    async def read(self) -> State:
        """How it stands now."""
        self._looks += 1
        now = self._clock()
        if self._looks % _ALL_EVERY == 1:  # also what a person settled, and what was given back
            look = await self._store.flows.look(self.flow.id)
        else:
            known = {batch_id: len(numbers) for batch_id, numbers in self._by_batch.items()}
            look = await self._store.flows.look(self.flow.id, known, self._looked_at - _SKEW_S)
        self._looked_at = now
        self.flow, self.stages = look.flow, look.stages
        self.batches = {batch.id: batch for batch in look.batches}
        self._undoers = {}
        for batch in look.batches:
            if batch.undoes:
                self._undoers.setdefault(batch.undoes, []).append(batch)
        await self._take(look.facts)
        await self._look_elsewhere()
        undone = self._undone()
        stages = {stage.name: self._stage(stage.name, undone) for stage in self.known.workflow.stages}
        return State(self._given, stages)

    def look_whole(self) -> None:
        """Have the next reading look at every item."""
        self._looks = 0

    def of(self, stage: str) -> list[Batch]:
        """The batches in which a stage is done, without those that undo."""
        return [batch for batch in self.batches.values() if batch.stage == stage and not batch.undoes]

    def items_in(self, batch_id: str) -> list[Item]:
        """The items of a batch, in order."""
        return [self._items[self._by_batch[batch_id][number]] for number in sorted(self._by_batch.get(batch_id, ()))]

    def item(self, item_id: str) -> Item:
        """An item of one of its batches."""
        return self._items[item_id]

    def unconfirmed(self) -> list[Batch]:
        """Batches that have undone an item of which it is still to be seen."""
        return [
            batch
            for batch in self._undoing()
            if not batch.confirms
            and _may_be_done(self.items_in(batch.id))
            and self._confirm_of(batch)
            and self._confirming(batch.undoes) is None
        ]

    def undoing(self, item_id: str) -> list[Batch]:
        """The batch that undoes an item, and the one that looks whether it did."""
        return self._undoers.get(item_id, [])

    async def _take(self, facts: Sequence[Fact]) -> None:
        """Read the items that are new, or have changed."""
        fresh: list[str] = []
        for batch_id, number, status in facts:
            numbers = self._by_batch.setdefault(batch_id, {})
            known = self._items.get(numbers.get(number, ""))
            if known is None or (status != known.status and status in FINAL):
                fresh.append(f"{batch_id}:{number:06d}")
            elif status != known.status:
                self._keep(known.model_copy(update={"status": status}))
        for item in await self._store.flows.items(fresh):
            self._keep(item)

    async def _look_elsewhere(self) -> None:
        """Read what became of rows that another workflow does, or did."""
        theirs = {item.instead for item in self._items.values() if item.instead}
        wanted = [each for each in theirs if each not in self._items or self._items[each].status not in FINAL]
        for item in await self._store.flows.items(wanted):
            if item.batch_id not in self.batches:
                self._items[item.id] = item

    def _keep(self, item: Item) -> None:
        self._items[item.id] = item
        self._by_batch.setdefault(item.batch_id, {})[item.number] = item.id
        self._made.pop(item.id, None)

    def _stage(self, name: str, undone: Mapping[str, UndoStatus]) -> StageState:
        run, batches = self.stages.get(name, StageRun()), self.of(name)
        items = [item for batch in batches for item in self.items_in(batch.id)]
        return StageState(
            status=run.status,
            items=tuple(self._told(item, undone) for item in items if not item.unwanted),
            closed=run.closed,
            taken=self._taken(name, items),
            left_out=sum(item.unwanted for item in items),
            asked_at=run.asked_at,
            decision=run.decision,
            table=run.table,
            figures=run.figures,
            chunks=frozenset(run.chunks),
        )

    def _taken(self, name: str, items: Sequence[Item]) -> frozenset[int]:
        """The rows of which every recording of the stage has its item: one that died kept perhaps not all."""
        stage = self.known.workflow.stage(name)
        wanted = len(stage.recording) if isinstance(stage, RunStage) else 1
        many = Counter(item.line for item in items)
        return frozenset(item.line for item in items if item.unwanted or many[item.line] >= wanted)

    def _told(self, item: Item, undone: Mapping[str, UndoStatus]) -> told.Item:
        made = self._made.get(item.id)
        if made is not None and not item.instead and made.undo == undone.get(item.id, ""):
            return made
        by, before = self._items.get(item.instead, item), bool(item.instead)
        made = told.Item(
            number=item.line,
            recording=self.batches[item.batch_id].named,
            row=item.row,
            status=_status(item, by),
            # What was hashed or erased of a row that another batch did is missing, rather than typed anywhere.
            values={name: text for name, text in by.values.items() if not is_lost(text)},
            tables=_not_lost(by.tables) if before else by.tables,
            ended=by.ended_at,
            undo=undone.get(item.id, ""),
            inputs=item.inputs,
            before=before,
            id=item.id,
        )
        self._made[item.id] = made
        return made

    def _undone(self) -> dict[str, UndoStatus]:
        """What became of undoing, by the items that are undone."""
        found: dict[str, UndoStatus] = {}
        for batch in self._undoing():
            if not batch.confirms:
                found[batch.undoes] = self._came_of(batch)
        return found

    def _came_of(self, batch: Batch) -> UndoStatus:
        items = self.items_in(batch.id)
        if not _is_over(items):
            return "running"
        if not _may_be_done(items):
            return "left"
        if not self._confirm_of(batch):
            return "undone" if _is_passed(items) else "left"
        confirming = self._confirming(batch.undoes)
        seen = self.items_in(confirming.id) if confirming is not None else []
        if not _is_over(seen):
            return "running"
        return "undone" if _is_passed(seen) else "left"

    def _confirm_of(self, batch: Batch) -> str:
        stage = self.known.workflow.stage(batch.stage)
        undo = stage.compensate if isinstance(stage, RunStage) else None
        return undo.confirm if isinstance(undo, Compensate) else ""

    def _confirming(self, item_id: str) -> Batch | None:
        return next((batch for batch in self.undoing(item_id) if batch.confirms), None)

    def _undoing(self) -> list[Batch]:
        return [batch for of_item in self._undoers.values() for batch in of_item]


def _not_lost(tables: Mapping[str, tuple[dict[str, str], ...]]) -> dict[str, tuple[dict[str, str], ...]]:
    return {
        name: tuple({column: text for column, text in row.items() if not is_lost(text)} for row in rows)
        for name, rows in tables.items()
    }


def _is_over(items: Sequence[Item]) -> bool:
    return bool(items) and all(item.status in FINAL for item in items)


def _may_be_done(items: Sequence[Item]) -> bool:
    """Whether it was done, or may have been: who looks will tell."""
    return bool(items) and all(item.status in ("passed", "waiting") for item in items)


def _is_passed(items: Sequence[Item]) -> bool:
    return bool(items) and all(item.status == "passed" for item in items)


def _status(item: Item, by: Item) -> ItemStatus:
    """How an item is, or the one of another workflow that does its row."""
    if not item.instead:
        return item.status
    return "running" if by.status == "queued" else by.status
