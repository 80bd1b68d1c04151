"""Whether a login page came instead of the page that a step is done on: decided from facts alone; pure."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from urllib.parse import urlsplit

from browser.page_script import Asks
from recordings.recording import Recording
from recordings.signals import Navigated
from recordings.steps import Step, target_of
from recordings.urls import origin_of, rebased, same_place

SIGNED_OUT = frozenset({401, 403})
"""Answers of a server to a page that nobody signed in may see."""

_PASSWORD_FIELD = re.compile(r"<input\b[^>]*\btype=[\"']?password\b", re.IGNORECASE)
_NAME_FIELD = re.compile(r"<input\b[^>]*\bautocomplete=(?:[\"'][^\"']*)?\busername\b", re.IGNORECASE)
_SIGN_IN = re.compile(r"(?:log-?(?:in|on)|sign-?in|sso|saml2?|oauth2?|authorize)(?:\.\w+)?", re.IGNORECASE)
_LAST = 2
_WORDS: dict[Asks, str] = {"password": "asks for a password", "name": "asks who signs in", "text": "asks who signs in"}


@dataclass(frozen=True, slots=True)
class Expected:
    """The page that a step is done on.

    ``origin`` is where it is in this run, ``place`` the pattern of its address; ``leads_to`` are those of the pages
    that the step leads to. ``asked`` is what it asked for in the demonstration, None where that is not known.
    ``signs_in``: the step is part of a sign-in that the recording has itself.
    """

    place: str
    origin: str
    leads_to: tuple[str, ...] = ()
    asked: Asks | None = None
    signs_in: bool = False


@dataclass(frozen=True, slots=True)
class Came:
    """The page that is there: its address, what it asks for, and what the server answered, None where that is not
    known."""

    url: str
    asks: Asks = ""
    status: int | None = None


def expected_of(step: Step, recording: Recording, base_url: str, signing_in: Set[str]) -> Expected:
    """What the recording tells of the page of one of its steps; by those ``signing_in`` it signs in itself."""
    moved = rebased(step.url, recording.start, base_url or None)
    return Expected(
        place=moved,
        origin=origin_of(moved) if step.url else "",
        leads_to=tuple(signal.url for signal in step.signals if isinstance(signal, Navigated)),
        asked=_asked(step, recording),
        signs_in=step.id in signing_in,
    )


def login_instead(expected: Expected, came: Came) -> str:
    """Why the page that came is a login page instead of the one expected; "" where it is not, or cannot be told.

    A login page is one that a server answered with 401 or 403; or that asks for a password where the demonstration's
    page did not, or at another place than the demonstration's page. Some ask who signs in first: at another place, in a
    field that is marked so, or where the address tells. The steps of a sign-in that the recording has itself are done
    on a login page.
    """
    if expected.signs_in or not came.url.startswith(("http:", "https:")):
        return ""
    if came.status in SIGNED_OUT:
        return f"the server answered {came.status}"
    if not came.asks or any(same_place(pattern, came.url) for pattern in expected.leads_to):
        return ""
    if expected.place and not is_there(expected, came.url):
        return f"{_plainly(came.url)} {_WORDS[came.asks]}" if _tells(expected, came) else ""
    if came.asks != "password" or expected.asked not in ("name", "", "text"):
        return ""
    return "it asks for a password, which it did not in the demonstration"


def _tells(expected: Expected, came: Came) -> bool:
    """Whether what a page at another place asks for makes it a login page."""
    if came.asks == "password" or (came.asks == "name" and expected.asked == ""):
        return True
    return _is_sign_in(came.url) and not _is_sign_in(expected.place)


def _is_sign_in(url: str) -> bool:
    return any(_SIGN_IN.fullmatch(part) for part in urlsplit(url).path.rstrip("/").split("/")[-_LAST:])


def is_there(expected: Expected, url: str) -> bool:
    """Whether an address is that of the expected page."""
    return origin_of(url) == expected.origin and same_place(expected.place, url)


def _plainly(url: str) -> str:
    """The address without its query, which may hold anything."""
    return url.partition("?")[0].partition("#")[0]


def _asked(step: Step, recording: Recording) -> Asks | None:
    target = target_of(step)
    if target is not None and target.description.type == "password":
        return "password"
    kept = recording.files.get(step.dom)
    if kept is None:
        return None
    markup = kept.decode(errors="replace")
    if _PASSWORD_FIELD.search(markup):
        return "password"
    return "name" if _NAME_FIELD.search(markup) else ""
