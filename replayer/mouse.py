"""Doing again with the mouse itself what is done at a place in an element: drags, along their way, and the wheel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from math import hypot

from playwright.async_api import ElementHandle, FloatRect, Locator, Page

from recordings.steps import Drag, Hover, Modifier, Point, Wheel
from recordings.target import Target
from replayer.errors import ActionFailedError

Control = Locator | ElementHandle
_LONGEST_GAP_S = 1.0
_CORRECTIONS = 3
_THERE_PX = 2.0


async def drag(page: Page, step: Drag, control: Control, onto: Control | None, timeout_ms: float) -> None:
    """Press in ``control`` where it was pressed, follow the recorded way, and let go over ``onto``.

    Lists make room while something is dragged over them, so where ``onto`` is counts at the end of the way only.
    The gaps between the moves are the person's, since pages tell a drag from a press by time; each is at most 1 s.

    Raises:
        ActionFailedError: The element has no box.
    """
    x, y = await _come_to(page, control, step.target, step.start, timeout_ms)
    async with _held(page, step.modifiers):
        await page.mouse.down(button=step.button)
        try:
            await _follow(page, step, x, y)
            if onto is not None:
                await _over(page, step, onto, (x + step.path[-1].dx, y + step.path[-1].dy))
        finally:
            await page.mouse.up(button=step.button)


async def turn(page: Page, step: Wheel, control: Control, timeout_ms: float) -> None:
    """Turn the wheel over the place of ``control`` where it was turned.

    Raises:
        ActionFailedError: The element has no box.
    """
    await _come_to(page, control, step.target, step.position, timeout_ms)
    async with _held(page, step.modifiers):
        for one in step.turns:
            await page.mouse.wheel(one.dx, one.dy)


async def rest(page: Page, step: Hover, control: Control, timeout_ms: float) -> None:
    """Bring the pointer over the element and leave it there; what it shows, the next step waits for."""
    if step.position is None:
        await control.hover(timeout=timeout_ms)
    else:
        await _come_to(page, control, step.target, step.position, timeout_ms)


async def _come_to(
    page: Page, control: Control, target: Target, point: Point, timeout_ms: float
) -> tuple[float, float]:
    """Move the pointer to a recorded point of the element once it is visible, still and not covered."""
    await control.scroll_into_view_if_needed(timeout=timeout_ms)
    box = await control.bounding_box()
    if box is None:
        raise ActionFailedError(f"The {target.description.tag} is not to be seen.", "Record the step again.")
    x, y = within(target, point, box)
    await control.hover(position={"x": x - box["x"], "y": y - box["y"]}, timeout=timeout_ms)
    await page.mouse.move(x, y)  # exactly there: `position` above counts from within the border
    return x, y


@asynccontextmanager
async def _held(page: Page, keys: Sequence[Modifier]) -> AsyncIterator[None]:
    for key in keys:
        await page.keyboard.down(key)
    try:
        yield
    finally:
        for key in keys:
            await page.keyboard.up(key)


async def _follow(page: Page, step: Drag, x: float, y: float) -> None:
    before = 0
    for point in step.path:
        await asyncio.sleep(min(_LONGEST_GAP_S, max(0, point.at_ms - before) / 1000))
        before = point.at_ms
        await page.mouse.move(x + point.dx, y + point.dy)


async def _over(page: Page, step: Drag, onto: Control, at: tuple[float, float]) -> None:
    """Go to the recorded place in the element it was for; a few times, as that may move away from the pointer."""
    for _ in range(_CORRECTIONS):
        box = await onto.bounding_box()
        if step.onto is None or step.end is None:
            return
        if box is None:
            await page.keyboard.press("Escape")  # gives a drag up, before it is let go over something else
            raise ActionFailedError(f"{step.words}: what it was let go over is gone.", "Look at the picture.")
        to = within(step.onto, step.end, box)
        if hypot(to[0] - at[0], to[1] - at[1]) <= _THERE_PX:
            return
        await page.mouse.move(*to, steps=8)
        at = to


def within(target: Target, point: Point, box: FloatRect) -> tuple[float, float]:
    """A recorded point of an element in the box that the element has now."""
    then = target.description.box
    wide = box["width"] / then.width if then.width else 1
    high = box["height"] / then.height if then.height else 1
    return box["x"] + point.x * wide, box["y"] + point.y * high
