"""Batches and items for tests of the store: made, begun, and brought to an end."""

from __future__ import annotations

from collections.abc import Iterator

from recordings.batch import Batch, BatchSettings, Item, ItemStatus
from recordings.trace import Failure
from store import Store
from store.begin import Begin, Situation, Verdict

APP = "https://shop.test"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OTHER = "c" * 32
LOST = Failure(code="ElementNotFound", message="No button 'Save'.")


def batch(batch_id: str = "a" * 12, created_at: float = 1.0, app: str = APP, **settings: object) -> Batch:
    return Batch(
        id=batch_id,
        trace_id=TRACE,
        recording="add-customer",
        version="v",
        app=app,
        settings=BatchSettings.model_validate(settings),
        created_at=created_at,
    )


def rows(of: Batch, *keys: str) -> Iterator[Item]:
    for number, key in enumerate(keys, start=1):
        yield Item(batch_id=of.id, number=number, line=number + 1, key=key, inputs={"name": "Ödön"})


def yes(_: Situation) -> Verdict:
    return Begin()


async def begun(store: Store, item_id: str, trace_id: str = TRACE, now: float = 5.0, worker: str = "w") -> Item:
    item = await store.batches.begin(item_id, worker, trace_id, yes, now)
    assert isinstance(item, Item)
    return item


def ended(item: Item, status: ItemStatus = "passed", at: float = 9.0) -> Item:
    failure = LOST if status == "failed" else None
    return item.model_copy(update={"status": status, "ended_at": at, "failure": failure})


async def done(store: Store, item_id: str, status: ItemStatus = "passed") -> Item:
    item = ended(await begun(store, item_id), status)
    assert await store.batches.end(item)
    return item
