"""What fails around a batch: browsers, databases, disks, servers. Nothing is lost, and nothing is stored twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.pool import open_pool
from recordings.batch import BatchSettings, Item
from scheduler.attended import do_rows
from store import open_store
from tests.pages.faulty import Faulty, add_customer, faulty_desk, find_customer, password, people
from tests.pages.processes import main_process


@pytest.fixture
async def desk() -> AsyncIterator[Faulty]:
    async with faulty_desk() as running:
        yield running


async def done(home: Path, desk: Faulty, count: int, *args: str, **how: object) -> list[Item]:
    """So many people added by two agents of a browser of their own."""
    async with open_store(home) as store, open_pool(agents=2, args=args) as pool:
        probe = await store.keep_version(find_customer())
        settings = BatchSettings.model_validate(
            {"base_url": desk.url, "agents": 2, "probe": probe, "step_s": 4, "settle_s": 3, **how}
        )
        batch = await do_rows(store, home, pool, add_customer(), people(count), settings, secrets=password)
        return await store.batches.items(batch.id)


@asynccontextmanager
async def doing(what: Coroutine[None, None, list[Item]]) -> AsyncIterator[asyncio.Task[list[Item]]]:
    """Something under way, which a test that fails leaves behind for nobody."""
    task = asyncio.create_task(what)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def each_once(desk: Faulty, count: int) -> bool:
    stored = await desk.stored()
    return [stored[f"Person {number}"] for number in range(1, count + 1)] == [1] * count


async def until_stored(desk: Faulty, count: int) -> None:
    async with asyncio.timeout(60):
        while sum(name.startswith("Person") for name in await desk.stored()) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.3)


@pytest.mark.slow
async def test_a_browser_that_is_killed_is_replaced_and_its_rows_are_done_once(tmp_path: Path, desk: Faulty) -> None:
    mark = f"--mark={tmp_path.name}"
    async with doing(done(tmp_path, desk, 5, mark)) as items:
        await until_stored(desk, 1)
        os.kill(main_process(mark), signal.SIGKILL)
        assert [item.status for item in await items] == ["passed"] * 5
    assert await each_once(desk, 5)


async def test_a_server_that_is_down_for_a_while_loses_no_row(tmp_path: Path, desk: Faulty) -> None:
    async with doing(done(tmp_path, desk, 5, retries=6)) as items:
        await until_stored(desk, 1)
        desk.down = True
        await asyncio.sleep(4)
        desk.down = False
        assert [item.status for item in await items] == ["passed"] * 5
    assert await each_once(desk, 5)


async def test_a_database_that_is_locked_is_waited_for(tmp_path: Path, desk: Faulty) -> None:
    async with doing(done(tmp_path, desk, 4)) as items:
        await until_stored(desk, 1)
        await asyncio.to_thread(lock, tmp_path / "showonce.db", 6)
        assert [item.status for item in await items] == ["passed"] * 4
    assert await each_once(desk, 4)


async def test_a_disk_that_takes_no_pictures_stops_no_batch(tmp_path: Path, desk: Faulty) -> None:
    async with open_store(tmp_path) as store:
        for recording in (add_customer(), find_customer()):
            await store.keep_version(recording)
    folders = [tmp_path / "pictures" / f"{number:02x}" for number in range(256)]
    for folder in folders:
        if not folder.exists():
            folder.write_bytes(b"in the way")
    items = await done(tmp_path, desk, 1, pictures="steps", probe="")
    assert [item.status for item in items] == ["passed"]
    async with open_store(tmp_path) as store:
        trace = await store.trace(items[0].trace_id)
    assert any("picture not stored" in note for step in trace.steps for note in step.notes)


def lock(path: Path, seconds: float) -> None:
    """Hold the database as another program would that writes."""
    with sqlite3.connect(path, timeout=30) as connection:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.rollback()
