"""Doing a step: a function per kind, directly where the page says that it lands, else by Playwright's own waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import assert_never

from playwright.async_api import Error, Page, Position
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from browser.scale import draw_full
from recordings.steps import (
    Assert,
    AssertEquals,
    Check,
    Choose,
    Click,
    Drag,
    Fill,
    History,
    Hover,
    Navigate,
    Point,
    Press,
    Read,
    ReadRows,
    Scroll,
    Select,
    Step,
    Type,
    Upload,
    Wheel,
    target_of,
)
from recordings.target import Target
from replayer import directly
from replayer.choosing import choose
from replayer.errors import ActionFailedError
from replayer.gestures import as_done
from replayer.giving import drop_files, payload
from replayer.keyboard import press, type_over, type_parts
from replayer.locate import Found
from replayer.mouse import Control, drag, rest, turn, within
from replayer.plan import PlannedStep
from replayer.unwatched import points

_COVERED_MS = 1500
_HISTORY = 50
"""No tab of Chromium remembers more pages; a recording from a stranger may say any number."""
# The first label that can be seen.
_LABEL = """e => Array.from(e.labels ?? []).find(label => label.getClientRects().length)
  ?? e.closest('label') ?? e.parentElement"""
# By anything but what stands in it: of what is out of sight that is not known.
_IS_COVERED = """e => {
  const { x, y, width, height } = e.getBoundingClientRect();
  const hit = e.getRootNode().elementFromPoint(x + width / 2, y + height / 2);
  return !hit || !e.contains(hit);
}"""
# Where a label may be pressed, within its border: in its middle, else where nothing in it takes the press for itself.
_PLAIN_PLACE = """label => {
  const { x, y, width, height } = label.getBoundingClientRect();
  const takes = 'a[href],button,input,select,textarea,summary,[role=button],[role=link]';
  const across = [10, ...Array(20).keys()].map(n => (n + 0.5) / 21);
  for (const down of [0.5, 0.25, 0.75]) for (const part of across) {
    const hit = label.getRootNode().elementFromPoint(x + width * part, y + height * down);
    const own = hit?.closest(takes);
    if (hit && label.contains(hit) && !(own && label.contains(own) && own !== label.control))
      return { x: width * part - label.clientLeft, y: height * down - label.clientTop };
  }
  return null;
}"""
# What is found may stand in what scrolls.
_SCROLL = """(e, offset) => {
  while (e.parentElement && e.scrollHeight <= e.clientHeight + 1) e = e.parentElement;
  e.scrollTo(offset);
}"""


async def act(
    page: Page, planned: PlannedStep, found: Found | None, timeout_s: float, onto: Found | None = None
) -> None:
    """Do one step on its element, or on the page where it has none.

    Args:
        onto: Where a drag ends.

    Raises:
        ActionFailedError: The browser would not do it; what stood in the way is said.
        playwright.async_api.Error: The page or the browser is gone.
    """
    try:
        await _act(page, planned, found, timeout_s * 1000, onto)
    except TimeoutError as error:  # of what is done directly; Playwright's own is an Error
        raise ActionFailedError(
            f"{planned.step.words}: the page did not answer within {timeout_s:g} s.",
            "Check in the application whether it took effect before running again.",
        ) from error
    except Error as error:
        if page.is_closed() or "has been closed" in error.message:
            raise
        raise ActionFailedError(
            f"{planned.step.words}: the browser could not do it: {_first_lines(error.message)}",
            "Look at the picture: something may cover or disable the element.",
        ) from error


async def _act(page: Page, planned: PlannedStep, found: Found | None, timeout: float, onto: Found | None) -> None:
    step = planned.step
    if points(step):
        await _draw_full(page, timeout)
    if planned.gestures:
        control = found.control if found is not None else None
        await as_done(page, control, target_of(step), planned.gestures, timeout)
        return
    match step:
        case Navigate():
            await page.goto(step.to, timeout=timeout, wait_until="domcontentloaded")
        case History():
            await _go(page, step.steps, timeout)
        case Click():
            await _click(page, _found(found), step, timeout)
        case Drag():
            await drag(page, step, _on(found), _on(onto) if step.onto is not None else None, timeout)
        case Hover():
            await rest(page, step, _on(found), timeout)
        case Type():
            await type_parts(page, _found(found), step, planned)
        case Fill() if step.by_keys:
            await type_over(page, _found(found), planned)
        case Fill():
            await _fill(page, _found(found), planned, timeout, announced=step.announced)
        case Select() | Choose():
            await _choose(page, step, found, planned, timeout)
        case Check():
            await _check(page, _found(found), step, timeout)
        case Press():
            await press(page, found, step.keys, step.hold_ms)
        case Upload(chooser=True):
            async with page.expect_file_chooser(timeout=timeout) as opened:
                await _on(found).click(timeout=timeout)
            await (await opened.value).set_files([payload(file) for file in planned.files], timeout=timeout)
        case Upload(dropped=True):
            await drop_files(page, _on(found), planned.files, timeout)
        case Upload():
            await _on(found).set_input_files([payload(file) for file in planned.files], timeout=timeout)
        case Scroll():
            await _scroll(page, found, step)
        case Wheel():
            await turn(page, step, _on(found), timeout)
        case Assert() | AssertEquals() | Read() | ReadRows():
            pass  # nothing is done to the page: ``looking.py`` looks at what it says
        case _:
            assert_never(step)


async def _go(page: Page, steps: int, timeout: float) -> None:
    """Along the tab's history; ``commit`` is enough, the next step waits for what it needs."""
    if steps == 0:
        await page.reload(timeout=timeout, wait_until="commit")
    for _ in range(min(abs(steps), _HISTORY)):
        go = page.go_back if steps < 0 else page.go_forward
        await go(timeout=timeout, wait_until="commit")


