"""Recording leaves the page alone: its state and the events it hears are those of a run without the recorder."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Dialog, Error, Locator, Page

from demo.flows import FLOWS
from demo.human import Human
from demo.northdesk.options import Options
from demo.northdesk.serve import serve
from recorder import Recorder
from tests.pages.cases import mostly_slow
from tests.pages.site import PAGES
from tests.pages.stage import Stage, fresh, states

BUTTONS = "button:not(form button:not([type=button]))"
"""A button that sends a form brings another page, at its own time: Northdesk has those."""
CONTROLS = f"input, textarea, select, {BUTTONS}, [contenteditable], [tabindex], [draggable=true], canvas, #box, summary"
MOST = 6
"""Of a list of alike controls, so many are enough."""
APART = {"trouble.html", "sandboxed.html"}
"""A page that hangs and opens twenty tabs, and one where no script runs that could hear or tell anything."""
FIXTURES = sorted({path.name for path in PAGES.glob("*.html")} - APART)
_CALM = "() => globalThis.__calm()"
_COUNTS = "() => { try { return sessionStorage.counts ?? '{}' } catch { return '{}' } }"
ALWAYS = ("fields.html", "hostile.html")
"""Of the fixture pages that with most kinds of control and that with the worst document: the others are for ``make
slow``."""
Work = Callable[[Human], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Came:
    """What every frame of every tab came to, and how many trusted events of each type its pages heard."""

    state: list[Any]
    events: dict[str, int]


@pytest.mark.parametrize("page", mostly_slow(FIXTURES, ALWAYS))
async def test_a_page_is_as_if_nobody_recorded(stage: Stage, page: str) -> None:
    url = stage.site.url(page)
    plain = await came_to(stage.browser, url, at_every_control, recorded=False)
    shown = await came_to(stage.browser, url, at_every_control, recorded=True)
    assert shown == plain


@pytest.mark.parametrize("name", mostly_slow(FLOWS, ["place-order"]))
async def test_northdesk_is_as_if_nobody_recorded(browser: Browser, name: str) -> None:
    came = []
    for recorded in (False, True):
        async with serve(Options()) as desk:
            came.append(await came_to(browser, f"{desk.base_url}/login", FLOWS[name], recorded=recorded))
    plain, shown = came
    assert (shown.state, unjoined(shown.events)) == (plain.state, unjoined(plain.events))
    assert plain.events


def unjoined(events: dict[str, int]) -> dict[str, int]:
    """Without those that the browser joins as it finds time: the flows leave it none between two keys."""
    return {name: count for name, count in events.items() if name.split()[-1] not in ("selectionchange", "scroll")}


async def came_to(browser: Browser, url: str, work: Work, *, recorded: bool) -> Came:
    async with fresh(browser) as context:
        await context.add_init_script(path=PAGES / "counts.js")
        async with Recorder(context) if recorded else nullcontext():
            context.on("dialog", _accept)
            page = await context.new_page()
            await page.goto(url)
            await work(Human(page, pause_ms=0))
            await still(page)
            return Came(await states(context), await counts(context))


async def at_every_control(human: Human) -> None:
    """Press, type, leave and turn the wheel at every control of every frame, then drag across the page."""
    page = human.page
    first, n = page.url, 0
    while page.url == first and n < MOST and (control := await nth_control(page, n)) is not None:
        await at_control(human, control)
        n += 1
    if page.url == first:
        await across(page)


async def nth_control(page: Page, n: int) -> Locator | None:
    for frame in page.frames:
        found = frame.locator(f"{CONTROLS} >> visible=true")
        count = await found.count()
        if n < count:
            return found.nth(n)
        n -= count
    return None


async def at_control(human: Human, control: Locator) -> None:
    if await control.get_attribute("type") == "file":
        return  # a chooser that nobody answers
    await human.click(control)
    await still(human.page)
    for key in ("a", "1", "ArrowDown", "Tab"):
        await human.page.keyboard.press(key)
        await still(human.page)


async def across(page: Page) -> None:
    await page.mouse.move(60, 60)
    await page.mouse.down()
    for n in range(1, 6):
        await page.mouse.move(60 + 60 * n, 60 + 30 * n)
        await still(page)
    await page.mouse.up()
    await page.mouse.wheel(0, 240)
    await still(page)


async def still(page: Page) -> None:
    """Some frames drawn since the last scrolling, so that what a browser joins is joined alike."""
    try:
        await page.evaluate(_CALM)
    except Error:
        await page.wait_for_load_state()


async def counts(context: BrowserContext) -> dict[str, int]:
    found: dict[str, int] = {}
    for page in context.pages:
        for frame in page.frames:
            for name, count in json.loads(await frame.evaluate(_COUNTS)).items():
                found[name] = max(count, found.get(name, 0))
    return found


async def _accept(dialog: Dialog) -> None:
    await dialog.accept()
