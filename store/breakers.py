"""The breakers of applications in the store: each by its application, and what one turns to with the end of an item."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from recordings.batch import Breaker
from store.database import Database, put_into
from store.tables import breakers

_OF_APP = select(breakers.c.document).where(breakers.c.app == bindparam("of_app"))

Turn = Callable[[Breaker | None], Breaker | None]
"""What an application's breaker becomes by how a run ended, from what it was; None for no change."""


class Breakers:
    """Documents in, documents out. Reached as ``Store.breakers``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, app: str) -> Breaker | None:
        """What is known of an application's failures."""
        return next(iter(await self._found(select(breakers.c.document).where(breakers.c.app == app))), None)

    async def all(self) -> builtins.list[Breaker]:
        """All that is known of applications' failures, by their address."""
        return await self._found(select(breakers.c.document).order_by(breakers.c.app))

    async def put(self, breaker: Breaker) -> None:
        """Keep a breaker in place of the one of its application."""
        await self._database.write(lambda connection: put_breaker(connection, breaker))

    async def _found(self, query: Select[Any]) -> builtins.list[Breaker]:
        return [self._database.document(Breaker, text) for text in await self._database.scalars(query)]


def put_breaker(connection: Connection, breaker: Breaker) -> None:
    """Write a breaker, within a transaction."""
    row = {"app": breaker.app, "state": breaker.state, "document": breaker.model_dump_json(exclude_defaults=True)}
    connection.execute(put_into(connection, breakers), row)


def turn_breaker(connection: Connection, database: Database, app: str, turn: Turn | None) -> None:
    """Write what an application's breaker turns to, within a transaction."""
    if turn is None:
        return
    kept = connection.scalar(_OF_APP, {"of_app": app})
    before = database.document(Breaker, kept) if kept is not None else None
    after = turn(before)
    if after is not None and after != before:
        put_breaker(connection, after)
