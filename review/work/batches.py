"""Batches: how they stand, their rows, and what people have them do."""

from __future__ import annotations

import csv
import io
import json
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Literal, get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings.batch import Batch, Item, ItemStatus
from recordings.figures import figures_of
from recordings.roles import Act
from review.answers import console_of, page, said
from review.console import Console
from review.junit import junit_xml
from review.last_pictures import last_picture
from review.needed import needs
from review.pictures import picture_answer
from review.work.acts import Verdict
from review.work.charts import charts_of
from review.work.gantt import gantt_of_batch
from review.work.report import batch_page
from review.work.suites import suite_of
from store import Store
from store.errors import ItemUnknownError

_PAGE = 50
_ALL = 1_000_000
_STATUSES: tuple[ItemStatus, ...] = ("queued", "running", "passed", "failed", "waiting", "skipped", "cancelled")
_HELP: Literal["help"] = "help"
"""Of rows that wait for a person to help: they run, and only this console's desk knows it."""


@needs(Act.LOOK)
async def batches(request: Request) -> Response:
    """The list, the newest first."""
    console = console_of(request)
    store = console.store
    limit = min(_number(request, "limit", _PAGE), 1_000)
    found = await store.batches.list(limit + 1)
    counts = await store.tallies.counts_of([batch.id for batch in found[:limit]])
    lines = [(batch, counts[batch.id]) for batch in found[:limit]]
    more = f"/batches?limit={limit + _PAGE}" if len(found) > limit else ""
    helps = Counter(each.about.batch for each in console.desk.waiting)
    return page(request, "work/batches.html", lines=lines, more=more, limit=limit, helps=helps)


@needs(Act.LOOK)
async def batch(request: Request) -> Response:
    """One batch: progress, rows, charts, and who did what when."""
    console, found = await _asked(request)
    store = console.store
    status = request.query_params.get("status", "")
    chosen = status if status in (*_STATUSES, _HELP) else None
    after = _number(request, "after", 0)
    text = request.query_params.get("text", "")[:200]
    helps = {each.about.item: each.id for each in console.desk.waiting if each.about.batch == found.id}
    if chosen == _HELP:
        rows = await _asking(store, helps, after)
    else:
        rows = await store.batches.items(found.id, status=chosen, after=after, limit=_PAGE + 1, text=text)
    marks, now = await store.tallies.marks(found.id), time.time()
    breaker = await store.breakers.get(found.app)
    base = f"/batches/{found.id}?{urlencode({'status': chosen or '', 'text': text})}&"
    return page(
        request,
        "work/batch.html",
        batch=found,
        figures=figures_of([mark.fact for mark in marks], now, over=found.status != "running"),
        breaker=breaker if breaker is not None and breaker.state != "closed" else None,
        rows=rows[:_PAGE],
        helps=helps,
        older=f"{base}after={rows[_PAGE - 1].number}" if len(rows) > _PAGE else "",
        address=f"{base}after={after}",
        status=chosen or "",
        text=text,
        statuses=_STATUSES,
        charts=charts_of(marks, now),
        gantt=gantt_of_batch(marks, now),
        agents=console.work.agents,
    )


async def _asking(store: Store, helps: Mapping[str, str], after: int) -> list[Item]:
    """The rows after this one whose runs wait for a person, in their order, one more than a page at the most."""
    found: list[Item] = []
    for item_id in helps:
        with suppress(ItemUnknownError):  # purged meanwhile
            found.append(await store.batches.item(item_id))
    return sorted((item for item in found if item.number > after), key=lambda item: item.number)[: _PAGE + 1]


@needs(Act.RUN)
async def change(request: Request) -> Response:
    """Pause, resume or cancel."""
    console, found = await _asked(request)
    match request.path_params["act"]:
        case "pause":
            await console.work.pause_batch(found.id)
            words = "Paused: rows that are being done come to their end, no others begin."
        case "resume":
            await console.work.resume_batch(found.id)
            words = "It goes on where it was."
        case "cancel":
            await console.work.cancel_batch(found.id)
            words = "Cancelled: what was not begun is given up."
        case _:
            return said("That cannot be done with a batch.", 404, trouble=True)
    console.news.tell("batches")
    return said(words)


@needs(Act.RUN)
async def rerun(request: Request) -> Response:
    """Repeat a row, or keep it as done."""
    console = console_of(request)
    form = await request.form(max_files=0, max_fields=3)
    given = form.get("verdict", "")
    verdict = next((each for each in get_args(Verdict) if each == given), None)
    if verdict is None:
        return said("That is no answer.", 422, trouble=True)
    await console.work.rerun(request.path_params["item"], verdict)
    console.news.tell("batches", "runs")
    return said("It is kept as done." if verdict == "there" else "The row is queued again.")


@needs(Act.LOOK)
async def picture(request: Request) -> Response:
    """What the last run of a row saw last."""
    console = console_of(request)
    content = await last_picture(console.store, await console.store.batches.item(request.path_params["item"]))
    if content is None:
        return Response("No picture of it is kept.", 404, media_type="text/plain")
    answer = picture_answer(content)
    answer.headers["Cache-Control"] = "no-cache"  # the next run of the row has another
    return answer


@needs(Act.LOOK)
async def report(request: Request) -> Response:
    """What became of the rows, as a file."""
    console, found = await _asked(request)
    items = await console.store.batches.items(found.id, limit=_ALL)
    kind = request.path_params["kind"]
    match kind:
        case "html":
            content, media = await batch_page(console.store, found, items, time.time()), "text/html"
        case "csv":
            content, media = _csv(items), "text/csv"
        case "jsonl":
            content, media = "".join(item.model_dump_json() + "\n" for item in items), "application/x-ndjson"
        case "json":
            told = {**found.model_dump(mode="json"), "items": [item.model_dump(mode="json") for item in items]}
            content, media = json.dumps(told, indent=2, ensure_ascii=False), "application/json"
        case "xml":
            content, media = junit_xml([suite_of(found, items)]), "application/xml"
        case _:
            return said("There is no such file.", 404, trouble=True)
    name = f'attachment; filename="batch-{found.id}.{kind}"'
    return Response(content, media_type=media, headers={"Content-Disposition": name})


def _csv(items: list[Item]) -> str:
    names = list(dict.fromkeys(name for item in items for name in (*item.inputs, *item.values)))
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["row", *names, "status", "trace_id", "error"])
    for item in items:
        values = {**item.inputs, **item.values}
        error = item.failure.message if item.failure else ""
        told = [item.line or item.number, *(values.get(name, "") for name in names), item.status, item.trace_id, error]
        table.writerow([_harmless(value) for value in told])
    return text.getvalue()


def _harmless(value: object) -> object:
    """A spreadsheet takes what begins so for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


async def _asked(request: Request) -> tuple[Console, Batch]:
    console = console_of(request)
    return console, await console.store.batches.batch(request.path_params["batch"])


def _number(request: Request, name: str, usual: int) -> int:
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else usual


ROUTES: tuple[BaseRoute, ...] = (
    Route("/batches", batches),
    Route("/batches/{batch}", batch),
    Route("/batches/{batch}/{act}", change, methods=["POST"]),
    Route("/batches/{batch}/report.{kind}", report),
    Route("/items/{item}/picture", picture),
    Route("/items/{item}/rerun", rerun, methods=["POST"]),
)
