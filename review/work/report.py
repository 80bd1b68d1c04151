"""A batch as one HTML file that needs nothing beside it: how it went, its rows, and the pictures of those that did
not pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recordings.batch import Batch, Item
from recordings.errors import TraceUnknownError
from recordings.figures import Mark, figures_of
from review.answers import templates
from review.covering import covered_picture
from review.report import data_address
from review.work.charts import charts_of, gantt_of
from store import Store

_MOST_PICTURES = 60


async def batch_page(store: Store, batch: Batch, items: Sequence[Item], now: float) -> str:
    """The file; of the rows that did not pass the first 60 have the last picture of their run."""
    amiss = [item for item in items if item.status in ("failed", "waiting") and item.trace_id][:_MOST_PICTURES]
    pictures = {item.id: data_address(await last_picture(store, item)) for item in amiss}
    return page_text(batch, items, pictures, now)


def page_text(batch: Batch, items: Sequence[Item], pictures: Mapping[str, str], now: float) -> str:
    """The same of what is known; ``pictures`` are data addresses by item id."""
    marks = [_mark(item) for item in items]
    figures = figures_of([mark.fact for mark in marks], now)
    return (
        templates()
        .get_template("work/report.html")
        .render(
            batch=batch,
            items=items,
            figures=figures,
            charts=charts_of(marks, now),
            gantt=gantt_of(marks, now),
            pictures=pictures,
        )
    )


async def last_picture(store: Store, item: Item) -> bytes | None:
    """What the last run of an item saw last; None where no picture of it is kept."""
    try:
        trace = await store.trace(item.trace_id) if item.trace_id else None
    except TraceUnknownError:  # it began, and nothing of it was kept
        return None
    step = next((step for step in reversed(trace.steps) if step.picture), None) if trace is not None else None
    return await covered_picture(store, trace, step) if trace is not None and step is not None else None


def _mark(item: Item) -> Mark:
    return Mark(item.number, item.status, item.attempts, item.worker, item.begun_at, item.ended_at)
