"""An agent: one fresh, isolated session doing one plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from playwright.async_api import Browser, BrowserContext, Error

from recordings.errors import BrowserDiedError
from recordings.recording import Viewport
from recordings.trace import Trace
from replayer import Replayer, Waits
from replayer.heal import Hints
from replayer.plan import Plan
from replayer.replay import Pictures
from replayer.sinks import Sink


@asynccontextmanager
async def open_context(browser: Browser, viewport: Viewport) -> AsyncIterator[BrowserContext]:
    """Open a context that shares nothing with others, and close it whatever happened."""
    try:
        context = await browser.new_context(
            viewport={"width": viewport.width, "height": viewport.height}, accept_downloads=True
        )
    except Error as error:
        raise BrowserDiedError from error
    try:
        yield context
    finally:
        with suppress(Error):  # the browser died, and the context with it
            await context.close()


async def work(
    browser: Browser, plan: Plan, sink: Sink, pictures: Pictures, waits: Waits, hints: Hints | None = None
) -> Trace:
    """Do one plan in a fresh context; the trace is closed in the sink whatever happens.

    Raises:
        BrowserDiedError: No context could be opened; nothing was done.
    """
    async with open_context(browser, plan.recording.viewport) as context:
        return await Replayer(context, sink=sink, pictures=pictures, waits=waits, hints=hints).run(plan)
