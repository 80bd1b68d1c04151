"""The addresses of the room of review."""

from __future__ import annotations

import asyncio
import time

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from review.answers import console_of, page, said
from review.console import Console
from review.reviewing.looks import Look, look_of
from review.reviewing.piles import Pile, piles_of

_MOST = 2_000


async def queue(request: Request) -> Response:
    """What waits to be looked at, in piles."""
    console = console_of(request)
    piles = await _piles(console)
    return page(
        request,
        "reviewing/queue.html",
        piles=piles,
        runs=sum(len(pile.runs) for pile in piles),
        most=_MOST,
        heals=len(await console.store.heals()),
    )


async def decide(request: Request) -> Response:
    """Decide on all runs of a pile at once; it is named by the run that is shown of it."""
    console = console_of(request)
    form = await request.form(max_files=0, max_fields=5)
    verdict, note, first = form.get("verdict"), str(form.get("note", ""))[:1000], str(form.get("first", ""))
    pile = next((pile for pile in await _piles(console) if pile.first.line.trace.trace_id == first), None)
    if pile is None:
        return said("That pile was decided on already.", 409, trouble=True)
    ids = [each.line.trace.trace_id for each in pile.runs]
    match verdict:
        case "accepted" | "refused" as decided:
            await console.store.reviews.decide(ids, decided, note, time.time())
        case _:
            return said("That is no decision.", 422, trouble=True)
    console.news.tell("runs")
    count = "1 run" if len(ids) == 1 else f"{len(ids)} runs"
    return said(f"{count} {decided}. They are found under Runs, by their decision, and can be taken back there.")


async def _piles(console: Console) -> list[Pile]:
    found = await console.store.reviews.open(_MOST)
    pictures = list({each.step.picture for each in found if each.step is not None and each.step.picture})
    return await asyncio.to_thread(piles_of, found, await _looks(console, pictures))


async def _looks(console: Console, pictures: list[str]) -> dict[str, Look]:
    """Looks of pictures, worked out once each."""
    known = await console.store.reviews.looks(pictures)
    fresh: dict[str, str] = {}
    for digest in pictures:
        if digest not in known and (content := await console.store.picture(digest)) is not None:
            look = await asyncio.to_thread(look_of, content)
            if look is not None:
                fresh[digest] = look.model_dump_json()
    await console.store.reviews.keep_looks(fresh)
    return {digest: Look.model_validate_json(document) for digest, document in {**known, **fresh}.items()}


ROUTES: tuple[BaseRoute, ...] = (
    Route("/review", queue),
    Route("/review", decide, methods=["POST"]),
)
