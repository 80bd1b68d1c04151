"""Brightleaf wired together, and served."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from demo.brightleaf.deals import day, deals_of, euros, page_of
from demo.serving.gate import Gate, Sessions, same
from demo.serving.pages import Pages
from demo.serving.server import Running, running

USER, PASSWORD = "vertrieb@brightleaf.example", "brightleaf"
_REPORT = "/abschluesse"


@dataclass(slots=True)
class Report:
    """How often the report was refreshed, and when it last was."""

    revision: int = 0
    refreshed_at: datetime = field(default_factory=datetime.now)

    def refresh(self) -> None:
        self.revision, self.refreshed_at = self.revision + 1, datetime.now()


def serve(*, port: int = 0, latency_ms: int = 0) -> AbstractAsyncContextManager[Running]:
    """Serve Brightleaf on 127.0.0.1 in the running event loop until the block is left.

    Args:
        port: 0 takes a free one.
        latency_ms: Delay before each response starts.

    Raises:
        OSError: The port is taken.
    """
    return running(create_app(), port, latency_ms)


def create_app() -> Starlette:
    """Return the application; it forgets everything when it ends."""
    page = Pages(Path(__file__).parent, {}, {"euros": euros, "day": day})
    sessions = Sessions("brightleaf_session")
    return Starlette(
        routes=[Route("/", _home), *_door(page, sessions), *_report(page, Report()), page.static],
        middleware=[Middleware(Gate, sessions=sessions, free=("/login",))],
    )


async def _home(_request: Request) -> Response:
    return RedirectResponse(_REPORT, status_code=302)


def _door(page: Pages, sessions: Sessions) -> list[Route]:
    async def login(request: Request) -> Response:
        return page(request, "login.html", email="", problem="")

    async def sign_in(request: Request) -> Response:
        async with request.form() as form:
            email, password = str(form.get("email", "")), str(form.get("kennwort", ""))
        if not (same(email, USER) and same(password, PASSWORD)):
            return page(request, "login.html", 422, email=email, problem="E-Mail-Adresse oder Kennwort ist falsch.")
        return sessions.open(RedirectResponse(_REPORT, status_code=303), email)

    async def sign_out(request: Request) -> Response:
        sessions.close(request)
        return RedirectResponse("/login", status_code=303)

    return [
        Route("/login", login, methods=["GET"]),
        Route("/login", sign_in, methods=["POST"]),
        Route("/logout", sign_out, methods=["POST"]),
    ]


def _report(page: Pages, report: Report) -> list[Route]:
    async def show(request: Request) -> Response:
        asked = request.query_params.get("seite", "")
        deals = deals_of(report.revision)
        shown = page_of(deals, int(asked) if asked.isdecimal() else 1)
        return page(request, "deals.html", shown=shown, deals=deals, report=report)

    async def refresh(_request: Request) -> Response:
        report.refresh()
        return RedirectResponse(_REPORT, status_code=303)

    async def rows(_request: Request) -> JSONResponse:
        """Serve all rows of the report as it is now."""
        deals = deals_of(report.revision)
        return JSONResponse([asdict(deal) | {"closes_on": deal.closes_on.isoformat()} for deal in deals])

    async def reset(_request: Request) -> JSONResponse:
        report.revision = 0
        return JSONResponse({"reset": True})

    return [
        Route(_REPORT, show, methods=["GET"]),
        Route(f"{_REPORT}/aktualisieren", refresh, methods=["POST"]),
        Route("/api/deals", rows),
        Route("/api/reset", reset, methods=["POST"]),
    ]
