"""What a workflow's page is made of, gathered from the store."""

from __future__ import annotations

from collections.abc import Sequence

from recordings.batch import Item
from recordings.errors import TraceUnknownError
from recordings.trace import Trace
from review.flow_page import StagePart, drawn, flow_page
from review.last_pictures import pictures_of
from store import Store
from store.flow_facts import FlowFacts, items_of_stage
from workflows.stage_words import does


async def page_of(store: Store, facts: FlowFacts) -> str:
    """The page of a workflow as it stands."""
    parts: list[StagePart] = []
    for stage in facts.stages:
        items = await items_of_stage(store, stage, limit=1_000_000)
        parts.append(StagePart(stage.stage.name, does(stage.stage), stage.run, drawn(items), len(items)))
    undoing = [item for batch in facts.undoing for item in await store.batches.items(batch.id)]
    shown = [item for part in parts for item in part.items] + undoing
    done_in = [batch for stage in facts.stages for batch in stage.batches] + list(facts.undoing)
    runs = await _runs_of(store, shown)
    pictures = await pictures_of(store, shown, [batch.id for batch in done_in])
    return flow_page(facts.flow, parts, sorted(undoing, key=lambda item: item.begun_at or 0.0), runs, pictures)


async def _runs_of(store: Store, items: Sequence[Item]) -> dict[str, Trace]:
    runs: dict[str, Trace] = {}
    for trace_id in filter(None, (item.trace_id for item in items)):
        try:
            runs[trace_id] = await store.trace(trace_id)
        except TraceUnknownError:  # it began, and nothing of it was kept
            continue
    return runs
