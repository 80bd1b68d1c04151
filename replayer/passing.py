"""Where the pointer rested on what is gone or cannot be reached: whether what came of it is to be seen without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from playwright.async_api import Page

from recordings.steps import Hover, Step, target_of
from replayer.errors import AmbiguousAtError, NotFoundAtError
from replayer.locate import Waits, locate_within
from replayer.plan import PlannedStep

_BRIEFLY_S = 2.0


async def passed_over(
    page: Page, step: Step, later: Sequence[PlannedStep], waits: Waits, why: str = "it was not found"
) -> str:
    """Why a run may go on without ``step``, which could not be done: it is a hover, and the element of the step after
    it is found as surely as that step asks for. "" where it may not."""
    if not isinstance(step, Hover):
        return ""
    for planned in later:
        follower = planned.step
        if not follower.disabled:
            found = await _is_there(page, follower, waits) if follower.page == step.page else False
            return f"Skipped: {why}, and it is not needed for what is next: {follower.words}." if found else ""
    return ""


async def _is_there(page: Page, step: Step, waits: Waits) -> bool:
    target = target_of(step)
    if target is None:
        return False
    briefly = replace(waits, step_s=min(_BRIEFLY_S, waits.step_s), fallback_s=min(waits.fallback_s, _BRIEFLY_S / 2))
    try:
        await locate_within(page, target, waits=briefly, words=step.words, commits=step.commits)
    except (NotFoundAtError, AmbiguousAtError):
        return False
    return True
