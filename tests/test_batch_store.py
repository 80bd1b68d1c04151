"""Batches, the ledger, workers and schedules in the store, in a file and in Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from recordings.batch import Batch, BatchSettings, Breaker, Commit, Item, ItemStatus, Rate, Worker
from recordings.trace import Failure, Trace
from store import (
    BatchAmbiguousError,
    BatchUnknownError,
    ItemUnknownError,
    RestartRefusedError,
    Schedule,
    Store,
    open_store,
)
from store.begin import Begin, Leave, Situation, Verdict, Wait

APP = "https://shop.test"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OTHER = "c" * 32
LOST = Failure(code="ElementNotFound", message="No button 'Save'.")


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        yield opened


def batch(batch_id: str = "a" * 12, created_at: float = 1.0, app: str = APP, **settings: object) -> Batch:
    return Batch(
        id=batch_id,
        trace_id=TRACE,
        recording="add-customer",
        version="v",
        app=app,
        settings=BatchSettings.model_validate(settings),
        created_at=created_at,
    )


def rows(of: Batch, *keys: str) -> Iterator[Item]:
    for number, key in enumerate(keys, start=1):
        yield Item(batch_id=of.id, number=number, line=number + 1, key=key, inputs={"name": "Ödön"})


def yes(_: Situation) -> Verdict:
    return Begin()


async def begun(store: Store, item_id: str, trace_id: str = TRACE, now: float = 5.0, worker: str = "w") -> Item:
    item = await store.batches.begin(item_id, worker, trace_id, yes, now)
    assert isinstance(item, Item)
    return item


def ended(item: Item, status: ItemStatus = "passed", at: float = 9.0) -> Item:
    failure = LOST if status == "failed" else None
    return item.model_copy(update={"status": status, "ended_at": at, "failure": failure})


async def done(store: Store, item_id: str, status: ItemStatus = "passed") -> Item:
    item = ended(await begun(store, item_id), status)
    assert await store.batches.end(item)
    return item


async def test_a_batch_comes_back_as_it_was_given_with_its_items(store: Store) -> None:
    given = batch(agents=7, rate={"count": 4, "seconds": 1})
    added = await store.batches.add(given, rows(given, "k1", "k2"))
    assert (added.taken, added.skipped, added.skipped_count) == (2, (), 0)
    assert await store.batches.batch("aaa") == given.model_copy(update={"total": 2})
    assert await store.batches.items(given.id) == list(rows(given, "k1", "k2"))


async def test_a_row_given_twice_is_done_once(store: Store) -> None:
    added = await store.batches.add(batch(), rows(batch(), "k1", "k2", "k1"))
    assert (added.taken, added.skipped_count) == (2, 1)
    assert [(item.number, item.status, item.note) for item in added.skipped] == [
        (3, "skipped", "Line 2 asks for the same.")
    ]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("passed", "Done already in batch aaaaaaaaaaaa, line 2."),
        ("waiting", "A person must say whether batch aaaaaaaaaaaa, line 2 did it."),
    ],
)
async def test_a_row_that_another_batch_did_is_skipped(store: Store, status: ItemStatus, said: str) -> None:
    await store.batches.add(batch(), rows(batch(), "k1"))
    await done(store, batch().id + ":000001", status)
    later = batch("b" * 12)
    added = await store.batches.add(later, rows(later, "k1", "k2"))
    assert (added.taken, [item.note for item in added.skipped]) == (1, [said])
    left = [item.id for item in await store.batches.left_to_others(later.id)]
    assert left == ([] if status == "passed" else [batch().id + ":000001"])


async def test_a_row_that_another_batch_will_do_or_does_is_skipped(store: Store) -> None:
    await store.batches.add(batch(), rows(batch(), "k1", "k2"))
    await begun(store, batch().id + ":000002")
    later = batch("b" * 12)
    added = await store.batches.add(later, rows(later, "k1", "k2"))
    assert [item.note for item in added.skipped] == [
        "Asked for already in batch aaaaaaaaaaaa, line 2.",
        "Being done in batch aaaaaaaaaaaa, line 3.",
    ]


async def test_a_row_that_failed_or_was_cancelled_is_taken_over(store: Store) -> None:
    first, second, third = batch(), batch("b" * 12), batch("c" * 12)
    await store.batches.add(first, rows(first, "k1", "k2"))
    await done(store, first.id + ":000001", "failed")
    await store.batches.cancel(first.id)
    assert (await store.batches.add(second, rows(second, "k1", "k2"))).taken == 2
    assert (await store.batches.add(third, rows(third, "k1", "k2"))).taken == 0


async def test_again_does_what_was_done_but_not_twice_in_one_batch(store: Store) -> None:
    first, second = batch(), batch("b" * 12)
    await store.batches.add(first, rows(first, "k1"))
    await done(store, first.id + ":000001")
    added = await store.batches.add(second, rows(second, "k1", "k1"), again=True)
    assert (added.taken, [item.note for item in added.skipped]) == (1, ["Line 2 asks for the same."])


async def test_rows_without_a_key_or_of_another_recording_are_all_taken(store: Store) -> None:
    other = batch("b" * 12).model_copy(update={"recording": "place-order"})
    assert (await store.batches.add(batch(), rows(batch(), "", "", "k1"))).taken == 3
    assert (await store.batches.add(other, rows(other, "k1"))).taken == 1


async def test_a_key_may_be_long_and_hold_anything(store: Store) -> None:
    keys = ["x" * 9_000, "x" * 9_000 + "y", "nul \0 nul", "Ödön 🙂"]
    assert (await store.batches.add(batch(), rows(batch(), *keys))).taken == 4
    assert [item.key for item in await store.batches.items(batch().id)] == keys


async def test_a_batch_that_breaks_off_is_not_kept(store: Store) -> None:
    def broken() -> Iterator[Item]:
        yield from rows(batch(), *(str(number) for number in range(1_500)))
        raise KeyError

    with pytest.raises(KeyError):
        await store.batches.add(batch(), broken())
    with pytest.raises(BatchUnknownError):
        await store.batches.batch("a")
    later = batch("b" * 12)
    assert (await store.batches.add(later, rows(later, "1"))).taken == 1


async def test_ten_thousand_rows_are_kept_counted_and_told_of_in_order(store: Store) -> None:
    keys = (str(number % 8_000) for number in range(10_000))
    added = await store.batches.add(batch(), rows(batch(), *keys))
    assert (added.taken, len(added.skipped), added.skipped_count) == (8_000, 1_000, 2_000)
    counts = await store.tallies.counts(batch().id)
    assert {status: count for status, count in counts.items() if count} == {"queued": 8_000, "skipped": 2_000}
    found = await store.batches.items(batch().id, after=4_999, limit=3)
    assert [item.number for item in found] == [5_000, 5_001, 5_002]
    assert (await store.batches.items(batch().id, status="skipped", limit=1))[0].number == 8_001


async def test_two_batches_at_once_share_no_row(tmp_path: Path, store_url: str) -> None:
    keys = [str(number) for number in range(300)]
    one, two = batch(), batch("b" * 12)
    async with open_store(tmp_path, url=store_url) as first, open_store(tmp_path, url=store_url) as second:
        added = await asyncio.gather(
            first.batches.add(one, rows(one, *keys)), second.batches.add(two, rows(two, *reversed(keys)))
        )
    assert sum(each.taken for each in added) == 300


async def test_batches_are_listed_newest_first_and_by_status(store: Store) -> None:
    for number in (1, 3, 2):
        await store.batches.add(batch(f"{number:012x}", created_at=number), ())
    await store.batches.set_status(f"{3:012x}", "done", 9.0)
    assert [each.created_at for each in await store.batches.list(limit=2)] == [3, 2]
    assert [each.ended_at for each in await store.batches.list(status="done")] == [9.0]


async def test_batches_and_items_are_found_by_the_beginning_of_their_ids(store: Store) -> None:
    for batch_id in ("ab0000000000", "ab1111111111"):
        await store.batches.add(batch(batch_id), rows(batch(batch_id), "", ""))
    assert (await store.batches.batch("AB1")).id == "ab1111111111"
    for asked in ("ab1:2", "ab1111111111:000002"):
        assert (await store.batches.item(asked)).id == "ab1111111111:000002"
    with pytest.raises(BatchAmbiguousError, match="Several batches"):
        await store.batches.batch("ab")
    for lost in ("ab1:3", "ab1:0", "ab1", "ab1:x"):
        with pytest.raises(ItemUnknownError, match="no item"):
            await store.batches.item(lost)
    for unknown in ("", "c", "%", "ab_"):
        with pytest.raises(BatchUnknownError, match="No batch"):
            await store.batches.batch(unknown)


async def test_what_is_changed_of_a_batch_is_kept(store: Store) -> None:
    await store.batches.add(batch(), ())
    await store.batches.set_cap(batch().id, 3)
    await store.batches.set_settings(batch().id, BatchSettings(agents=9, limit_per_app=2))
    kept = await store.batches.set_status(batch().id, "paused")
    assert kept == await store.batches.batch("a")
    assert (kept.cap, kept.settings.agents, kept.status) == (3, 9, "paused")
    with pytest.raises(BatchUnknownError):
        await store.batches.set_cap("b" * 12, 1)


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
