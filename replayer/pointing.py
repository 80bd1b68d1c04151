"""The element that a person points at in a tab, through frames, as what a step acts on."""

from __future__ import annotations

from contextlib import suppress

from playwright.async_api import ElementHandle, Error, Frame, Page

from browser.asking import LookLostError
from browser.page_script import look_at, pick
from replayer.locate import Found

_FRAMES = ("iframe", "frame")
_EVIDENCE = ("a person pointed at it",)


async def pointed_at(page: Page, x: float, y: float) -> Found | None:
    """The control at a place of the tab's viewport, in CSS pixels; None where there is none, or the page moved on."""
    frame: Frame = page.main_frame
    trips = 0
    with suppress(Error, LookLostError):
        while True:
            seen = await look_at(frame, x, y)
            trips += 2
            element = await pick(frame, seen, 0) if seen.candidates else None
            if element is None:
                return None
            if seen.candidates[0].tag not in _FRAMES or (inner := await element.content_frame()) is None:
                view = (seen.viewport.x, seen.viewport.y)
                return Found(element, frame, seen, 0, 1.0, "person", _EVIDENCE, trips, view)
            left, top = await _corner(element)
            frame, x, y = inner, x - left, y - top
    return None


async def _corner(element: ElementHandle) -> tuple[float, float]:
    """Where a frame's document begins in the viewport of the frame around it, its border left aside."""
    left, top = await element.evaluate(
        "e => [e.getBoundingClientRect().x + e.clientLeft, e.getBoundingClientRect().y + e.clientTop]"
    )
    return float(left), float(top)