def needs_sight(step: Step) -> bool:
    """Whether the step's element must be visible. File inputs, styled checkboxes and editors' fields often are not."""
    return not isinstance(step, (Upload, Check, Type))


def _found(found: Found | None) -> Found:
    if found is None:
        raise ActionFailedError("The step has no element to act on.", "Record it again.")
    return found


def _on(found: Found | None) -> Control:
    return _found(found).control


async def _draw_full(page: Page, timeout: float) -> None:
    """For what Playwright does itself: it leads the pointer by the whole size of the page."""
    async with asyncio.timeout(timeout / 1000):
        await draw_full(page)


async def _soon(doing: Awaitable[bool], timeout: float) -> bool:
    async with asyncio.timeout(timeout / 1000):
        return await doing


async def _click(page: Page, found: Found, step: Click, timeout: float) -> None:
    if await _soon(directly.click(page, found, step), timeout + step.hold_ms):
        return
    await _draw_full(page, timeout)
    element = found.control
    await element.click(
        button=step.button,
        click_count=step.clicks,
        modifiers=list(step.modifiers),
        position=await _place_in(element, step.target, step.position),
        delay=step.hold_ms,
        timeout=timeout,
    )


async def _place_in(element: Control, target: Target, shown: Point | None) -> Position | None:
    """Where to press, counted as Playwright does: from within the border."""
    box = await element.bounding_box() if shown is not None else None
    if shown is None or box is None:
        return None
    left, top = await element.evaluate("e => [e.clientLeft, e.clientTop]")
    x, y = within(target, shown, box)
    return {"x": x - box["x"] - left, "y": y - box["y"] - top}


async def _choose(page: Page, step: Select | Choose, found: Found | None, planned: PlannedStep, timeout: float) -> None:
    """In whatever list there is now: the browser's own, or one that the page made."""
    element, values = _on(found), planned.values
    if found is None or found.seen.tag == "select" or len(values) != 1:
        if not await _soon(directly.take(_found(found), planned), timeout):
            await _select(element, values, timeout)
        return
    await _draw_full(page, timeout)
    typed = isinstance(step, Choose) and step.typed
    at = await _place_in(element, step.target, step.position if isinstance(step, Choose) else None)
    await choose(page, found, values[0], words=step.words, typed=typed, at=at)


async def _select(element: Control, labels: tuple[str, ...], timeout: float) -> None:
    """Choose by label. A list may load its options late, so a missing one is named only at the end of the time."""
    try:
        await element.select_option(label=list(labels), timeout=timeout)
    except Error as error:
        there = [
            str(label) for label in await element.evaluate("e => Array.from(e.options ?? [], o => o.label.trim())")
        ]
        missing = [label for label in labels if label not in there]
        if not missing:
            raise
        raise ActionFailedError(
            f"The list has no option '{missing[0]}'. It has: {', '.join(there[:20])}.", "Give one that it has."
        ) from error


async def _fill(page: Page, found: Found, planned: PlannedStep, timeout: float, *, announced: bool) -> None:
    if not await _soon(directly.fill(page, found, planned), timeout):
        directly.refuse_elsewhere(planned, found)
        await found.control.fill(planned.values[0], timeout=timeout)
    if announced and not await _soon(directly.say_changed(found), timeout):
        await found.control.dispatch_event("change")


async def _check(page: Page, found: Found, step: Check, timeout: float) -> None:
    """Set a checkbox or radio; one hidden behind its styled label is set by a click on that label."""
    element, checked = found.control, step.checked
    is_shown = found.seen.visible and found.box.width * found.box.height > 0
    if is_shown and await _soon(directly.set_checked(page, found, checked), timeout):
        return
    await _draw_full(page, timeout)
    if is_shown:
        try:
            await element.set_checked(checked, timeout=min(timeout, _COVERED_MS))
            return
        except PlaywrightTimeoutError:
            if not await element.is_enabled():
                raise
            if not await element.evaluate(_IS_COVERED):
                await element.set_checked(checked, timeout=timeout)  # the machine was held up, or it moved
                return
    if await element.is_checked() != checked:
        label = (await element.evaluate_handle(_LABEL)).as_element()
        if label is None:
            raise ActionFailedError(
                f"{step.target.description.name} is hidden and has no label to click.", "Record it again."
            )
        await label.scroll_into_view_if_needed(timeout=timeout)
        await label.click(position=await label.evaluate(_PLAIN_PLACE), timeout=timeout)


async def _scroll(page: Page, found: Found | None, step: Scroll) -> None:
    offset = {"left": step.left, "top": step.top}
    if found is None:
        await page.evaluate("offset => scrollTo(offset)", offset)
    else:
        await found.control.evaluate(_SCROLL, offset)


def _first_lines(message: str) -> str:
    lines = [line.strip(" -") for line in message.splitlines() if line.strip() and "Call log" not in line]
    return " ".join(lines[:1] + lines[-1:] if len(lines) > 1 else lines)[:300]
