"""A connection to SQLite that goes to its thread only for what may wait there.

aiosqlite hands its thread all that is asked of a connection. To make or close a cursor, or to roll back where nothing
was begun, touches no file and takes less time than to hand it over, and it was most of what a transaction cost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiosqlite

_CHUNK = 64
"""aiosqlite's own default: rows fetched at a time by who iterates over a cursor, which nobody does here."""


class ThreadConnection(aiosqlite.Connection):
    """As aiosqlite's, for one task at a time, as a pool gives it out.

    What a cancelled task asked for goes on in the thread; until that is over all goes to the thread, after it.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, _CHUNK)
        # Each is written by one thread only, and read by the other.
        self._asked = self._ended = 0

    @property
    def is_idle(self) -> bool:
        """Whether the thread has ended all it was asked for."""
        return self._asked == self._ended

    def cursor(self) -> Any:  # aiosqlite's is awaited and entered; its type says only what its decorator makes of it
        # One that was closed underneath says so as aiosqlite does, so that its pool lets go of it.
        return _Made(self) if self.is_idle and self._connection is not None else super().cursor()

    async def rollback(self) -> None:
        if not self.is_idle or self.in_transaction:
            await super().rollback()

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        def asked() -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                self._ended += 1

        self._asked += 1
        return await super()._execute(asked)  # type: ignore[no-untyped-call]


class _Cursor(aiosqlite.Cursor):
    async def close(self) -> None:
        if isinstance(self._conn, ThreadConnection) and self._conn.is_idle:
            self._cursor.close()
        else:
            await super().close()


class _Made(AbstractAsyncContextManager[aiosqlite.Cursor]):
    """A cursor that is there already, for who awaits or enters it."""

    def __init__(self, connection: ThreadConnection) -> None:
        self._made = _Cursor(connection, connection._conn.cursor())

    def __await__(self) -> Generator[Any, None, aiosqlite.Cursor]:
        return self.__aenter__().__await__()

    async def __aenter__(self) -> aiosqlite.Cursor:
        return self._made

    async def __aexit__(self, *_: object) -> None:
        await self._made.close()


def connect(database: str, **options: Any) -> ThreadConnection:
    """What SQLAlchemy asks for connections, as its ``async_creator_fn``; ``options`` are those of `sqlite3.connect`."""
    connection = ThreadConnection(lambda: sqlite3.connect(database, **options))
    connection._thread.daemon = True  # as SQLAlchemy has it for those it makes: none keeps a process from ending
    return connection
