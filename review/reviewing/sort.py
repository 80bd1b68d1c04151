"""Runs put into piles as they are asked for, a part at a time, so that no page waits for all of them."""

from __future__ import annotations

import asyncio
import time

from review.console import Console
from review.reviewing.looks import Look, look_of
from review.reviewing.piles import Pile, matter_of, sorted_into
from store.review_queue import Open

_PART = 250
_PATIENCE_S = 1.0
_SHOWN = 8
PILES_SHOWN = 20


async def sort_some(console: Console) -> int:
    """Sort runs that are in no pile yet, for a second at most; how many are left."""
    until = time.monotonic() + _PATIENCE_S
    while found := await console.store.reviews.unsorted(_PART):
        known = await console.store.piles.founded(list({matter_of(each) for each in found}))
        pictures = list({each.step.picture for each in found if each.step is not None and each.step.picture})
        looks = await _looks(console, pictures)
        sorting = await asyncio.to_thread(sorted_into, known, found, looks)
        await console.store.piles.keep(sorting.founded, sorting.placed)
        if time.monotonic() > until:
            return await console.store.piles.unsorted()
    return 0


async def piles_on(console: Console, number: int) -> tuple[list[Pile], int, int]:
    """The piles on one page of the queue, from 1; how many runs there are in all, and how many piles."""
    counts = await console.store.piles.counts()
    shown = list(counts.items())[(number - 1) * PILES_SHOWN : number * PILES_SHOWN]
    ids = await console.store.piles.newest([key for key, _ in shown], _SHOWN)
    runs = await console.store.reviews.of([trace_id for some in ids.values() for trace_id in some])
    by_id: dict[str, Open] = {each.line.trace.trace_id: each for each in runs}
    piles = [Pile(key, n, [by_id[each] for each in ids[key] if each in by_id]) for key, n in shown]
    return [pile for pile in piles if pile.newest], sum(counts.values()), len(counts)


async def _looks(console: Console, pictures: list[str]) -> dict[str, Look]:
    """Looks of pictures, worked out once each."""
    known = await console.store.reviews.looks(pictures)
    fresh: dict[str, str] = {}
    for digest in pictures:
        if digest not in known and (content := await console.store.picture(digest)) is not None:
            look = await asyncio.to_thread(look_of, content)
            if look is not None:
                fresh[digest] = look.model_dump_json()
    await console.store.reviews.keep_looks(fresh)
    return {digest: Look.model_validate_json(document) for digest, document in {**known, **fresh}.items()}
