"""Keys pressed for real, where what a page does with each of them matters; serves ``act``."""

from __future__ import annotations

from playwright.async_api import Page

from recordings.steps import Stroke, Type
from replayer.directly import focus, refuse_elsewhere
from replayer.locate import Found
from replayer.plan import PlannedStep

# A focus that is there already is left alone: to set it anew would move the caret.
_FOCUS = "e => { if (!e.matches(':focus, :focus-within')) e.focus(); }"


async def press(page: Page, found: Found | None, keys: str, hold_ms: float = 0) -> None:
    """Press a key on the element, or on whatever has the focus."""
    if found is not None and not await focus(found):
        await found.control.evaluate(_FOCUS)
    await page.keyboard.press(keys, delay=hold_ms)


async def type_over(page: Page, found: Found, planned: PlannedStep) -> None:
    """Take out what a field holds and type the text key by key."""
    control = found.control
    await control.evaluate(_FOCUS)
    if await control.evaluate("e => e.value !== undefined && e.value !== ''"):
        await page.keyboard.press("ControlOrMeta+a")
        await page.keyboard.press("Delete")
    refuse_elsewhere(planned, found)
    await page.keyboard.type(planned.values[0])


async def type_parts(page: Page, found: Found, step: Type, planned: PlannedStep) -> None:
    """Type runs of text and press the keys between them, in an editor."""
    await found.control.evaluate(_FOCUS)
    rest = iter(planned.values)
    for part in step.parts:
        if isinstance(part, Stroke):
            await page.keyboard.press(part.keys)
        else:
            refuse_elsewhere(planned, found)
            await page.keyboard.type(next(rest))
