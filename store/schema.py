"""Makes the database ready before the store opens it: a file private, whole and writable; all of this version."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, NullPool, create_engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from recordings.errors import StoreUnusableError
from store.address import mend_of, name_of
from store.errors import StoreMissingError

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0013", "0014")
"""The revisions in ``store/migrations/versions``, oldest first: known without importing alembic (0.2 s)."""

BUSY_S = 15
"""How long a connection waits while another process writes to the file."""

CONNECT_S = 10
"""How long a database elsewhere may take to answer."""

_UPGRADING = 0x5110_0000
"""The advisory lock of those who would upgrade a database on Postgres."""


def make_ready(path: Path) -> None:
    """Create or migrate the database at ``path``; nothing in it is ever dropped.

    Raises:
        StoreUnusableError: It cannot be written, is no database, or is newer than this code.
    """
    try:
        _create_private(path)
        if not _is_current(_checked_version(path), path):
            _upgrade(path)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        raise StoreUnusableError(path, reason_of(error)) from error


def make_postgres_ready(url: URL, must_exist: bool = False) -> None:
    """Create or migrate the tables in the database at ``url``; nothing in it is ever dropped.

    Raises:
        StoreMissingError: It ``must_exist`` and has none; nothing was made.
        StoreUnusableError: It cannot be reached or changed, or is newer than this code.
    """
    name = name_of(url)
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_S})
    try:
        with engine.begin() as connection:
            found = _version_in(connection)
            if found is None and must_exist:
                raise StoreMissingError(name)
            if _is_current(found, name):
                return
            # A second worker that starts at the same time waits here, and then finds the work done.
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADING)))
            if not _is_current(_version_in(connection), name):
                _migrate(connection)
    except SQLAlchemyError as error:
        reason = reason_of(error)
        raise StoreUnusableError(name, reason, mend_of(reason)) from error


def reason_of(error: Exception) -> str:
    """What the disk or the database said, without SQLAlchemy's statement and links."""
    said = getattr(error, "orig", None) or getattr(error, "strerror", None) or error
    # Postgres adds lines: where in the statement it was, which addresses it tried.
    first = str(said).strip().partition("\n")[0]
    return " ".join(first.split()).rstrip(".")


def _is_current(found: str | None, name: object) -> bool:
    if found is not None and found not in VERSIONS:
        reason = f"a newer showonce wrote it (version {found}; this one knows up to {VERSIONS[-1]})"
        raise StoreUnusableError(name, reason, "Upgrade showonce here too.")
    return found == VERSIONS[-1]


def _create_private(path: Path) -> None:
    # Only a folder made here is closed to others: SHOWONCE_HOME may be a shared one, or even /tmp.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite gives its -wal and -shm files the mode of the database.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _checked_version(path: Path) -> str | None:
    """The revision in the file, having seen that it can be written; None if it is new."""
    with closing(sqlite3.connect(path, timeout=BUSY_S)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchall()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
        connection.rollback()
    return str(row[0]) if row else None


def _version_in(connection: Connection) -> str | None:
    """The revision in a Postgres database; None if it is new."""
    if connection.scalar(select(func.to_regclass("alembic_version"))) is None:
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(path: Path) -> None:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": BUSY_S},
    )
    with engine.connect() as connection:
        # Before anything is in it: what is taken away later can then be given back bit by bit.
        connection.exec_driver_sql("PRAGMA auto_vacuum=INCREMENTAL")
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        # A second process that starts at the same time waits here, and then finds the work done.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        _migrate(connection)
        connection.exec_driver_sql("COMMIT")


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
