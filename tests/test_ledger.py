"""The ledger of commits: it goes forward only, also within the durable engine's own transactions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from recordings.batch import Commit, CommitState
from store import open_store, put_commit

ITEM = "a" * 12 + ":000001"
STATES: tuple[CommitState, ...] = ("intent", "sent", "done", "void")


def commit(state: CommitState, at: float = 1.0, trace: str = "a", step: str = "s04") -> Commit:
    return Commit(item_id=ITEM, step_id=step, trace_id=trace * 32, state=state, at=at, request="POST /orders")


@pytest.mark.parametrize(
    "way",
    [("intent", "sent", "done"), ("intent", "void"), ("intent", "sent", "void"), ("intent", "done"), ("sent", "sent")],
    ids=" ".join,
)
async def test_a_commit_goes_forward(tmp_path: Path, store_url: str, way: tuple[CommitState, ...]) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        for at, state in enumerate(way):
            assert await store.ledger.note(commit(state, at))
        assert await store.ledger.commits(ITEM) == [commit(way[-1], len(way) - 1)]


@pytest.mark.parametrize(
    "way",
    [("sent", "intent"), ("done", "sent"), ("done", "void"), ("void", "sent"), ("void", "done"), ("void", "intent")],
    ids=" ".join,
)
async def test_a_commit_never_goes_back(tmp_path: Path, store_url: str, way: tuple[CommitState, ...]) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        for at, state in enumerate(way):
            assert await store.ledger.note(commit(state, at)) is (at == 0)
        assert await store.ledger.commits(ITEM) == [commit(way[0], 0)]


async def test_another_run_may_try_only_what_is_void(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.ledger.note(commit("intent"))
        for state in STATES:
            assert not await store.ledger.note(commit(state, trace="b"))
        await store.ledger.note(commit("void"))
        assert await store.ledger.note(commit("intent", 3.0, trace="b"))
        assert not await store.ledger.note(commit("sent"))
        assert await store.ledger.commits(ITEM) == [commit("intent", 3.0, trace="b")]


async def test_the_steps_of_an_item_are_told_in_order_of_time(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        for at, step in ((2.0, "s04"), (1.0, "s09")):
            await store.ledger.note(commit("intent", at, step=step))
        assert [each.step_id for each in await store.ledger.commits(ITEM)] == ["s09", "s04"]
        assert await store.ledger.commits("b" * 12 + ":000001") == []


async def test_what_is_rolled_back_by_the_owner_of_a_transaction_is_not_kept(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        async with AsyncSession(store.engine) as session:
            assert await session.run_sync(lambda plain: put_commit(plain.connection(), commit("intent")))
            await session.rollback()
        assert await store.ledger.commits(ITEM) == []


async def test_the_durable_engine_keeps_commits_in_transactions_of_its_own(tmp_path: Path, store_url: str) -> None:
    from dbos import AsyncSQLAlchemyDatasource

    place = store_url or f"sqlite+aiosqlite:///{tmp_path}/showonce.db"
    async with open_store(tmp_path, url=store_url) as store:
        source = await AsyncSQLAlchemyDatasource.create(place, engine=store.engine)

        async def sent(step: str) -> bool:
            sent = commit("sent", step=step)
            return await source.sql_session().run_sync(lambda plain: put_commit(plain.connection(), sent))

        steps = [f"s{number:02}" for number in range(20)]
        ours = [store.ledger.note(commit("intent", step=f"t{number}")) for number in range(20)]
        theirs = [source.run_tx_step_async({"isolation_level": "SERIALIZABLE"}, sent, step) for step in steps]
        assert all(await asyncio.gather(*theirs, *ours))
        assert len(await store.ledger.commits(ITEM)) == 40
