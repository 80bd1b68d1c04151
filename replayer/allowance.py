"""How often the requests of guarded steps may leave, and what is one of them sent a second time; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from recordings.commits import Sending
from recordings.signals import Requested
from recordings.steps import Step
from recordings.urls import same_place

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_QUERY = re.compile(r"\s*(query\b|\{)")
_GRAPHQL = {"query", "variables", "operationName", "extensions"}
_BOUNDARY = re.compile(r"boundary=\"?([^\";]+)")


@dataclass(slots=True)
class Allowance:
    """What may be sent to one place: as often as the steps that were begun sent it in the demonstration.

    A place is ``shared`` where the demonstration sent to it more than once (GraphQL, a wizard's address, a form that is
    saved as it is typed). How often each comes there is not the same in every run, so what is beyond the count is
    refused only if it was sent before, word for word.
    ``spare`` are answers by which a server refused one for want of a sign-in: it took no effect and is sent again.
    ``earlier`` is what was sent for other rows of a loop: the same word for word is not sent for this one, since it may
    be what the page sends a second time for a row before it.
    """

    method: str
    url: str
    shared: bool = False
    steps: list[Sending] = field(default_factory=list)
    allowed: int = 0
    sent: int = 0
    answered: int = 0
    spare: int = 0
    contents: set[str] = field(default_factory=set)
    earlier: set[str] = field(default_factory=set)

    def is_at(self, method: str, url: str) -> bool:
        return self.method == method and same_place(self.url, url)

    def admits(self, content: str) -> bool:
        """Whether a request of this content may leave."""
        if content in self.earlier and not self.spare:
            return False
        return self.sent < self.allowed or self.spare > 0 or (self.shared and content not in self.contents)

    def take(self, content: str) -> None:
        """One leaves."""
        self.contents.add(content)
        if self.sent >= self.allowed and self.spare:
            self.spare -= 1
        self.sent += 1

    def give_back(self) -> None:
        """One that was to leave did not."""
        self.sent -= 1

    def turn(self) -> None:
        """The next row of a loop begins: what the one before it may still send is not added to its own."""
        self.allowed, self.spare = self.sent, 0
        self.earlier |= self.contents

    def refusal(self, url: str) -> str:
        """Why another was blocked, for the record."""
        first = self.allowed == 1
        one, shown = ("A second", "one") if first else ("One more", str(self.allowed))
        return f"{one} {self.method} to {url} was blocked: the demonstration sent {shown}."


def allowances(steps: Iterable[Step]) -> list[Allowance]:
    """The places that a recording sends to, none allowed anything yet."""
    places: list[Allowance] = []
    for signal in (signal for step in steps if not step.disabled for signal in _requests(step)):
        place = _of(signal, places)
        if place is None:
            places.append(Allowance(signal.method, signal.url))
        else:
            place.shared = True
    return places


def allow(sending: Sending, places: Sequence[Allowance], *, guarded: bool) -> None:
    """The step begins: as much more may be sent as it sent in the demonstration, once one is ``guarded``."""
    for signal in _requests(sending.step):
        place = _of(signal, places)
        if place is None or not (guarded or place.steps):
            continue
        place.allowed += 1
        if guarded and all(sending.key != other.key for other in place.steps):
            place.steps.append(sending)


def patterns(places: Iterable[Allowance]) -> list[str]:
    """What CDP's Fetch domain is asked to pause (``*`` is anything, a backslash escapes): these paths at any origin,
    and what happens to be like them."""
    found: dict[str, None] = {}
    for place in places:
        path = urlsplit(place.url).path.rstrip("/")
        for end in ("", "/", "\\?*", "/\\?*") if path else ("/", "/\\?*"):
            found[f"http*://*{path}{end}"] = None
    return list(found)


def content_of(url: str, body: str | None, headers: Mapping[str, str]) -> str:
    """What tells a request from others at its place; a form with files marks its parts anew each time.

    Args:
        body: None where it is not known: such requests count as the same.
    """
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if body and (mark := _BOUNDARY.search(kind)):
        body = body.replace(mark[1], "")
    return sha256(f"{url}\n{body}".encode(errors="replace")).hexdigest()


def only_reads(body: str | None) -> bool:
    """Whether it is a GraphQL query, which changes nothing though it is sent by POST."""
    if not body or '"query"' not in body:
        return False
    try:
        parts = json.loads(body)
    except ValueError:
        return False
    parts = parts if isinstance(parts, list) else [parts]
    return bool(parts) and all(map(_is_query, parts))


def _is_query(part: Any) -> bool:
    if not isinstance(part, dict) or not part.keys() <= _GRAPHQL or not isinstance(part.get("query"), str):
        return False
    return bool(_QUERY.match(part["query"])) and not re.search(r"\bmutation\b", part["query"])


def _requests(step: Step) -> list[Requested]:
    return [s for s in step.signals if isinstance(s, Requested) and urlsplit(s.url).scheme in ("http", "https")]


def _of(signal: Requested, places: Iterable[Allowance]) -> Allowance | None:
    path = urlsplit(signal.url).path.rstrip("/")
    return next((p for p in places if p.method == signal.method and urlsplit(p.url).path.rstrip("/") == path), None)
