"""The durable engine in a file and in Postgres: what was queued is done, whoever dies, and by one at a time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from scheduler.engine import Engine, TakenOverError, open_engine
from store import Store, open_store

BATCH = "b" * 12


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        yield opened


@pytest.fixture
async def engine(store: Store, tmp_path: Path, store_url: str) -> AsyncIterator[Engine]:
    async with open_engine(store, tmp_path, store_url) as opened:
        yield opened


class Done:
    """What was done, and until when to wait."""

    def __init__(self, wanted: int) -> None:
        self.chunks: list[tuple[int, int]] = []
        self._wanted, self._all = wanted, asyncio.Event()

    async def do(self, batch_id: str, first: int, last: int) -> None:
        self.chunks.append((first, last))
        if len(self.chunks) >= self._wanted:
            self._all.set()

    async def all(self) -> list[tuple[int, int]]:
        await asyncio.wait_for(self._all.wait(), 30)
        return self.chunks


async def test_chunks_are_done_in_the_order_in_which_they_were_queued(engine: Engine) -> None:
    chunks = [(number, number) for number in range(1, 31)]
    await engine.submit(BATCH, chunks, at_once=1)
    done = Done(30)
    async with engine.working("w", done.do):
        assert await done.all() == chunks


async def test_who_works_in_a_lane_does_nothing_of_another(engine: Engine) -> None:
    await engine.submit(BATCH, [(1, 1)], at_once=1, lane=BATCH)
    await engine.submit("c" * 12, [(2, 2)], at_once=1)
    theirs, shared = Done(1), Done(1)
    async with engine.working("w1", theirs.do, lane=BATCH):
        assert await theirs.all() == [(1, 1)]
    async with engine.working("w2", shared.do):
        assert await shared.all() == [(2, 2)]


@pytest.mark.parametrize("lane", ["", BATCH], ids=["of workers", "of its own"])
async def test_what_is_withdrawn_is_not_done(engine: Engine, lane: str) -> None:
    await engine.submit(BATCH, [(1, 1), (2, 2)], at_once=1, lane=lane)
    await engine.withdraw(BATCH)
    await engine.submit(BATCH, [(3, 3)], at_once=1, lane=lane)
    done = Done(1)
    async with engine.working("w", done.do, lane=lane):
        assert await done.all() == [(3, 3)]


async def test_what_a_killed_worker_had_in_hand_is_done_by_who_takes_it_over(
    engine: Engine, tmp_path: Path, store_url: str
) -> None:
    await engine.submit(BATCH, [(1, 1)], at_once=1)
    command = (sys.executable, "-m", "tests.hanging_worker", str(tmp_path), store_url)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None and await process.stdout.readline() == b"begun 1\n"
    process.kill()
    await process.wait()
    assert await engine.take_over(["hanging"]) == 1
    done = Done(1)
    async with engine.working("w", done.do):
        assert await done.all() == [(1, 1)]


async def test_who_was_taken_over_can_write_no_more(engine: Engine, store: Store) -> None:
    await engine.submit(BATCH, [(1, 1)], at_once=1)
    refused: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def write(session: Any) -> bool:
        await session.execute(text("CREATE TABLE IF NOT EXISTS written (n INTEGER)"))
        return True

    async def do(batch_id: str, first: int, last: int) -> None:
        if refused.done():
            return
        await engine.take_over(["w"])
        try:
            await engine.journal(write)
        except TakenOverError:
            refused.set_result(True)
        else:
            refused.set_result(False)

    async with engine.working("w", do):
        assert await asyncio.wait_for(refused, 30)


async def test_what_is_queued_twice_under_one_name_is_done_once(engine: Engine) -> None:
    queue = [engine.submit(BATCH, [(1, 1), (2, 2)], at_once=1, attempt="left") for _ in range(2)]
    await asyncio.gather(*queue)
    await engine.submit(BATCH, [(3, 3)], at_once=1)
    done = Done(3)
    async with engine.working("w", done.do):
        assert sorted(await done.all()) == [(1, 1), (2, 2), (3, 3)]


async def test_a_thousand_chunks_are_queued_at_once(engine: Engine) -> None:
    await engine.submit(BATCH, ((number, number) for number in range(1, 1001)), at_once=4)
    done = Done(1)
    async with engine.working("w", done.do):
        assert (1, 1) in await done.all()
