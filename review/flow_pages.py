"""What a workflow's page is made of, gathered from the store."""

from __future__ import annotations

from recordings.errors import TraceUnknownError
from recordings.trace import Trace
from review.flow_page import StagePart, drawn, flow_page
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
    wanted = [item.trace_id for part in parts for item in part.items] + [item.trace_id for item in undoing]
    runs: dict[str, Trace] = {}
    for trace_id in filter(None, wanted):
        try:
            runs[trace_id] = await store.trace(trace_id)
        except TraceUnknownError:  # it began, and nothing of it was kept
            continue
    return flow_page(facts.flow, parts, sorted(undoing, key=lambda item: item.begun_at or 0.0), runs)
