"""What the console answers with: pages made of templates, and errors as pages that say what to do."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from recordings.errors import CouldNotStartError, ShowonceError, StoreUnusableError
from review.assets import asset_address
from review.durations import duration_words

if TYPE_CHECKING:
    from review.console import Console

log = logging.getLogger("showonce.review")


def console_of(request: Request) -> Console:
    """The console that a request came to."""
    console: Console = request.app.state.console
    return console


def page(request: Request, template: str, code: int = 200, **facts: Any) -> Response:
    """A page of ``template``, which stands in the console's frame.

    Args:
        facts: What the template is given, beside ``here`` (the path), ``stamp``, ``since`` (the count of news) and
            ``htmx`` (whether only a part of a page is asked for).
    """
    console = console_of(request)
    htmx = request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"
    text = (
        templates()
        .get_template(template)
        .render(here=request.url.path, stamp=console.access.stamp, since=console.news.count, htmx=htmx, **facts)
    )
    return HTMLResponse(text, code)


def said(words: str, status: int = 200, *, trouble: bool = False) -> Response:
    """Nothing changes on the page but a notice that comes up; ``news`` topics may be sent beside."""
    event = {"said": {"words": words, "trouble": trouble}}
    return Response(status_code=204 if status == 200 else status, headers={"HX-Trigger": _ascii(event)})


def gone_to(address: str) -> Response:
    """The browser goes on to another page of the console."""
    return Response(status_code=204, headers={"HX-Redirect": address})


def login_page(_: Request, status: int, *, tried: bool = False) -> Response:
    """Asks for the token."""
    return HTMLResponse(templates().get_template("console/login.html").render(tried=tried), status)


async def refused(request: Request, error: Exception) -> Response:
    """An error of ours as a page, or as a notice where a part of one was asked for."""
    assert isinstance(error, ShowonceError)
    status = 503 if isinstance(error, StoreUnusableError) else 404 if _is_unknown(error) else 409
    return _trouble(request, status, error.message, error.mend)


async def not_found(request: Request, error: Exception) -> Response:
    """No such page, or no such way to use it."""
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _trouble(request, 404, "There is no such page.", "It may have been removed, or its address is cut off.")
    return _trouble(request, error.status_code, error.detail, "")


async def unforeseen(request: Request, error: Exception) -> Response:
    """The edge: whatever it is, it is logged, and the person is told no more than that."""
    log.error("%s %s: %r", request.method, request.url.path, error, exc_info=error)
    return _trouble(request, 500, "Something unexpected happened.", "It is in the console's log; load the page again.")


def _is_unknown(error: ShowonceError) -> bool:
    return isinstance(error, CouldNotStartError) and type(error).__name__.endswith("UnknownError")


def _trouble(request: Request, status: int, message: str, mend: str) -> Response:
    if request.headers.get("hx-request") == "true":
        answer = said(f"{message} {mend}".strip(), status, trouble=True)
        answer.headers["HX-Reswap"] = "none"
        return answer
    return page(request, "console/trouble.html", status, message=message, mend=mend)


def _ascii(value: object) -> str:
    """JSON for a header, which takes nothing else."""
    return json.dumps(value, ensure_ascii=True)


def time_words(at: float | None) -> str:
    """A moment in the machine's own time: '2026-11-26 22:14:03'; '' for none."""
    return "" if at is None else datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")


def iso(at: float) -> str:
    """The same for programs."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def ago_words(at: float, now: float | None = None) -> str:
    """How long ago, in one unit: 'just now', '5 min ago', '3 h ago', '2 days ago'."""
    seconds = max(0.0, (time.time() if now is None else now) - at)
    for least, unit_s, unit in ((172_800, 86_400, "days"), (5_400, 3_600, "h"), (60, 60, "min")):
        if seconds >= least:
            return f"{round(seconds / unit_s)} {unit} ago"
    return "just now"


@cache
def templates() -> Environment:
    """The console's templates; all that is put into them is escaped."""
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("review"), PrefixLoader({"panel": PackageLoader("agents.panel", "static")})]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(when=time_words, ago=ago_words, iso=iso, lasting=duration_words)
    environment.globals.update(asset=asset_address)
    return environment
