"""What a connection to SQLite hands its thread, and that nothing overtakes what is there."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, table, text

from store.database import Database, open_sqlite
from store.sqlite_thread import ThreadConnection, connect

_COUNT = select(func.count()).select_from(table("rows"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = open_sqlite(tmp_path / "some.db")
    async with opened.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE rows (number INTEGER)"))
    yield opened
    await opened.close()


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was handed to threads."""
    names: list[str] = []
    execute = ThreadConnection._execute

    async def noted(self: ThreadConnection, fn: Any, *args: Any, **kwargs: Any) -> Any:
        names.append(fn.__name__)
        return await execute(self, fn, *args, **kwargs)

    monkeypatch.setattr(ThreadConnection, "_execute", noted)
    return names


async def test_only_what_may_wait_goes_to_the_thread(database: Database, handed: list[str]) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("INSERT INTO rows VALUES (1)"))
        assert await connection.scalar(text("SELECT count(*) FROM rows")) == 1
    assert handed == ["execute", "execute", "execute", "fetchall", "commit"]


async def test_what_fails_is_rolled_back(database: Database, handed: list[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.engine.begin() as connection:
            await connection.execute(text("INSERT INTO rows VALUES (1)"))
            raise ZeroDivisionError
    assert "rollback" in handed
    assert await database.scalar(_COUNT) == 0


async def test_a_wait_for_the_lock_that_was_given_up_leaves_no_lock(database: Database, tmp_path: Path) -> None:
    """The thread goes on waiting, and gets the lock when nobody wants it any more."""
    other = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with database.engine.begin() as connection:
            await connection.execute(text("INSERT INTO rows VALUES (2)"))

    waiting = asyncio.create_task(write())
    await asyncio.sleep(0.2)
    waiting.cancel()
    await asyncio.sleep(0.1)
    other.execute("COMMIT")
    await asyncio.wait([waiting])
    await asyncio.sleep(0.2)
    other.execute("PRAGMA busy_timeout = 0")
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO rows VALUES (1)")
    other.execute("COMMIT")
    assert other.execute("SELECT number FROM rows").fetchall() == [(1,)]
    other.close()


async def test_while_the_thread_is_at_work_all_is_handed_to_it(tmp_path: Path, handed: list[str]) -> None:
    connection = connect(str(tmp_path / "some.db"), check_same_thread=False)
    await connection
    begun = threading.Event()
    await connection.create_function("begun", 0, begun.set)
    handed.clear()
    cursor = await connection.cursor()
    endless = "WITH RECURSIVE n(i) AS (SELECT begun() UNION ALL SELECT i FROM n) SELECT count(i) FROM n"
    counting = asyncio.create_task(cursor.execute(endless))
    assert await asyncio.to_thread(begun.wait, 60)  # what has not begun cannot be interrupted
    assert not connection.is_idle
    ending = [asyncio.create_task(each) for each in (cursor.close(), connection.rollback())]
    await asyncio.sleep(0)  # each goes as far as to the thread
    assert handed == ["execute", "close", "rollback"]
    await connection.interrupt()
    with pytest.raises(sqlite3.OperationalError):
        await counting
    await asyncio.gather(*ending)
    assert connection.is_idle
    await connection.close()
