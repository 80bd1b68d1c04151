"""What people should look at, and what they made of it: verdicts on runs, and what was worked out of their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select

from recordings.batch import Item
from recordings.trace import HEALED, StepRecord
from store.database import Database
from store.items import items_of
from store.run_list import Line, RunList, Verdict
from store.tables import items, looks, steps, verdicts


@dataclass(frozen=True, slots=True)
class Open:
    """A run that a person should look at: with the step that it is about, and its item where it was for one."""

    line: Line
    step: StepRecord | None
    item: Item | None = None


class ReviewQueue:
    """Documents in, documents out. Reached as ``Store.reviews``."""

    def __init__(self, database: Database, runs: RunList) -> None:
        self._database, self._runs = database, runs

    async def decide(self, trace_ids: Sequence[str], verdict: Verdict, note: str, now: float) -> None:
        """Keep what a person makes of these runs; it takes the place of what was decided before."""
        rows = [{"trace_id": trace_id, "verdict": verdict, "note": note, "at": now} for trace_id in trace_ids]
        if rows:
            await self._database.put(verdicts, rows)

    async def undecide(self, trace_ids: Sequence[str]) -> None:
        """Take decisions back."""
        await self._database.change(delete(verdicts).where(verdicts.c.trace_id.in_(trace_ids)))

    async def unsorted(self, limit: int) -> list[Open]:
        """Runs that failed or healed and are in no pile yet, the newest first."""
        return await self._open(await self._runs.unsorted(limit))

    async def of(self, trace_ids: Sequence[str]) -> list[Open]:
        """These runs, the newest first."""
        return await self._open(await self._runs.lines(trace_ids))

    async def looks(self, pictures: Sequence[str]) -> dict[str, str]:
        """What was worked out of pictures before, by digest."""
        found: dict[str, str] = {}
        for part in _parts(pictures):
            query = select(looks.c.picture, looks.c.document).where(looks.c.picture.in_(part))
            found.update({row.picture: row.document for row in await self._database.rows(query)})
        return found

    async def keep_looks(self, found: dict[str, str]) -> None:
        """Keep what was worked out of pictures."""
        rows = [{"picture": picture, "document": document} for picture, document in found.items()]
        if rows:
            await self._database.put(looks, rows)

    async def _open(self, lines: Sequence[Line]) -> list[Open]:
        """With the step that says why; where it was for an item of a batch that waits for a person, with that."""
        told = await self._telling([line.trace.trace_id for line in lines])
        waiting = await self._waiting([line.trace.item for line in lines if line.trace.item])
        return [Open(line, told.get(line.trace.trace_id), waiting.get(line.trace.trace_id)) for line in lines]

    async def _telling(self, trace_ids: Sequence[str]) -> dict[str, StepRecord]:
        """Of each run the step that failed, else the first that was found in another way."""
        told: dict[str, StepRecord] = {}
        for part in _parts(trace_ids):
            amiss = or_(steps.c.outcome == "failed", steps.c.how.in_(HEALED))
            query = select(steps.c.document).where(steps.c.trace_id.in_(part), amiss).order_by(steps.c.index)
            for document in await self._database.scalars(query):
                step = self._database.document(StepRecord, document)
                before = told.get(step.trace_id)
                if before is None or (step.outcome == "failed" and before.outcome != "failed"):
                    told[step.trace_id] = step
        return told

    async def _waiting(self, item_ids: Sequence[str]) -> dict[str, Item]:
        """Those of the items that wait for a person, by the runs that they wait after."""
        found: dict[str, Item] = {}
        for part in _parts(item_ids):
            rows = await self._database.rows(select(items).where(items.c.id.in_(part), items.c.status == "waiting"))
            with self._database.sound(Item):
                found.update({item.trace_id: item for item in items_of(rows)})
        return found


def _parts(given: Sequence[str], size: int = 500) -> list[Sequence[str]]:
    return [given[at : at + size] for at in range(0, len(given), size)]
