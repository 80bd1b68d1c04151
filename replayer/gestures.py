"""Doing a step again with its raw gestures, where only those were shown to come to the same; serves ``act``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal

from playwright.async_api import Page

from recordings.recording import Gesture
from recordings.target import Target
from replayer.errors import ActionFailedError
from replayer.mouse import Control

_LONGEST_GAP_S = 1.0
_BUTTONS: dict[int, Literal["left", "middle", "right"]] = {0: "left", 1: "middle", 2: "right"}


async def as_done(
    page: Page, control: Control | None, target: Target | None, gestures: Sequence[Gesture], timeout_ms: float
) -> None:
    """Press, move, turn and type as it was done, in its own time, moved along with the element.

    The gaps are the person's, each at most 1 s, since some pages tell gestures apart by time.

    Raises:
        ActionFailedError: The element has no box.
    """
    by = await _moved_by(control, target, timeout_ms)
    hands = _Hands(page)
    before = gestures[0].at_ms if gestures else 0
    try:
        for gesture in gestures:
            await asyncio.sleep(min(_LONGEST_GAP_S, max(0, gesture.at_ms - before) / 1000))
            before = gesture.at_ms
            await hands.do(gesture, gesture.x + by[0], gesture.y + by[1])
    finally:
        await hands.let_go()


async def _moved_by(control: Control | None, target: Target | None, timeout_ms: float) -> tuple[float, float]:
    """How far the element is from where it was, frames included."""
    if control is None or target is None:
        return 0, 0
    await control.scroll_into_view_if_needed(timeout=timeout_ms)
    box = await control.bounding_box()
    if box is None:
        raise ActionFailedError(f"The {target.description.tag} is not to be seen.", "Record the step again.")
    then = target.description.box
    return box["x"] - then.x, box["y"] - then.y


class _Hands:
    """What is held down, so that all of it is let go at the end."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._keys: list[str] = []
        self._modifiers: list[str] = []
        self._button: Literal["left", "middle", "right"] | None = None

    async def do(self, gesture: Gesture, x: float, y: float) -> None:
        mouse = self._page.mouse
        match gesture.type:
            case "pointer_down":
                await self._hold(gesture.modifiers)
                await mouse.move(x, y)
                self._button = _BUTTONS.get(gesture.button, "left")
                await mouse.down(button=self._button, click_count=max(1, gesture.count))
            case "pointer_move":
                await mouse.move(x, y)
            case "pointer_up":
                await mouse.move(x, y)
                await self._release(max(1, gesture.count))
            case "wheel":
                await mouse.move(x, y)
                await mouse.wheel(gesture.dx, gesture.dy)
            case "key_down":
                await self._hold(gesture.modifiers)
                await self._page.keyboard.down(gesture.key)
                self._keys.append(gesture.key)
            case "key_up":
                if gesture.key in self._keys:
                    await self._page.keyboard.up(gesture.key)
                    self._keys.remove(gesture.key)

    async def _hold(self, wanted: Sequence[str]) -> None:
        for key in [key for key in self._modifiers if key not in wanted]:
            await self._page.keyboard.up(key)
            self._modifiers.remove(key)
        for key in [key for key in wanted if key not in self._modifiers]:
            await self._page.keyboard.down(key)
            self._modifiers.append(key)

    async def _release(self, count: int) -> None:
        if self._button is not None:
            await self._page.mouse.up(button=self._button, click_count=count)
            self._button = None

    async def let_go(self) -> None:
        await self._release(1)
        for key in self._keys:
            await self._page.keyboard.up(key)
        self._keys = []
        await self._hold(())
