"""A batch as one HTML file that needs nothing beside it: how it went, its rows, and the pictures of those that did
not pass."""

from __future__ import annotations

from collections.abc import Sequence

from recordings.batch import Batch, Item
from recordings.figures import Mark, figures_of
from review.answers import templates
from review.last_pictures import Pictures, pictures_of
from review.work.charts import charts_of
from review.work.gantt import gantt_of_batch
from store import Store


async def batch_page(store: Store, batch: Batch, items: Sequence[Item], now: float) -> str:
    """The file."""
    return page_text(batch, items, await pictures_of(store, items, [batch.id]), now)


def page_text(batch: Batch, items: Sequence[Item], pictures: Pictures, now: float) -> str:
    """The same of what is known."""
    marks = [_mark(item) for item in items]
    figures = figures_of([mark.fact for mark in marks], now, over=batch.status != "running")
    return (
        templates()
        .get_template("work/report.html")
        .render(
            batch=batch,
            items=items,
            figures=figures,
            charts=charts_of(marks, now),
            gantt=gantt_of_batch(marks, now),
            pictures=pictures,
        )
    )


def _mark(item: Item) -> Mark:
    return Mark(item.number, item.status, item.attempts, item.worker, item.begun_at, item.ended_at, item.trace_id)
