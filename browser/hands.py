"""Acting on what a look found, with mouse and keyboard themselves: the page says whether it can be reached where it is.

Playwright's own way to a press asks the browser some ten things one after another, and puts a script of a third of a
megabyte into each document first; here it is one question before and one after. What only waiting, or looking on,
could tell is answered with a no, and left to Playwright.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Error, Frame, Page
from pydantic import TypeAdapter

from browser.asking import LookLostError, ask, validated
from browser.page_script import Look, PlaceReply
from browser.scale import draw_full, scale_of

_PRESSED = TypeAdapter(bool | None)
_SEIZED: TypeAdapter[Literal["typed", "given", ""] | None] = TypeAdapter(Literal["typed", "given", ""] | None)


@dataclass(frozen=True, slots=True)
class Held:
    """A candidate of a look; ``address`` is what must still be true of it, "" where it is acted on as it stands."""

    frame: Frame
    look: Look
    candidate: int
    address: str = ""


async def reach(held: Held, part: tuple[float, float] | None = None, checked: bool | None = None) -> PlaceReply | None:
    """Where to press, in CSS pixels of the frame's viewport, the element brought into view; until ``pressed`` is asked,
    a press that lands elsewhere is kept from the page.

    Args:
        part: Which part of its box, each from 0 to 1; its middle without.
        checked: What a checkbox is to become; one that is so already is ``done``.

    Returns:
        None where it is covered, moves, is shut off, or another by now.
    """
    where = {"x": part[0], "y": part[1]} if part is not None else None
    told = await _ask(held, "reach", {"part": where, "checked": checked})
    return None if told == "null" else validated(PlaceReply, told)


async def pointer_at(page: Page, place: PlaceReply) -> tuple[float, float]:
    """Where the browser's pointer goes for a place that was reached for in a tab's main frame.

    In a tab that is drawn at half its size it is led there first, once in each document, and the page asked whether it
    came: a tab that is drawn otherwise than it should is drawn in full.

    Raises:
        Error: The tab is gone.
    """
    scale = await scale_of(page)
    at = (place.x * scale, place.y * scale)
    if scale == 1 or place.met:
        return at
    await page.mouse.move(*at)
    if await _is_met(page.main_frame):
        return at
    await draw_full(page)
    return place.x, place.y


async def _is_met(frame: Frame) -> bool:
    try:
        return await ask(frame, "isMet") == "true"
    except LookLostError:
        return False


async def pressed(frame: Frame) -> bool:
    """Whether the press landed in what was reached for; a document that it took away was pressed."""
    try:
        return _PRESSED.validate_json(await ask(frame, "pressed", acts=True)) is not False
    except LookLostError:
        return True
    except Error:
        if frame.page.is_closed():  # by the press itself
            return True
        raise


async def seize(held: Held, text: str, *, secret: bool) -> Literal["typed", "given", ""]:
    """Have the field take the next text from the keyboard in place of all it holds (``typed``), or give it the text,
    where it takes none from keys (``given``); "" where it is no such field, or not to be used now. The page is told no
    secret: one is typed, or not taken.

    Raises:
        LookLostError: The document was replaced meanwhile, which may have come of it.
    """
    told = await _ask(held, "seize", {"text": "" if secret else text, "secret": secret})
    return _SEIZED.validate_json(told) or ""


async def take_options(held: Held, labels: Sequence[str]) -> bool:
    """Choose just the options of these labels in a list of the browser's own; False where one is not there.

    Raises:
        LookLostError: The document was replaced meanwhile, which may have come of it.
    """
    return await _ask(held, "takeOptions", {"labels": list(labels)}) == "true"


async def focus_on(held: Held) -> bool:
    """Give the element the focus, unless it or something in it has it; False where it is not to be used now."""
    return await _ask(held, "focusOn", {}) == "true"


async def announce(held: Held) -> bool:
    """Say that the field has changed, as it does when it loses the focus; False where it is held no more.

    Raises:
        LookLostError: The document was replaced meanwhile, which may have come of it.
    """
    return await _ask(held, "announce", {}) == "true"


async def _ask(held: Held, method: str, asked: Mapping[str, object]) -> str:
    about = {"look": held.look.look, "candidate": held.candidate, "address": held.address}
    return await ask(held.frame, method, {**about, **asked}, acts=True)
