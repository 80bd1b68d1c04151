"""The common actions done with mouse and keyboard themselves, once the page says that they would land; serves ``act``.

Each says whether it was done. Where it was not, nothing was, and it is left to Playwright, which waits, scrolls again
and says what stands in the way.
"""

from __future__ import annotations

from playwright.async_api import Locator, Page

from browser.asking import LookLostError
from browser.hands import Held, announce, focus_on, pointer_at, pressed, reach, seize, take_options
from recordings.steps import Click, Step
from replayer.errors import ActionFailedError
from replayer.fence import shown_origin
from replayer.locate import Found
from replayer.plan import PlannedStep


async def click(page: Page, found: Found, step: Click) -> bool:
    """Press and let go, in the middle or where it was pressed."""
    if found.frame != page.main_frame or step.modifiers:
        return False
    part = None
    if step.position is not None:
        then = step.target.description.box
        if not (then.width and then.height):
            return False
        part = (step.position.x / then.width, step.position.y / then.height)
    try:
        place = await reach(_held(found), part)
    except LookLostError:
        return False
    if place is None:
        return False
    x, y = await pointer_at(page, place)
    await page.mouse.click(x, y, button=step.button, click_count=step.clicks, delay=step.hold_ms)
    return await pressed(found.frame)


async def set_checked(page: Page, found: Found, checked: bool) -> bool:
    """Press a checkbox or a radio button, unless it is so already; what it is then is read back by ``verify``."""
    if found.frame != page.main_frame:
        return False
    try:
        place = await reach(_held(found), checked=checked)
    except LookLostError:
        return False
    if place is None or place.done:
        return place is not None
    await page.mouse.click(*await pointer_at(page, place))
    return await pressed(found.frame)


async def fill(page: Page, found: Found, planned: PlannedStep) -> bool:
    """Put a text in the place of all that a field holds."""
    text = planned.values[0]
    try:
        how = await seize(_held(found), text, secret=planned.secret)
    except LookLostError:
        return _answers_for_itself(planned.step)
    if how == "typed":
        refuse_elsewhere(planned, found)
    if how == "typed" and text:
        await page.keyboard.insert_text(text)
    elif how == "typed":
        await page.keyboard.press("Delete")
    return how != ""


async def say_changed(found: Found) -> bool:
    """Say that a field has changed, as it does when it loses the focus; a page that is left at that was told."""
    try:
        return await announce(_held(found))
    except LookLostError:
        return True


async def take(found: Found, planned: PlannedStep) -> bool:
    """Choose in a list of the browser's own."""
    try:
        return await take_options(_held(found), planned.values)
    except LookLostError:
        return _answers_for_itself(planned.step)


async def focus(found: Found) -> bool:
    """Give the element the focus, unless it has it."""
    try:
        return await focus_on(_held(found))
    except LookLostError:
        return False


def refuse_elsewhere(planned: PlannedStep, found: Found) -> None:
    """See, right before a secret is typed, that the frame still shows a page of the site that the element was found on.

    Raises:
        ActionFailedError: The tab is somewhere else by now; nothing was typed.
    """
    where = shown_origin(found.frame.url)
    if planned.secret and where != shown_origin(found.look.url):
        raise ActionFailedError(
            f"{planned.step.words}: the page was left for {where} meanwhile; nothing was typed.",
            "Look at the picture; where the page leads there by itself now, record the step again.",
        )


def _answers_for_itself(step: Step) -> bool:
    """Whether the page that is gone may have been left by what was done: then ``settle`` sees whether it was."""
    return bool(step.signals)


def _held(found: Found) -> Held:
    """What was found, with its address where it is acted on by that: in a row, and elsewhere, by itself."""
    by_address = isinstance(found.control, Locator) and found.candidate < len(found.look.addresses)
    return Held(found.frame, found.look, found.candidate, found.look.addresses[found.candidate] if by_address else "")
