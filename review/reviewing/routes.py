"""The addresses of the room of review."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from recordings.roles import Act
from review.answers import console_of, page, page_number, pages_of, said
from review.needed import needs
from review.reviewing.sort import PILES_SHOWN, piles_on, sort_some
from store.piles import PileKey

_LATELY = 3


@needs(Act.LOOK)
async def queue(request: Request) -> Response:
    """What waits to be looked at, in piles."""
    console = console_of(request)
    left = await sort_some(console)
    number = page_number(request)
    piles, runs, count = await piles_on(console, number)
    return page(
        request,
        "reviewing/queue.html",
        piles=piles,
        runs=runs,
        count=count,
        left=left,
        number=number,
        pages=pages_of(count, PILES_SHOWN),
        lately=await console.store.piles.lately(_LATELY),
        heals=len(await console.store.heals()),
    )


@needs(Act.REVIEW)
async def decide(request: Request) -> Response:
    """Decide on all runs of a pile at once."""
    console = console_of(request)
    form = await request.form(max_files=0, max_fields=6)
    key = PileKey(str(form.get("pile", ""))[:64], waiting=form.get("waiting") == "yes")
    note = str(form.get("note", ""))[:1000]
    match form.get("verdict"):
        case "accepted" | "refused" as decided:
            count = await console.store.piles.decide(key, decided, note, time.time())
        case _:
            return said("That is no decision.", 422, trouble=True)
    if not count:
        return said("That pile was decided on already.", 409, trouble=True)
    console.news.tell("runs")
    return said(f"{_runs(count)} {decided}. It can be taken back above the piles.")


@needs(Act.REVIEW)
async def take_back(request: Request) -> Response:
    """Take back what was decided at once."""
    console, given = console_of(request), str((await request.form(max_files=0, max_fields=3)).get("at", ""))
    try:
        count = await console.store.piles.take_back(float(given))
    except ValueError:
        return said("That is no decision.", 422, trouble=True)
    if not count:
        return said("That was taken back already.", 409, trouble=True)
    console.news.tell("runs")
    return said(f"Taken back: {_runs(count)} {'waits' if count == 1 else 'wait'} for a decision again.")


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"


ROUTES: tuple[BaseRoute, ...] = (
    Route("/review", queue),
    Route("/review", decide, methods=["POST"]),
    Route("/review/back", take_back, methods=["POST"]),
)
