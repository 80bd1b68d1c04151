"""How items of batches begin, end and are given back, and what stands beside them, in a file and in Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from recordings.batch import Breaker, Commit, Item, Rate, Worker
from recordings.trace import Failure, Trace
from store import RestartRefusedError, Schedule, Store, open_store
from store.begin import Begin, Leave, Situation, Verdict, Wait
from tests.kept_batches import APP, OTHER, TRACE, batch, begun, done, ended, rows


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        yield opened


async def test_an_item_that_begins_is_running_and_counts_its_attempt(store: Store) -> None:
    await store.batches.add(batch(), rows(batch(), "k1"))
    await done(store, batch().id + ":000001", "failed")
    item = await begun(store, batch().id + ":000001", OTHER, now=20.0)
    assert item == await store.batches.item("a:1")
    assert (item.status, item.attempts, item.trace_id, item.begun_at) == ("running", 2, OTHER, 20.0)
    assert (item.failure, item.ended_at) == (None, None)


@pytest.mark.parametrize("verdict", [Wait("full", 2), Leave("paused")], ids=["wait", "leave"])
async def test_an_item_that_may_not_begin_stays_as_it_was(store: Store, verdict: Wait | Leave) -> None:
    await store.batches.add(batch(), rows(batch(), "k1"))
    assert await store.batches.begin(batch().id + ":000001", "w", TRACE, lambda _: verdict, 5.0) == verdict
    assert await store.batches.items(batch().id) == list(rows(batch(), "k1"))


async def test_who_decides_is_told_all_that_is_at_work(store: Store) -> None:
    one = batch(limit_per_app=5, session="ada", rate=Rate(count=9, seconds=10))
    two, three = (
        batch("b" * 12, limit_per_app=3, session="ada"),
        batch("c" * 12, app="https://else.test", session="ada", shared=True),
    )
    four = batch("d" * 12, limit_per_app=1)
    for each in (one, two, three, four):
        await store.batches.add(each, rows(each, *(f"{each.id}{number}" for number in range(5))))
    await store.batches.set_status(four.id, "paused")
    await store.breakers.put(Breaker(app=APP, failures=(1.0,)))
    for item_id, now in (("a:1", 100.0), ("a:2", 109.0), ("a:5", 111.0), ("b:1", 110.0), ("c:1", 110.0)):
        await begun(store, (await store.batches.item(item_id)).id, now=now)
    told: list[Situation] = []

    def look(situation: Situation) -> Verdict:
        told.append(situation)
        return Wait("later", 1)

    for item_id in (one.id + ":000005", two.id + ":000002"):
        await store.batches.begin(item_id, "w", TRACE, look, 112.0)
    seen, other = told
    assert (seen.in_batch, seen.in_app, seen.on_session, seen.session_alone, seen.app_cap) == (2, 3, 4, 3, 3)
    assert (seen.begun, seen.breaker) == ((109.0, 111.0), Breaker(app=APP, failures=(1.0,)))
    assert (seen.batch.id, seen.item.status, seen.now) == (one.id, "running", 112.0)
    assert (other.in_batch, other.in_app, other.begun) == (1, 4, ())


async def test_a_cap_holds_for_twenty_who_begin_at_once_in_two_processes(tmp_path: Path, store_url: str) -> None:
    def three_at_most(situation: Situation) -> Verdict:
        return Begin() if situation.in_app < 3 else Wait("full", 1)

    async with open_store(tmp_path, url=store_url) as one, open_store(tmp_path, url=store_url) as two:
        await one.batches.add(batch(), rows(batch(), *map(str, range(20))))
        verdicts = await asyncio.gather(
            *(
                (one if number % 2 else two).batches.begin(item.id, "w", f"{number:032x}", three_at_most, 5.0)
                for number, item in enumerate(await one.batches.items(batch().id))
            )
        )
        assert sum(isinstance(verdict, Item) for verdict in verdicts) == 3
        assert (await one.tallies.counts(batch().id))["running"] == 3


async def test_what_begins_and_ends_takes_its_breaker_and_cap_with_it(store: Store) -> None:
    await store.batches.add(batch(), rows(batch(), "k1"))
    probing = Breaker(app=APP, state="half-open", probe="a:1")
    item = await store.batches.begin(batch().id + ":000001", "w", TRACE, lambda _: Begin(probing), 5.0)
    assert isinstance(item, Item)
    assert await store.breakers.get(APP) == probing
    assert await store.batches.end(ended(item), APP, lambda _: Breaker(app=APP), cap=4)
    assert (await store.breakers.all(), (await store.batches.batch("a")).cap) == ([Breaker(app=APP)], 4)
    assert await store.breakers.get("https://else.test") is None


async def test_the_late_end_of_a_run_that_lost_its_item_is_refused(store: Store) -> None:
    await store.batches.add(batch(), rows(batch(), "k1"))
    late = await begun(store, batch().id + ":000001")
    now = await begun(store, batch().id + ":000001", OTHER)
    assert not await store.batches.end(ended(late, "failed"), APP, lambda _: Breaker(app=APP), cap=1)
    assert not await store.batches.requeue(late.id, late.trace_id)
    assert (await store.batches.item("a:1"), await store.breakers.all()) == (now, [])
    assert await store.batches.end(ended(now))
    assert not await store.batches.end(ended(now, "failed"))


async def test_spans_are_of_what_was_begun_and_ended_since(store: Store) -> None:
    await store.batches.add(batch(), rows(batch(), "k1", "k2", "k3", "k4"))
    for number, at in ((1, 30.0), (2, 20.0), (3, 10.0)):
        await store.batches.end(ended(await begun(store, f"{batch().id}:{number:06d}"), at=at))
    await store.batches.cancel(batch().id, 40.0)
    assert await store.tallies.spans(batch().id, 20.0) == [(5.0, 20.0, "passed", 1), (5.0, 30.0, "passed", 1)]


async def test_an_item_given_back_is_queued_and_in_a_cancelled_batch_cancelled(store: Store) -> None:
    await store.batches.add(batch(), rows(batch(), "k1", "k2", "k3"))
    await begun(store, batch().id + ":000001")
    await begun(store, batch().id + ":000002")
    assert await store.batches.requeue(batch().id + ":000001", TRACE)
    assert (await store.batches.item("a:1")).status == "queued"
    assert (await store.batches.cancel(batch().id, 7.0)).status == "cancelled"
    assert [item.status for item in await store.batches.items(batch().id)] == ["cancelled", "running", "cancelled"]
    assert await store.batches.requeue(batch().id + ":000002", TRACE)
    assert (await store.batches.item("a:2")).status == "cancelled"


async def test_what_a_dead_worker_had_is_queued_again_and_its_runs_are_closed(store: Store) -> None:
    await store.batches.add(batch(), rows(batch(), "k1", "k2", "k3"))
    for number, worker in ((1, "dead"), (2, "dead"), (3, "alive")):
        trace_id = f"{number:032x}"
        await begun(store, f"{batch().id}:{number:06d}", trace_id, worker=worker)
        await store.begin(Trace(trace_id=trace_id, recording="add-customer", started_at=5.0))
    ran = Trace(trace_id=f"{2:032x}", recording="add-customer", started_at=5.0, ended_at=6.0, status="passed")
    await store.finish(ran)
    assert await store.batches.release("dead", 8.0) == [batch().id + ":000001", batch().id + ":000002"]
    closed = await store.trace(f"{1:032x}")
    assert (closed.status, closed.ended_at) == ("failed", 8.0)
    assert closed.failure == Failure(code="WorkerDied", message="The worker ended while the run was under way.")
    assert (await store.trace(f"{2:032x}"), (await store.trace(f"{3:032x}")).status) == (ran, "running")
    assert [item.status for item in await store.batches.items(batch().id)] == ["queued", "queued", "running"]


async def test_an_item_that_failed_is_queued_once_more_and_says_after_which_run(store: Store) -> None:
    await store.batches.add(batch(), rows(batch(), "k1"))
    await done(store, batch().id + ":000001", "failed")
    item = await store.batches.restart("a:1")
    assert (item.status, item.attempts, item.failure, item.ended_at) == ("queued", 1, None, None)
    assert item.note == f"Asked for again; before, run {TRACE} failed."
    assert item == await store.batches.restart("a:1") == await store.batches.item("a:1")


async def test_an_item_that_passed_runs_or_whose_row_was_taken_over_is_not_queued_again(store: Store) -> None:
    first, second = batch(), batch("b" * 12)
    await store.batches.add(first, rows(first, "k1", "k2", "k3", "k3"))
    await done(store, first.id + ":000001", "failed")
    await done(store, first.id + ":000002")
    await begun(store, first.id + ":000003")
    await store.batches.add(second, rows(second, "k1"))
    for number, said in enumerate(("in batch bbbbbbbbbbbb, line 2", "it is passed", "it is running", "it is skipped")):
        with pytest.raises(RestartRefusedError, match=said):
            await store.batches.restart(f"a:{number + 1}")
    await store.batches.cancel(second.id)
    assert (await store.batches.restart("a:1")).status == "queued"


async def test_workers_are_heard_of_found_dead_and_forgotten(store: Store) -> None:
    one = Worker(id="one", host="here", pid=7, agents=4, version="0.1", started_at=1.0, beat_at=1.0)
    two = one.model_copy(update={"id": "two"})
    for worker in (two, one, two.model_copy(update={"beat_at": 9.0})):
        await store.workers.beat(worker)
    assert await store.workers.dead(before=5.0) == [one]
    await store.workers.forget("one")
    assert await store.workers.all() == [two.model_copy(update={"beat_at": 9.0})]


async def test_schedules_are_kept_by_name(store: Store) -> None:
    nightly = Schedule("nightly", {"cron": "0 3 * * *", "what": ["Ödön"]}, next_at=5.0)
    for schedule in (nightly, Schedule("hourly"), nightly_done := replace(nightly, next_at=None, last_at=5.0)):
        await store.schedules.put(schedule)
    assert await store.schedules.all() == [Schedule("hourly"), nightly_done]
    assert (await store.schedules.get("nightly"), await store.schedules.get("never")) == (nightly_done, None)
    assert (await store.schedules.remove("hourly"), await store.schedules.remove("hourly")) == (True, False)


async def test_a_cancelled_item_that_may_have_been_sent_waits_for_a_person_and_keeps_its_claim(store: Store) -> None:
    given = batch()
    await store.batches.add(given, rows(given, "k1"))
    item = await begun(store, f"{given.id}:000001")
    sent = Commit(item_id=item.id, step_id="s1", trace_id=TRACE, state="sent", at=6)
    await store.ledger.note(sent)
    await store.batches.cancel(given.id)
    await store.batches.release("w", 9.0)
    assert (await store.batches.item(item.id)).status == "waiting"
    later = batch("d" * 12, created_at=2.0)
    assert (await store.batches.add(later, rows(later, "k1"))).taken == 0


async def test_what_was_done_before_stays_done_when_its_repetition_fails(store: Store) -> None:
    first, again, third = batch(), batch("d" * 12, created_at=2.0), batch("e" * 12, created_at=3.0)
    await store.batches.add(first, rows(first, "k1"))
    await done(store, f"{first.id}:000001")
    await store.batches.add(again, rows(again, "k1"), again=True)
    await done(store, f"{again.id}:000001", "failed")
    assert (await store.batches.add(third, rows(third, "k1"))).taken == 0
    assert (await store.batches.restart(f"{again.id}:000001")).status == "queued"


async def test_a_batch_is_stopped_with_the_end_of_the_item_that_stops_it(store: Store) -> None:
    given = batch()
    await store.batches.add(given, rows(given, "k1"))
    item = ended(await begun(store, f"{given.id}:000001"), "failed")
    assert await store.batches.end(item, stops=True)
    assert (await store.batches.batch(given.id)).status == "stopped"
