"""What a recording writes, and as whom, read from its own requests; pure.

Which record a request is about is told by its path and by the values that lead to it:

    POST /customers/new            makes a record; what is typed into its form tells which
    POST /customers/*/edit         changes one; the row it is done in, and what was searched for, tell which
    PUT /settings                  the only one of its kind
    POST /orders/new/*/delivery    goes on with the record that the same run has just made
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from recordings.commits import guarded_steps
from recordings.inputs import InputRef
from recordings.recording import Recording, done_with
from recordings.signals import Navigated, Requested
from recordings.steps import Assert, AssertEquals, Step

_MAKES = ("POST",)


@dataclass(frozen=True, slots=True)
class Write:
    """A request that changes a record: ``place`` is its path as far as it names a record (ids are ``*``), ``by`` are
    the inputs that tell which record it is, () where there is but one. ``step`` is the step that sends it."""

    method: str
    origin: str
    place: str
    by: tuple[str, ...]
    step: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in: the application, the inputs that say the name, and the secrets."""

    origin: str
    by: tuple[str, ...]
    secrets: tuple[str, ...]


@dataclass(slots=True)
class _Way:
    """What a run has entered: on the page it is on, and on those before, which led it there."""

    here: dict[str, None] = field(default_factory=dict)
    led: dict[str, None] = field(default_factory=dict)
    made: dict[str, tuple[str, ...]] = field(default_factory=dict)


def writes_of(recording: Recording) -> tuple[Write, ...]:
    """The writes of a recording's steps that must take effect once, in order."""
    return tuple(_writes(recording))


def account_of(recording: Recording) -> Account | None:
    """The account that a recording signs in with, if it does."""
    if not recording.secrets:
        return None
    by: dict[str, None] = {}
    guarded = guarded_steps(recording)
    for step in recording.steps:
        by |= dict.fromkeys(_inputs(step))
        if step.commits and step.id not in guarded:
            secrets = tuple(secret.name for secret in recording.secrets)
            return Account(_origin(recording.start), tuple(by), secrets)
    return None


def _writes(recording: Recording) -> Iterator[Write]:
    guarded = guarded_steps(recording)
    way = _Way()
    for step in recording.steps:
        if step.disabled:
            continue
        if isinstance(step.row, InputRef):
            way.led[step.row.name] = None
        if not isinstance(step, (Assert, AssertEquals)):
            way.here |= dict.fromkeys(_inputs(step))
        if step.id in guarded:
            for request in (signal for signal in step.signals if isinstance(signal, Requested)):
                yield _write(step, request, way)
        _go_on(step, way, signs_in=step.commits and step.id not in guarded)


def _write(step: Step, request: Requested, way: _Way) -> Write:
    parts = urlsplit(request.url)
    head, star, _ = parts.path.rpartition("*")
    place = (head + star) if star else parts.path
    by: tuple[str, ...]
    if star and place in way.made:
        by = way.made[place]
    elif star:
        by = tuple(way.led)
    else:
        by = tuple(way.here) if request.method.upper() in _MAKES else ()
    return Write(request.method.upper(), _origin(request.url), place, by, step.id, step.words)


def _go_on(step: Step, way: _Way, *, signs_in: bool) -> None:
    """Come to another page: what was entered has led there; a sign-in leads nowhere in particular."""
    came = next((signal for signal in step.signals if isinstance(signal, Navigated)), None)
    if came is None:
        return
    head, star, _ = urlsplit(came.url).path.rpartition("*")
    if step.commits and not signs_in and star:
        way.made[head + star] = tuple(way.here)
    if not signs_in:
        way.led |= way.here
    way.here = {}


def _inputs(step: Step) -> Iterator[str]:
    return (value.name for value in done_with(step) if isinstance(value, InputRef))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
