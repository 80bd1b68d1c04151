"""Who may speak to the console: who holds its token, from its own pages, at its own address.

Pure ASGI, around the whole application, so that no route can be forgotten.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.answers import login_page

HEADERS = {
    # Nothing from elsewhere, nothing inline, in no frame.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STAMP = "x-showonce-stamp"
_BODY = 256 * 1024
_UPLOAD = 25 * 1024 * 1024
UPLOADS = "/uploads/"
"""Where files are sent to: a larger body is taken there than elsewhere."""

METRICS = "/metrics"
"""What programs ask for, which have no cookie: they send ``Authorization: Bearer`` and the token."""

_SAFE = ("GET", "HEAD")
_WEEK_S = 7 * 24 * 3600
_LOGIN = ("/login", "/login/console.css")


def _new() -> str:
    return randomness.token_urlsafe(32)


@dataclass(slots=True)
class Access:
    """What admits to the console: ``token`` is changed for a cookie at ``/login``; whoever has the cookie and changes
    something must send our own origin and the page's ``stamp`` as well. All are made anew when the console starts.
    """

    host: str
    token: str = field(default_factory=_new)
    cookie: str = field(default_factory=_new)
    stamp: str = field(default_factory=_new)

    @property
    def address(self) -> str:
        """The address that opens the console."""
        return f"http://{self.host}/login?token={self.token}"

    @property
    def hosts(self) -> Sequence[str]:
        """What a browser may call this console: its address, or this machine by name."""
        return (self.host, f"localhost:{self.port}")

    @property
    def port(self) -> str:
        return self.host.rpartition(":")[2]

    @property
    def cookie_name(self) -> str:
        """Cookies do not know ports: another console of this machine must not overwrite ours."""
        return f"showonce_{self.port}"

    def admits(self, token: str) -> bool:
        """Whether the token is right."""
        return compare_digest(token.encode(), self.token.encode())

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """Whether a request carries the cookie."""
        return compare_digest(cookies.get(self.cookie_name, "").encode(), self.cookie.encode())

    def bears(self, headers: Headers) -> bool:
        """Whether a program's request carries the token."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.admits(token.strip())

    def is_ours(self, headers: Headers) -> bool:
        """Whether a request comes from a page of the console."""
        return headers.get("origin") == f"http://{headers.get('host', '')}"

    def has_stamp(self, headers: Headers) -> bool:
        """Whether it carries what only those pages know."""
        return compare_digest(headers.get(STAMP, "").encode(), self.stamp.encode())


class Door:
    """ASGI middleware: lets in what ``Access`` admits, bodies of a bounded size, and sends the headers above."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await self._websocket(scope, receive, send)
        refusal = self._refusal(scope)
        if refusal is not None:
            refusal.headers.update(HEADERS)
            return await refusal(scope, receive, send)
        return await self._app(scope, _bounded(scope, receive), _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        """What is answered where nobody is let in."""
        request, access = Request(scope), self._access
        if request.headers.get("host", "") not in access.hosts:
            return PlainTextResponse("This is not the console's address.", 421)
        changes = request.method not in _SAFE
        if changes and not access.is_ours(request.headers):
            return PlainTextResponse("The request does not come from the console's own pages.", 403)
        if _length(request.headers) > _most(scope):
            return _too_large(_most(scope))
        if request.url.path in _LOGIN:
            return None
        if not changes and request.url.path == METRICS and access.bears(request.headers):
            return None
        if not access.knows(request.cookies):
            return login_page(request, 401)
        if changes and not access.has_stamp(request.headers):
            return PlainTextResponse("The page is from before the console was started: load it again.", 403)
        return None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, access = Headers(scope=scope), self._access
        admitted = headers.get("host", "") in access.hosts and access.is_ours(headers)
        if admitted and access.knows(_cookies(headers)):
            return await self._app(scope, receive, send)
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "Not admitted."})
        return None


async def login(request: Request) -> Response:
    """Change the token, of the start address or typed in, for the cookie; GET without one asks for it."""
    access: Access = request.app.state.console.access
    given = request.query_params.get("token", "")
    if request.method == "POST":
        given = str((await request.form(max_files=0, max_fields=2)).get("token", ""))
    if not access.admits(given):
        return login_page(request, 401, tried=bool(given))
    answer = RedirectResponse("/", 303)
    answer.set_cookie(access.cookie_name, access.cookie, max_age=_WEEK_S, httponly=True, samesite="lax")
    return answer


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Cut a body off that says it is smaller than it is, or says nothing."""
    most, had = _most(scope), 0

    async def bounded() -> Message:
        nonlocal had
        message = await receive()
        had += len(message.get("body", b""))
        if had > most:
            raise BodyTooLargeError(most)
        return message

    return bounded


class BodyTooLargeError(Exception):
    """More was sent than is taken; ``most`` is in bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"More than {most} bytes were sent.")
        self.most = most


async def body_too_large(_: Request, error: Exception) -> Response:
    """What is answered then."""
    assert isinstance(error, BodyTooLargeError)
    return _too_large(error.most)


def _too_large(most: int) -> Response:
    return PlainTextResponse(f"That is too much at once: {most // 1024} kB are taken.", 413)


def _most(scope: Scope) -> int:
    return _UPLOAD if scope["path"].startswith(UPLOADS) else _BODY


def _length(headers: Headers) -> int:
    given = headers.get("content-length", "0")
    return int(given) if given.isascii() and given.isdigit() else 0


def _cookies(headers: Headers) -> Mapping[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
