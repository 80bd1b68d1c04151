"""Teaching from a tab while the page is busy: what was done before the recording is paused or stopped belongs to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from agents.live.lesson import Lesson
from demo.human import Human
from recordings.recording import Recording
from tests.pages.afar import had, taught
from tests.pages.console import Served, served_console
from tests.pages.site import Site

BLOCK = "ms => { for (const until = Date.now() + ms; Date.now() < until;); }"
BUSY = "The page is still busy with what was done last."


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield made
    await made.close()


async def press_while_busy(human: Human, tab: Page, lesson: Lesson, busy_ms: int) -> asyncio.Future[object]:
    """Press a box of the page and type a letter, which the page takes when it is no longer busy."""
    box = await human.page.locator("#news").bounding_box()
    assert box is not None and lesson.screen is not None and lesson.screen.front is not None
    left, top, scale = await human.page._where()  # type: ignore[attr-defined]
    busy = asyncio.ensure_future(lesson.screen.front.page.evaluate(BLOCK, busy_ms))
    await tab.wait_for_timeout(200)
    x, y = left + (box["x"] + box["width"] / 2) * scale, top + (box["y"] + box["height"] / 2) * scale
    asked = lesson.screen.done
    await tab.mouse.click(x, y)
    await asyncio.sleep(0.2)
    assert lesson.screen.done <= asked + 2, "the page was not busy"
    return busy


async def test_what_was_done_before_a_pause_is_recorded(served: Served, site: Site, context: BrowserContext) -> None:
    async with taught(served, context, site.url("fields.html"), "paused in time") as (human, tab, lesson):
        busy = await press_while_busy(human, tab, lesson, 1200)
        await tab.get_by_role("button", name="Pause").click()
        await expect(tab.get_by_role("button", name="Resume")).to_be_visible()
        await busy
        assert lesson.controller is not None
        assert [step.kind for step in lesson.controller.situation.understood.steps] == ["check"]


async def test_a_pause_that_would_come_too_early_is_refused(
    served: Served, site: Site, context: BrowserContext
) -> None:
    async with taught(served, context, site.url("fields.html"), "paused early") as (human, tab, lesson):
        busy = await press_while_busy(human, tab, lesson, 4000)
        await tab.get_by_role("button", name="Pause").click()
        await expect(tab.get_by_text(BUSY)).to_be_visible()
        await busy
        assert lesson.screen is not None and lesson.controller is not None
        await had(tab, lesson.screen)
        await tab.get_by_role("button", name="Pause").click()
        await expect(tab.get_by_role("button", name="Resume")).to_be_visible()
        assert [step.kind for step in lesson.controller.situation.understood.steps] == ["check"]


async def test_what_was_done_before_the_end_is_kept(served: Served, site: Site, context: BrowserContext) -> None:
    async with taught(served, context, site.url("fields.html"), "stopped busy") as (human, tab, lesson):
        busy = await press_while_busy(human, tab, lesson, 3500)
        await tab.get_by_role("button", name="Stop & save").click()
        await asyncio.wait_for(lesson.over.wait(), 60)
        await asyncio.gather(busy, return_exceptions=True)
    kept = Recording.load(served.console.recordings / "stopped busy")
    assert [step.kind for step in kept.steps] == ["check"]
