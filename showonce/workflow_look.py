"""``showonce workflow list``, ``show``, ``approve``, ``refuse``, ``pause``, ``cancel``: looking after workflows."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.batches import opened, opened_engine

if TYPE_CHECKING:
    from recordings.audit import Deed
    from recordings.flow import Decision, Flow
    from showonce.settings import Settings
    from store import Store

FLOW = Annotated[str, typer.Argument(metavar="ID", help="The workflow's id, or its first characters.")]
STAGE = Annotated[str, typer.Argument(metavar="[STAGE]", help="Which approval, where several are waited for.")]
WHO = Annotated[str, typer.Option("--as", metavar="WHO", help="Who answers, as the workflow names them.")]
NOTE = Annotated[str, typer.Option("--note", help="Why; it is kept with the answer.")]


def flows(
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the workflows, as JSON.")] = False,
) -> None:
    """List the workflows that were begun, the newest first.

    Example: showonce workflow list
    """
    asyncio.run(_flows(limit, as_json))


def show(
    flow_id: FLOW,
    watch: Annotated[bool, typer.Option("--watch", help="Look on until it is over.")] = False,
    items: Annotated[bool, typer.Option("--items", help="Also every row, with its run.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page of it, with all times.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the workflow, as JSON.")] = False,
) -> None:
    """Show how a workflow stands: its stages, their rows, who is asked, and what is left for a person.

    Example: showonce workflow show 4f2a --html report.html
    """
    asyncio.run(_show(flow_id, watch, items, html, as_json))


def approve(flow_id: FLOW, stage: STAGE = "", who: WHO = "", note: NOTE = "") -> None:
    """Say yes to what a workflow asks, so that it goes on.

    Example: showonce workflow approve 4f2a --as ada@example.com
    """
    asyncio.run(_decide(flow_id, stage, "approved", who, note))


def refuse(flow_id: FLOW, stage: STAGE = "", who: WHO = "", note: NOTE = "") -> None:
    """Say no to what a workflow asks.

    Example: showonce workflow refuse 4f2a --as ada@example.com --note "Too many"
    """
    asyncio.run(_decide(flow_id, stage, "refused", who, note))


def pause(flow_id: FLOW) -> None:
    """Have nothing more of a workflow begin, also where another process or workers do it; rows under way come to their
    end.

    Example: showonce workflow pause 4f2a
    """
    asyncio.run(_pause(flow_id))


def cancel(flow_id: FLOW) -> None:
    """Give up a workflow: what is under way comes to its end, nothing is undone.

    Example: showonce workflow cancel 4f2a
    """
    asyncio.run(_cancel(flow_id))


async def _flows(limit: int, as_json: bool) -> None:
    from showonce.flow_view import flows_table
    from showonce.terminal import screen

    async with opened() as (_, store):
        found = await store.flows.list(limit)
    if as_json:
        typer.echo(json.dumps([flow.model_dump(mode="json", exclude={"source"}) for flow in found], indent=2))
    elif found:
        screen().print(flows_table(found))
    else:
        screen().print("No workflow was begun yet. 'showonce workflow run FILE' begins one.")


async def _show(flow_id: str, watch: bool, items: bool, html: Path | None, as_json: bool) -> None:
    from showonce.flow_view import watched

    async with opened() as (_, store):
        flow = await store.flows.flow(flow_id)
        if watch and not as_json:
            flow = await watched(store, flow)
        await _tell(store, flow, items=items, as_json=as_json, html=html)


async def trace_of_flow(settings: Settings, prefix: str, *, open_it: bool, out: Path | None, as_json: bool) -> bool:
    """Show the workflow that an id is of, if it is one's, with all its rows."""
    from showonce.pages import open_page
    from store import open_store

    async with open_store(settings.home, url=settings.database_url) as store:
        flow = await store.flows.find(prefix)
        if flow is None:
            return False
        path = out if out is not None else settings.home / "reports" / f"{flow.id}.html" if open_it else None
        await _tell(store, flow, items=True, as_json=as_json, html=path)
    if open_it and path is not None:
        open_page(path.resolve().as_uri())
    return True


async def _tell(store: Store, flow: Flow, *, items: bool, as_json: bool, html: Path | None) -> None:
    from review.flow_pages import page_of
    from showonce.flow_view import facts_json, facts_told, items_told
    from showonce.noted import note
    from showonce.pages import write_page
    from showonce.terminal import screen
    from store.flow_facts import facts_of, items_of_stage

    facts = await facts_of(store, flow)
    if as_json:
        typer.echo(json.dumps(await facts_json(store, facts, items=items), indent=2, ensure_ascii=False))
    else:
        screen().print(facts_told(facts), soft_wrap=True)
        for stage in facts.stages if items else ():
            screen().print(items_told(stage.stage.name, await items_of_stage(store, stage)), soft_wrap=True)
        for batch in facts.undoing if items else ():
            name = f"{batch.stage} undone: {batch.named} for {batch.undoes}"
            screen().print(items_told(name, await store.batches.items(batch.id)), soft_wrap=True)
    if html is not None:
        await note(store, "exported", f"workflow {flow.id}", kind="html")
        write_page(await page_of(store, facts), html)
        typer.echo(f"The page is {html}", err=as_json)


async def _decide(flow_id: str, stage: str, decision: Decision, who: str, note: str) -> None:

    from scheduler.flow import decide, open_approvals
    from showonce.noted import note as noted
    from showonce.noted import person
    from showonce.terminal import screen

    async with opened() as (_, store):
        flow = await store.flows.flow(flow_id)
        asked = [each for approval in (await open_approvals(store, flow)).values() for each in approval.approval.who]
        by = who or (asked[0] if len(set(asked)) == 1 else "")
        await decide(store, flow, stage, decision, by=by, person=person(), note=note, now=time.time())
        act: Deed = "approved" if decision == "approved" else "refused"
        await noted(store, act, f"workflow {flow.id}", stage=stage, by=by)
    screen().print(f"Kept: {decision} by {by}.", soft_wrap=True)


async def _pause(flow_id: str) -> None:
    from scheduler.flow import hold
    from showonce.noted import note, person
    from showonce.terminal import screen

    async with opened_engine() as (_, store, engine):
        was = await store.flows.flow(flow_id)
        flow = await hold(store, engine, was, f"Paused by {person()}.")
        if was.status == "running":
            await note(store, "paused", f"workflow {flow.id}")
    told = "is paused" if was.status == "running" else "was paused already"
    screen().print(f"Workflow {flow.id} {told}. It goes on with: showonce workflow resume {flow.id}", soft_wrap=True)


async def _cancel(flow_id: str) -> None:
    from scheduler.flow import give_up
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened_engine() as (_, store, engine):
        flow = await give_up(store, engine, await store.flows.flow(flow_id), time.time())
        await note(store, "cancelled", f"workflow {flow.id}")
    screen().print(f"Workflow {flow.id} is given up; what was done stays done.", soft_wrap=True)
