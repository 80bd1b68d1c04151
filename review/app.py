"""The console as an application: which address leads to which room."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from recordings.errors import ShowonceError
from recordings.roles import Act
from review.answers import not_found, refused, unforeseen
from review.assets import asset
from review.auditing.routes import ROUTES as AUDITING
from review.console import Console
from review.door import BodyTooLargeError, Door, body_too_large
from review.heals.routes import ROUTES as HEALS
from review.help.routes import ROUTES as HELP
from review.needed import needs
from review.news import events
from review.noting import noted, noted_way_in
from review.pictures import picture
from review.recordings.routes import ROUTES as RECORDINGS
from review.reviewing.routes import ROUTES as REVIEWING
from review.runs.routes import ROUTES as RUNS
from review.signing import login, logout
from review.teach.routes import ROUTES as TEACH
from review.users.routes import ROUTES as USERS
from review.work.batches import ROUTES as BATCHES
from review.work.flows import ROUTES as FLOWS
from review.work.metrics import metrics
from review.work.schedules import ROUTES as SCHEDULES

ROOMS: tuple[BaseRoute, ...] = tuple(
    map(noted, (*RUNS, *BATCHES, *FLOWS, *SCHEDULES, *HEALS, *RECORDINGS, *REVIEWING, *TEACH, *HELP, *AUDITING, *USERS))
)
"""The routes of all rooms."""


def console_app(console: Console) -> ASGIApp:
    """The application, behind its door."""
    app = Starlette(
        routes=[
            Route("/", _home),
            Route("/login", noted_way_in(login), methods=["GET", "POST"]),
            Route("/login/console.css", asset),
            noted(Route("/logout", logout, methods=["POST"])),
            Route("/static/{name}", asset),
            Route("/pictures/{digest}", picture),
            Route("/events", events),
            Route("/metrics", metrics),
            *ROOMS,
        ],
        exception_handlers={
            ShowonceError: refused,
            HTTPException: not_found,
            BodyTooLargeError: body_too_large,
            Exception: unforeseen,
        },
    )
    app.state.console = console
    return Door(app, console.access)


@needs(Act.LOOK)
async def _home(_: Request) -> Response:
    return RedirectResponse("/runs", 303)
