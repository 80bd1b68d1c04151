"""Frontdoor wired together, and served."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from demo.frontdoor import accounts, api, documents, people
from demo.frontdoor.data import Database, open_database
from demo.frontdoor.hall import page, text_in
from demo.serving.gate import Gate, Sessions, same
from demo.serving.server import Running, running

USER, PASSCODE = "hr@frontdoor.example", "frontdoor"


def serve(*, port: int = 0, latency_ms: int = 0, database: Path | None = None) -> AbstractAsyncContextManager[Running]:
    """Serve Frontdoor on 127.0.0.1 in the running event loop until the block is left.

    Args:
        port: 0 takes a free one.
        latency_ms: Delay before each response starts; what was asked for is already stored by then.
        database: The SQLite file; None means a temporary one.

    Raises:
        OSError: The port is taken.
    """
    return running(create_app(database), port, latency_ms)


def create_app(path: Path | None) -> Starlette:
    """Return the application; its database opens and closes with the application's lifespan."""
    sessions = Sessions("frontdoor_session")

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Database]]:
        with open_database(path) as database:
            yield {"database": database}

    rooms = (people, documents, accounts, api)
    return Starlette(
        routes=[*_door(sessions), page.static, *(route for room in rooms for route in room.routes)],
        middleware=[Middleware(Gate, sessions=sessions, free=("/login",))],
        lifespan=lifespan,
    )


def _door(sessions: Sessions) -> list[Route]:
    async def login(request: Request) -> Response:
        return page(request, "login.html", email="", problem="")

    async def sign_in(request: Request) -> Response:
        async with request.form() as form:
            email, passcode = text_in(form, "email"), text_in(form, "passcode")
        if not (same(email, USER) and same(passcode, PASSCODE)):
            return page(request, "login.html", 422, email=email, problem="We do not know this address and passcode.")
        return sessions.open(RedirectResponse("/people", status_code=303), email)

    async def sign_out(request: Request) -> Response:
        sessions.close(request)
        return RedirectResponse("/login", status_code=303)

    return [
        Route("/login", login, methods=["GET"]),
        Route("/login", sign_in, methods=["POST"]),
        Route("/logout", sign_out, methods=["POST"]),
    ]
