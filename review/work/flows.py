"""Workflows under way: their stages as a graph, what they ask of people, and what became of their rows."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings.access import is_same_person
from recordings.errors import CouldNotStartError
from recordings.flow import Decision, Flow
from recordings.roles import Act
from review.answers import console_of, gone_to, is_owner, name_of, page, page_number, said
from review.console import Console
from review.flow_pages import page_of
from review.junit import junit_xml
from review.needed import needs
from review.picture_choice import pictures_asked
from review.work.gantt import gantt_of_flow
from review.work.suites import suites_of
from store.flow_facts import FlowFacts, StageFacts, facts_of, items_of_stage
from workflows.graph import graph_of
from workflows.layout import Spot, laid_out
from workflows.stage_words import does
from workflows.workflow import ApprovalStage

_WIDE, _HIGH, _ACROSS, _DOWN, _EDGE = 190, 64, 54, 20, 8
_CUT = 24
_PAGE = 50
_MOST_ASKED = 500
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Box:
    """A stage in the graph, and how it stands; ``told`` says all of it, ``batch`` is the one that it is done in, ""
    where there are none or several."""

    x: float
    y: float
    name: str
    words: str
    state: str
    told: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The graph: boxes, and lines between them as SVG paths."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    wide: float
    high: float
    box_wide: int = _WIDE
    box_high: int = _HIGH


@dataclass(frozen=True, slots=True)
class Asked:
    """An approval that is waited for."""

    flow: Flow
    stage: ApprovalStage
    facts: StageFacts


@needs(Act.LOOK)
async def flows(request: Request) -> Response:
    """What waits for an answer, what is under way, and what can be begun."""
    console = console_of(request)
    number = page_number(request)
    found = await console.store.flows.list(_PAGE + 1, skip=(number - 1) * _PAGE)
    shown, running = found[:_PAGE], await console.store.flows.list(_MOST_ASKED, running=True)
    going = {flow.id: flow for flow in (*running, *shown) if not flow.is_over}
    asked = [each for flow in going.values() for each in asked_in(await facts_of(console.store, flow))]
    return page(
        request,
        "work/flows.html",
        flows=shown,
        asked=asked,
        files=console.work.workflow_files(),
        number=number,
        more=len(found) > _PAGE,
    )


@needs(Act.LOOK)
async def flow(request: Request) -> Response:
    """One of them."""
    console, facts = await _asked(request)
    done_in = [*(batch for each in facts.stages for batch in each.batches), *facts.undoing]
    marks = {batch.id: await console.store.tallies.marks(batch.id) for batch in done_in}
    return page(
        request,
        "work/flow.html",
        facts=facts,
        flow=facts.flow,
        drawing=drawing_of(facts),
        asked=asked_in(facts),
        does=does,
        agents=console.work.agents,
        helps=Counter(each.about.batch for each in console.desk.waiting),
        gantt=gantt_of_flow(facts, marks, time.time()),
    )


def asked_in(facts: FlowFacts) -> list[Asked]:
    """The approvals that a workflow waits for."""
    return [
        Asked(facts.flow, each.stage, each)
        for each in facts.stages
        if isinstance(each.stage, ApprovalStage) and each.run.status == "running" and not each.run.decision
    ]


def drawing_of(facts: FlowFacts) -> Drawing:
    """The graph of its stages as they stand."""
    layout = laid_out(graph_of(facts.workflow))
    known = {each.stage.name: each for each in facts.stages}
    boxes = tuple(_box(spot, known[name]) for name, spot in layout.spots.items() if name in known)
    lines = tuple(_line(layout.spots[edge.before], layout.spots[edge.after]) for edge in layout.ways)
    wide = 2 * _EDGE + layout.columns * (_WIDE + _ACROSS) - _ACROSS
    return Drawing(boxes, lines, wide, 2 * _EDGE + layout.rows * (_HIGH + _DOWN))


@needs(Act.ANSWER)
async def decide(request: Request) -> Response:
    """Approve or refuse."""
    console, facts = await _asked(request)
    form = await request.form(max_files=0, max_fields=5)
    decision, by, note = form.get("decision"), str(form.get("by", "")), str(form.get("note", ""))[:1000]
    if decision not in ("approved", "refused"):
        return said("That is no answer.", 422, trouble=True)
    stage, person = request.path_params["stage"], name_of(request)
    if not is_same_person(by, person) and any(
        is_same_person(by, each.name) for each in await console.store.users.all()
    ):
        return said(f"You are {person} here: only {by} answers as {by}.", 403, trouble=True)
    answer: Decision = "approved" if decision == "approved" else "refused"
    await console.work.decide(facts.flow.id, stage, answer, by, person, note)
    console.news.tell("flows")
    return said(f"Kept: {decision} by {by}.")


@needs(Act.RUN)
async def change(request: Request) -> Response:
    """Pause it, go on with it, or give it up."""
    console, facts = await _asked(request)
    match request.path_params["act"]:
        case "pause":
            await console.work.pause_flow(facts.flow.id, name_of(request))
            words = "Paused: rows that are being done come to their end, no others begin."
        case "resume":
            await console.work.resume_flow(facts.flow.id)
            words = "It goes on where it was."
        case "cancel":
            await console.work.cancel_flow(facts.flow.id)
            words = "Given up: what is under way comes to its end, nothing is undone."
        case _:
            return said("That cannot be done with a workflow.", 404, trouble=True)
    console.news.tell("flows")
    return said(words)


@needs(Act.RUN)
async def begin(request: Request) -> Response:
    """Begin one of the files with what the form says."""
    console = console_of(request)
    form = await request.form(max_files=0, max_fields=100)
    given = {name.removeprefix("input."): str(value) for name, value in form.items() if name.startswith("input.")}
    inputs = {name: value for name, value in given.items() if value}
    for name, value in inputs.items():
        if PurePath(value).is_absolute() or ".." in PurePath(value).parts:
            raise CouldNotStartError(f"The file of '{name}' must lie beside the workflow.", "Give its name alone.")
    file, own, pictures = str(form.get("file", "")), is_owner(request), pictures_asked(form, "failure")
    flow = await console.work.begin_flow(file, inputs, name_of(request), from_disk=own, pictures=pictures)
    return gone_to(f"/workflows/{flow}")


@needs(Act.LOOK)
async def report(request: Request) -> Response:
    """The workflow as a file."""
    console, facts = await _asked(request)
    store, kind = console.store, request.path_params["kind"]
    if kind == "html":
        content, media = await page_of(store, facts), "text/html"
    elif kind == "json":
        stages = {each.stage.name: each.run.model_dump(mode="json") for each in facts.stages}
        told = {**facts.flow.model_dump(mode="json", exclude={"source"}), "stages": stages}
        content, media = json.dumps(told, indent=2, ensure_ascii=False), "application/json"
    elif kind == "xml":
        rows = {each.stage.name: await items_of_stage(store, each) for each in facts.stages}
        undoing = [item for batch in facts.undoing for item in await store.batches.items(batch.id, limit=_ALL)]
        content, media = junit_xml(suites_of(facts, rows, undoing)), "application/xml"
    else:
        return said("There is no such file.", 404, trouble=True)
    name = f'attachment; filename="workflow-{facts.flow.id}.{kind}"'
    return Response(content, media_type=media, headers={"Content-Disposition": name})


def _box(spot: Spot, facts: StageFacts) -> Box:
    x, y = _corner(spot)
    counts, name, state = facts.counts, facts.stage.name, facts.run.decision or facts.run.status
    done = f"{sum(counts.values()) - counts.get('queued', 0) - counts.get('running', 0)} of {sum(counts.values())}"
    words = f"{state}, {done}" if counts else state
    told = f"{name}: {does(facts.stage)}; {words}{' rows' if counts else ''}"
    batch = facts.batches[0].id if len(facts.batches) == 1 else ""
    return Box(x, y, name if len(name) <= _CUT else f"{name[: _CUT - 1]}…", words, facts.run.status, told, batch)


def _line(before: Spot, after: Spot) -> str:
    (x, y), (to_x, to_y) = _corner(before), _corner(after)
    x, y, to_y = x + _WIDE, y + _HIGH / 2, to_y + _HIGH / 2
    middle = (x + to_x) / 2
    return f"M {x:g} {y:g} C {middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"


def _corner(spot: Spot) -> tuple[float, float]:
    return _EDGE + spot.column * (_WIDE + _ACROSS), _EDGE + spot.row * (_HIGH + _DOWN)


async def _asked(request: Request) -> tuple[Console, FlowFacts]:
    console = console_of(request)
    return console, await facts_of(console.store, await console.store.flows.flow(request.path_params["flow"]))


ROUTES: tuple[BaseRoute, ...] = (
    Route("/workflows", flows),
    Route("/workflows", begin, methods=["POST"]),
    Route("/workflows/{flow}", flow),
    Route("/workflows/{flow}/report.{kind}", report),
    Route("/workflows/{flow}/decide/{stage}", decide, methods=["POST"]),
    Route("/workflows/{flow}/{act}", change, methods=["POST"]),
)
