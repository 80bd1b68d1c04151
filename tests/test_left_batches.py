"""Batches that are left to workers are queued by one of them, where who began or resumed them ended before that."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from recordings.batch import Batch, BatchSettings
from recordings.inputs import Input
from recordings.recording import Recording
from scheduler.batch import go_on, items_of, new_batch, pause, queue_left, start
from scheduler.engine import Engine, open_engine
from scheduler.rows import Row
from store import Store, open_store

BEGUN, RESUMED = 1_000.0, 2_000.0


@dataclass(frozen=True, slots=True)
class Left:
    """A store with its engine, and a batch of three rows that was left to workers and is paused."""

    store: Store
    engine: Engine
    id: str

    async def kept(self) -> Batch:
        return await self.store.batches.batch(self.id)

    async def looked_at(self, now: float) -> bool:
        """A worker looks round: whether it queued the batch."""
        return await queue_left(self.store, self.engine, await self.kept(), now)


@pytest.fixture
async def left(tmp_path: Path, store_url: str) -> AsyncIterator[Left]:
    recording = Recording(name="nothing", start="about:blank", inputs=(Input(name="number", label="Number"),), steps=())
    rows = [Row(number, {"number": str(number)}) for number in range(1, 4)]
    async with open_store(tmp_path, url=store_url) as store, open_engine(store, tmp_path, store_url) as engine:
        version = await store.keep_version(recording)
        batch = new_batch(recording, version, BatchSettings(agents=1), folder="", now=BEGUN, new_id=secrets.token_hex)
        await start(store, engine, batch, items_of(batch, rows), again=False, lane="")
        await pause(store, engine, batch)
        yield Left(store, engine, batch.id)


async def test_a_batch_that_was_begun_and_not_queued_is_queued_once(left: Left) -> None:
    await left.store.batches.set_status(left.id, "running")
    assert not await left.looked_at(BEGUN + 30)
    assert [await left.looked_at(BEGUN + 61) for _ in range(2)] == [True, False]


async def test_a_batch_that_was_resumed_and_not_queued_is_queued_once(left: Left) -> None:
    await left.store.batches.let_go_on(left.id, RESUMED, left=True)
    assert not await left.looked_at(RESUMED + 30)
    assert [await left.looked_at(RESUMED + 61) for _ in range(2)] == [True, False]


async def test_a_batch_that_was_resumed_and_queued_is_left_as_it_is(left: Left) -> None:
    await go_on(left.store, left.engine, await left.kept(), RESUMED, lane="")
    assert not await left.looked_at(RESUMED + 61)


async def test_a_batch_that_its_own_process_went_on_with_is_not_given_to_workers(left: Left) -> None:
    await left.store.batches.let_go_on(left.id, RESUMED, left=False)
    assert not await left.looked_at(RESUMED + 61)


async def test_of_a_batch_that_goes_on_with_one_item_that_one_is_queued(left: Left) -> None:
    (_, item, _) = await left.store.batches.items(left.id)
    await left.store.batches.let_go_on(left.id, RESUMED, left=True, alone=item.id)
    assert await left.looked_at(RESUMED + 61)
    done: list[tuple[int, int]] = []

    async def do(_: str, first: int, last: int) -> None:
        done.append((first, last))

    async with left.engine.working("w", do), asyncio.timeout(30):
        while await left.engine.is_queued(left.id):
            pass
    assert done == [(2, 2)]
