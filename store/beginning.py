"""What is at work at the moment that an item would begin: the store's answer to ``store.begin``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, or_, select

from recordings.batch import Batch, Breaker, Item
from store.begin import Situation
from store.errors import ItemUnknownError
from store.items import ONE, items_of, shared_session
from store.tables import batches, breakers, items


def situation_of(connection: Connection, item_id: str, now: float) -> Situation:
    """All that is to be known to decide on an item.

    Raises:
        ItemUnknownError: There is none of this id.
        ValidationError: A document is of another shape.
    """
    item, batch = _item_and_batch(connection, item_id)
    at_work = _at_work(connection, item, batch)
    return Situation(
        batch=batch,
        item=item,
        now=now,
        in_batch=at_work.in_batch or 0,
        in_app=at_work.in_app or 0,
        on_session=(at_work.on_session or 0) if batch.settings.session else 0,
        session_alone=(at_work.session_alone or 0) if batch.settings.session else 0,
        app_cap=at_work.app_cap or 0,
        begun=_begun(connection, batch, now),
        breaker=Breaker.model_validate_json(at_work.breaker) if at_work.breaker else None,
        behind=_is_behind(connection, item, batch),
    )


def _item_and_batch(connection: Connection, item_id: str) -> tuple[Item, Batch]:
    row = (connection.execute(_ITEM_AND_BATCH, {"this_item": item_id})).first()
    if row is None:
        raise ItemUnknownError(item_id)
    return items_of([row])[0], Batch.model_validate_json(row.of_batch)


def _at_work(connection: Connection, item: Item, batch: Batch) -> Row[*tuple[Any, ...]]:
    """The counts, the cap and the breaker of the application, in one question: others wait meanwhile."""
    session = batch.settings.session
    asked = {"of_batch": batch.id, "of_app": batch.app, "alone": session, "shared": shared_session(session)}
    found: Row[*tuple[Any, ...]] = (connection.execute(_AT_WORK, {**asked, "this_item": item.id})).one()
    return found


def _at_work_query() -> Select[Any]:
    same_batch, same_app = batches.c.id == bindparam("of_batch"), batches.c.app == bindparam("of_app")
    alone = batches.c.session == bindparam("alone")
    same_session = or_(alone, batches.c.session == bindparam("shared"))
    capped = and_(batches.c.app == bindparam("of_app"), batches.c.status == "running", batches.c.limit_per_app > 0)
    breaker = select(breakers.c.document).where(breakers.c.app == bindparam("of_app"))
    return (
        select(
            func.sum(case((same_batch, 1), else_=0)).label("in_batch"),
            func.sum(case((same_app, 1), else_=0)).label("in_app"),
            func.sum(case((same_session, 1), else_=0)).label("on_session"),
            func.sum(case((alone, 1), else_=0)).label("session_alone"),
            select(func.min(batches.c.limit_per_app)).where(capped).scalar_subquery().label("app_cap"),
            breaker.scalar_subquery().label("breaker"),
        )
        .select_from(items.join(batches))
        .where(items.c.status == "running", items.c.id != bindparam("this_item"))
        .where(or_(same_batch, same_app, same_session))
    )


# Made once: to make them takes longer than to run them.
_AT_WORK = _at_work_query()
_OF_BATCH = select(batches.c.document).where(batches.c.id == items.c.batch_id).scalar_subquery()
_ITEM_AND_BATCH = ONE.add_columns(_OF_BATCH.label("of_batch"))


def _is_behind(connection: Connection, item: Item, batch: Batch) -> bool:
    if batch.settings.mode != "sequential":
        return False
    before = (items.c.batch_id == batch.id, items.c.number < item.number)
    query = select(items.c.id).where(items.c.status.in_(("queued", "running")), *before).limit(1)
    return connection.scalar(query) is not None


def _begun(connection: Connection, batch: Batch, now: float) -> tuple[float, ...]:
    # An item that begins again counts by its latest beginning alone, the item itself also: the application saw it.
    rate = batch.settings.rate
    if rate is None:
        return ()
    query = select(items.c.begun_at).where(items.c.batch_id == batch.id, items.c.begun_at > now - rate.seconds)
    return tuple((connection.scalars(query.order_by(items.c.begun_at))).all())
