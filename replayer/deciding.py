"""Which side of a branch is done: decided once, by what the page shows, when the run comes to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from math import inf
from typing import assert_never

from playwright.async_api import Page

from browser.asking import LookLostError
from browser.page_script import said_by
from recordings.blocks import Condition, Finds, Holds, Shows
from recordings.errors import SecretUnreadError
from recordings.steps import Step, target_of
from recordings.target import Target
from replayer.errors import NotFoundAtError
from replayer.evidence import missing_texts
from replayer.locate import Found, Waits, locate_within
from replayer.reading import says

_POLL_S = 0.1
_ONE_LOOK_S = 0.3


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, and where it is looked for. ``row`` is what the row of the loop tells.

    ``other`` is the first step of what is done where it is not there: its element is evidence of that.
    """

    condition: Condition
    page: Page
    waits: Waits
    row: str = ""
    other: Step | None = None


async def holds(asked: Asked) -> bool:
    """Whether the condition holds; a row has said what it says already.

    What is asked for is taken as soon as it is there. That it is not there is believed once the page is still and shows
    the first element of what is done then; where that is nothing of its own, after the time of an optional step.

    Raises:
        NotFoundAtError, AmbiguousAtError: The field that is asked for is not there, or an element cannot be told.
    """
    condition = asked.condition
    match condition:
        case Shows(in_row=True):
            return says(asked.row.casefold(), condition.text.casefold()) is not condition.negated
        case Shows():
            there = await _comes(asked, lambda: _is_shown(asked.page, condition.text))
        case Finds():
            there = await _comes(asked, lambda: _is_found(asked, condition.target))
        case Holds():
            there = await _is_held(asked, condition)
        case _:
            assert_never(condition)
    return there is not condition.negated


async def _comes(asked: Asked, is_there: Callable[[], Awaitable[bool]]) -> bool:
    began = time.monotonic()
    longest_s = min(asked.waits.optional_s, asked.waits.step_s)
    other = target_of(asked.other) if asked.other is not None else None
    while not await is_there():
        waited = time.monotonic() - began
        if waited >= longest_s:
            return await is_there()
        if other is not None and waited >= asked.waits.quiet_s and await _is_found(asked, other, at_rest=True):
            return await is_there()
        await asyncio.sleep(_POLL_S)
    return True


async def _is_shown(page: Page, text: str) -> bool:
    return not await missing_texts(page, (text,))


async def _is_found(asked: Asked, target: Target, *, at_rest: bool = False) -> bool:
    """Whether the recorded selectors find it; ``at_rest``: on a page that is still."""
    try:
        found = await _find(asked, target, _ONE_LOOK_S)
    except NotFoundAtError:
        return False
    return not at_rest or found.look.quiet_ms >= asked.waits.quiet_s * 1000


async def _is_held(asked: Asked, condition: Holds) -> bool:
    """What a field holds is sure once the page is still."""
    began = time.monotonic()
    while True:
        found = await _find(asked, condition.target, asked.waits.step_s)
        try:
            said = await said_by(found.frame, found.look, found.candidate)
        except LookLostError:
            continue
        if said.secret:
            raise SecretUnreadError("What a branch asks for")
        is_so = " ".join(said.text.split()) == " ".join(condition.text.split())
        still = found.look.quiet_ms >= asked.waits.quiet_s * 1000
        if is_so or still or time.monotonic() - began > asked.waits.optional_s:
            return is_so
        await asyncio.sleep(_POLL_S)


async def _find(asked: Asked, target: Target, within_s: float) -> Found:
    waits = replace(asked.waits, step_s=min(within_s, asked.waits.step_s), quiet_s=inf, fallback_s=inf, looks=2)
    return await locate_within(asked.page, target, waits=waits, words="what a branch asks for")
