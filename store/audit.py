"""The audit log in the store: entries are added at its end, under the lock for writing, and never changed."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, insert, select

from recordings.audit import EMPTY, AuditEntry, Chain, Deed, Fault, Head, entry_after
from recordings.errors import StoreUnusableError
from store.audit_head import HeadFile
from store.database import Database
from store.tables import audit

_AT_ONCE = 1_000
_BELOW_ALL = -(2**31)


@dataclass(frozen=True, slots=True)
class AuditWanted:
    """Which entries: each that is given must hold; times are seconds since the epoch, ``until`` not included."""

    who: str = ""
    act: str = ""
    since: float | None = None
    until: float | None = None


class Audit:
    """Who did what. Reached as ``Store.audit``; any number of processes may append at once."""

    def __init__(self, database: Database, head: HeadFile, clock: Callable[[], float] = time.time) -> None:
        self._database, self._head, self._clock = database, head, clock

    async def append(self, who: str, act: Deed, what: str, **facts: str | int) -> AuditEntry:
        """Add that ``who`` did ``act`` to ``what``; the number and the time are those of the moment it is added.

        Args:
            facts: Names and counts. Nothing that was typed, no value of an input, no secret: this is kept for good.

        Raises:
            StoreUnusableError: It was not added.
        """
        told = {name: str(value) for name, value in facts.items()}

        def add(connection: Connection) -> tuple[AuditEntry, bool]:
            entry = entry_after(_newest(connection), self._clock(), who, act, what, told)
            row = {**entry.model_dump(), "facts": json.dumps(entry.facts)}
            connection.execute(insert(audit).values(row))
            return entry, self._agrees(connection)

        entry, agrees = await self._database.write(add, alone="audit")
        # Where it does not agree, what it holds is the proof that something was changed: it stays.
        if agrees:
            self._head.put(Head(entry.number, entry.hash))
        return entry

    async def page(self, wanted: AuditWanted, before: int | None = None, limit: int = 50) -> list[AuditEntry]:
        """The entries that are wanted and older than the one with the number ``before``, the newest first; one that was
        made unreadable is told with what is left of it, since the others are needed all the more then."""
        query = _asked(wanted).order_by(audit.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.number < before)
        return [_entry_or_rest(row) for row in await self._database.rows(query)]

    async def each(self, wanted: AuditWanted | None = None) -> AsyncIterator[AuditEntry]:
        """All that are wanted, the oldest first.

        Raises:
            StoreUnusableError: One cannot be read.
        """
        async for row in self._all(wanted or AuditWanted()):
            yield self._sound(row)

    async def names(self) -> list[str]:
        """Those who did something, sorted."""
        return [row.who for row in await self._database.rows(select(audit.c.who).distinct().order_by(audit.c.who))]

    async def verify(self, known: Iterable[Head] = ()) -> tuple[Head, list[Fault]]:
        """Where the log ends, and all that is wrong with it, by the chain, by ``known`` and by the second place."""
        held, faults = list[Head](), list[Fault]()
        try:
            held += filter(None, [self._head.read()])
        except StoreUnusableError as error:
            faults.append(Fault(0, f"cannot be compared with the second place. {error}"))
        chain = Chain([*known, *held])
        async for row in self._all(AuditWanted()):
            try:
                faults += chain.follow(_entry(row))
            except ValidationError:
                faults.append(Fault(row.number, "was altered: it is no entry any more"))
                chain.head = Head(row.number, str(row.hash))
        return chain.head, [*faults, *chain.end()]

    def _agrees(self, connection: Connection) -> bool:
        """Whether the entry in the second place is in the log."""
        try:
            held = self._head.read()
        except StoreUnusableError:
            return False
        return held is None or _hash_at(connection, held.number) == held.hash

    async def _all(self, wanted: AuditWanted) -> AsyncIterator[Row[Any]]:
        query, last = _asked(wanted).order_by(audit.c.number).limit(_AT_ONCE), _BELOW_ALL
        while rows := await self._database.rows(query.where(audit.c.number > last)):
            for row in rows:
                yield row
            last = rows[-1].number

    def _sound(self, row: Row[Any]) -> AuditEntry:
        try:
            return _entry(row)
        except ValidationError as error:
            reason = f"entry {row.number} of the audit log cannot be read"
            raise StoreUnusableError(self._database.name, reason, "See 'showonce audit verify'.") from error


def _asked(wanted: AuditWanted) -> Select[Any]:
    query = select(audit)
    if wanted.who:
        query = query.where(audit.c.who == wanted.who)
    if wanted.act:
        query = query.where(audit.c.act == wanted.act)
    if wanted.since is not None:
        query = query.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(audit.c.at < wanted.until)
    return query


def _entry(row: Row[Any]) -> AuditEntry:
    """The row as an entry.

    Raises:
        ValidationError: It is of another shape.
    """
    fields = dict(row._mapping)
    with suppress(ValueError):  # the validation says it then, since a text is no mapping
        fields["facts"] = json.loads(row.facts)
    return AuditEntry.model_validate(fields)


def _entry_or_rest(row: Row[Any]) -> AuditEntry:
    try:
        return _entry(row)
    except ValidationError:
        at = row.at if isinstance(row.at, (int, float)) else 0.0
        rest = {name: str(row._mapping[name])[:200] for name in ("who", "act", "what", "before", "hash")}
        return AuditEntry(number=int(row.number), at=at, facts={"altered": "see 'showonce audit verify'"}, **rest)


def _newest(connection: Connection) -> Head:
    query = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    row = (connection.execute(query)).one_or_none()
    return Head(row.number, row.hash) if row is not None else EMPTY


def _hash_at(connection: Connection, number: int) -> str | None:
    found: str | None = connection.scalar(select(audit.c.hash).where(audit.c.number == number))
    return found
