"""The frames of a live screen: a tab in front gives one, also where the browser does not by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page

from agents.live.screen import LiveScreen, live_screen
from agents.live.tab import Tab
from tests.pages.stage import Stage, fresh


async def until_newer(screen: LiveScreen, number: int) -> None:
    """Wait until a frame came after this one."""
    async with asyncio.timeout(20):
        while screen.frame is None or screen.frame.number <= number:  # noqa: ASYNC110 - frames are told to viewers
            await asyncio.sleep(0.02)


@asynccontextmanager
async def seen(stage: Stage) -> AsyncIterator[tuple[LiveScreen, Tab, Page]]:
    """A page whose first frame came."""
    async with fresh(stage.browser) as context, live_screen(stage.browser, context) as screen:
        page = await context.new_page()
        await page.goto(stage.site.url("fields.html"))
        await until_newer(screen, 0)
        tab = screen.front
        assert tab is not None
        yield screen, tab, page


async def test_a_tab_whose_first_frame_does_not_come_is_asked_again(stage: Stage) -> None:
    async with seen(stage) as (screen, tab, _):
        for _ in range(5):
            await tab.hide()
            await asyncio.sleep(0.3)
            number = screen.frame.number if screen.frame else 0
            # The browser takes one after the other: it is told to stop before it has drawn a frame.
            await asyncio.gather(tab.show(), tab.session.send("Page.stopScreencast"))
            await until_newer(screen, number)


async def test_a_tab_that_is_hidden_is_asked_no_more(stage: Stage) -> None:
    async with seen(stage) as (screen, tab, page):
        await asyncio.gather(tab.show(), tab.hide())
        await asyncio.sleep(0.5)
        number = screen.frame.number if screen.frame else 0
        await page.evaluate("document.body.append('more')")
        await asyncio.sleep(1.5)
        assert screen.frame is not None and screen.frame.number == number
