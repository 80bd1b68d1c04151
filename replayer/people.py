"""Where a tab shows what is personal or says a secret, for its pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from playwright.async_api import Error, Frame, Page

from browser.asking import LookLostError, PageScriptError
from browser.people import MaybePersonal, Said, people_on, said_on, texts_on
from recordings.personal import says_person
from recordings.target import Box
from recordings.veil import Private

_LOOKS, _LIMIT_S = 3, 1.5
_NOTHING = Box()
Says = Callable[[str], bool]
"""Whether a text says what nobody may read."""
BoxesOn = Callable[[Frame], Awaitable[list[Box]]]


async def hidden_in(page: Page, private: Private) -> tuple[Box, ...] | None:
    """What to blur in a picture of the tab, in its viewport; None where the tab does not tell it, so that no picture of
    it may be kept: while a navigation is under way it is asked again."""
    if not private:
        return ()

    async def on(frame: Frame) -> list[Box]:
        told = await people_on(frame, tuple(private.values), patterns=private.patterns)
        return [box for each in told if _is_personal(each, private) for box in each.boxes]

    return await _asked(page, on)


async def said_in(page: Page, says: Says | None) -> tuple[Box, ...] | None:
    """Where the tab's texts say a secret, in its viewport; None where the tab does not tell it. The secret is not told
    to the page."""
    if says is None:
        return ()

    async def on(frame: Frame) -> list[Box]:
        return [box for each in await texts_on(frame) if says(each.text) for box in each.boxes]

    return await _asked(page, on)


async def is_silent(page: Page, says: Says | None, lately_s: float, told: Said | None = None) -> bool:
    """Whether the tab says no secret, and said nothing else for so long; False where it does not tell. ``told`` is what
    its main frame says, where that was asked just now."""
    if says is None:
        return True
    if told is not None and len(page.frames) == 1:
        return told.quiet_ms >= lately_s * 1000 and not says(told.text)
    try:
        async with asyncio.timeout(_LIMIT_S):
            for frame in page.frames:
                said = await said_on(frame)
                if said.quiet_ms < lately_s * 1000 or says(said.text):
                    return False
    except (TimeoutError, LookLostError, Error, PageScriptError):
        return False
    return True


async def _asked(page: Page, on: BoxesOn) -> tuple[Box, ...] | None:
    for _ in range(_LOOKS):
        try:
            async with asyncio.timeout(_LIMIT_S):
                found = await _boxes(page, on)
        except TimeoutError:
            return None
        if found is not None:
            return found
    return None


async def _boxes(page: Page, on: BoxesOn) -> tuple[Box, ...] | None:
    found: list[Box] = []
    for frame in page.frames:
        try:
            boxes = await on(frame)
            if boxes:
                found += _moved(boxes, await _place_of(frame))
        except LookLostError:
            return None
        except (Error, PageScriptError):
            if frame == page.main_frame:
                return None
    return tuple(found)


def _is_personal(told: MaybePersonal, private: Private) -> bool:
    if told.text in private.spared:
        return False
    says_so = private.patterns and says_person(told.type, told.autocomplete)
    return told.known or says_so or private.looks_so(told.text)


async def _place_of(frame: Frame) -> Box:
    """Where the frame's viewport begins in that of its tab."""
    if frame.parent_frame is None:
        return _NOTHING
    element = await frame.frame_element()
    box = await element.bounding_box()
    return Box(**box) if box is not None else _NOTHING


def _moved(boxes: Sequence[Box], by: Box) -> list[Box]:
    return [box.model_copy(update={"x": box.x + by.x, "y": box.y + by.y}) for box in boxes]
