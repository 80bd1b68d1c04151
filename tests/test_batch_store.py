"""Batches in the store, and which of their rows are to be done, in a file and in Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from recordings.batch import BatchSettings, Item, ItemStatus
from store import BatchAmbiguousError, BatchUnknownError, ItemUnknownError, Store, open_store
from tests.kept_batches import batch, begun, done, rows


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        yield opened


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
