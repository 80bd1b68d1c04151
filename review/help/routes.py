"""/help: the runs that wait for a person; one of them live, to be helped, and gone on with."""

from __future__ import annotations

import secrets as randomness

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from agents.live.asked import Place
from agents.live.help import Help, HelpUnknownError
from agents.live.screen import STILL_BUSY
from recordings.roles import Act
from replayer.help import NoHelp, Pointed, StepDone, TryAgain
from replayer.locate import Found
from replayer.pointing import pointed_at
from review.answers import console_of, gone_to, name_of, page, said, who_of
from review.needed import needs
from review.pictures import picture_answer
from review.teach.files import kept_files
from review.teach.socket import show_live

_NOT_THERE = "There is nothing at that place that could be meant. Point again."


class Spot(BaseModel):
    """A place that was pointed at, in CSS pixels of the page's viewport, and by whose page of the console."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    x: Place
    y: Place
    hand: str = Field(min_length=1, max_length=64)


@needs(Act.LOOK)
async def waiting(request: Request) -> Response:
    """Those that wait, and what came of late."""
    desk = console_of(request).desk
    return page(request, "help/list.html", waiting=desk.waiting, lately=desk.lately)


@needs(Act.LOOK)
async def count(request: Request) -> Response:
    """How many wait, for the bar."""
    return page(request, "help/count.html")


@needs(Act.RUN)
async def helped(request: Request) -> Response:
    """The live page, or what became of it."""
    found = _asked(request)
    if found.is_over or found.screen is None:
        return page(request, "help/over.html", help=found)
    hand = randomness.token_urlsafe(12)
    size = found.need.page.viewport_size or {"width": 1280, "height": 800}
    return page(request, "help/help.html", help=found, need=found.need, hand=hand, size=size)


@needs(Act.RUN)
async def demonstrated(request: Request) -> Response:
    """The demonstration's own picture of the step."""
    need = _asked(request).need
    content = need.recording.files.get(need.step.picture)
    return picture_answer(content, for_good=False) if content else Response("There is no such picture.", 404)


@needs(Act.RUN)
async def point(request: Request) -> Response:
    """What is at the place that was pointed at, and how it is taken."""
    found, spot = _asked(request), await _spot(request)
    if spot is None:
        return said(_NOT_THERE, 422, trouble=True)
    found.check_hand(spot.hand)
    there = await _at(found, spot)
    if there is None:
        return said(_NOT_THERE, 409, trouble=True)
    box = await there.control.bounding_box()
    return page(request, "help/pointed.html", help=found, spot=spot, seen=there.seen, box=box, sign=sign_of(there))


@needs(Act.RUN)
async def answer(request: Request) -> Response:
    """Have the run go on, or end."""
    found = _asked(request)
    form = await request.form(max_files=0, max_fields=10)
    found.check_hand(str(form.get("hand", ""))[:64] or "-")
    if found.screen is not None and form.get("answer") != "stop" and not await found.screen.caught_up():
        return said(STILL_BUSY, 409, trouble=True)
    by, need = name_of(request), found.need
    match form.get("answer"):
        case "done" if need.done:
            found.decide(StepDone(by))
        case "again" if need.again:
            found.keeps = form.get("keep") == "yes" and _may(request, Act.EDIT)
            found.decide(TryAgain(by))
        case "element" if need.point:
            spot = await _spot(request)
            there = await _at(found, spot) if spot is not None else None
            if there is None or sign_of(there) != form.get("sign"):
                return said("The page shows something else there by now. Point again.", 409, trouble=True)
            found.decide(Pointed(by, there, keep=form.get("keep") == "yes" and _may(request, Act.REVIEW)))
        case "stop":
            found.decide(NoHelp("stopped", f"{by} stopped the run."))
        case _:
            return said("That cannot be answered here.", 422, trouble=True)
    return gone_to(f"/runs/{need.trace_id}")


@needs(Act.RUN)
async def files(request: Request) -> Response:
    """Files for the page, which asked for them."""
    found = _asked(request)
    found.check_hand(request.headers.get("x-showonce-hand", "-")[:64])
    kept = await kept_files(request, found.uploads)
    if kept and found.screen is not None and await found.screen.give_files(request.path_params["ask"], kept):
        return Response(status_code=204)
    return PlainTextResponse("The page asks for no file any more.", 409)


@needs(Act.RUN)
async def screen(socket: WebSocket) -> None:
    """Show the page until either side leaves."""
    try:
        found = socket.app.state.console.desk.help(socket.path_params["id"])
    except HelpUnknownError:
        await socket.accept()
        await socket.close(1008)
        return
    await show_live(socket, found, socket.query_params.get("hand", "-")[:64])


def sign_of(found: Found) -> str:
    """What tells an element from others of its page, for as long as that stays as it is."""
    return f"{found.seen.xpath} {found.seen.css} {found.seen.name}"[:600]


async def _spot(request: Request) -> Spot | None:
    try:
        return Spot.model_validate(dict(await request.form(max_files=0, max_fields=10)))
    except ValidationError:
        return None


async def _at(found: Help, spot: Spot) -> Found | None:
    front = found.screen.front if found.screen is not None else None
    return await pointed_at(front.page, spot.x, spot.y) if front is not None else None


def _may(request: Request, act: Act) -> bool:
    who = who_of(request)
    return who is not None and who.may(act)


def _asked(request: Request) -> Help:
    return console_of(request).desk.help(request.path_params["id"])


ROUTES: tuple[BaseRoute, ...] = (
    Route("/help", waiting),
    Route("/help/count", count),
    Route("/help/{id}/", helped),
    Route("/help/{id}/demonstration", demonstrated),
    Route("/help/{id}/point", point, methods=["POST"]),
    Route("/help/{id}/answer", answer, methods=["POST"]),
    WebSocketRoute("/help/{id}/screen", screen),
    Route("/uploads/help/{id}/{ask:int}", files, methods=["POST"]),
)
