"""Heals in the store: counted, decided on, and a store from before there were any."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from recordings.errors import StoreUnusableError
from recordings.heal import Heal
from recordings.selectors import selectors_of
from recordings.target import Description, Target
from store import HealUnknownError, StoreMissingError, open_store


def target(name: str, **more: object) -> Target:
    seen = Description(tag="button", role="button", name=name).model_copy(update=more)
    return Target(description=seen, selectors=selectors_of(seen))


def heal(name: str = "Store", *, step: str = "s04", version: str = "v1", at: float = 1.0, trace: str = "a") -> Heal:
    return Heal(
        recording="add",
        made_from=version,
        step_id=step,
        index=3,
        old=target("Save"),
        new=target(name),
        how="similar",
        score=0.9,
        evidence=("same row",),
        trace_id=trace * 32,
        at=at,
        last_at=at,
        last_trace=trace * 32,
    )


async def test_a_proposal_comes_back_as_it_was_given_with_its_pictures(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        kept = await store.propose(heal(), b"as shown")
    async with open_store(tmp_path, url=store_url) as store:
        assert await store.heals() == [kept]
        assert kept == heal().model_copy(update={"id": 1, "shown": kept.shown})
        path = await store.picture_path(kept.shown)
        assert path is not None and path.read_bytes() == b"as shown"
        assert await store.picture_path("") is None


async def test_the_same_found_again_is_counted_wherever_it_stands(tmp_path: Path, store_url: str) -> None:
    elsewhere = target("Store", near=("Two more",), ordinal=3)
    async with open_store(tmp_path, url=store_url) as store:
        await store.propose(heal(), None)
        again = heal(at=9, trace="b").model_copy(update={"new": elsewhere})
        await store.propose(again, None)
        (kept,) = await store.heals()
        assert (kept.seen, kept.last_at, kept.last_trace, kept.trace_id) == (2, 9, "b" * 32, "a" * 32)
        assert store.proposed == {1}


async def test_another_target_or_step_is_another_proposal(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        for each in (heal(), heal("Keep"), heal(step="s05")):
            await store.propose(each, None)
        assert [(kept.id, kept.seen) for kept in await store.heals()] == [(3, 1), (2, 1), (1, 1)]


async def test_what_was_refused_is_counted_and_not_proposed_again(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.propose(heal(), None)
        await store.decide(1, "refused")
    async with open_store(tmp_path, url=store_url) as store:
        kept = await store.propose(heal(version="v2"), None)
        assert (kept.status, kept.seen, await store.heals(), store.proposed) == ("refused", 2, [], set())
        await store.propose(heal("Keep"), None)
        assert [other.id for other in await store.heals()] == [2]


async def test_what_was_accepted_is_proposed_anew_only_for_a_later_version(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.propose(heal(), None)
        await store.decide(1, "accepted")
        assert (await store.propose(heal(), None)).status == "accepted"
        assert (await store.propose(heal(version="v3"), None)).status == "proposed"
        assert [(each.id, each.status, each.seen) for each in await store.heals(status=None)] == [
            (2, "proposed", 1),
            (1, "accepted", 2),
        ]


async def test_runs_of_two_processes_count_one_proposal(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as one, open_store(tmp_path, url=store_url) as two:
        await asyncio.gather(*((one if n % 2 else two).propose(heal(at=n), None) for n in range(20)))
        (kept,) = await one.heals()
    assert kept.seen == 20


async def test_heals_are_chosen_by_recording(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await store.propose(heal(), None)
        assert (await store.heals("other"), len(await store.heals("add"))) == ([], 1)


async def test_an_unknown_number_is_said(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        for asked in (store.heal(7), store.decide(7, "refused")):
            with pytest.raises(HealUnknownError, match="no heal '7'"):
                await asked


async def test_a_store_that_must_be_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError):
        async with open_store(tmp_path / "home", must_exist=True):
            pass
    assert not (tmp_path / "home").exists()


async def test_a_heal_of_another_shape_is_reported(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await store.propose(heal(), None)
        with closing(sqlite3.connect(tmp_path / "showonce.db")) as connection, connection:
            connection.execute("UPDATE heals SET document = '{}'")
        with pytest.raises(StoreUnusableError, match="a Heal in it cannot be read"):
            await store.heals()


async def test_a_store_from_before_heals_is_brought_up_to_date_with_its_runs(tmp_path: Path) -> None:
    first = Path(__file__).parents[1] / "store" / "migrations" / "versions" / "0001_runs_and_steps.py"
    upgrade_to_first(tmp_path / "showonce.db", first.stem.partition("_")[0])
    async with open_store(tmp_path) as store:
        assert [trace.trace_id for trace in await store.traces()] == ["c" * 32]
        assert (await store.propose(heal(), None)).id == 1


def upgrade_to_first(path: Path, revision: str) -> None:
    """A database as the first version made it, with one run."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    config = Config()
    config.set_main_option("script_location", "store:migrations")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql(
            "INSERT INTO runs (trace_id, recording, base_url, status, started_at, total_steps, document) "
            f"VALUES ('{'c' * 32}', 'add', '', 'passed', 1, 0, "
            f"""'{{"trace_id": "{"c" * 32}", "recording": "add", "started_at": 1}}')"""
        )
    engine.dispose()
    with closing(sqlite3.connect(path)) as plain:
        assert "heals" not in [name for (name,) in plain.execute("SELECT name FROM sqlite_master")]
