"""The way to the database, SQLite or Postgres, for all of the store: reading, writing, saying what failed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import URL, Connection, Table, event, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from recordings.errors import StoreUnusableError
from store import sqlite_thread
from store.address import mend_of, name_of
from store.schema import BUSY_S, CONNECT_S, reason_of

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Kept = TypeVar("Kept", bound=BaseModel)

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

_ALONE = text(
    # A machine that loses its power inside the transaction would hold the lock until its connection is found dead,
    # which can take hours; the server ends the transaction after a minute of silence instead.
    "SELECT set_config('idle_in_transaction_session_timeout', '60s', true), pg_advisory_xact_lock(:number)"
)


class Database:
    """Owns the engine. ``name`` is what messages call it: the file, or the address without its password."""

    def __init__(self, engine: AsyncEngine, name: str, mend: Callable[[str], str] = lambda _: "") -> None:
        self.engine = engine
        self.name = name
        self._mend = mend
        self._reader = engine.execution_options(**{_READS: True})
        self._turn = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read by; each query sees what was committed before it."""
        try:
            async with self._reader.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self.unusable(error) from error

    @asynccontextmanager
    async def writing(self, alone: Matter | None = None) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes: all of it, or nothing where the body raises.

        On SQLite it is the only one that writes, whoever else would. On Postgres it is the only one on the matter it
        is ``alone`` on, over all machines; what it reads is what was committed before.
        """
        if self._turn is None:
            async with self._transaction() as connection:
                if alone is not None:
                    await connection.execute(_ALONE, {"number": _NUMBERS[alone]})
                yield connection
            return
        # SQLite lets one write and has the others look again every so often: inside a process a queue is fairer.
        async with self._turn, self._transaction() as connection:
            yield connection

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

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self.unusable(error) from error


def insert_into(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what to do where the row is there already."""
    return insert_of(connection.dialect.name, table)


def put_into(connection: AsyncConnection, table: Table, keep: Sequence[str] = ()) -> sqlite.Insert | postgresql.Insert:
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
    how = {"timeout": BUSY_S, "async_creator_fn": sqlite_thread.connect}
    engine = create_async_engine(URL.create("sqlite+aiosqlite", database=str(path)), connect_args=how)
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return Database(engine, str(path))


def open_postgres(url: URL) -> Database:
    """The database at ``url``, which ``schema.make_postgres_ready`` has seen."""
    # A connection that the server or the network has ended meanwhile is noticed before it is used.
    # Many agents end items at once: a connection beyond the pool's own is opened and closed each time.
    engine = create_async_engine(
        url, pool_pre_ping=True, pool_size=_AT_ONCE, connect_args={"connect_timeout": CONNECT_S}
    )
    return Database(engine, name_of(url), mend_of)


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
