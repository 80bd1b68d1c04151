"""Who is signed in, kept in memory, and a gate that sends everybody else to the sign-in page."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Sessions:
    """The open sessions of one application; ``cookie`` is its own, since cookies do not know ports."""

    def __init__(self, cookie: str) -> None:
        self._cookie = cookie
        self._users: dict[str, str] = {}

    def open(self, response: Response, user: str) -> Response:
        """Sign ``user`` in with this response."""
        token = secrets.token_urlsafe(24)
        self._users[token] = user
        response.set_cookie(self._cookie, token, httponly=True, samesite="lax")
        return response

    def close(self, request: Request) -> None:
        """Sign out whoever asks."""
        self._users.pop(request.cookies.get(self._cookie, ""), None)

    def user(self, request: Request) -> str:
        """Who asks; "" if nobody is signed in."""
        return self._users.get(request.cookies.get(self._cookie, ""), "")


class Gate:
    """ASGI middleware: only the signed in pass, but for the API, static files and what is ``free``."""

    def __init__(self, app: ASGIApp, sessions: Sessions, free: Sequence[str]) -> None:
        self._app, self._sessions = app, sessions
        self._sign_in, self._free = free[0], ("/api/", "/static/", *free)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        request.state.user = self._sessions.user(request)

        async def uncached(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cache-Control"] = "no-store"
            await send(message)

        passes = request.state.user or request.url.path.startswith(self._free)
        app = self._app if passes else RedirectResponse(self._sign_in, status_code=303)
        await app(scope, receive, uncached)


def same(given: str, right: str) -> bool:
    """Whether a secret is the right one, in the same time however much of it is."""
    return secrets.compare_digest(given.encode(), right.encode())
