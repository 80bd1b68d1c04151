"""The review queue's piles: which run is in which, how many wait for a decision, and decisions on all of one at once.

A run is put into a pile once, when it has ended; nothing is held in memory but what a page shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from store.database import Database, insert_into
from store.run_list import Verdict
from store.tables import UNSORTED, items, piles, runs, verdicts


@dataclass(frozen=True, slots=True)
class PileKey:
    """A pile of the queue: by the id of the run that it began with; those that wait for a person are one of their
    own."""

    id: str
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Founded:
    """A pile as it began: ``matter`` tells what it is about, ``look`` ("" for none) is like all in it."""

    id: str
    matter: str
    look: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided at once on ``count`` runs; ``at`` names it."""

    at: float
    verdict: Verdict
    note: str
    count: int


class Piles:
    """Values in, values out. Reached as ``Store.piles``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unsorted(self) -> int:
        """How many runs are in no pile yet."""
        return int(await self._database.scalar(select(func.count()).select_from(runs).where(UNSORTED)) or 0)

    async def founded(self, matters: Sequence[str]) -> list[Founded]:
        """The piles that are about these matters."""
        rows = await self._database.rows(select(piles).where(piles.c.matter.in_(matters)))
        return [Founded(row.id, row.matter, row.look) for row in rows]

    async def keep(self, founded: Sequence[Founded], placed: Mapping[str, str]) -> None:
        """Keep new piles, and which pile each run is in, by their ids."""
        by_pile: dict[str, list[str]] = {}
        for trace_id, pile in placed.items():
            by_pile.setdefault(pile, []).append(trace_id)
        rows = [{"id": each.id, "matter": each.matter, "look": each.look} for each in founded]

        def keep(connection: Connection) -> None:
            if rows:
                connection.execute(insert_into(connection, piles).on_conflict_do_nothing(), rows)
            for pile, ids in by_pile.items():
                connection.execute(update(runs).where(runs.c.trace_id.in_(ids)).values(pile=pile))

        await self._database.write(keep)

    async def counts(self) -> dict[PileKey, int]:
        """How many runs of each pile nobody decided on, the largest first."""
        every = select(runs.c.pile, func.count()).select_from(_UNDECIDED).where(_OPEN).group_by(runs.c.pile)
        found = {pile: int(count) for pile, count in await self._database.rows(every)}
        held = _UNDECIDED.join(items, _IS_WAITING)
        some = select(runs.c.pile, func.count()).select_from(held).where(_OPEN).group_by(runs.c.pile)
        waiting = {pile: int(count) for pile, count in await self._database.rows(some)}
        told = {PileKey(pile, waiting=True): count for pile, count in waiting.items()}
        told |= {PileKey(pile): count - waiting.get(pile, 0) for pile, count in found.items()}
        return dict(sorted(((key, n) for key, n in told.items() if n > 0), key=lambda pair: (-pair[1], pair[0].id)))

    async def newest(self, keys: Sequence[PileKey], limit: int) -> dict[PileKey, list[str]]:
        """The ids of the newest runs of each pile that nobody decided on, asked for at once."""
        if not keys:
            return {}
        parts = [_newest(key, place, limit) for place, key in enumerate(keys)]
        found: dict[PileKey, list[str]] = {key: [] for key in keys}
        rows = await self._database.rows(union_all(*parts))
        for row in sorted(rows, key=lambda row: row.started_at, reverse=True):
            found[keys[row.place]].append(row.trace_id)
        return found

    async def decide(self, key: PileKey, verdict: Verdict, note: str, now: float) -> int:
        """Decide on all of a pile; how many those were."""
        rows = select(runs.c.trace_id, literal(verdict), literal(note), literal(now))
        rows = rows.select_from(_UNDECIDED).where(_in(key))

        def decide(connection: Connection) -> int:
            connection.execute(insert(verdicts).from_select(["trace_id", "verdict", "note", "at"], rows))
            # Postgres' driver does not count what a question inserts.
            made = select(func.count()).select_from(verdicts).where(verdicts.c.at == now)
            return int(connection.scalar(made) or 0)

        return await self._database.write(decide)

    async def lately(self, limit: int) -> list[Decision]:
        """What was decided last, the latest first; what is decided on a pile is one decision."""
        query = select(verdicts.c.at, func.max(verdicts.c.verdict), func.max(verdicts.c.note), func.count())
        query = query.group_by(verdicts.c.at).order_by(verdicts.c.at.desc()).limit(limit)
        return [Decision(at, verdict, note, int(n)) for at, verdict, note, n in await self._database.rows(query)]

    async def take_back(self, at: float) -> int:
        """Take a decision back, from all that it was made on and that were not decided on anew; how many those were."""
        return await self._database.change(delete(verdicts).where(verdicts.c.at == at))


_UNDECIDED = runs.outerjoin(verdicts, verdicts.c.trace_id == runs.c.trace_id)
_OPEN = and_(runs.c.pile != "", verdicts.c.trace_id.is_(None))
_IS_WAITING = and_(items.c.id == runs.c.item, items.c.trace_id == runs.c.trace_id, items.c.status == "waiting")


def _in(key: PileKey) -> ColumnElement[bool]:
    waits = exists().where(_IS_WAITING).correlate(runs)
    return and_(runs.c.pile == key.id, verdicts.c.trace_id.is_(None), waits if key.waiting else ~waits)


def _newest(key: PileKey, place: int, limit: int) -> Select[tuple[int, str, float]]:
    """Its newest runs, each with the pile's place. SQLite limits no part of a union but one that is a table."""
    query = select(runs.c.trace_id, runs.c.started_at).select_from(_UNDECIDED).where(_in(key))
    newest = query.order_by(runs.c.started_at.desc()).limit(limit).subquery()
    return select(literal(place).label("place"), newest.c.trace_id, newest.c.started_at)
