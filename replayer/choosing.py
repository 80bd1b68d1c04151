"""An option chosen in a list that the page made itself: the list opened, the option found by its text, and what is
chosen read back; serves ``act``."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import ElementHandle, Error, Frame, Page, Position

from browser.asking import LookLostError
from browser.page_script import Offered, before_list, option, options_saying, scroll_list, shown_texts
from replayer.errors import ActionFailedError, EffectMissingError
from replayer.locate import Found

_POLL_S = 0.04
_OPENS_S = 0.8
_NARROWS_S = 4.0
_ASKED_S = 10.0  # as long as it says nothing, or that it searches
_WAITING = re.compile(r"(?:…|\.\.\.)$")
_SCROLLS_S = 10.0
_PRESS_MS = 5_000
_MARKED = """e => !!e.closest('[aria-selected=true],[aria-checked=true]') || !!e.querySelector(':checked')
  || /selected|checked|active|chosen/i.test(e.getAttribute('class') ?? '')"""
_SHOWS_S = 3.0


@dataclass(slots=True)
class _Choosing:
    """One choice under way: ``doing`` is what is waited for, ``since`` when."""

    page: Page
    frame: Frame
    text: str
    words: str
    typed: bool
    doing: Literal["opens", "typing", "scrolling"] = "opens"
    since: float = field(default_factory=time.monotonic)


async def choose(page: Page, found: Found, text: str, *, words: str, typed: bool, at: Position | None) -> None:
    """Press the element, find the option that says ``text``, press it, and see that the page shows it as chosen.

    An option that is not there at once is searched for: by typing its text where the list takes it, by scrolling
    through the list where it does not.

    Args:
        typed: The person typed to find it: it is not waited for before.
        at: Where to press, from the element's top left corner; None for its middle.

    Raises:
        ActionFailedError: The list has no such option, or several; what it has is said. It is left open.
        EffectMissingError: The option was pressed, and nothing shows it as chosen.
    """
    if found.seen.text == text:
        return  # it is chosen already
    await before_list(found.frame, text)
    await found.control.click(position=at, timeout=10_000)
    choosing = _Choosing(page, found.frame, text, words, typed)  # now: the press may have taken long
    await _shown(choosing, await _press(choosing))


async def _press(choosing: _Choosing) -> ElementHandle:
    """Press the option when it is there twice in a row: lists are drawn anew while one types."""
    before = False
    while True:
        offered = await options_saying(choosing.frame, choosing.text)
        if offered.found > 1:
            raise ActionFailedError(
                f"{choosing.words}: the list has {offered.found} options that say '{choosing.text}'.",
                "Look at the picture; record the step again with something that tells them apart.",
            )
        pressed = await _pressed(choosing, offered) if offered.found and before else None
        if pressed is not None:
            return pressed
        before = bool(offered.found)
        if not before and not await _sought(choosing, offered):
            there = f" It has: {', '.join(offered.there)}." if offered.there else ""
            raise ActionFailedError(
                f"{choosing.words}: the list has no option '{choosing.text}'.{there}", "Give one that it has."
            )
        await asyncio.sleep(_POLL_S)


async def _pressed(choosing: _Choosing, offered: Offered) -> ElementHandle | None:
    """None where the option was drawn anew meanwhile."""
    found = await option(choosing.frame, offered)
    if found is None:
        return None
    try:
        await found.click(timeout=_PRESS_MS)
    except Error as error:
        if "not attached" in error.message:
            return None
        raise
    return found


async def _sought(choosing: _Choosing, offered: Offered) -> bool:
    """Whether the option may still come: the list opens, or is searched by typing or scrolling."""
    waited = time.monotonic() - choosing.since
    if choosing.doing == "opens":
        if waited < (_POLL_S if choosing.typed else _OPENS_S):
            return True
        choosing.since = time.monotonic()
        choosing.doing = "typing" if offered.searchable else "scrolling"
        if offered.searchable:
            await choosing.page.keyboard.press("ControlOrMeta+a")
            await choosing.page.keyboard.type(choosing.text)
            return True
    if choosing.doing == "typing":
        return waited < (_ASKED_S if all(_WAITING.search(text) for text in offered.there) else _NARROWS_S)
    return waited < _SCROLLS_S and await scroll_list(choosing.frame)


async def _shown(choosing: _Choosing, pressed: ElementHandle) -> None:
    """The list is gone, or its option is marked as taken; either way the page shows the text."""
    until = time.monotonic() + _SHOWS_S
    while time.monotonic() < until:
        try:
            (shown,) = await shown_texts(choosing.frame, [choosing.text])
            if shown and (not await pressed.is_visible() or await pressed.evaluate(_MARKED)):
                return
        except (LookLostError, Error):
            return  # the page moved on; the step's signals answer for it
        await asyncio.sleep(_POLL_S)
    raise EffectMissingError(
        f"{choosing.words}: the option was pressed, but the page does not show it as chosen.",
        "Look at the picture; check what is chosen before running again.",
    )
