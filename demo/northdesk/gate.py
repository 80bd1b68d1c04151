"""What every Northdesk request passes: who is it, may they, and write it down."""

from datetime import UTC, datetime
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.northdesk.desk import desk_of, session_of

COOKIE = "northdesk_session"

_OPEN_TO_ALL = ("/login", "/api/", "/static/", "/support/form")
_READING = ("GET", "HEAD")


class Gate:
    """ASGI middleware around every route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or send its visitor to the login page."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        token = request.cookies.get(COOKIE, "")
        request.state.session = desk_of(request).database.session(token)
        request.state.request_id = _write_down(request)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cache-Control"] = "no-store"
                _note_answer(request, message["status"])
            await send(message)

        app = self._app if _may_pass(request) else _to_login(request)
        await app(scope, receive, answer)


def _may_pass(request: Request) -> bool:
    return session_of(request) is not None or request.url.path.startswith(_OPEN_TO_ALL)


def _to_login(request: Request) -> RedirectResponse:
    if request.method not in _READING:
        return RedirectResponse("/login", status_code=303)
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(wanted, safe='/')}", status_code=302)


def _write_down(request: Request) -> int | None:
    # A reset empties the log, so it would be the first line of its own fresh page.
    if request.method in _READING or request.url.path == "/api/reset":
        return None
    session = session_of(request)
    columns = {
        "method": request.method,
        "path": request.url.path,
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "session": session.id if session else None,
    }
    return desk_of(request).database.insert("log", columns)


def _note_answer(request: Request, status: int) -> None:
    request_id, session = request.state.request_id, session_of(request)
    if request_id is not None:
        columns = {"status": status, "session": session.id if session else None}
        desk_of(request).database.update("log", request_id, columns)
