"""Keys pressed for real, where what a page does with each of them matters; serves ``act``."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.async_api import Page

from recordings.steps import Stroke, Type
from replayer.directly import focus
from replayer.locate import Found
from replayer.mouse import Control

# A focus that is there already is left alone: to set it anew would move the caret.
_FOCUS = "e => { if (!e.matches(':focus, :focus-within')) e.focus(); }"


async def press(page: Page, found: Found | None, keys: str, hold_ms: float = 0) -> None:
    """Press a key on the element, or on whatever has the focus."""
    if found is not None and not await focus(found):
        await found.control.evaluate(_FOCUS)
    await page.keyboard.press(keys, delay=hold_ms)


async def type_over(page: Page, control: Control, text: str) -> None:
    """Take out what a field holds and type the text key by key."""
    await control.evaluate(_FOCUS)
    if await control.evaluate("e => e.value !== undefined && e.value !== ''"):
        await page.keyboard.press("ControlOrMeta+a")
        await page.keyboard.press("Delete")
    await page.keyboard.type(text)


async def type_parts(page: Page, control: Control, step: Type, texts: Sequence[str]) -> None:
    """Type runs of text and press the keys between them, in an editor."""
    await control.evaluate(_FOCUS)
    rest = iter(texts)
    for part in step.parts:
        if isinstance(part, Stroke):
            await page.keyboard.press(part.keys)
        else:
            await page.keyboard.type(next(rest))
