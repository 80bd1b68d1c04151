"""What the runs of rows saw last, as reports of batches and of workflows take it along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recordings.batch import Item
from recordings.errors import TraceUnknownError
from review.covering import covered_picture
from review.report import data_address
from store import Store

_MOST = 60


@dataclass(frozen=True, slots=True)
class Pictures:
    """Data addresses by item id; ``left_out`` is how many others were taken in the same runs and those beside them."""

    inside: Mapping[str, str]
    left_out: int = 0


async def pictures_of(store: Store, items: Sequence[Item], batches: Sequence[str]) -> Pictures:
    """Of the rows that did not pass the last picture of the run, of the first 60 of them.

    Args:
        batches: The ids of the batches that the rows are of.
    """
    amiss = [item for item in items if item.status in ("failed", "waiting") and item.trace_id][:_MOST]
    seen = {item.id: data_address(await last_picture(store, item)) for item in amiss}
    inside = {item_id: address for item_id, address in seen.items() if address}
    return Pictures(inside, max(0, await store.runs.pictures_taken(batches) - len(inside)))


async def last_picture(store: Store, item: Item) -> bytes | None:
    """What the last run of an item saw last; None where no picture of it is kept."""
    try:
        trace = await store.trace(item.trace_id) if item.trace_id else None
    except TraceUnknownError:  # it began, and nothing of it was kept
        return None
    step = next((step for step in reversed(trace.steps) if step.picture), None) if trace is not None else None
    return await covered_picture(store, trace, step) if trace is not None and step is not None else None
