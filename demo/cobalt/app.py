"""Cobalt wired together, and served."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from demo.cobalt.report import rows_of
from demo.serving.gate import Gate, Sessions, same
from demo.serving.pages import Pages
from demo.serving.server import Running, running

USER, PASSPHRASE = "ops@cobalt.example", "cobalt"
_REFRESH_S = 0.5


@dataclass(slots=True)
class Report:
    """How often the report was refreshed, and when it last was."""

    revision: int = 0
    updated_at: datetime = field(default_factory=datetime.now)

    async def refresh(self) -> None:
        await asyncio.sleep(_REFRESH_S)
        self.revision, self.updated_at = self.revision + 1, datetime.now()


def serve(*, port: int = 0, latency_ms: int = 0) -> AbstractAsyncContextManager[Running]:
    """Serve Cobalt on 127.0.0.1 in the running event loop until the block is left.

    Args:
        port: 0 takes a free one.
        latency_ms: Delay before each response starts.

    Raises:
        OSError: The port is taken.
    """
    return running(create_app(), port, latency_ms)


def create_app() -> Starlette:
    """Return the application; it forgets everything when it ends."""
    page = Pages(Path(__file__).parent, {})
    sessions = Sessions("cobalt_session")
    return Starlette(
        routes=[*_door(page, sessions), *_report(page, Report()), page.static],
        middleware=[Middleware(Gate, sessions=sessions, free=("/login", "/session"))],
    )


def _door(page: Pages, sessions: Sessions) -> list[Route]:
    async def login(request: Request) -> Response:
        return page(request, "login.html")

    async def sign_in(request: Request) -> Response:
        given = await request.json()
        if not (same(str(given.get("email")), USER) and same(str(given.get("passphrase")), PASSPHRASE)):
            return JSONResponse({"problem": "Email and passphrase do not match."}, status_code=422)
        return sessions.open(JSONResponse({"next": "/"}), USER)

    async def sign_out(request: Request) -> Response:
        sessions.close(request)
        return RedirectResponse("/login", status_code=303)

    return [
        Route("/login", login),
        Route("/session", sign_in, methods=["POST"]),
        Route("/logout", sign_out, methods=["POST"]),
    ]


def _report(page: Pages, report: Report) -> list[Route]:
    def told() -> JSONResponse:
        rows = [asdict(row) for row in rows_of(report.revision)]
        return JSONResponse({"rows": rows, "updated_at": f"{report.updated_at:%b %d, %H:%M:%S}"})

    async def console(request: Request) -> Response:
        return page(request, "console.html")

    async def data(_request: Request) -> Response:
        return told()

    async def refresh(_request: Request) -> Response:
        await report.refresh()
        return told()

    async def rows(_request: Request) -> JSONResponse:
        """Serve all rows of the report as it is now."""
        return JSONResponse([asdict(row) for row in rows_of(report.revision)])

    async def reset(_request: Request) -> JSONResponse:
        report.revision = 0
        return JSONResponse({"reset": True})

    return [
        Route("/", console),
        Route("/data/revenue", data),
        Route("/data/refresh", refresh, methods=["POST"]),
        Route("/api/rows", rows),
        Route("/api/reset", reset, methods=["POST"]),
    ]
