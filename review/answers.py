"""What the console answers with: pages made of templates, and errors as pages that say what to do."""

from __future__ import annotations

import json
import logging
import math
import time
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from recordings.errors import CouldNotStartError, ShowonceError, StoreUnusableError
from recordings.roles import ACT_WORDS, ROLE_WORDS, Act, Who, who_may
from review.assets import asset_address
from review.durations import duration_words
from review.picture_choice import CHOICES

if TYPE_CHECKING:
    from review.console import Console

log = logging.getLogger("showonce.review")


def console_of(request: Request) -> Console:
    """The console that a request came to."""
    console: Console = request.app.state.console
    return console


def who_of(request: Request) -> Who | None:
    """Who asks; None on the way in alone."""
    who: Who | None = request.state.who
    return who


def name_of(request: Request) -> str:
    """Their name, for what is kept of who did something."""
    who = who_of(request)
    return who.name if who is not None else ""


def is_owner(request: Request) -> bool:
    """Whether it is whoever started the console, who may have any file of the machine read that they could."""
    who = who_of(request)
    return who is not None and not who.token


def page(request: Request, template: str, code: int = 200, **facts: Any) -> Response:
    """A page of ``template``, which stands in the console's frame.

    Args:
        facts: What the template is given, beside ``here`` (the path), ``stamp``, ``since`` (the count of news),
            ``htmx`` (whether only a part of a page is asked for), ``who`` asks, what they ``may`` do, and ``asking``
            (how many runs wait for a person).
    """
    console, who = console_of(request), who_of(request)
    frame = {"stamp": request.state.stamp, "who": who, "may": who.may if who is not None else lambda _: False}
    htmx = request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"
    text = (
        templates()
        .get_template(template)
        .render(
            here=request.url.path,
            since=console.news.count,
            htmx=htmx,
            asking=len(console.desk.waiting),
            **frame,
            **facts,
        )
    )
    return HTMLResponse(text, code)


def page_number(request: Request) -> int:
    """Which page of a list an address asks for, from 1."""
    given = request.query_params.get("page", "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def pages_of(count: int, on_one: int) -> int:
    """How many pages so many lines take, ``on_one`` each."""
    return max(1, -(-count // on_one))


def said(words: str, status: int = 200, *, trouble: bool = False) -> Response:
    """Nothing changes on the page but a notice that comes up; ``news`` topics may be sent beside."""
    return saying(Response(status_code=204 if status == 200 else status), words, trouble=trouble)


def saying(answer: Response, words: str, *, trouble: bool = False) -> Response:
    """An answer, and a notice that comes up with it."""
    answer.headers["HX-Trigger"] = _ascii({"said": {"words": words, "trouble": trouble}})
    return answer


def gone_to(address: str) -> Response:
    """The browser goes on to another page of the console."""
    return Response(status_code=204, headers={"HX-Redirect": address})


def login_page(status: int, *, tried: bool = False, programs: bool = False, wait_s: int = 0) -> Response:
    """Asks for a token.

    Args:
        tried: One was given, and is not known.
        programs: One was given that is for programs alone.
        wait_s: So many seconds none is looked at.
    """
    text = templates().get_template("console/login.html").render(tried=tried, programs=programs, wait_s=wait_s)
    return HTMLResponse(text, status)


def too_many_tries(wait_s: float) -> Response:
    """None is looked at until later."""
    answer = login_page(429, wait_s=math.ceil(wait_s))
    answer.headers["Retry-After"] = str(math.ceil(wait_s))
    return answer


def forbidden(request: Request, act: Act) -> Response:
    """Says who may."""
    who, roles = who_of(request), who_may(act)
    if who is not None and who.role in roles:
        mend = f"Your token is for '{who.scope}' alone; another of yours may do it."
    else:
        names = " or ".join(roles)
        mend = f"You are {who.role if who else 'nobody'} here; this needs {names}. An admin gives roles under Users."
    return _trouble(request, 403, f"You may not {ACT_WORDS[act]}.", mend)


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


def left_words(seconds: float) -> str:
    """How long something waits yet: '9 min', '40 s'."""
    return f"{math.ceil(seconds / 60)} min" if seconds > 60 else f"{math.ceil(seconds)} s"


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
    environment.filters.update(when=time_words, ago=ago_words, left=left_words, iso=iso, lasting=duration_words)
    environment.globals.update(asset=asset_address, role_words=ROLE_WORDS, picture_choices=CHOICES)
    return environment
