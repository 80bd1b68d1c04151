"""Northdesk's front door: signing in and out, the start page, its looks, and pages that are not there."""

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from demo.northdesk.desk import desk_of, page, posted, session_of
from demo.northdesk.gate import COOKIE
from demo.northdesk.options import PASSWORD, USERNAME


async def home(request: Request) -> Response:
    """Send the visitor to the customers."""
    return RedirectResponse("/customers", status_code=302)


async def login(request: Request) -> Response:
    """Show the login form."""
    return page(request, "login.html", next_url=request.query_params.get("next", ""), username="", problem="")


async def sign_in(request: Request) -> Response:
    """Check the name and password and open a session."""
    async with posted(request) as form:
        username, password, next_url = form.text("username"), form.text("password"), form.text("next")
    if not (_same(username, USERNAME) and _same(password, PASSWORD)):
        problem = "That name and password do not match."
        return page(request, "login.html", 422, next_url=next_url, username=username, problem=problem)
    token, request.state.session = desk_of(request).database.sign_in(username)
    response = RedirectResponse(_local(next_url), status_code=302)
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax")
    return response


async def sign_out(request: Request) -> Response:
    """Close the session."""
    session = session_of(request)
    if session:
        desk_of(request).database.delete("sessions", session.id)
    response = RedirectResponse("/login", status_code=302)
    response.delete_cookie(COOKIE)
    return response


async def stylesheet(request: Request) -> Response:
    """Serve this release's CSS."""
    return Response(desk_of(request).version.stylesheet(), media_type="text/css")


async def script(request: Request) -> Response:
    """Serve this release's script."""
    return Response(desk_of(request).version.script(), media_type="text/javascript")


async def not_found(request: Request, _error: Exception) -> Response:
    """Say that there is no such page."""
    return page(request, "not_found.html", 404)


def _same(given: str, right: str) -> bool:
    return secrets.compare_digest(given.encode(), right.encode())


def _local(url: str) -> str:
    return url if url.startswith("/") and not url.startswith(("//", "/\\")) else "/customers"


routes = [
    Route("/", home),
    Route("/login", login, methods=["GET"]),
    Route("/login", sign_in, methods=["POST"]),
    Route("/logout", sign_out, methods=["POST"]),
    Route("/static/northdesk.css", stylesheet),
    Route("/static/northdesk.js", script),
]
