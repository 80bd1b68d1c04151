"""The addresses of the room of heals."""

from __future__ import annotations

from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from agents.stored_example import WORDS, refuse_other
from recordings.heal import Heal
from recordings.heal_words import called, told_rows
from recordings.kept_heals import accepted, check_refusable, folder_of
from recordings.recording import Recording
from review.answers import console_of, gone_to, page, said
from store import HealUnknownError

_MOST = 100


async def heals(request: Request) -> Response:
    """Those that wait for a decision, by recording, and those that were decided on."""
    store = console_of(request).store
    waiting = sorted(await store.heals(), key=lambda heal: heal.recording)
    grouped = [(name, list(found)) for name, found in groupby(waiting, key=lambda heal: heal.recording)]
    decided = [heal for heal in await store.heals(status=None) if heal.status != "proposed"][:_MOST]
    return page(request, "heals/list.html", grouped=grouped, decided=decided, called=called)


async def heal(request: Request) -> Response:
    """One of them: the old target beside the new one."""
    found = await _asked(request)
    rows = list(told_rows(found.old, found.new))
    return page(request, "heals/heal.html", heal=found, rows=rows, called=called)


async def tried(request: Request) -> Response:
    """The new target, tried on the demonstration's own page."""
    console, found = console_of(request), await _asked(request)
    recording = Recording.load(folder_of(found, console.recordings))
    told = await console.trials.of([found], recording)
    return page(request, "heals/tried.html", told=told[found.id], words=WORDS[told[found.id]])


async def accept(request: Request) -> Response:
    """Accept one, or all that are named, of one recording: a new version of it, which can be undone."""
    console = console_of(request)
    form = await request.form(max_files=0, max_fields=500)
    given = form.getlist("heal") or [request.path_params.get("heal", "")]
    found = [await console.store.heal(_number(str(each))) for each in given]
    if not found:
        return said("No proposal was chosen.", 422, trouble=True)
    folder = folder_of(found[0], console.recordings)
    told = await console.trials.of(found, Recording.load(folder))
    refuse_other(told, anyway=form.get("anyway") == "yes")
    accepted(found, folder)
    for each in found:
        await console.store.decide(each.id, "accepted")
    console.news.tell("heals")
    return gone_to("/heals") if len(found) > 1 else gone_to(f"/heals/{found[0].id}")


async def refuse(request: Request) -> Response:
    """Leave the recording as it is."""
    console, found = console_of(request), await _asked(request)
    check_refusable(found)
    await console.store.decide(found.id, "refused")
    console.news.tell("heals")
    return said("Refused: the step stays as it is, and this is not proposed again.")


async def _asked(request: Request) -> Heal:
    return await console_of(request).store.heal(_number(request.path_params["heal"]))


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise HealUnknownError(given[:40])
    return int(given)


ROUTES: tuple[BaseRoute, ...] = (
    Route("/heals", heals),
    Route("/heals/accept", accept, methods=["POST"]),
    Route("/heals/{heal}", heal),
    Route("/heals/{heal}/tried", tried),
    Route("/heals/{heal}/accept", accept, methods=["POST"]),
    Route("/heals/{heal}/refuse", refuse, methods=["POST"]),
)
