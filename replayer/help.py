"""Help by a person at a step that failed: who is asked, for what, and what may be answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from playwright.async_api import Page

from recordings.heal import Heal
from recordings.recording import Recording
from recordings.steps import Drag, Step, target_of
from recordings.trace import Candidate, Failure
from replayer.locate import Found

MENDABLE = frozenset(
    {"ElementNotFound", "ElementAmbiguous", "EvidenceMissing", "ActionFailed", "EffectMissing", "LoginRequired"}
)
"""Codes of failures that a person at the page can do something about: it shows something else than the step needs. Not
what is wrong with the application's answers, the values or the browser."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a run needs a person for: a step that failed, and the page, which is the person's until they answer.

    ``index`` counts what the run did so far. ``done``: a person may do it in its place; nobody reads or checks for a
    run. ``again``: it may be tried again; not where it took effect that must not be repeated. ``point``: its element
    may be pointed at. ``learn`` is told what the person types: the run keeps that
    out of all that it writes. ``sent``: whether the step's own request has left. Dialogs of the pages wait for whoever
    is asked for help.
    """

    trace_id: str
    recording: Recording
    step: Step
    words: str
    index: int
    failure: Failure
    candidates: tuple[Candidate, ...]
    page: Page
    done: bool
    again: bool
    point: bool
    learn: Callable[[Iterable[str]], None]
    sent: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class StepDone:
    """The person did the step; the run goes on with the next."""

    by: str


@dataclass(frozen=True, slots=True)
class TryAgain:
    """The person did what kept the step from being done."""

    by: str


@dataclass(frozen=True, slots=True)
class Pointed:
    """The person pointed at the step's element; ``keep``: the recording is to look for it from now on."""

    by: str
    found: Found
    keep: bool = False


@dataclass(frozen=True, slots=True)
class NoHelp:
    """The run ends as it would have without. ``nobody`` came in time; help is not wanted any more, since the batch was
    ``withdrawn``; or a person ``stopped`` it. ``why`` says so in words. ``unasked``: nobody was asked."""

    came: Literal["unasked", "nobody", "withdrawn", "stopped"] = "unasked"
    why: str = ""


Answer = StepDone | TryAgain | Pointed | NoHelp
Did = Literal["step", "again", "element"]


class Helper(Protocol):
    """Asks a person. Cancelled, it leaves the pages alone at once."""

    async def help(self, need: Need) -> Answer:
        """What the person answers, or NoHelp after a time of its own."""
        ...

    async def learned(self, heal: Heal | None) -> None:
        """An element that was pointed at, and is to be kept, is proposed for the recording; None where it cannot be,
        since what it says is this run's alone."""
        ...


def can_be_pointed_at(step: Step) -> bool:
    """Whether one element is all that the step acts on."""
    return target_of(step) is not None and not isinstance(step, Drag)
