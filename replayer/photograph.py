"""The picture of a step: its tab as it is, the element outlined, secrets in it painted over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from playwright.async_api import Error, Page

from browser.asking import LookLostError
from browser.page_script import secret_boxes
from recordings.private import is_personal
from recordings.target import Box
from recordings.veil import Private
from replayer.locate import Found
from replayer.pictures import Camera
from replayer.record import Making

_LIMIT_S = 1.5


async def photograph(
    camera: Camera, making: Making, private: Private, *, half: bool = False, at_once: bool = True
) -> None:
    """Take it for the record in the making, people in it blurred; full size where a step failed. Not ``at_once``,
    drawing is left to whoever looks, where nothing has to be hidden.

    Where nothing was found, or a person typed into the page, its frames are asked what in them is secret.
    """
    page, found = making.page, making.found
    if page is None or page.is_closed():
        return
    scrolled: tuple[float, float] | None = None
    # A secret that can be read in the page must be where its box is.
    sure = True
    if found is None or making.helped:
        told = await secrets_shown(page)
        if told is None and making.helped:
            return
        box, secrets = (found.box if found is not None and found.frame == page.main_frame else None), told or ()
    elif found.frame != page.main_frame or found.scrolled is None:
        box, secrets = await _in_view(found)
    else:
        box, secrets, scrolled, sure = found.box, found.look.secrets, found.scrolled, found.look.bare
    making.box = box
    whose = is_personal(making.plan.recording, making.planned.step)
    says = making.plan.redactor.shows if making.plan.recording.secrets or making.helped else None
    how = {"half": half, "sure": sure, "whose": whose, "at_once": at_once}
    taken = await camera.take(page, box, secrets, scrolled=scrolled, private=private, says=says, **how)
    making.picture = taken or making.picture


async def photograph_end(camera: Camera, last: Making, pages: Sequence[Page], private: Private) -> bytes | None:
    """The page that a run came to with its last step: its tab, or the newest that is open where that was closed. None
    where that takes long, or the page does not tell in time what in it is secret."""
    page = last.page if last.page is not None and not last.page.is_closed() else None
    page = page or next((each for each in reversed(pages) if not each.is_closed()), None)
    if page is None:
        return None
    with suppress(TimeoutError):
        async with asyncio.timeout(_LIMIT_S):
            return await _photograph_end(camera, last, page, private)
    return None


async def _photograph_end(camera: Camera, last: Making, page: Page, private: Private) -> bytes | None:
    with suppress(Error):
        await page.wait_for_load_state("load", timeout=_LIMIT_S * 1000)
    secrets = await secrets_shown(page)
    if secrets is None:
        return None
    says = last.plan.redactor.shows if last.plan.recording.secrets or last.helped else None
    return await camera.take(page, None, secrets, half=True, private=private, says=says)


async def secrets_shown(page: Page) -> tuple[Box, ...] | None:
    """What is secret in all frames of a tab, in its viewport; None where the page does not tell, or not in time."""
    with suppress(TimeoutError, Error, LookLostError):
        async with asyncio.timeout(_LIMIT_S):
            return await _secrets_shown(page)
    return None


async def _secrets_shown(page: Page) -> tuple[Box, ...]:
    boxes: list[Box] = []
    for frame in page.frames:
        if frame == page.main_frame:
            boxes += await secret_boxes(frame)
            continue
        with suppress(Error, LookLostError):
            if not (found := await secret_boxes(frame)):
                continue
            around = await (await frame.frame_element()).bounding_box()
            left, top = (around["x"], around["y"]) if around is not None else (0.0, 0.0)
            boxes += [box.model_copy(update={"x": box.x + left, "y": box.y + top}) for box in found]
    return tuple(boxes)


async def _in_view(found: Found) -> tuple[Box | None, tuple[Box, ...]]:
    """Scroll to the element, as acting on it will; boxes in the tab's viewport."""
    try:
        await found.control.scroll_into_view_if_needed(timeout=1000)
        box = await found.control.bounding_box()
    except Error:
        return None, ()
    if box is None:
        return None, ()
    now = Box(**box)
    by = (now.x - found.box.x, now.y - found.box.y)
    return now, tuple(s.model_copy(update={"x": s.x + by[0], "y": s.y + by[1]}) for s in found.look.secrets)
