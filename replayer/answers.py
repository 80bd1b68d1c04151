"""What a page answered to a step, in words for its record: of what the browser told by itself, so nothing is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from playwright.async_api import Request

from recordings.signals import DialogAnswered
from recordings.urls import origin_of
from replayer.watch import Watch

_MOST_REQUESTS = 5
_LONGEST = 200
_TOKEN = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[\w.~%=-]{20,}")


@dataclass(frozen=True, slots=True)
class Told:
    """How answers are told: ``clean`` takes secrets out of a text, places of ``app`` (an origin) are told by their path
    alone."""

    app: str
    clean: Callable[[str], str]

    def place(self, url: str) -> str:
        """Where an address leads, without its query; "" for what is no place of the web. A long one is not cut: half a
        value would be known to nobody as one."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return ""
        path, origin = " ".join(self.clean(unquote(_told(parts.path) or "/")).split()), origin_of(url)
        path = path if len(path) <= _LONGEST else "/…"
        return path if origin == self.app else self.clean(origin) + path


def _told(path: str) -> str:
    """The path without parameters and what looks like a token: who has one may be let in by it."""
    parts = (part.partition(";")[0] for part in path.split("/"))
    return "/".join("…" if _TOKEN.fullmatch(part) else part for part in parts)


def answers_of(watch: Watch, told: Told) -> tuple[str, ...]:
    """All that came since the step began: requests that may change data, the page that is shown now, tabs, downloads
    and dialogs."""
    return (*_sent(watch.seen.requests, told), *_places(watch, told), *_others(watch, told))


def _sent(requests: list[Request], told: Told) -> Iterator[str]:
    """Requests and their answers, those alike as one: 'POST /customers, answered 303'."""
    counted = Counter(f"{request.method} {told.place(request.url)}, {_came_of(request)}" for request in requests)
    for words, count in list(counted.items())[:_MOST_REQUESTS]:
        yield words if count == 1 else f"{words}, {count} times"
    if len(counted) > _MOST_REQUESTS:
        yield f"{len(counted) - _MOST_REQUESTS} more requests"


def _came_of(request: Request) -> str:
    answer = request.existing_response
    if answer is not None:
        return f"answered {answer.status}"
    return "failed" if request.failure else "not answered yet"


def _places(watch: Watch, told: Told) -> Iterator[str]:
    popups = {page.url for page in watch.seen.popups}
    places = [place for url in watch.seen.navigations if url not in popups and (place := told.place(url))]
    if places:
        yield f"went to {places[-1]}"
    for page in watch.seen.popups:
        place = told.place(page.url)
        yield f"a new tab, {place}" if place else "a new tab"
    for number in watch.seen.closed:
        yield f"tab {number + 1} closed"


def _others(watch: Watch, told: Told) -> Iterator[str]:
    for name in watch.seen.downloads:
        yield f"a download, '{told.clean(name)}'"
    for dialog in watch.seen.dialogs:
        yield told.clean(_dialog(dialog))


def _dialog(dialog: DialogAnswered) -> str:
    what = f"{dialog.type} '{dialog.message}'" if dialog.message else dialog.type
    return f"a dialog, {what}, {'accepted' if dialog.accepted else 'dismissed'}"
