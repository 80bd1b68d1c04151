"""What a person did in the page of a run that they helped, as steps: presses that made the way free can be kept.

live page → Recorder, until they answer → Deeds → optional steps before the one that was stuck
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from playwright.async_api import Error

from recorder import Recorder
from recordings.errors import ShowonceError
from recordings.recording import Recording
from recordings.signals import Navigated
from recordings.steps import Check, Click, Hover, Scroll, Step, Wheel
from replayer.help import Need

log = logging.getLogger("showonce.live")

_PRESSES = (Click, Check)
_BESIDE = (Hover, Scroll, Wheel)


@dataclass(frozen=True, slots=True)
class Deeds:
    """Steps of ``shown``, by their ids, to be put before a step of a recording; ``folder`` is where that lay."""

    recording: str
    folder: str
    before: str
    shown: Recording
    steps: tuple[str, ...]


class Watched:
    """What is heard; ``shown`` once it is over, None where it could not be."""

    def __init__(self) -> None:
        self.shown: Recording | None = None
        self.page = 0


@asynccontextmanager
async def watched(need: Need) -> AsyncIterator[Watched]:
    """Hear what a person does in the pages of a run, until the block is left; that it cannot be heard ends nothing."""
    came, context = Watched(), need.page.context
    came.page = context.pages.index(need.page)
    recorder = Recorder(context, name=need.recording.name, verify=False)
    try:
        await recorder.__aenter__()
    except (Error, ShowonceError) as error:
        log.info("what a person does cannot be heard: %s", error)
        yield came
        return
    try:
        yield came
    finally:
        with suppress(Error, ShowonceError):
            await recorder.__aexit__(None, None, None)
            came.shown = recorder.recording


def kept_of(came: Watched) -> tuple[str, ...]:
    """The steps that may be kept: all presses, where nothing but presses was done that send nothing, in the step's own
    tab. What was typed is not kept, and pressing on without it might do something else."""
    steps: tuple[Step, ...] = came.shown.steps if came.shown is not None else ()
    if not all(isinstance(step, (*_PRESSES, *_BESIDE)) and _stays(step, came.page) for step in steps):
        return ()
    return tuple(step.id for step in steps if isinstance(step, _PRESSES))


def _stays(step: Step, page: int) -> bool:
    follows = all(isinstance(signal, Navigated) for signal in step.signals)
    return follows and not step.commits and step.page == page
