"""What the terminal shows of workflows that were begun: their stages while they are done, their end, their rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from recordings.batch import Item
from recordings.flow import Flow, FlowStatus, StageRun, StageStatus
from review.durations import duration_words
from showonce.batch_view import counts_words, items_table
from showonce.terminal import SHORT_ID, screen
from store import Store
from store.flow_facts import FlowFacts, StageFacts, facts_of, items_of_stage
from workflows.stage_words import does
from workflows.workflow import ApprovalStage

_LOOK_S = 0.5
_COLOURS: dict[FlowStatus | StageStatus, str] = {
    "passed": "green",
    "failed": "red",
    "cancelled": "red",
    "running": "yellow",
    "paused": "yellow",
    "skipped": "dim",
    "waiting": "dim",
}

OnStage = Callable[[str, StageRun], None]


@asynccontextmanager
async def following(store: Store, flow: Flow) -> AsyncIterator[OnStage]:
    """Show how the workflow's stages stand until the end: a table that changes in a terminal, else a line a change."""
    console, asked = screen(), set[str]()

    def on_stage(stage: str, run: StageRun) -> None:
        if run.message and not run.decision and run.status == "running" and stage not in asked:
            asked.add(stage)
            console.print(_question(flow, stage, run), soft_wrap=True)
        elif not console.is_terminal and run.status != "waiting":
            console.print(f"{stage}: {run.status}. {run.why}".rstrip(". ") + ".", soft_wrap=True)

    if not console.is_terminal:
        yield on_stage
        return
    with Live(console=console, transient=True, auto_refresh=False) as live:
        looking = asyncio.create_task(_look(store, flow, live))
        try:
            yield on_stage
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)


async def watched(store: Store, flow: Flow) -> Flow:
    """Show how the workflow's stages stand until it goes on no more."""
    async with following(store, flow):
        while (flow := await store.flows.flow(flow.id)).status == "running":  # noqa: ASYNC110 - others change it
            await asyncio.sleep(_LOOK_S)
    return flow


async def _look(store: Store, flow: Flow, live: Live) -> None:
    while True:
        live.update(stages_table(await facts_of(store, await store.flows.flow(flow.id))), refresh=True)
        await asyncio.sleep(_LOOK_S)


def flows_table(flows: Sequence[Flow]) -> Table:
    """Workflows, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Workflow", "Name", "Status", "Began", "Took", "By"):
        table.add_column(name, no_wrap=name != "Name")
    for flow in flows:
        took = duration_words(flow.ended_at - flow.created_at) if flow.ended_at else ""
        began = datetime.fromtimestamp(flow.created_at).strftime("%Y-%m-%d %H:%M:%S")
        status = Text(flow.status, _COLOURS[flow.status])
        table.add_row(flow.id, flow.name, status, began, took, flow.started_by)
    return table


def stages_table(facts: FlowFacts) -> Table:
    """Stages, a line each: how it stands, its rows, how long it took, and what is to be known."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Stage", "Does", "Status", "Rows", "Took", "What is to be known"):
        table.add_column(name, no_wrap=name in ("Stage", "Status", "Took"))
    for each in facts.stages:
        run = each.run
        rows = counts_words(each.counts) if each.counts else ""
        took = duration_words(run.ended_at - run.began_at) if run.ended_at and run.began_at else ""
        known = Text(_known(each))
        table.add_row(each.stage.name, does(each.stage), Text(run.status, _COLOURS[run.status]), rows, took, known)
    return table


def facts_told(facts: FlowFacts) -> RenderableType:
    """A workflow, how it stands, and what can be done about it."""
    flow = facts.flow
    head = Text.assemble((flow.name, "bold"), "  ", flow.id, "  ", (flow.status, _COLOURS[flow.status]))
    return Group(head, Text(f"trace {flow.trace_id}", "dim"), stages_table(facts), *_more(facts))


def ended_told(facts: FlowFacts) -> RenderableType:
    """How a workflow ended, or where it stopped."""
    return Group(stages_table(facts), *_more(facts))


def items_told(name: str, items: Sequence[Item]) -> RenderableType:
    """The rows of a stage, or of what is undone."""
    return Group(Text(f"\n{name}", "bold"), items_table(items, whole_ids=True)) if items else Text("")


async def facts_json(store: Store, facts: FlowFacts, *, items: bool) -> dict[str, Any]:
    """A workflow as JSON: itself, its stages, and (``items``) their rows."""
    stages = [
        {
            "name": each.stage.name,
            **each.run.model_dump(mode="json"),
            "counts": dict(each.counts),
            "batches": [batch.id for batch in each.batches],
            **({"items": [_item(item) for item in await items_of_stage(store, each)]} if items else {}),
        }
        for each in facts.stages
    ]
    undoing = [{"batch": batch.id, "undoes": batch.undoes, "recording": batch.named} for batch in facts.undoing]
    return {**facts.flow.model_dump(mode="json", exclude={"source"}), "stages": stages, "undoing": undoing}


def _item(item: Item) -> dict[str, Any]:
    return {"id": item.id, **item.model_dump(mode="json")}


def _known(facts: StageFacts) -> str:
    run, words = facts.run, [facts.run.why]
    if isinstance(facts.stage, ApprovalStage) and run.asked_at and run.status == "running" and not run.decision:
        words.append(f"waits for {' or '.join(facts.stage.approval.who)} until {_time(run.until)}")
    if run.decision:
        words.append(f"{run.decision} by {run.decided_by}" + (f": {run.note}" if run.note else ""))
    words += [f"{name} {number:g}" for name, number in run.figures.items()]
    words += [f"wrote {file}" for file in run.files[:3]]
    return "; ".join(filter(None, words))


def _more(facts: FlowFacts) -> list[RenderableType]:
    flow, parts = facts.flow, list[RenderableType]()
    if flow.why:
        parts.append(Text(flow.why, "yellow"))
    if facts.undoing:
        many = len({batch.undoes for batch in facts.undoing} - {left.item for left in flow.left})
        rows = "1 row" if many == 1 else f"{many} rows"
        parts.append(Text(f"{rows} undone." if flow.is_over else f"{rows} undone, or being undone.", "yellow"))
    for left in flow.left:
        row = ", ".join(f"{name}={value}" for name, value in left.row.items())
        parts.append(Text(f"Left for a person: {left.stage} {left.item} ({row}). {left.why}", "magenta"))
    if flow.status == "paused":
        parts.append(Text(f"'showonce workflow resume {flow.id}' goes on."))
    failed = next((each for each in facts.stages if each.counts.get("failed") or each.counts.get("waiting")), None)
    if failed is not None:
        parts.append(Text(f"'showonce workflow show {flow.id} --items' says what became of each row."))
    return parts


def _question(flow: Flow, stage: str, run: StageRun) -> Text:
    answer = f"showonce workflow approve {flow.id[:SHORT_ID]} {stage}"
    return Text.assemble(
        (f"{stage} asks: ", "bold"),
        run.message.strip(),
        f"\nAnswer until {_time(run.until)} with '{answer}', or 'refuse'.",
    )


def _time(at: float | None) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M") if at else ""
