"""What was kept as long as it may be is taken away, and nothing that somebody waits for."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from recordings.batch import Batch, BatchStatus, Item, ItemStatus
from recordings.heal import Heal
from recordings.keep import Keep
from recordings.target import Description, Target
from recordings.trace import StepRecord, Trace
from scheduler.keeping import keeping
from showonce.cli import main
from store import Store, open_store
from store.retention import Taken

DAY = 86400.0
NOW = 100 * DAY
OLD, NEW = NOW - 40 * DAY, NOW - 3 * DAY
PICTURE, SHARED = b"\xff\xd8 old", b"\xff\xd8 shared"
ALL = Keep(runs=30 * DAY, pictures=30 * DAY, results=30 * DAY)


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        yield opened


async def run(store: Store, name: str, ended_at: float | None, picture: bytes = PICTURE, item: str = "") -> str:
    """A run that ended then, with one step; returns its picture's digest."""
    trace = Trace(trace_id=name * 32, recording="add", started_at=1.0, item=item)
    await store.begin(trace)
    record = StepRecord(
        trace_id=trace.trace_id, span_id="1" * 16, index=0, step_id="s1", kind="click", started_at=1, outcome="passed"
    )
    kept = await store.add_step(record, picture)
    if ended_at is not None:
        await store.finish(trace.model_copy(update={"status": "passed", "ended_at": ended_at}))
    await store.flush()
    return kept.picture


async def batch_of(store: Store, status: BatchStatus, item: ItemStatus) -> str:
    """A batch of one row that ended long ago; returns the row's id."""
    batch = Batch(id="f" * 12, trace_id="e" * 32, recording="add", version="", status=status, created_at=1.0)
    row = Item(batch_id=batch.id, number=1, key="k", inputs={"who": "Ada"}, status=item, ended_at=OLD)
    await store.batches.add(batch, [row])
    return row.id


async def kept_runs(store: Store) -> set[str]:
    return {trace.trace_id[0] for trace in await store.traces()}


async def test_runs_go_when_they_are_older_than_they_may_be(store: Store) -> None:
    for name, ended_at in (("a", OLD), ("b", NEW), ("c", None)):
        await run(store, name, ended_at, picture=name.encode())
    await store.retention.set_keep(Keep(runs=30 * DAY))
    assert await store.retention.expired(NOW) == Taken(runs=1)
    assert await store.retention.take(NOW) == Taken(runs=1, pictures=1)
    assert await kept_runs(store) == {"b", "c"}


async def test_nothing_goes_where_nobody_said_so(store: Store) -> None:
    await run(store, "a", OLD)
    assert await store.retention.take(NOW) == Taken()
    assert await kept_runs(store) == {"a"}


async def test_a_picture_goes_only_when_no_other_run_names_it(store: Store) -> None:
    own, shared = await run(store, "a", OLD), await run(store, "b", OLD, SHARED)
    assert await run(store, "c", NEW, SHARED) == shared
    await store.retention.set_keep(Keep(pictures=30 * DAY))
    assert (await store.retention.take(NOW)).pictures == 1
    assert (await store.picture(own), await store.picture(shared)) == (None, SHARED)
    assert await kept_runs(store) == {"a", "b", "c"}
    assert (await store.trace("a" * 32)).steps[0].picture == ""


@pytest.mark.parametrize(
    ("status", "item"),
    [("done", "waiting"), ("paused", "passed"), ("running", "queued")],
    ids=["a person must say", "a batch is held", "it is to be done"],
)
async def test_what_somebody_waits_for_stays(store: Store, status: BatchStatus, item: ItemStatus) -> None:
    row = await batch_of(store, status, item)
    await run(store, "a", OLD, item=row)
    await store.retention.set_keep(ALL)
    assert await store.retention.take(NOW) == Taken()
    assert (await store.batches.item(row)).inputs == {"who": "Ada"}


async def test_a_run_that_an_open_proposal_is_made_of_stays(store: Store) -> None:
    picture = await run(store, "a", OLD)
    target = Target(description=Description(tag="button"))
    heal = Heal(
        recording="add",
        made_from="x",
        step_id="s1",
        index=0,
        old=target,
        new=target,
        how="similar",
        score=1,
        trace_id="a" * 32,
        at=OLD,
        last_at=OLD,
        last_trace="a" * 32,
    )
    kept = await store.propose(heal.model_copy(update={"found": picture}), None)
    await store.retention.set_keep(ALL)
    assert await store.retention.take(NOW) == Taken()
    await store.decide(kept.id, "refused")
    assert await store.retention.take(NOW) == Taken(runs=1, pictures=1)
    assert await store.heals(status=None) == []


async def test_a_row_whose_values_went_still_counts_as_done(store: Store) -> None:
    row = await batch_of(store, "done", "queued")
    await store.batches.cancel(row.partition(":")[0], OLD)
    await store.batches.settle(row, "", OLD)
    await store.retention.set_keep(Keep(results=30 * DAY))
    assert await store.retention.take(NOW) == Taken(results=1)
    again = Batch(id="a" * 12, trace_id="b" * 32, recording="add", version="", created_at=NOW)
    added = await store.batches.add(again, [Item(batch_id=again.id, number=1, key="k", inputs={"who": "Ada"})])
    assert (added.taken, added.skipped_count) == (0, 1)
    assert (await store.batches.item(row)).inputs == {}


async def test_the_file_becomes_smaller(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        for number in range(300):
            trace = Trace(trace_id=f"{number:032x}", recording="add", started_at=1.0, inputs={"text": "x" * 4000})
            await store.finish(trace.model_copy(update={"status": "passed", "ended_at": OLD}))
        await store.shrink(whole=False)
        before = (tmp_path / "showonce.db").stat().st_size
        await store.retention.set_keep(Keep(runs=30 * DAY))
        await store.retention.take(NOW)
        assert await store.shrink(whole=False) == ""
    assert (tmp_path / "showonce.db").stat().st_size < before / 2


async def test_who_works_takes_it_away_by_itself(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    report = tmp_path / "reports" / "old.html"
    report.write_text("old")
    later = report.stat().st_mtime + 31 * DAY
    async with open_store(tmp_path) as store:
        await run(store, "a", OLD)
        await store.retention.set_keep(Keep(runs=30 * DAY, reports=30 * DAY))
        async with keeping(store, tmp_path, clock=lambda: later):
            pass
        assert await kept_runs(store) == set()
    assert not report.exists()


def test_how_long_things_are_kept_is_said_and_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    assert main(["keep", "pictures", "30d"]) == 0
    assert main(["keep", "all", "soon"]) == 2
    capsys.readouterr()
    assert main(["keep"]) == 0
    assert capsys.readouterr().out.split() == [
        "runs", "forever", "pictures", "30d", "results", "forever", "reports", "forever",
    ]  # fmt: skip


def test_a_database_from_before_can_be_made_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    assert main(["keep", "all", "30d"]) == 0
    with sqlite3.connect(tmp_path / "showonce.db") as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    assert main(["purge", "--expired"]) == 0
