"""The addresses of the room of runs."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings.cover import END, Cover, Covers
from recordings.errors import TraceUnknownError
from recordings.roles import Act
from recordings.trace import Trace
from review.answers import console_of, page, said, saying
from review.console import Console
from review.covering import report_of
from review.junit import junit_xml
from review.needed import needs
from review.pictures import picture_answer
from review.report import verdict_of
from review.run_suite import suite_of
from review.runs.asked import FIELDS, HELP, STATUSES, VERDICTS, address_of, place_of, place_words, wanted_by
from review.runs.difference import difference
from review.runs.filmstrip import frames_of
from store.run_list import MOST_COUNTED

_PAGE = 50
_SIDES = ("x", "y", "width", "height")
_MOST_COVERS = 50
_ENOUGH = 286
"""An answer that htmx shows, and asks no more after it."""


@needs(Act.LOOK)
async def runs(request: Request) -> Response:
    """The list: what is wanted of it stands in the address."""
    console, query = console_of(request), dict(request.query_params)
    store, helps = console.store, {each.need.trace_id: each.id for each in console.desk.waiting}
    wanted, after = wanted_by(query), place_of(query.pop("after", ""))
    if query.get("status") == HELP:
        wanted = replace(wanted, among=tuple(helps))
    lines = await store.runs.page(wanted, after, _PAGE + 1)
    shown = lines[:_PAGE]
    return page(
        request,
        "runs/list.html",
        lines=shown,
        helps=helps,
        count=await store.runs.count(wanted),
        most=MOST_COUNTED,
        query={name: query.get(name, "") for name in FIELDS},
        address=address_of(dict(request.query_params)),
        first=address_of(query) if after is not None else "",
        older=address_of(query, after=place_words(shown[-1].place)) if len(lines) > _PAGE else "",
        filtered=any(query.values()),
        recordings=await store.runs.recordings(),
        apps=await store.runs.apps(),
        statuses=STATUSES,
        verdicts=VERDICTS,
    )


@needs(Act.LOOK)
async def run(request: Request) -> Response:
    """One run as a filmstrip."""
    console, trace = await _asked(request)
    line = await console.store.runs.line(trace.trace_id)
    recording = await console.demonstrations.of(trace)
    asks_again = request.headers.get("hx-request") == "true"
    return page(
        request,
        "runs/run.html",
        _ENOUGH if asks_again and trace.status != "running" else 200,
        trace=trace,
        frames=frames_of(trace, recording),
        to_be_had=recording is not None,
        verdict=verdict_of(trace),
        help=console.desk.of_run(trace.trace_id),
        decided=line.decided if line is not None else None,
    )


@needs(Act.REVIEW)
async def decide(request: Request) -> Response:
    """Keep what a person makes of a run, and answer with what is decided on it now."""
    console, trace = await _asked(request)
    form = await request.form(max_files=0, max_fields=5)
    verdict, note = form.get("verdict"), str(form.get("note", ""))[:1000]
    match verdict:
        case "accepted" | "refused" as decided:
            await console.store.reviews.decide([trace.trace_id], decided, note, time.time())
            words = "Accepted: known, and as it should be." if decided == "accepted" else "Refused: to be looked into."
        case "undo":
            await console.store.reviews.undecide([trace.trace_id])
            words = "The decision is taken back."
        case _:
            return said("That is no decision.", 422, trouble=True)
    console.news.tell("runs")
    line = await console.store.runs.line(trace.trace_id)
    decided_now = line.decided if line is not None else None
    return saying(page(request, "runs/decision.html", trace=trace, decided=decided_now), words)


@needs(Act.LOOK)
async def demonstrated(request: Request) -> Response:
    """The demonstration's own picture of a step."""
    console, trace = await _asked(request)
    content = await _demonstrated(console, trace, request.path_params["step"])
    return (
        picture_answer(content, for_good=False) if content is not None else Response("There is no such picture.", 404)
    )


@needs(Act.LOOK)
async def differing(request: Request) -> Response:
    """The run's picture of a step with what is other than in the demonstration marked."""
    console, trace = await _asked(request)
    number = request.path_params["number"]
    step = trace.steps[number - 1] if 0 < number <= len(trace.steps) else None
    shown = await _demonstrated(console, trace, step.step_id) if step is not None else None
    seen = await console.store.picture(step.picture) if step is not None and step.picture else None
    marked = await asyncio.to_thread(difference, shown, seen) if shown and seen else None
    return (
        picture_answer(marked, for_good=False) if marked is not None else Response("There is nothing to compare.", 404)
    )


@needs(Act.EDIT)
async def cover(request: Request) -> Response:
    """Keep a part of a step's pictures out of reports, or with nothing said none of them any more."""
    console, trace = await _asked(request)
    step = request.path_params["step"]
    if step != END and step not in {each.step_id for each in trace.steps}:
        return said("There is no such step in this run.", 404, trouble=True)
    form = await request.form(max_files=0, max_fields=6)
    found = Covers()
    if any(name in form for name in _SIDES):
        try:
            part = Cover(**{name: float(str(form.get(name, ""))) / 100 for name in _SIDES})
        except ValueError:
            return said("Give four numbers in percent of the picture, its width and height above 0.", 422, trouble=True)
        known = (await console.store.covers.of(trace.recording)).get(step, Covers())
        found = Covers(parts=(*known.parts, part)[-_MOST_COVERS:])
    await console.store.covers.put(trace.recording, step, found)
    if not found.parts:
        return said("Reports show all of this step's pictures again.")
    count = len(found.parts)
    parts = "One part of this step's pictures is" if count == 1 else f"{count} parts of this step's pictures are"
    return said(f"{parts} painted over in every report.")


@needs(Act.LOOK)
async def report(request: Request) -> Response:
    """The run as a file: a page that needs nothing beside it, JSON, or JUnit XML."""
    console, trace = await _asked(request)
    kind, name = request.path_params["kind"], f"run-{trace.trace_id[:8]}"
    if kind == "json":
        return _file(trace.model_dump_json(indent=2), "application/json", f"{name}.json")
    if kind == "xml":
        return _file(junit_xml([suite_of(trace)]), "application/xml", f"{name}.xml")
    if kind != "html":
        raise TraceUnknownError(f"{trace.trace_id}.{kind}")
    text = await report_of(console.store, trace, await console.demonstrations.of(trace))
    return _file(text, "text/html", f"{name}.html")


def _file(text: str, kind: str, name: str) -> Response:
    return Response(text, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _asked(request: Request) -> tuple[Console, Trace]:
    console = console_of(request)
    return console, await console.store.trace(request.path_params["trace_id"])


async def _demonstrated(console: Console, trace: Trace, step_id: str) -> bytes | None:
    recording = await console.demonstrations.of(trace)
    if recording is None:
        return None
    return next((recording.files.get(step.picture) for step in recording.steps if step.id == step_id), None)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/runs", runs),
    Route("/runs/{trace_id}", run),
    Route("/runs/{trace_id}/verdict", decide, methods=["POST"]),
    Route("/runs/{trace_id}/demonstration/{step}", demonstrated),
    Route("/runs/{trace_id}/difference/{number:int}", differing),
    Route("/runs/{trace_id}/cover/{step}", cover, methods=["POST"]),
    Route("/runs/{trace_id}/report.{kind}", report),
)
