"""/teach: begin to show a task, show it in the live page with the steps beside it, and come to the recording."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from functools import partial

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute

from agents.controller import Command
from agents.live.lesson import Lesson, Wish
from agents.live.screen import STILL_BUSY, LiveScreen
from agents.panel.server import obeyed, part_of_panel, told
from recordings.recording import Viewport
from recordings.roles import Act
from review.answers import console_of, gone_to, page, said
from review.needed import needs
from review.teach.files import kept_files
from review.teach.socket import screen_socket

_READY_S = 60
_ENDS_S = 10


class Begun(BaseModel):
    """The form that begins a demonstration."""

    address: str = Field(min_length=1, max_length=4000)
    name: str = Field(min_length=1, max_length=100)
    width: int = Field(default=1280, ge=320, le=2560)
    height: int = Field(default=800, ge=320, le=1600)
    secret: str = Field(default="", max_length=1000)
    replace: bool = False


@needs(Act.TEACH)
async def begin_page(request: Request) -> Response:
    """Asks where to begin, and lists what is under way."""
    return page(request, "teach/begin.html", lessons=console_of(request).lessons.under_way)


@needs(Act.TEACH)
async def begin(request: Request) -> Response:
    """Open a browser, and lead to it when it shows the first page."""
    form = await request.form(max_files=0, max_fields=10)
    try:
        asked = Begun.model_validate({key: value for key, value in form.items() if value != ""})
    except ValidationError as error:
        what = str(error.errors()[0]["loc"][0])
        return said(f"Look at '{what}' again: it is missing, or not what can be used.", 422, trouble=True)
    lesson = console_of(request).lessons.begin(_wish(asked))
    with suppress(TimeoutError):
        async with asyncio.timeout(_READY_S):
            await lesson.settled.wait()
    if lesson.stage == "failed":
        return said(lesson.trouble, 409, trouble=True)
    return gone_to(f"/teach/{lesson.id}/")


@needs(Act.TEACH)
async def lesson_page(request: Request) -> Response:
    """The live page, or what became of it."""
    lesson = _lesson(request)
    if lesson.stage == "showing":
        return page(request, "teach/lesson.html", lesson=lesson)
    return page(request, "teach/over.html", lesson=lesson)


@needs(Act.TEACH)
async def steps(request: Request) -> Response:
    """What is understood, as it changes."""
    controller = _lesson(request).controller
    if controller is None or _lesson(request).stage != "showing":
        return PlainTextResponse("Nothing is recorded now.", 409)
    return StreamingResponse(told(controller), media_type="text/event-stream")


@needs(Act.TEACH)
async def do(request: Request) -> Response:
    """A command of the recording's controls."""
    controller = _lesson(request).controller
    if controller is None or _lesson(request).stage != "showing":
        return PlainTextResponse("The recording is over.", 409)
    screen = _lesson(request).screen
    return await obeyed(controller, request, partial(_caught_up, screen) if screen is not None else None)


async def _caught_up(screen: LiveScreen, command: Command) -> str:
    """What was done before the command is done before it; "" where it is. A page that hangs for good can still be
    stopped at: then the recording says that something may be missing."""
    if command is Command.stop:
        await screen.caught_up(_ENDS_S)
        return ""
    return "" if await screen.caught_up() else STILL_BUSY


@needs(Act.TEACH)
async def drop(request: Request) -> Response:
    """End it and keep nothing."""
    _lesson(request).drop()
    return gone_to("/teach")


@needs(Act.TEACH)
async def files(request: Request) -> Response:
    """Files for the page, which asked for them."""
    lesson = _lesson(request)
    if lesson.screen is None or lesson.stage != "showing":
        return PlainTextResponse("The recording is over.", 409)
    kept = await kept_files(request, lesson.uploads)
    given = bool(kept) and await lesson.screen.give_files(request.path_params["ask"], kept)
    return Response(status_code=204) if given else PlainTextResponse("The page asks for no file any more.", 409)


@needs(Act.TEACH)
async def part(request: Request) -> Response:
    """A script of the recording panel, which is the same beside a window."""
    return part_of_panel(request.path_params["name"] + ".js")


def _wish(asked: Begun) -> Wish:
    address = asked.address.strip()
    if not re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", address, re.IGNORECASE):
        address = f"https://{address}"
    secrets = tuple(label.strip() for label in asked.secret.split(",") if label.strip())
    viewport = Viewport(width=asked.width, height=asked.height)
    return Wish(asked.name.strip(), address, viewport, secrets, asked.replace)


def _lesson(request: Request) -> Lesson:
    return console_of(request).lessons.lesson(request.path_params["id"])


ROUTES: tuple[BaseRoute, ...] = (
    Route("/teach", begin_page),
    Route("/teach", begin, methods=["POST"]),
    Route("/teach/parts/{name}.js", part),
    Route("/teach/{id}/", lesson_page),
    Route("/teach/{id}/steps", steps),
    Route("/teach/{id}/do", do, methods=["POST"]),
    Route("/teach/{id}/drop", drop, methods=["POST"]),
    WebSocketRoute("/teach/{id}/screen", screen_socket),
    Route("/uploads/teach/{id}/{ask:int}", files, methods=["POST"]),
)
