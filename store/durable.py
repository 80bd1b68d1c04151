"""Where the durable engine keeps its own tables: a file beside the store's, or a schema in the same database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from recordings.errors import StoreUnusableError
from store.address import address_of
from store.schema import reason_of

_BUSY_MS = 30_000


@dataclass(frozen=True, slots=True)
class Durable:
    """The engine's database: its address, and connections to it, which where they are ``private`` it must use too."""

    address: str
    engine: Engine
    private: bool

    @contextmanager
    def sound(self) -> Iterator[None]:
        """Around what the durable engine asks of it.

        Raises:
            StoreUnusableError: It cannot be used now.
        """
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreUnusableError("the engine's database", reason_of(error)) from error


@contextmanager
def durable_database(home: Path, url: str = "") -> Iterator[Durable]:
    """Open the engine's database, and close its connections at the end.

    On SQLite it is a file of its own: the engine looks for work several times a second, and locks the file whenever it
    writes. WAL, which DBOS does not ask for by itself, lets others read meanwhile and costs a third less
    (../shared/ENGINE.md).
    """
    durable = _on_postgres(url) if url else _beside(home)
    try:
        yield durable
    finally:
        durable.engine.dispose()


def _on_postgres(given: str) -> Durable:
    url = address_of(given)
    return Durable(url.render_as_string(hide_password=False), create_engine(url, pool_size=2), False)


def _beside(home: Path) -> Durable:
    path = home / "engine.db"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    address = f"sqlite:///{path}"
    engine = create_engine(address, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for said in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {said}")

    return Durable(address, engine, True)
