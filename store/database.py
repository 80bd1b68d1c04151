"""The way to the database, SQLite or Postgres, for all of the store: reading, writing, saying what failed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import (
    URL,
    CompoundSelect,
    Connection,
    Engine,
    Executable,
    Row,
    Select,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from recordings.errors import StoreUnusableError
from store.address import mend_of, name_of
from store.schema import BUSY_S, CONNECT_S, reason_of

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.ext.asyncio import AsyncEngine

Kept = TypeVar("Kept", bound=BaseModel)
T = TypeVar("T")

Matter = Literal["begin", "claims", "heals", "flows", "vault", "audit"]
"""What only one process at a time may decide on: which item begins, who has a key, which heal is counted, how far a
workflow has come, which key seals the vault, what follows in the audit log."""

_NUMBERS: dict[Matter, int] = {
    "begin": 0x5110_0001,
    "claims": 0x5110_0002,
    "heals": 0x5110_0003,
    "flows": 0x5110_0004,
    "vault": 0x5110_0005,
    "audit": 0x5110_0009,
}
_READS = "showonce_reads"
_AT_ONCE = 16
_GIVEN_UP = "showonce_given_up"
_READERS = 4
"""Threads that read from a file at once; one more writes."""

_ALONE = text(
    # A machine that loses its power inside the transaction would hold the lock until its connection is found dead,
    # which can take hours; the server ends the transaction after a minute of silence instead.
    "SELECT set_config('idle_in_transaction_session_timeout', '60s', true), pg_advisory_xact_lock(:number)"
)


class Database:
    """Owns the connections. ``name`` is what messages call it: the file, or the address without its password.

    What is to be done is one function that is done as a whole: on SQLite in one trip to another thread, which costs a
    quarter of a trip for each statement. It must change nothing but what it returns.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], AsyncEngine],
        mend: Callable[[str], str] = lambda _: "",
        file: Engine | None = None,
    ) -> None:
        self.name = name
        self._connect = connect
        self._mend = mend
        self._file = file
        self._threads: dict[str, ThreadPoolExecutor] = {}

    @cached_property
    def engine(self) -> AsyncEngine:
        """SQLAlchemy's own way to it. It is made when it is first asked for: on SQLite most commands never do."""
        return self._connect()

    @property
    def is_file(self) -> bool:
        """Whether it is SQLite."""
        return self._file is not None

    async def close(self) -> None:
        """Give up all connections; who uses it again makes others."""
        while self._threads:
            self._threads.popitem()[1].shutdown(wait=False)
        if self._file is not None:
            self._file.dispose()
        if "engine" in self.__dict__:
            await self.engine.dispose()

    async def read(self, ask: Callable[[Connection], T]) -> T:
        """What ``ask`` says by a connection; each query sees what was committed before it."""
        with self._said():
            if self._file is None:
                async with self._reader.connect() as connection:
                    return await connection.run_sync(ask)
            return await self._in_thread("store-reads", _READERS, lambda: _read(self._file_reader, ask))

    async def write(self, change: Callable[[Connection], T], alone: Matter | None = None) -> T:
        """What ``change`` says, in a transaction that writes: all of it, or nothing where it raises, or where the
        caller is cancelled before it is kept.

        On SQLite it is the only one that writes, whoever else would. On Postgres it is the only one on the matter it
        is ``alone`` on, over all machines; what it reads is what was committed before.
        """
        with self._said():
            if self._file is not None:
                return await self._write_file(self._file, change)
            async with self.engine.begin() as connection:
                if alone is not None:
                    await connection.execute(_ALONE, {"number": _NUMBERS[alone]})
                return await connection.run_sync(change)

    async def rows(self, query: Select[Any] | CompoundSelect[Any]) -> Sequence[Row[*tuple[Any, ...]]]:
        """What a query finds."""
        return await self.read(lambda connection: connection.execute(query).all())

    async def scalars(self, query: Select[Any]) -> Sequence[Any]:
        """The first column of what a query finds."""
        return await self.read(lambda connection: connection.scalars(query).all())

    async def scalar(self, query: Select[Any]) -> Any:
        """The first value of what a query finds, None where that is nothing."""
        return await self.read(lambda connection: connection.scalar(query))

    async def change(
        self, statement: Executable, given: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> int:
        """Carry a statement out in a transaction of its own, and say how many rows it changed."""
        return await self.write(lambda connection: connection.execute(statement, given).rowcount)

    async def put(self, table: Table, given: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Write a row or rows, each in the place of the one with the same primary key."""
        await self.write(lambda connection: connection.execute(put_into(connection, table), given).close())

    def unusable(self, error: Exception | str) -> StoreUnusableError:
        """What is raised where the database cannot be used."""
        reason = error if isinstance(error, str) else reason_of(error)
        return StoreUnusableError(self.name, reason, self._mend(reason))

    def document(self, model: type[Kept], written: str) -> Kept:
        """A document as it was kept.

        Raises:
            StoreUnusableError: It is of another shape.
        """
        with self.sound(model):
            return model.model_validate_json(written)

    @contextmanager
    def sound(self, model: type[BaseModel]) -> Iterator[None]:
        """Around reading documents of ``model``: one that cannot be read is said as a store that cannot be used."""
        try:
            yield
        except ValidationError as error:
            raise self.unusable(f"a {model.__name__} in it cannot be read") from error

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise self.unusable(error) from error

    @cached_property
    def _reader(self) -> AsyncEngine:
        return self.engine.execution_options(**{_READS: True})

    @cached_property
    def _file_reader(self) -> Engine:
        assert self._file is not None
        return self._file.execution_options(**{_READS: True})

    async def _write_file(self, file: Engine, change: Callable[[Connection], T]) -> T:
        given_up = threading.Event()
        try:
            # SQLite lets one write and has the others look again every so often: a queue is fairer in a process.
            return await self._in_thread("store-writes", 1, lambda: _write(file, change, given_up))
        except asyncio.CancelledError:
            given_up.set()
            raise

    async def _in_thread(self, name: str, most: int, do: Callable[[], T]) -> T:
        def done() -> T:
            try:
                return do()
            except StopIteration as error:  # no future takes it: who waits would wait for ever
                raise RuntimeError("a function of the store ended an iteration that is not its own") from error

        if name not in self._threads:
            self._threads[name] = ThreadPoolExecutor(most, name)
        return await asyncio.get_running_loop().run_in_executor(self._threads[name], done)


class _GivenUpError(Exception):
    """Nobody waits for the transaction any more."""


def _read(engine: Engine, ask: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        return ask(connection)


def _write(engine: Engine, change: Callable[[Connection], T], given_up: threading.Event) -> T:
    with engine.begin() as connection:
        connection.info[_GIVEN_UP] = given_up
        try:
            done = change(connection)
            _go_on(connection)
            return done
        finally:
            del connection.info[_GIVEN_UP]  # who has the connection next is waited for


def _go_on(connection: Connection, *_: object) -> None:
    """Before each statement of a transaction, and before it is kept."""
    given_up = connection.info.get(_GIVEN_UP)
    if given_up is not None and given_up.is_set():
        raise _GivenUpError


def stream(connection: Connection, query: Select[Any]) -> Iterable[Row[*tuple[Any, ...]]]:
    """What a query finds, row after row: never all of it in memory."""
    return connection.execute(query, execution_options={"stream_results": True})


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what to do where the row is there already."""
    return insert_of(connection.dialect.name, table)


def put_into(connection: Connection, table: Table, keep: Sequence[str] = ()) -> sqlite.Insert | postgresql.Insert:
    """An insert that takes the place of the row with the same primary key, its columns ``keep`` aside. It is made once:
    to make it takes longer than to run it."""
    return _put(connection.dialect.name, table, tuple(keep))


def insert_of(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The same, by SQLAlchemy's name of the database: for statements that are made once."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


@cache
def _put(dialect: str, table: Table, keep: tuple[str, ...]) -> sqlite.Insert | postgresql.Insert:
    keys = [column.name for column in table.primary_key]
    insert = insert_of(dialect, table)
    new = {column.name: column for column in insert.excluded if column.name not in {*keys, *keep}}
    return insert.on_conflict_do_update(index_elements=keys, set_=new)


def open_sqlite(path: Path) -> Database:
    """The database in a file that ``schema.make_ready`` has seen."""
    how = {"timeout": BUSY_S, "check_same_thread": False}
    # The connection that was used last has its pages in memory still.
    file = create_engine(URL.create("sqlite", database=str(path)), connect_args=how, pool_use_lifo=True)
    event.listen(file, "before_cursor_execute", _go_on)
    return Database(str(path), lambda: _async_sqlite(path), file=_listened_to(file))


def _async_sqlite(path: Path) -> AsyncEngine:
    from sqlalchemy.ext.asyncio import create_async_engine

    from store import sqlite_thread

    how = {"timeout": BUSY_S, "async_creator_fn": sqlite_thread.connect}
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)), connect_args=how)
    _listened_to(engine.sync_engine)
    return engine


def open_postgres(url: URL) -> Database:
    """The database at ``url``, which ``schema.make_postgres_ready`` has seen."""
    return Database(name_of(url), lambda: _async_postgres(url), mend_of)


def _async_postgres(url: URL) -> AsyncEngine:
    from sqlalchemy.ext.asyncio import create_async_engine

    # A connection that the server or the network has ended meanwhile is noticed before it is used.
    # Many agents end items at once: a connection beyond the pool's own is opened and closed each time.
    how = {"connect_timeout": CONNECT_S}
    return create_async_engine(url, pool_pre_ping=True, pool_size=_AT_ONCE, connect_args=how)


def _listened_to(engine: Engine) -> Engine:
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _: object) -> None:
    # Python's own BEGIN comes before the first change only, so what was read before it can be old: ``_begin`` says it.
    connection.isolation_level = None
    cursor = connection.cursor()
    # Not NORMAL: a power cut would take back the last commits, and with them that a request had left.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is taken away or written over is gone from the file: values that are hashed, people who are erased.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then changes fails at once if another changed meanwhile, however long it would
    # wait; one that takes the lock first waits for it. So must those of others on this engine (``Store.engine``).
    if not connection.get_execution_options().get(_READS):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
