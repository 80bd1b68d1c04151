"""The panel's window: small, beside the recorded one, in a context of its own that no recorder listens to."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from playwright.async_api import Browser, BrowserContext, Error, Page

log = logging.getLogger("showonce.panel")

WIDTH_PX, HEIGHT_PX = 400, 780
_LEAST_PX = 640
# A window that a page opens with a size has no tabs; only a page can open one.
_OPEN = "size => { open('about:blank', '', size) }"


@asynccontextmanager
async def open_window(browser: Browser, address: str, on_closed: Callable[[], None]) -> AsyncIterator[Page | None]:
    """Open the panel and close it on the way out; None where the browser would not, which ends nothing.

    Args:
        on_closed: Called when the person closes it.
    """
    context = await browser.new_context(no_viewport=True)
    over = False
    try:
        page = await _opened(context, address)
        if page is not None:
            page.on("close", lambda _: None if over or not browser.is_connected() else on_closed())
        yield page
    finally:
        over = True
        with suppress(Error):
            await context.close()


async def _opened(context: BrowserContext, address: str) -> Page | None:
    try:
        first = await context.new_page()
        async with context.expect_page() as coming:
            await first.evaluate(_OPEN, f"popup,width={WIDTH_PX},height={HEIGHT_PX}")
        page = await coming.value
        await first.close()
        # Gone to by us: an address that a page goes to would not be given the strict cookie.
        await page.goto(address)
    except Error as error:
        log.warning("The panel's window could not be opened: %s", error.message.splitlines()[0])
        return None
    with suppress(Error):
        await _to_the_right(context, page)
    return page


async def make_room(recorded: Page, panel: Page) -> None:
    """Where the recorded window reaches under the panel, let it end beside it, if it stays wide enough to work in."""
    left = await panel.evaluate("screenX")
    session = await recorded.context.new_cdp_session(recorded)
    window = await session.send("Browser.getWindowForTarget")
    bounds = window["bounds"]
    width = left - bounds["left"]
    if bounds["windowState"] == "normal" and _LEAST_PX <= width < bounds["width"]:
        await session.send("Browser.setWindowBounds", {"windowId": window["windowId"], "bounds": {"width": width}})
    await session.detach()


async def _to_the_right(context: BrowserContext, page: Page) -> None:
    """Where it covers least: at the right end of the screen; no higher than that is."""
    left = await page.evaluate("width => Math.max(0, screen.availLeft + screen.availWidth - width)", WIDTH_PX)
    height = min(HEIGHT_PX, await page.evaluate("screen.availHeight"))
    session = await context.new_cdp_session(page)
    window = await session.send("Browser.getWindowForTarget")
    bounds = {"left": left, "top": 0, "width": WIDTH_PX, "height": height}
    await session.send("Browser.setWindowBounds", {"windowId": window["windowId"], "bounds": bounds})
    await session.detach()
