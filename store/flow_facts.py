"""How a workflow stands, for who looks at it: its stages in order, and what became of their rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from recordings.batch import Batch, Item, ItemStatus
from recordings.flow import Flow, StageRun
from store.store import Store
from workflows.load import workflow_in
from workflows.workflow import Stage, Workflow


@dataclass(frozen=True, slots=True)
class StageFacts:
    """A stage, how it stands, and how many of its rows are in each way to be; ``batches`` are those it is done in."""

    stage: Stage
    run: StageRun
    counts: Mapping[ItemStatus, int] = field(default_factory=dict)
    batches: tuple[Batch, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """A workflow with its stages in the file's order, and the batches that undo what was done."""

    flow: Flow
    workflow: Workflow
    stages: tuple[StageFacts, ...]
    undoing: tuple[Batch, ...] = ()


async def facts_of(store: Store, flow: Flow) -> FlowFacts:
    """How a workflow stands now."""
    workflow = workflow_in(flow.file, flow.source.encode()).workflow
    look = await store.flows.look(flow.id)
    runs, batches = look.stages, look.batches
    counts: defaultdict[str, Counter[ItemStatus]] = defaultdict(Counter)
    for batch_id, _, status in look.facts:
        counts[batch_id][status] += 1

    def stage_facts(stage: Stage) -> StageFacts:
        own = tuple(batch for batch in batches if batch.stage == stage.name and not batch.undoes)
        total = sum((counts[batch.id] for batch in own), Counter[ItemStatus]())
        return StageFacts(stage, runs.get(stage.name, StageRun()), total, own)

    stages = tuple(stage_facts(stage) for stage in workflow.stages)
    return FlowFacts(look.flow, workflow, stages, tuple(batch for batch in batches if batch.undoes))


async def items_of_stage(store: Store, facts: StageFacts, limit: int = 1_000_000) -> list[Item]:
    """The items of a stage, in the order of its rows."""
    found = [item for batch in facts.batches for item in await store.batches.items(batch.id, limit=limit)]
    return sorted(found, key=lambda item: (item.line, item.batch_id))[:limit]
