"""The console's door: who is let in, from its own pages, at its own address, to what they may do.

Pure ASGI, around the whole application, so that no route can be forgotten.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from recordings.errors import StoreUnusableError
from recordings.roles import Act, Who
from review.access import STAMP, Access, ThrottledError, Visitor, bearer_in
from review.answers import forbidden, login_page, too_many_tries
from review.needed import act_asked

HEADERS = {
    # Nothing from elsewhere, nothing inline, in no frame.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then keep the origin of a form to themselves, and we ask for it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_BY_TLS_ALONE = {"Strict-Transport-Security": "max-age=31536000"}
_BODY = 256 * 1024
_UPLOAD = 25 * 1024 * 1024
UPLOADS = "/uploads/"
"""Where files are sent to: a larger body is taken there than elsewhere."""

_SAFE = ("GET", "HEAD")
LOGIN = ("/login", "/login/console.css")
"""What is answered to everybody."""


class Door:
    """ASGI middleware: lets in whom ``Access`` knows, to what their role and token allow, takes bodies of a bounded
    size, and sends the headers above. Rooms find ``request.state.who``, a ``Who``, and ``request.state.stamp``."""

    def __init__(self, app: Starlette, access: Access, again_s: float = 5.0) -> None:
        """``again_s``: so often it is asked again whether who has a stream or a socket open may have it still."""
        self.app, self._access, self._again_s = app, access, again_s
        self._headers = HEADERS | (_BY_TLS_ALONE if access.secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self.app
        if scope["type"] == "websocket":
            return await self._websocket(scope, receive, send)
        refusal = await self._judged(Request(scope))
        if refusal is not None:
            refusal.headers.update(self._headers)
            return await refusal(scope, receive, send)
        return await self.app(scope, _bounded(scope, receive), self._with_headers(scope, send))

    async def _judged(self, request: Request) -> Response | None:
        """What is answered where nobody is let in."""
        refusal, visitor = self._refusal(request), None
        if refusal is None and request.url.path not in LOGIN:
            try:
                visitor = await self._visitor(request.scope)
            except ThrottledError as error:
                return too_many_tries(error.wait_s)
            except StoreUnusableError as error:
                return PlainTextResponse(f"{error}\n", 503)
            refusal = self._unfit(request, visitor)
        _noted(request.scope, visitor)
        return refusal or (forbidden(request, self._asked(request.scope)) if self._exceeds(request, visitor) else None)

    def _refusal(self, request: Request) -> Response | None:
        """What of a request is wrong whoever sends it."""
        access, headers = self._access, request.headers
        if headers.get("host", "") not in access.hosts:
            return PlainTextResponse("This is not the console's address. 'showonce review --name' gives it names.", 421)
        if request.method not in _SAFE and bearer_in(headers) is None and not access.is_ours(headers):
            return PlainTextResponse("The request does not come from the console's own pages.", 403)
        return _too_large(_most(request.scope)) if _length(headers) > _most(request.scope) else None

    def _unfit(self, request: Request, visitor: Visitor | None) -> Response | None:
        """What is missing of who sends it."""
        if visitor is None and bearer_in(request.headers) is not None:
            told = {"WWW-Authenticate": "Bearer"}
            return PlainTextResponse("That token is not known, or it is over or taken away.", 401, told)
        if visitor is None:
            return login_page(401)
        if request.method not in _SAFE and visitor.stamp and not _is_stamped(request.headers, visitor):
            return PlainTextResponse("The page is from before you signed in: load it again.", 403)
        return None

    def _exceeds(self, request: Request, visitor: Visitor | None) -> bool:
        return visitor is not None and not visitor.who.may(self._asked(request.scope))

    def _asked(self, scope: Scope) -> Act:
        return act_asked(self.app.routes, scope)

    async def _visitor(self, scope: Scope) -> Visitor | None:
        headers, client = Headers(scope=scope), scope.get("client")
        return await self._access.visitor(headers, _cookies(headers), client[0] if client else "")

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, access = Headers(scope=scope), self._access
        if headers.get("host", "") in access.hosts and access.is_ours(headers):
            try:
                visitor = await self._visitor(scope)
            except (ThrottledError, StoreUnusableError):
                visitor = None
            if visitor is not None and visitor.who.may(self._asked(scope)):
                _noted(scope, visitor)
                return await self.app(scope, self._while_admitted(scope, receive), send)
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "Not admitted."})
        return None

    def _while_admitted(self, scope: Scope, receive: Receive) -> Receive:
        """What a socket hears, until who opened it may have it no more."""
        asked_at = time.monotonic()

        async def hearing() -> Message:
            nonlocal asked_at
            message = await receive()
            if time.monotonic() - asked_at < self._again_s:
                return message
            asked_at = time.monotonic()
            return message if await self._still(scope) else {"type": "websocket.disconnect", "code": 1008}

        return hearing

    async def _still(self, scope: Scope) -> bool:
        """Whether who asked may still have what they asked for."""
        try:
            visitor = await self._visitor(scope)
        except (ThrottledError, StoreUnusableError):
            return True  # it says nothing of them
        return visitor is not None and visitor.who.may(self._asked(scope))

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        """Sends the headers above, and of a stream nothing more once who asked for it may have it no more."""
        asked_at, over = time.monotonic(), False

        async def sending(message: Message) -> None:
            nonlocal asked_at, over
            if over:
                return
            if message["type"] == "http.response.start":
                _add_headers(message, self._headers)
            elif message.get("more_body") and time.monotonic() - asked_at >= self._again_s:
                asked_at = time.monotonic()
                over = not await self._still(scope)
                message = {"type": "http.response.body", "body": b""} if over else message
            await send(message)

        return sending


def _noted(scope: Scope, visitor: Visitor | None) -> None:
    """Rooms find it at ``request.state``."""
    who: Who | None = visitor.who if visitor is not None else None
    scope.setdefault("state", {}).update(who=who, stamp=visitor.stamp if visitor is not None else "")


def _is_stamped(headers: Headers, visitor: Visitor) -> bool:
    return hmac.compare_digest(headers.get(STAMP, "").encode(), visitor.stamp.encode())


def _add_headers(message: Message, added: Mapping[str, str]) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in added.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")


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
