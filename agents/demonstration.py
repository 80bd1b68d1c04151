"""A demonstration in a browser opened for it: from the first page until the person closes the window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Error

from browser.launch import open_browser
from recorder import Recorder
from recorder.compile import Compiled
from recordings.errors import BrowserDiedError, PageUnreachableError
from recordings.recording import Recording

_TELL_EVERY_S = 0.25


async def demonstrate(
    url: str,
    *,
    name: str,
    headless: bool,
    browser: Path | None,
    secret_fields: Sequence[str],
    stop: asyncio.Event,
    on_steps: Callable[[Compiled], None],
) -> Recording:
    """Open ``url`` and record until the window is closed or ``stop`` is set.

    Args:
        on_steps: Told the steps as they are understood, a few times a second while they change.

    Raises:
        BrowserDiedError: The window was gone before it had a page.
        PageUnreachableError: The first page could not be opened.
    """
    async with open_browser(headless=headless, override=browser) as opened:
        async with _context(opened, headless) as context:
            async with Recorder(context, name=name, secret_fields=secret_fields) as demo:
                try:
                    page = await context.new_page()
                except Error as error:
                    raise BrowserDiedError from error
                try:
                    await page.goto(url, wait_until="domcontentloaded")
                except Error as error:
                    raise PageUnreachableError(url, error.message.splitlines()[0]) from error
                await _until_ended(context, opened, demo, stop, on_steps)
            return demo.recording


async def _until_ended(
    context: BrowserContext,
    browser: Browser,
    demo: Recorder,
    stop: asyncio.Event,
    on_steps: Callable[[Compiled], None],
) -> None:
    told = -1
    while browser.is_connected() and any(not page.is_closed() for page in context.pages):
        if demo.heard != told:
            told = demo.heard
            on_steps(demo.so_far())
        with suppress(TimeoutError):
            async with asyncio.timeout(_TELL_EVERY_S):
                await stop.wait()
        if stop.is_set():
            return


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
