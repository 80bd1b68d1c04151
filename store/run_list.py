"""Runs found among many: what a person asks for, as a query that indexes serve, a page at a time, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, tuple_

from recordings.trace import Trace
from store.database import Database
from store.prefixes import starting_with
from store.tables import UNSORTED, items, names_pictures, runs, steps, verdicts

Verdict = Literal["accepted", "refused"]
MOST_COUNTED = 10_000
"""Runs beyond so many are not counted: a person does not care how many more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs: each that is given must hold. ``batch`` and ``trace`` are first characters of ids, ``text`` stands in
    the error; times are seconds since the epoch. ``verdict`` "none": nobody decided yet. ``among``: these whole
    ids alone."""

    recording: str = ""
    batch: str = ""
    status: str = ""
    app: str = ""
    healed: bool | None = None
    since: float | None = None
    until: float | None = None
    text: str = ""
    trace: str = ""
    verdict: str = ""
    among: tuple[str, ...] | None = None


class Place(NamedTuple):
    """Where a page of the list ends: the next begins after it."""

    started_at: float
    trace_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person made of a run."""

    verdict: Verdict
    note: str
    at: float


@dataclass(frozen=True, slots=True)
class Line:
    """A run in the list, its steps aside."""

    trace: Trace
    healed: bool
    decided: Decided | None = None

    @property
    def place(self) -> Place:
        return Place(self.trace.started_at, self.trace.trace_id)


class RunList:
    """Documents out. Reached as ``Store.runs``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: Wanted, after: Place | None = None, limit: int = 50) -> list[Line]:
        """The runs that are wanted and older than ``after``, the newest first."""
        query = _lines().where(*_conditions(wanted))
        if after is not None:
            query = query.where(tuple_(runs.c.started_at, runs.c.trace_id) < tuple_(*after))
        query = query.order_by(runs.c.started_at.desc(), runs.c.trace_id.desc()).limit(limit)
        return await self._found(query)

    async def count(self, wanted: Wanted) -> int:
        """How many there are, up to one more than ``MOST_COUNTED``."""
        some = select(1).select_from(_joined()).where(*_conditions(wanted)).limit(MOST_COUNTED + 1).subquery()
        return int(await self._database.scalar(select(func.count()).select_from(some)) or 0)

    async def line(self, trace_id: str) -> Line | None:
        """One run by its whole id."""
        found = await self._found(_lines().where(runs.c.trace_id == trace_id))
        return found[0] if found else None

    async def recordings(self) -> list[str]:
        """The names of the recordings that were run, sorted."""
        return await self._names(runs.c.recording)

    async def apps(self) -> list[str]:
        """The applications that runs worked in, sorted."""
        return await self._names(runs.c.app)

    async def unsorted(self, limit: int) -> list[Line]:
        """Those that failed or were found otherwise and are in no pile of the review queue, the newest first."""
        return await self._found(_lines().where(UNSORTED).order_by(runs.c.started_at.desc()).limit(limit))

    async def lines(self, trace_ids: Sequence[str]) -> list[Line]:
        """These, the newest first."""
        query = _lines().where(runs.c.trace_id.in_(trace_ids))
        return await self._found(query.order_by(runs.c.started_at.desc()))

    async def pictures_taken(self, batches: Sequence[str]) -> int:
        """How many steps have a picture in the last run of each row of these batches, kept still or not."""
        of_rows = steps.join(items, items.c.trace_id == steps.c.trace_id)
        query = select(func.count()).select_from(of_rows).where(items.c.batch_id.in_(batches), names_pictures())
        return int(await self._database.scalar(query) or 0)

    async def _found(self, query: Select[Any]) -> list[Line]:
        rows = await self._database.rows(query)
        return [
            Line(
                self._database.document(Trace, document),
                healed,
                Decided(verdict, note, at) if verdict is not None else None,
            )
            for document, healed, verdict, note, at in rows
        ]

    async def _names(self, column: ColumnElement[str]) -> list[str]:
        """Different values of a column that an index begins with: each is jumped to from the one before."""

        def names(connection: Connection) -> list[str]:
            found, query = list[str](), select(func.min(column))
            while (name := connection.scalar(query)) is not None:
                found.append(name)
                query = select(func.min(column)).where(column > name)
            return [name for name in found if name]

        return await self._database.read(names)


def _joined() -> Any:
    return runs.outerjoin(verdicts, verdicts.c.trace_id == runs.c.trace_id)


def _lines() -> Select[Any]:
    columns = (runs.c.document, runs.c.healed, verdicts.c.verdict, verdicts.c.note, verdicts.c.at)
    return select(*columns).select_from(_joined())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (runs.c.recording, wanted.recording),
        (runs.c.status, wanted.status),
        (runs.c.app, wanted.app),
    ):
        if value:
            found.append(column == value)
    if wanted.healed is not None:
        found.append(runs.c.healed.is_(wanted.healed))
    if wanted.since is not None:
        found.append(runs.c.started_at >= wanted.since)
    if wanted.until is not None:
        found.append(runs.c.started_at < wanted.until)
    if wanted.batch:
        found.append(_of_batch(wanted.batch))
    if wanted.among is not None:
        found.append(runs.c.trace_id.in_(wanted.among))
    if wanted.trace:
        found.append(starting_with(runs.c.trace_id, wanted.trace))
    if wanted.text:
        found.append(_says(wanted.text))
    if wanted.verdict == "none":
        found.append(verdicts.c.trace_id.is_(None))
    elif wanted.verdict:
        found.append(verdicts.c.verdict == wanted.verdict)
    return found


def _of_batch(given: str) -> ColumnElement[bool]:
    """Runs of a batch by its id's first characters, or with ``:NUMBER`` behind the whole of it, of one item."""
    batch, _, number = given.partition(":")
    if number.isascii() and number.isdecimal():
        return runs.c.item == f"{batch}:{int(number):06d}"
    return starting_with(runs.c.item, batch)


def _says(text: str) -> ColumnElement[bool]:
    """Whether the error has the text, as it stands, capitals aside. Only runs that failed have one, which an index
    finds: of a hundred thousand that passed no row is read."""
    return and_(runs.c.status == "failed", runs.c.failure_message.icontains(text, autoescape=True))
