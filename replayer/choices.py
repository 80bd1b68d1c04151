"""Where a step's element was not found: what a person may point at instead, each as it would be recorded.

Which elements are offered is pure; only ``choices_now`` asks the page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from playwright.async_api import Error, Frame, Page

from browser.asking import LookLostError
from browser.page_script import look
from recordings.errors import ShowonceError
from recordings.steps import ReadRows, target_of
from recordings.target import Box, Description, Target
from recordings.trace import Choice
from replayer.heal import as_shown
from replayer.kinds import NEVER, compatibility
from replayer.locate import frame_at
from replayer.match import said
from replayer.plan import Plan, PlannedStep
from replayer.similarity import likeness
from replayer.sought import sought_of
from replayer.untold import RunValues, run_values, untold

_LIMIT_S = 1.5
_MOST = 24
"""So many are found by eye in one picture, and kept in some 25 kB."""


async def choices_now(page: Page, planned: PlannedStep, plan: Plan) -> tuple[Choice, ...]:
    """What a person may point at for this step, the likest first; it never fails a run."""
    recorded = next(step for step in plan.recording.steps if step.id == planned.step.id)
    old, wanted = target_of(recorded), target_of(planned.step)
    if old is None or wanted is None or isinstance(recorded, ReadRows) or not as_shown(recorded, plan):
        return ()
    values = run_values(plan.recording.inputs, plan.inputs, plan.redactor.written)
    with suppress(Error, LookLostError, ShowonceError, TimeoutError):
        async with asyncio.timeout(_LIMIT_S):
            frame, _ = await frame_at(page, wanted.frame)
            if frame is None:
                return ()
            seen = await look(frame, (), wanted.description.tag, every=True, sought=sought_of(wanted))
            return offered(old, wanted.description, seen.candidates, values, await _corner(frame))
    return ()


def offered(
    recorded: Target, wanted: Description, there: Sequence[Description], values: RunValues, corner: tuple[float, float]
) -> tuple[Choice, ...]:
    """Those of ``there`` that could be meant, the likest to ``wanted`` first; not one that a run's value tells.

    Args:
        corner: Where their frame begins in the tab, in CSS pixels.
    """
    fit = [seen for seen in there if seen.visible and compatibility(wanted, seen) > NEVER]
    closest = sorted(fit, key=lambda seen: -likeness(wanted, seen).score)[:_MOST]
    found = ((seen, untold(recorded, seen, (), values)) for seen in closest)
    return tuple(
        Choice(words=said(seen), box=_moved(seen.box, corner), element=target.description)
        for seen, target in found
        if target is not None
    )


async def _corner(frame: Frame) -> tuple[float, float]:
    if frame.parent_frame is None:
        return 0.0, 0.0
    box = await (await frame.frame_element()).bounding_box()
    return (box["x"], box["y"]) if box is not None else (0.0, 0.0)


def _moved(box: Box, by: tuple[float, float]) -> Box:
    return box.model_copy(update={"x": box.x + by[0], "y": box.y + by[1]})
