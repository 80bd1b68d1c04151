"""The test pages on a port: plain files, and the few answers that need a server."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

PAGES = Path(__file__).parent
POLICIES = {"strict": "default-src 'none'; script-src 'self'", "sandboxed": "default-src 'none'; sandbox"}
"""What the server of a page forbids it."""
Answer = tuple[int, dict[str, str]]


@dataclass(slots=True)
class Site:
    """A running site. ``variant`` is what every page is told about its release (``globalThis.variant``);
    ``status`` what a POST is answered with (None: as it should be); ``posts`` what was sent to it. ``answers`` are the
    next ones to a POST, ``page_answer`` that to every page: a status and headers. ``log`` says what came, in order, and
    what a test says beside it; ``bodies`` are the posts as they came. What is sent to
    ``/held`` is answered once it is ``free``."""

    origin: str
    variant: Any = None
    status: int | None = None
    posts: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    page_answer: Answer | None = None
    log: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, page: str) -> str:
        """The address of a page, or of a page with its fragment."""
        return f"{self.origin}/pages/{page}"

    def reset(self) -> None:
        """Serve the first release again, and forget what was sent."""
        self.variant, self.status = None, None
        self.page_answer = None
        self.free.clear()
        for kept in (self.posts, self.answers, self.log, self.bodies):
            kept.clear()

    async def took(self, request: Request) -> Response | None:
        """Write down what was posted; the answer that was prepared for it, if one was."""
        body = await request.body()
        self.posts.append(body.decode(errors="replace"))
        self.bodies.append(body)
        self.log.append(f"served {request.url.path}")
        if not self.answers:
            return None
        status, headers = self.answers.pop(0)
        return PlainTextResponse("", status, headers)


@asynccontextmanager
async def serve_pages() -> AsyncIterator[Site]:
    """Serve on 127.0.0.1 (``localhost`` is the other origin) in the running loop until the block is left."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        site = Site(f"http://127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(_app(site), log_level="warning", log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([listener]))
        try:
            yield site
        finally:
            server.should_exit = True
            await task


def _app(site: Site) -> Starlette:
    async def page(request: Request) -> Response:
        if site.page_answer is not None:
            return PlainTextResponse("busy", *site.page_answer)
        name = request.path_params["name"]
        text = (PAGES / f"{name}.html").read_text(encoding="utf-8")
        told = f"<head><script>globalThis.variant = {json.dumps(site.variant)}</script>"
        headers = {"Cache-Control": "no-store"}
        if name in POLICIES:
            headers["Content-Security-Policy"] = POLICIES[name]
        return HTMLResponse(text.replace("<head>", told, 1), headers=headers)

    async def save(request: Request) -> Response:
        if (answer := await site.took(request)) is not None:
            return answer
        if site.status is not None:
            return PlainTextResponse("It was not stored.", site.status)
        return RedirectResponse("/pages/saved.html", 303)

    async def save_by_script(request: Request) -> Response:
        if (answer := await site.took(request)) is not None:
            return answer
        return PlainTextResponse("stored", site.status or 201)

    async def slow(request: Request) -> Response:
        await asyncio.sleep(1.2)
        return PlainTextResponse("at last")

    async def held(request: Request) -> Response:
        await site.took(request)
        async with asyncio.TaskGroup() as tasks:
            leaving = tasks.create_task(_left(request))
            free = tasks.create_task(site.free.wait())
            await asyncio.wait({leaving, free}, return_when=asyncio.FIRST_COMPLETED)
            leaving.cancel()
            free.cancel()
        return PlainTextResponse("at last", site.status or 201)

    async def never(request: Request) -> Response:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return Response()

    return Starlette(
        routes=[
            Route("/pages/{name}.html", page),
            Route("/save", save, methods=["POST"]),
            Route("/api/save", save_by_script, methods=["POST"]),
            Route("/download", _download),
            Route("/never", never),
            Route("/held", held, methods=["POST"]),
            Route("/slow", slow),
            Route("/pages/{name}.js", _script),
        ]
    )


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _download(_: Request) -> Response:
    return PlainTextResponse("a,b\n1,2\n", headers={"Content-Disposition": 'attachment; filename="export.csv"'})


async def _script(request: Request) -> Response:
    text = (PAGES / f"{request.path_params['name']}.js").read_text(encoding="utf-8")
    return Response(text, media_type="text/javascript")
