"""Items of batches as rows: what stands in the document, what in columns, and how they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, exists, select, update

from recordings.batch import Item, ItemStatus
from store.tables import batches, commits, items
from store.written import written

_LATER = ("status", "attempts", "trace_id", "worker", "begun_at", "ended_at")
_CAME = frozenset({"failure", "values", "tables", "note"})

_CANCELLED = select(batches.c.status).where(batches.c.id == items.c.batch_id).scalar_subquery() == "cancelled"
_MAY_HAVE_SENT = exists().where(commits.c.item_id == items.c.id, commits.c.state != "void").correlate(items)

GIVEN_UP = case((_MAY_HAVE_SENT, "waiting"), else_="cancelled")
"""What becomes of an item that is not to be done any more: a person is asked about one that may have been sent."""

AFTER_A_RUN = case((and_(_CANCELLED, _MAY_HAVE_SENT), "waiting"), (_CANCELLED, "cancelled"), else_="queued")
"""What becomes of an item whose run ended without an end of the item: in a batch that was cancelled, it is given up."""

# Made once: to make a statement takes longer than to run it.
_THIS = items.c.id == bindparam("this_item")
_WRITE = update(items).where(_THIS)
_WRITE_IF_RUNNING = _WRITE.where(items.c.trace_id == bindparam("this_run"), items.c.status == "running")
_GIVE_BACK = _WRITE_IF_RUNNING.values(status=AFTER_A_RUN)

ONE = select(items).where(_THIS).with_for_update()
"""Asks for the item ``this_item``; within a transaction that writes, nobody else changes it before the end."""


def row_of(item: Item) -> dict[str, object]:
    """The row of an item."""
    return {"id": item.id, "batch_id": item.batch_id, "number": item.number, **changes_of(item)}


def changes_of(item: Item) -> dict[str, object]:
    """What can have changed in the row of an item."""
    later = {name: getattr(item, name) for name in _LATER}
    return {**later, "document": written(item, leave_out=_LATER, only=_CAME)}


def shared_session(session: str) -> str:
    """What stands in a batch's column for a saved session that it shares with others; its own stands there as it is."""
    return f"shared:{session}" if session else ""


def items_of(rows: Iterable[Row[Any]]) -> list[Item]:
    """The documents, with what stands in columns.

    Raises:
        ValidationError: One is of another shape.
    """
    return [
        Item.model_validate_json(row.document).model_copy(update={name: getattr(row, name) for name in _LATER})
        for row in rows
    ]


def in_batch(batch_id: str, status: ItemStatus | None, after: int, limit: int, text: str = "") -> Select[Any]:
    """Asks for the items of a batch numbered above ``after``, in order; with ``text``, those that say it anywhere."""
    query = select(items).where(items.c.batch_id == batch_id, items.c.number > after)
    query = query if status is None else query.where(items.c.status == status)
    query = query.where(items.c.document.icontains(text, autoescape=True)) if text else query
    return query.order_by(items.c.number).limit(limit)


def write_item(connection: Connection, item: Item) -> None:
    """Write an item that is there, whatever it was."""
    connection.execute(_WRITE, {**changes_of(item), "this_item": item.id})


def write_if_running(connection: Connection, item: Item) -> bool:
    """Write an item only while its run is that of this trace; whether it was."""
    mine = {"this_item": item.id, "this_run": item.trace_id}
    return (connection.execute(_WRITE_IF_RUNNING, {**changes_of(item), **mine})).rowcount > 0


def give_back_if_running(connection: Connection, item_id: str, trace_id: str) -> bool:
    """Have an item be ``AFTER_A_RUN`` only while its run is that of this trace; whether it was."""
    mine = {"this_item": item_id, "this_run": trace_id}
    return (connection.execute(_GIVE_BACK, mine)).rowcount > 0


def write_if_so(connection: Connection, item: Item) -> None:
    """Write the document of an item only while it is as that says."""
    mine = (items.c.id == item.id, items.c.status == item.status, items.c.trace_id == item.trace_id)
    connection.execute(update(items).where(*mine).values(document=changes_of(item)["document"]))
