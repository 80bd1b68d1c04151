"""Serves the panel on 127.0.0.1: its page, the steps as they come (server-sent events), and the commands."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from agents.controller import Command, Controller, Situation
from agents.panel.guard import HEADERS, Guard
from agents.panel.view import view_of
from agents.serving import LOOPBACK, serving

_STATIC = Path(__file__).parent / "static"
_TYPES = {"css": "text/css", "js": "text/javascript", "html": "text/html"}
_BEAT_S = 15
_LARGEST_COMMAND = 4096


class Asked(BaseModel):
    """A command as the page sends it."""

    model_config = ConfigDict(extra="forbid")
    command: Command
    text: str = Field(default="", max_length=1000)


@asynccontextmanager
async def serve_panel(controller: Controller) -> AsyncIterator[str]:
    """Serve the panel in the running loop until the block is left; the address it gives opens the panel once."""
    with socket.create_server((LOOPBACK, 0), backlog=16) as listener:
        guard = Guard(f"{LOOPBACK}:{listener.getsockname()[1]}")
        async with serving(panel_app(controller, guard), listener):
            try:
                yield guard.address
            finally:
                controller.end()


def panel_app(controller: Controller, guard: Guard) -> Starlette:
    """The panel as an application. The console shows its parts: the icons, the controls, and what they ask and hear."""

    async def page(request: Request) -> Response:
        if request.headers.get("host") == guard.host and guard.admits(request.query_params.get("token", "")):
            answer = RedirectResponse("/", 303, HEADERS)
            answer.set_cookie(guard.cookie_name, guard.cookie, httponly=True, samesite="strict")
            return answer
        if why := guard.refusal(request.headers.get("host", ""), request.cookies):
            return _refused(why)
        return _file("panel.html", stamp=guard.stamp)

    async def part(request: Request) -> Response:
        if why := guard.refusal(request.headers.get("host", ""), request.cookies):
            return _refused(why)
        return _file(request.url.path[1:])

    async def steps(request: Request) -> Response:
        if why := guard.refusal(request.headers.get("host", ""), request.cookies):
            return _refused(why)
        return StreamingResponse(told(controller), media_type="text/event-stream", headers=HEADERS)

    async def do(request: Request) -> Response:
        why = guard.refusal(request.headers.get("host", ""), request.cookies)
        if why := why or guard.command_refusal(request.headers):
            return _refused(why)
        return await obeyed(controller, request)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/panel.{kind:str}", part),
            Route("/reading.js", part),
            Route("/steps", steps),
            Route("/do", do, methods=["POST"]),
        ]
    )


async def obeyed(
    controller: Controller, request: Request, ready: Callable[[Command], Awaitable[str]] | None = None
) -> Response:
    """The answer to a command, once it is done; ``ready`` is waited for before, and says why it cannot be done now."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_COMMAND:
            return PlainTextResponse("The command is too long.", 413, HEADERS)
    try:
        asked = Asked.model_validate_json(body)
    except ValidationError:
        return PlainTextResponse("There is no such command.", 422, HEADERS)
    if ready is not None and (why := await ready(asked.command)):
        return PlainTextResponse(why, 409, HEADERS)
    await controller.obey(asked.command, asked.text)
    return Response(status_code=204, headers=HEADERS)


async def told(controller: Controller) -> AsyncIterator[str]:
    """Every situation as an event, and ``ended`` at the end; the comment in between finds windows that are gone."""
    queue: asyncio.Queue[Situation | None] = asyncio.Queue()
    with controller.watched_by(queue.put_nowait):
        while True:
            try:
                async with asyncio.timeout(_BEAT_S):
                    situation = await queue.get()
            except TimeoutError:
                yield ": still there\n\n"
                continue
            if situation is None:
                yield "event: ended\ndata: {}\n\n"
                return
            yield f"data: {json.dumps(view_of(situation), ensure_ascii=False)}\n\n"


def part_of_panel(name: str) -> Response:
    """One of the panel's files, for a page that shows its parts."""
    return _file(name)


def _file(name: str, stamp: str = "") -> Response:
    path = _STATIC / name
    kind = _TYPES.get(path.suffix[1:])
    if kind is None or not path.is_file():
        return PlainTextResponse("There is no such file.", 404, HEADERS)
    text = path.read_text(encoding="utf-8")
    return Response(_put_together(text, stamp) if stamp else text, media_type=kind, headers=HEADERS)


def _put_together(page: str, stamp: str) -> str:
    """The panel's page with the parts that the console shows, too."""
    parts = {name: (_STATIC / f"{name}.html").read_text(encoding="utf-8").rstrip() for name in ("icons", "controls")}
    for name, part in {**parts, "stamp": stamp}.items():
        page = page.replace(f"{{{name}}}", part)
    return page


def _refused(why: str) -> Response:
    return PlainTextResponse(why, 403, HEADERS)
