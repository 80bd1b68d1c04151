"""What was asked of an application and when, so that whoever checks can tell what happened at the same time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASKED_AT = "/api/visits"
_RESET_AT = "/api/reset"
_APART = ("/api/", "/static/")


@dataclass(slots=True)
class Visit:
    """A request for anything but the API and static files; times are seconds since 1970, None until it is over."""

    method: str
    path: str
    began: float
    status: int | None = None
    ended: float | None = None


class Visited:
    """ASGI middleware around a whole application: it keeps the visits since the last reset, and serves them as JSON.

    Args:
        latency_ms: Delay before each answer starts; what was asked for is already stored by then.
    """

    def __init__(self, app: ASGIApp, latency_ms: int = 0) -> None:
        self._app = app
        self._latency_s = latency_ms / 1000
        self._visits: list[Visit] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == _ASKED_AT:
            await JSONResponse([asdict(visit) for visit in self._visits])(scope, receive, send)
            return
        if scope["path"] == _RESET_AT:
            self._visits.clear()
        await self._visit(scope, receive, send)

    async def _visit(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = Visit(scope["method"], scope["path"], time.time())
        if not visit.path.startswith(_APART):
            self._visits.append(visit)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                await asyncio.sleep(self._latency_s)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            visit.ended = time.time()
