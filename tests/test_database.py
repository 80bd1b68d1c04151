"""What is done by the store's way to its database: as a whole, one writing after another, or not at all."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select

from recordings.errors import StoreUnusableError
from store.address import address_of
from store.database import Database, open_postgres, open_sqlite, stream

ROWS = Table("rows_of_a_test", MetaData(), Column("number", Integer, primary_key=True), Column("value", Integer))
_COUNT = select(func.count()).select_from(ROWS)


@pytest.fixture
async def database(tmp_path: Path, store_url: str) -> AsyncIterator[Database]:
    opened = open_postgres(address_of(store_url)) if store_url else open_sqlite(tmp_path / "some.db")
    await opened.write(ROWS.metadata.create_all)
    yield opened
    await opened.close()


def one_more(connection: Connection) -> int:
    """Add the number after the highest there is."""
    highest = connection.scalar(select(func.max(ROWS.c.number))) or 0
    connection.execute(insert(ROWS).values(number=highest + 1))
    return int(highest) + 1


async def test_of_many_at_once_each_sees_what_those_before_it_wrote(database: Database) -> None:
    added = await asyncio.gather(*(database.write(one_more, alone="begin") for _ in range(40)))
    assert sorted(added) == list(range(1, 41))
    assert await database.scalar(_COUNT) == 40


async def test_what_raises_keeps_nothing_and_says_what_it_said(database: Database) -> None:
    def fail(connection: Connection) -> None:
        one_more(connection)
        raise LookupError("why")

    with pytest.raises(LookupError, match="why"):
        await database.write(fail)
    assert await database.scalar(_COUNT) == 0


async def test_a_row_takes_the_place_of_the_one_with_its_key(database: Database) -> None:
    await database.put(ROWS, [{"number": 1, "value": 5}, {"number": 2, "value": 6}])
    await database.put(ROWS, {"number": 2, "value": 7})
    assert [tuple(row) for row in await database.rows(select(ROWS).order_by("number"))] == [(1, 5), (2, 7)]


async def test_what_is_streamed_is_all_there_is(database: Database) -> None:
    await database.put(ROWS, [{"number": number, "value": 1} for number in range(2_500)])
    total = await database.read(lambda connection: sum(row.number for row in stream(connection, select(ROWS))))
    assert total == sum(range(2_500))


async def test_who_reads_does_not_wait_for_who_writes(database: Database) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        one_more(connection)
        begun.set()
        # On Postgres it is the loop's own thread that is at work, which nothing may hold up.
        assert not database.is_file or goes_on.wait(60)

    writing = asyncio.create_task(database.write(slow))
    if database.is_file:
        assert await asyncio.to_thread(begun.wait, 60)
        assert await database.scalar(_COUNT) == 0
        goes_on.set()
    await writing
    assert await database.scalar(_COUNT) == 1


async def test_it_is_used_again_after_it_was_closed(database: Database) -> None:
    await database.write(one_more)
    await database.close()
    assert await database.write(one_more) == 2


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Database]:
    opened = open_sqlite(tmp_path / "file.db")
    await opened.write(ROWS.metadata.create_all)
    yield opened
    await opened.close()


async def test_what_nobody_waits_for_any_more_is_not_kept(file: Database) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        one_more(connection)
        begun.set()
        goes_on.wait(60)

    writing = asyncio.create_task(file.write(slow))
    assert await asyncio.to_thread(begun.wait, 60)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    goes_on.set()
    assert await file.write(one_more) == 1


async def test_what_was_given_up_stops_before_its_next_statement_and_the_next_waits_for_that(file: Database) -> None:
    begun, goes_on, came = threading.Event(), threading.Event(), list[int]()

    def slow(connection: Connection) -> None:
        for _ in range(3):
            came.append(one_more(connection))
            begun.set()
            goes_on.wait(60)

    writing = asyncio.create_task(file.write(slow))
    assert await asyncio.to_thread(begun.wait, 60)
    next_one = asyncio.create_task(file.write(one_more))
    writing.cancel()
    await asyncio.wait([writing])
    assert not next_one.done()
    goes_on.set()
    assert (await next_one, came) == (1, [1])


async def test_an_iteration_that_ends_in_it_is_said(file: Database) -> None:
    with pytest.raises(RuntimeError, match="iteration"):
        await file.write(lambda _: next(iter(())))


async def test_a_wait_for_the_lock_that_was_given_up_leaves_no_lock(file: Database, tmp_path: Path) -> None:
    """The thread goes on waiting, and gets the lock when nobody wants it any more."""
    other = sqlite3.connect(tmp_path / "file.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(file.write(one_more))
    await asyncio.sleep(0.2)
    waiting.cancel()
    await asyncio.wait([waiting])
    other.execute("COMMIT")
    other.close()
    assert await file.write(one_more) == 1
    assert await file.scalar(_COUNT) == 1


async def test_what_the_database_says_is_said_with_its_name(file: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusableError, match=r"file\.db"):
        await file.scalar(select(Table("nowhere", MetaData(), Column("number", Integer)).c.number))
    await file.close()
    (tmp_path / "file.db").write_bytes(b"broken" * 1_000)
    with pytest.raises(StoreUnusableError, match=r"file\.db"):
        await file.write(one_more)
