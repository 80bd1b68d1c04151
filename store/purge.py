"""A person found in all that is kept, and erased: runs and rows keep their place in lists, without what they said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from recordings.batch import Batch, Item
from recordings.flow import Flow
from recordings.subject import Subject
from recordings.trace import StepRecord
from store.blobs import Blobs
from store.database import Database, stream
from store.items import items_of
from store.purge_pictures import pictures_of
from store.tables import batches, commits, flows, heals, items, keys, looks, runs, schedules, stages, steps, verdicts

_AT_ONCE = 500
_DOCUMENTS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (batches, ("document",)),
    (stages, ("document",)),
    (commits, ("document",)),
    (flows, ("given", "document")),
)
_OPEN = ("queued", "running")


@dataclass(slots=True)
class Found:
    """Where a person was found: runs by trace id, items and flows by id, heals by number, and documents of other
    tables by their primary keys. ``steps`` are how many steps said it. ``open_items`` and ``open_flows`` are still to
    be done, and ``schedules`` will be: they are left as they are, and so are ``open_runs``, which go on or belong to
    such an item. ``pictures`` go; ``shared`` are pictures of the ``runs`` that stay, with runs of others. ``versions``
    are the digests of recordings as batches and workflows began with them that are over."""

    runs: set[str] = field(default_factory=set)
    steps: int = 0
    items: set[str] = field(default_factory=set)
    heals: set[int] = field(default_factory=set)
    documents: list[tuple[Table, dict[str, Any]]] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    open_runs: set[str] = field(default_factory=set)
    open_items: set[str] = field(default_factory=set)
    open_flows: set[str] = field(default_factory=set)
    schedules: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        """How many things of all kinds are to be erased."""
        return len(self.runs) + len(self.items) + len(self.heals) + len(self.documents)


async def find(database: Database, subject: Subject) -> Found:
    """Where the person stands. Of a run that says so, or whose row does, all pictures are of the person, but for those
    that runs of others show as well (``purge_pictures``)."""
    return await database.read(lambda connection: _find(connection, subject))


def _find(connection: Connection, subject: Subject) -> Found:
    found = Found()
    _find_items(connection, subject, found)
    _find_runs(connection, subject, found)
    for heal in stream(connection, select(heals.c.id, heals.c.document)):
        if subject.stands_in(heal.document):
            found.heals.add(heal.id)
    for row in stream(connection, select(schedules.c.name, schedules.c.document)):
        if subject.stands_in(row.document):
            found.schedules.add(row.name)
    _find_documents(connection, subject, found)
    told = found.runs | found.open_runs
    found.pictures, found.shared = pictures_of(connection, subject, _parts(found.runs), told)
    return found


async def erase(database: Database, pictures: Blobs, subject: Subject, found: Found) -> int:
    """Take the person out of what was found, in one transaction, then the pictures; how many of those went."""

    def take(connection: Connection) -> None:
        _erase_items(connection, database, subject, found.items)
        for part in _parts(found.runs):
            _rewrite(connection, runs, ("document",), subject, runs.c.trace_id.in_(part))
            _rewrite_plain(connection, runs, ("failure_message", "base_url"), subject, runs.c.trace_id.in_(part))
            _rewrite(connection, steps, ("document",), subject, steps.c.trace_id.in_(part), blind=True)
            _rewrite_plain(connection, verdicts, ("note",), subject, verdicts.c.trace_id.in_(part))
        for table, key in found.documents:
            if table is commits:  # the name of a loop's row is in its key as well, as a hash that could be looked up
                connection.execute(delete(commits).where(_is(commits, key)))
                continue
            columns = next(columns for each, columns in _DOCUMENTS if each is table)
            _rewrite(connection, table, columns, subject, _is(table, key))
        for part in _parts(map(str, found.heals)):
            connection.execute(delete(heals).where(heals.c.id.in_(list(map(int, part)))))
        for part in _parts(found.pictures):
            connection.execute(delete(looks).where(looks.c.picture.in_(part)))

    await database.write(take, alone="claims")
    return sum([await pictures.remove(digest) for digest in sorted(found.pictures)])


async def find_versions(database: Database, pictures: Blobs, subject: Subject) -> set[str]:
    """The recordings that say it as batches and workflows began with them, by digest, where those are over."""
    used: dict[str, bool] = {}
    for text in await database.scalars(select(batches.c.document)):
        batch = database.document(Batch, text)
        for digest in filter(None, (batch.version, batch.settings.probe)):
            used[digest] = used.get(digest, False) or batch.status not in ("done", "cancelled")
    for text in await database.scalars(select(flows.c.document)):
        flow = database.document(Flow, text)
        for digest in flow.versions.values():
            used[digest] = used.get(digest, False) or not flow.is_over
    over = [digest for digest, goes_on in used.items() if not goes_on]
    return {digest for digest in over if subject.in_bytes(await pictures.get(digest) or b"")}


def _find_items(connection: Connection, subject: Subject, found: Found) -> None:
    for row in stream(connection, select(items.c.id, items.c.status, items.c.document)):
        if subject.stands_in(row.document):
            (found.open_items if row.status in _OPEN else found.items).add(row.id)


def _find_runs(connection: Connection, subject: Subject, found: Found) -> None:
    query = select(runs.c.trace_id, runs.c.item, runs.c.status, runs.c.document)
    running, theirs = set[str](), found.items | found.open_items
    for row in stream(connection, query):
        if row.item in found.open_items or row.status == "running":
            running.add(row.trace_id)
        if row.item in theirs or subject.stands_in(row.document):
            found.runs.add(row.trace_id)
    for step in stream(connection, select(steps.c.trace_id, steps.c.document)):
        if subject.stands_in(step.document):
            found.runs.add(step.trace_id)
            found.steps += step.trace_id not in running
    for verdict in stream(connection, select(verdicts.c.trace_id, verdicts.c.note)):
        if subject.stands_in(verdict.note):
            found.runs.add(verdict.trace_id)
    found.open_runs = found.runs & running
    found.runs -= running


def _find_documents(connection: Connection, subject: Subject, found: Found) -> None:
    open_flows = set(connection.scalars(select(flows.c.id).where(flows.c.status.in_(("running", "paused")))))
    for table, columns in _DOCUMENTS:
        named = [column.name for column in table.primary_key]
        for row in stream(connection, select(*(table.c[name] for name in (*named, *columns)))):
            if not any(subject.stands_in(getattr(row, column)) for column in columns):
                continue
            key = {name: getattr(row, name) for name in named}
            flow = str(key.get("flow_id", key["id"] if table is flows else ""))
            if flow in open_flows:
                found.open_flows.add(flow)
            elif not (table is commits and key["item_id"] in found.open_items):
                found.documents.append((table, key))


def _erase_items(connection: Connection, database: Database, subject: Subject, ids: Iterable[str]) -> None:
    for part in _parts(ids):
        # What is to be done again meanwhile is left, as what was to be done before.
        mine = (items.c.id.in_(part), items.c.status.not_in(_OPEN))
        with database.sound(Item):
            there = items_of((connection.execute(select(items).where(*mine))).all())
        for item in there:
            if subject.stands_in(item.key):  # its hash in the table of claims could be looked up
                connection.execute(delete(keys).where(keys.c.item_id == item.id))
            gone = (items.c.id == item.id,)
            told = connection.scalar(select(items.c.document).where(*gone))
            marked = Item.model_validate_json(subject.json_without(told or "")).model_copy(update={"erased": True})
            text = marked.model_dump_json(exclude_defaults=True)
            connection.execute(update(items).where(*gone).values(document=text))


def _rewrite(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    subject: Subject,
    where: ColumnElement[bool],
    *,
    blind: bool = False,
) -> None:
    """Take the person out of JSON columns; ``blind`` also what pictures the documents name."""
    named = [column.name for column in table.primary_key]
    for row in (connection.execute(select(table).where(where))).all():
        told = {name: subject.json_without(getattr(row, name)) for name in columns}
        if blind:
            record = StepRecord.model_validate_json(told["document"])
            told["document"] = record.without_pictures().model_dump_json(exclude_defaults=True)
        mine = _is(table, {name: getattr(row, name) for name in named})
        connection.execute(update(table).where(mine).values(told))


def _rewrite_plain(
    connection: Connection, table: Table, columns: Sequence[str], subject: Subject, where: ColumnElement[bool]
) -> None:
    named = [column.name for column in table.primary_key]
    for row in (connection.execute(select(table).where(where))).all():
        said = {name: getattr(row, name) for name in columns}
        told = {name: subject.without(text) for name, text in said.items() if text}
        if told:
            mine = _is(table, {name: getattr(row, name) for name in named})
            connection.execute(update(table).where(mine).values(told))


def _is(table: Table, key: dict[str, Any]) -> ColumnElement[bool]:
    first, *others = (table.c[name] == value for name, value in key.items())
    mine: ColumnElement[bool] = first
    for each in others:
        mine = mine & each
    return mine


def _parts(ids: Iterable[str]) -> list[list[str]]:
    whole = sorted(ids)
    return [whole[at : at + _AT_ONCE] for at in range(0, len(whole), _AT_ONCE)]
