"""A demonstration in a browser opened for it: from the first page until the person closes the window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.async_api import Browser, BrowserContext, Error, Page, ViewportSize

from agents.agent import BeginsWith, state_of, tell_state
from agents.controller import Controller
from agents.panel import make_room, open_window, serve_panel
from browser.launch import open_browser
from recorder import Recorder
from recorder.live_check import LiveCheck
from recordings.errors import BrowserDiedError, CouldNotStartError, PageUnreachableError
from recordings.recording import Recording, Viewport

USUAL = Viewport(width=1280, height=800)


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
    screen: Callable[[Browser, BrowserContext], AbstractAsyncContextManager[object]] | None = None,
    viewport: Viewport = USUAL,
    session: Path | BeginsWith | None = None,
) -> Recording:
    """Open ``url`` and record until the window is closed or ``stop`` is set.

    Args:
        panel: Open the panel's window as well.
        on_ready: Told once there is a page: from then on the controller can be watched and asked.
        verify: Try what is recorded in a headless browser of its own: each step soon after it, and all at the end.
        on_panel_closed: Told when the person closes the panel; the recording goes on.
        on_trying: Told when the demonstration is over and is about to be tried.
        screen: Shows the context to a person elsewhere while it is recorded.
        viewport: How large the page is where there is no window.
        session: What it begins signed in by, and its trials as well.

    Raises:
        BrowserDiedError: The window was gone before it had a page.
        PageUnreachableError: The first page could not be opened.
    """
    async with _Apart(browser) as apart:
        async with open_browser(headless=headless, override=browser) as opened:
            async with _context(opened, headless, viewport, session) as context, AsyncExitStack() as beside:
                async with Recorder(context, name=name, secret_fields=secret_fields, verify=False) as demo:
                    live = LiveCheck(demo, apart.browser) if verify else None
                    controller = Controller(demo, name, stop, live=live)
                    if screen is not None:
                        await beside.enter_async_context(screen(opened, context))
                    page = await first_page(context, url)
                    if panel:
                        address = await beside.enter_async_context(serve_panel(controller))
                        window = await beside.enter_async_context(open_window(opened, address, on_panel_closed))
                        with suppress(Error):
                            if window is not None:
                                await make_room(page, window)
                            await page.bring_to_front()
                    on_ready(controller)
                    async with live.following() if live is not None else nullcontext():
                        await controller.follow(lambda: _is_open(context, opened))
                    if opened.is_connected():
                        await tell_state(context, session)
        if not verify or not demo.recording.steps:
            return demo.recording
        on_trying()
        return await _tried(demo, apart)


async def first_page(context: BrowserContext, url: str) -> Page:
    """Open ``url`` in a tab of its own.

    Raises:
        BrowserDiedError: There is no browser any more.
        PageUnreachableError: It could not be opened.
    """
    try:
        page = await context.new_page()
    except Error as error:
        raise BrowserDiedError from error
    try:
        await page.goto(url, wait_until="domcontentloaded")
    except Error as error:
        raise PageUnreachableError(url, error.message.splitlines()[0]) from error
    return page


async def _tried(demo: Recorder, apart: _Apart) -> Recording:
    """The recording, tried; as it was shown, with a warning, where there is no browser to try it in."""
    try:
        browser = await apart.browser()
    except CouldNotStartError as error:
        words = f"The recording could not be tried: {error}"
        return demo.recording.model_copy(update={"warnings": (*demo.recording.warnings, words)})
    return await demo.tried_in(browser)


class _Apart:
    """A headless browser apart from the one that a person works in, opened when it is asked for first."""

    def __init__(self, override: Path | None) -> None:
        self._override = override
        self._open = AsyncExitStack()
        self._opening: asyncio.Task[Browser] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)
            await self._open.aclose()

    async def browser(self) -> Browser:
        """The browser; another where it died. Raises as ``open_browser``."""
        if self._opening is None or (self._opening.done() and not _is_there(self._opening)):
            opening = self._open.enter_async_context(open_browser(headless=True, override=self._override))
            self._opening = asyncio.create_task(opening)
        # Whoever asked may be cancelled; Playwright's driver, cancelled while it starts, would stay behind.
        return await asyncio.shield(self._opening)


def _is_there(opening: asyncio.Task[Browser]) -> bool:
    return not opening.cancelled() and opening.exception() is None and opening.result().is_connected()


def _is_open(context: BrowserContext, browser: Browser) -> bool:
    return browser.is_connected() and any(not page.is_closed() for page in context.pages)


@asynccontextmanager
async def _context(
    browser: Browser, headless: bool, viewport: Viewport, session: Path | BeginsWith | None
) -> AsyncIterator[BrowserContext]:
    """In a window the page is as large as the window; without one it has the usual size."""
    state = state_of(session)
    if headless:
        size: ViewportSize = {"width": viewport.width, "height": viewport.height}
        context = await browser.new_context(viewport=size, storage_state=state)
    else:
        context = await browser.new_context(no_viewport=True, storage_state=state)
    try:
        yield context
    finally:
        with suppress(Error):
            await context.close()
