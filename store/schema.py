"""Makes the database file ready before the store opens it: private, whole, writable, of this version."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from recordings.errors import StoreUnusableError

VERSIONS = ("0001", "0002")
"""The revisions in ``store/migrations/versions``, oldest first: known without importing alembic (0.2 s)."""

BUSY_S = 15
"""How long a connection waits while another process writes."""


def make_ready(path: Path) -> None:
    """Create or migrate the database at ``path``; nothing in it is ever dropped.

    Raises:
        StoreUnusableError: It cannot be written, is no database, or is newer than this code.
    """
    try:
        _create_private(path)
        found = _checked_version(path)
        if found is not None and found not in VERSIONS:
            raise StoreUnusableError(
                path, f"a newer showonce wrote it (version {found}; this one knows up to {VERSIONS[-1]})"
            )
        if found != VERSIONS[-1]:
            _upgrade(path)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        raise StoreUnusableError(path, reason_of(error)) from error


def reason_of(error: Exception) -> str:
    """What the disk or SQLite said, without SQLAlchemy's statement and links."""
    said = getattr(error, "orig", None) or getattr(error, "strerror", None) or error
    return str(said).rstrip(".")


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


def _upgrade(path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "store:migrations")
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": BUSY_S},
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        # A second process that starts at the same time waits here, and then finds the work done.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.exec_driver_sql("COMMIT")
