"""The ledger of commits: what the runs of items sent that changes data, so that nothing is sent twice."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from recordings.batch import Commit
from store.database import Database, insert_of
from store.tables import commits
from store.written import written

_CAME = frozenset({"request"})


class Ledger:
    """One commit an item and step, the latest; in a loop one a row. Reached as ``Store.ledger``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def commits(self, item_id: str) -> list[Commit]:
        """What is known of an item's steps that change data, in order of time."""
        query = select(commits.c.document).where(commits.c.item_id == item_id)
        found = await self._database.scalars(query.order_by(commits.c.at, commits.c.step_id))
        return [self._database.document(Commit, text) for text in found]

    async def note(self, commit: Commit) -> bool:
        """Keep how far a commit has come, in a transaction of its own; see ``put_commit``."""
        return await self._database.write(lambda connection: put_commit(connection, commit))

    async def take_back(self, item_id: str, at: float, keep: Collection[str] = ()) -> None:
        """Keep that nothing of an item took effect, whatever was known: a person looked.

        Args:
            keep: The keys of commits that stay as they are.
        """
        for commit in await self.commits(item_id):
            if commit.key not in keep:
                await self.settle(commit.model_copy(update={"state": "void", "at": at}))

    async def settle(self, commit: Commit) -> None:
        """Keep what became of a commit that is known, whatever was known of it: a person looked."""
        row = {"state": commit.state, "at": commit.at, "document": written(commit, only=_CAME)}
        mine = and_(commits.c.item_id == commit.item_id, commits.c.step_id == commit.key)
        await self._database.change(update(commits).where(mine).values(row))


def put_commit(connection: Connection, commit: Commit) -> bool:
    """Keep how far a commit has come, within the caller's transaction, which may be the durable engine's.

    It goes forward only: from ``intent`` to ``sent``, ``done`` or ``void``, from ``sent`` to ``done`` or ``void``, all
    within one run; another run may have the ``intent`` of what is ``void``. What would go back is left out: a run that
    is late must not undo what is known.

    Returns:
        Whether it was kept.
    """
    row = {
        "item_id": commit.item_id,
        "step_id": commit.key,
        "trace_id": commit.trace_id,
        "state": commit.state,
        "at": commit.at,
        "document": written(commit, only=_CAME),
    }
    return connection.execute(_put(connection.dialect.name), row).first() is not None


@cache
def _put(dialect: str) -> ReturningInsert[tuple[str]]:
    """The statement of ``put_commit``, made once: to make it takes longer than to run it."""
    put = insert_of(dialect, commits)
    was, becomes, same_run = commits.c.state, put.excluded.state, commits.c.trace_id == put.excluded.trace_id
    forward = or_(
        was == becomes,
        and_(was == "intent", becomes.in_(("sent", "done", "void"))),
        and_(was == "sent", becomes.in_(("done", "void"))),
    )
    anew = and_(was == "void", becomes == "intent")
    put = put.on_conflict_do_update(
        index_elements=["item_id", "step_id"],
        set_={name: put.excluded[name] for name in ("trace_id", "state", "at", "document")},
        where=or_(and_(same_run, forward), and_(~same_run, anew)),
    )
    return put.returning(commits.c.state)
