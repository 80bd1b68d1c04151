"""A demonstration in a browser opened for it: from the first page until the person closes the window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Error

from agents.controller import Controller
from agents.panel import open_window, serve_panel
from browser.launch import open_browser
from recorder import Recorder
from recordings.errors import BrowserDiedError, PageUnreachableError
from recordings.recording import Recording


async def demonstrate(
    url: str,
    *,
    name: str,
    headless: bool,
    browser: Path | None,
    secret_fields: Sequence[str],
    stop: asyncio.Event,
    panel: bool,
    verify: bool,
    on_ready: Callable[[Controller], None],
    on_panel_closed: Callable[[], None],
    on_trying: Callable[[], None],
) -> Recording:
    """Open ``url`` and record until the window is closed or ``stop`` is set.

    Args:
        panel: Open the panel's window as well.
        on_ready: Told once there is a page: from then on the controller can be watched and asked.
        verify: Try what was recorded, in a headless browser of its own.
        on_panel_closed: Told when the person closes the panel; the recording goes on.
        on_trying: Told when the demonstration is over and is about to be tried.

    Raises:
        BrowserDiedError: The window was gone before it had a page.
        PageUnreachableError: The first page could not be opened.
    """
    async with open_browser(headless=headless, override=browser) as opened:
        async with _context(opened, headless) as context, AsyncExitStack() as beside:
            async with Recorder(context, name=name, secret_fields=secret_fields, verify=False) as demo:
                controller = Controller(demo, name, stop)
                try:
                    page = await context.new_page()
                except Error as error:
                    raise BrowserDiedError from error
                try:
                    await page.goto(url, wait_until="domcontentloaded")
                except Error as error:
                    raise PageUnreachableError(url, error.message.splitlines()[0]) from error
                if panel:
                    address = await beside.enter_async_context(serve_panel(controller))
                    await beside.enter_async_context(open_window(opened, address, on_panel_closed))
                    with suppress(Error):
                        await page.bring_to_front()
                on_ready(controller)
                await controller.follow(lambda: _is_open(context, opened))
    if not verify or not demo.recording.steps:
        return demo.recording
    on_trying()
    async with open_browser(headless=True, override=browser) as apart:
        return await demo.tried_in(apart)


def _is_open(context: BrowserContext, browser: Browser) -> bool:
    return browser.is_connected() and any(not page.is_closed() for page in context.pages)


@asynccontextmanager
async def _context(browser: Browser, headless: bool) -> AsyncIterator[BrowserContext]:
    """In a window the page is as large as the window; without one it has the usual size."""
    if headless:
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
    else:
        context = await browser.new_context(no_viewport=True)
    try:
        yield context
    finally:
        with suppress(Error):
            await context.close()
