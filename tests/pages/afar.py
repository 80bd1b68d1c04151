"""A person in the console's tab: mouse and keyboard work on the live picture, places are found in the page itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from playwright.async_api import BrowserContext, Page, expect

from agents.live.help import Help
from agents.live.lesson import Lesson
from agents.live.screen import LiveScreen
from demo.human import Human
from tests.pages.console import Served

_SOON_S = 20
Where = Callable[[], Awaitable[tuple[float, float, float]]]


class FarMouse:
    """The tab's mouse, on the picture; places are given as the page's own."""

    def __init__(
        self, tab: Page, screen: LiveScreen, place: Callable[[], Awaitable[tuple[float, float, float]]]
    ) -> None:
        self._tab, self._screen, self._place = tab, screen, place

    async def move(self, x: float, y: float, *, steps: int = 1) -> None:
        await self._tab.mouse.move(*await self._there(x, y), steps=steps)
        await had(self._tab, self._screen)

    async def down(self, **how: Any) -> None:
        await self._tab.mouse.down(**how)
        await had(self._tab, self._screen)

    async def up(self, **how: Any) -> None:
        await self._tab.mouse.up(**how)
        await had(self._tab, self._screen)

    async def click(self, x: float, y: float, **how: Any) -> None:
        await self._tab.mouse.click(*await self._there(x, y), **how)
        await had(self._tab, self._screen)

    async def dblclick(self, x: float, y: float, **how: Any) -> None:
        await self._tab.mouse.dblclick(*await self._there(x, y), **how)
        await had(self._tab, self._screen)

    async def wheel(self, dx: float, dy: float) -> None:
        await self._tab.mouse.wheel(dx, dy)
        await had(self._tab, self._screen)

    async def _there(self, x: float, y: float) -> tuple[float, float]:
        left, top, scale = await self._place()
        return left + x * scale, top + y * scale


class FarKeyboard:
    """The tab's keyboard, which the live page has."""

    def __init__(self, tab: Page, screen: LiveScreen) -> None:
        self._tab, self._screen = tab, screen

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        async def doing(*what: Any, **how: Any) -> None:
            await self._tab.locator("#hands").focus()
            await getattr(self._tab.keyboard, name)(*what, **how)
            await had(self._tab, self._screen)

        return doing


class FarPage:
    """A page that is shown, to look for places in; worked in by the hands above."""

    def __init__(self, tab: Page, screen: LiveScreen | None, page: Page) -> None:
        assert screen is not None
        self._screen, self._tab, self._page = screen, tab, page
        self.mouse, self.keyboard = FarMouse(tab, screen, self._where), FarKeyboard(tab, screen)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    def expect_popup(self, **how: Any) -> FarPopup:
        """As Playwright's; the tab that comes is one that is shown."""
        return FarPopup(self, self._page.expect_popup(**how))

    async def bring_to_front(self) -> None:
        """Press its name among the tabs."""
        pages = [tab.page for tab in self._screen._tabs]
        await self._tab.locator("#tabs [aria-pressed]").nth(pages.index(self._page)).click()
        await self.comes_to_front()

    async def comes_to_front(self) -> None:
        """Wait until it is the one that is shown."""
        async with asyncio.timeout(_SOON_S):
            while self._screen.front is None or self._screen.front.page is not self._page:
                await self._tab.wait_for_timeout(5)

    async def _where(self) -> tuple[float, float, float]:
        box = await self._tab.locator("#hands").bounding_box()
        assert box is not None
        return box["x"], box["y"], box["width"] / (self._page.viewport_size or {"width": 1280})["width"]


class FarPopup:
    """A tab that a page opens, waited for."""

    def __init__(self, opener: FarPage, manager: Any) -> None:
        self._opener, self._manager = opener, manager

    async def __aenter__(self) -> FarPopup:
        self._info = await self._manager.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._manager.__aexit__(*error)

    @property
    async def value(self) -> FarPage:
        opener = self._opener
        page = FarPage(opener._tab, opener._screen, await self._info.value)
        await page.comes_to_front()
        return page


async def had(tab: Page, screen: LiveScreen) -> None:
    """Wait until all that was done in the tab is done in the page, or the page asks something back."""
    async with asyncio.timeout(_SOON_S):
        sent = await tab.evaluate("sent")
        while screen.done < sent and not (screen.front and screen.front.dialog):
            await tab.wait_for_timeout(5)


async def opened_help(served: Served, context: BrowserContext, waiting: Help) -> tuple[Human, Page]:
    """A run that waits, opened as a person does, with a person in its tab."""
    tab = await served.page(context, "/help")
    await tab.get_by_role("main").get_by_role("link", name="Take over").click()
    await tab.wait_for_url("**/help/*/")
    await expect(tab.locator("#covered")).to_be_hidden(timeout=20_000)
    return Human(cast(Page, FarPage(tab, waiting.screen, waiting.need.page)), 5), tab


@asynccontextmanager
async def taught(
    served: Served, context: BrowserContext, address: str, name: str
) -> AsyncIterator[tuple[Human, Page, Lesson]]:
    """A demonstration begun in the console as a person does, with a person in its tab; given up at the end if it is
    not over by then."""
    tab = await served.page(context, "/teach")
    await tab.get_by_label("Address to begin at").fill(address)
    await tab.get_by_label("Name of the recording").fill(name)
    await tab.get_by_role("button", name="Open the page").click()
    await tab.wait_for_url("**/teach/*/", timeout=60_000)
    await expect(tab.locator("#covered")).to_be_hidden(timeout=20_000)
    lesson = served.console.lessons.lesson(tab.url.split("/")[-2])
    try:
        assert lesson.screen is not None
        assert lesson.screen.front is not None
        yield Human(cast(Page, FarPage(tab, lesson.screen, lesson.screen.front.page)), 5), tab, lesson
    finally:
        if not lesson.is_over:
            lesson.drop()
            await tab.goto("about:blank")
        await tab.close()
