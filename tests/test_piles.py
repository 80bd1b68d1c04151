"""Piles of the review queue in the store: each run in one, counted while nobody decided, decided on all at once."""

from __future__ import annotations

from pathlib import Path

from store import Store, open_store
from store.piles import Founded, PileKey
from tests.pages.kept import keep_run

NOT_FOUND, CHANGED = PileKey(f"{3:032x}"), PileKey(f"{5:032x}")


async def _sorted_store(store: Store) -> None:
    """Runs 1 to 4 failed alike, run 5 healed, run 6 passed."""
    for number in range(1, 5):
        await keep_run(store, number, failure="Not found", steps=1)
    await keep_run(store, 5, how="similar", steps=1)
    await keep_run(store, 6, steps=1)
    found = [each.line.trace.trace_id for each in await store.reviews.unsorted(100)]
    pile_of = {trace_id: CHANGED.id if trace_id == CHANGED.id else NOT_FOUND.id for trace_id in found}
    await store.piles.keep([Founded(NOT_FOUND.id, "m", "{}"), Founded(CHANGED.id, "n", "")], pile_of)


async def test_what_went_well_is_in_no_pile_and_what_is_in_one_is_not_sorted_again(
    tmp_path: Path, store_url: str
) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await _sorted_store(store)
        assert (await store.piles.unsorted(), await store.piles.counts()) == (0, {NOT_FOUND: 4, CHANGED: 1})
        assert await store.piles.founded(["m"]) == [Founded(NOT_FOUND.id, "m", "{}")]
        newest = await store.piles.newest([CHANGED, NOT_FOUND], 2)
        assert newest == {CHANGED: [CHANGED.id], NOT_FOUND: [f"{4:032x}", f"{3:032x}"]}
        trace = await store.trace(NOT_FOUND.id)
        await store.finish(trace)
        assert await store.piles.unsorted() == 0


async def test_a_pile_is_decided_on_at_once_and_taken_back(tmp_path: Path, store_url: str) -> None:
    async with open_store(tmp_path, url=store_url) as store:
        await _sorted_store(store)
        assert await store.piles.decide(NOT_FOUND, "refused", "known", 7.125) == 4
        assert await store.piles.counts() == {CHANGED: 1}
        (decision,) = await store.piles.lately(5)
        assert (decision.verdict, decision.note, decision.count) == ("refused", "known", 4)
        assert await store.piles.take_back(decision.at) == 4
        assert await store.piles.counts() == {NOT_FOUND: 4, CHANGED: 1}
