"""How a run that passed ended is kept with its item's end or not at all, in a file and in Postgres."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from recordings.batch import Item
from recordings.errors import StoreUnusableError
from recordings.trace import Trace
from scheduler.sink import InBatch
from store import Store, open_store
from tests.kept_batches import OTHER, TRACE, batch, begun, ended, rows

Status = Literal["running", "passed", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of an item that is under way."""

    store: Store
    item: Item
    sink: InBatch

    async def ends(self, status: Status = "passed") -> None:
        await self.sink.finish(_trace(status))

    async def kept(self) -> tuple[str, str]:
        """How the run and its item stand."""
        run, item = await self.store.trace(TRACE), await self.store.batches.item(self.item.id)
        assert run.item == item.id
        return run.status, item.status

    async def item_ends(self) -> bool:
        async with self.sink.ending() as write:
            return await self.store.batches.end(ended(self.item), run=write)


@pytest.fixture
async def run(tmp_path: Path, store_url: str) -> AsyncIterator[Run]:
    async with open_store(tmp_path, url=store_url) as store:
        await store.batches.add(batch(), rows(batch(), "k1"))
        item = await begun(store, batch().id + ":000001")
        sink = InBatch(store, item, "", ends_item=True)
        await sink.begin(_trace("running"))
        yield Run(store, item, sink)


async def test_neither_is_told_before_the_other(run: Run) -> None:
    await run.ends()
    assert await run.kept() == ("running", "running")
    assert await run.item_ends()
    assert await run.kept() == ("passed", "passed")


async def test_a_run_that_failed_is_told_at_once(run: Run) -> None:
    await run.ends("failed")
    assert await run.kept() == ("failed", "running")


async def test_what_cannot_be_kept_of_the_run_is_not_kept_of_the_item(run: Run) -> None:
    await run.ends()

    def refused(connection: object) -> None:
        raise StoreUnusableError("the store", "the disk is full")

    with pytest.raises(StoreUnusableError):
        await run.store.batches.end(ended(run.item), run=refused)
    assert await run.kept() == ("running", "running")
    await run.sink.keep()
    assert await run.kept() == ("passed", "running")


async def test_the_run_of_an_item_that_another_has_is_kept_alone(run: Run) -> None:
    await begun(run.store, run.item.id, OTHER)
    await run.ends()
    assert not await run.item_ends()
    assert await run.kept() == ("passed", "running")


def _trace(status: Status) -> Trace:
    at = None if status == "running" else 6.0
    return Trace(trace_id=TRACE, recording="add-customer", started_at=5.0, ended_at=at, status=status)
