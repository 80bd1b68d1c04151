"""An agent: one fresh, isolated session doing one plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from secrets import token_hex

from playwright.async_api import Browser, BrowserContext, Error

from recordings.errors import BrowserDiedError
from recordings.recording import Viewport
from recordings.trace import Trace
from replayer import Replayer, Waits
from replayer.guard import CommitGuard
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
    browser: Browser,
    plan: Plan,
    sink: Sink,
    pictures: Pictures,
    waits: Waits,
    hints: Hints | None = None,
    *,
    guard: CommitGuard | None = None,
    trace_id: str = "",
    dry: bool = False,
) -> Trace:
    """Do one plan in a fresh context; the trace is closed in the sink whatever happens.

    Args:
        guard: Is told of each step that must not take effect twice; of those of which nothing left, once the context is
            closed and nothing can leave any more.

    Raises:
        BrowserDiedError: No context could be opened; nothing was done.
    """
    trace_id = trace_id or token_hex(16)
    replayer: Replayer | None = None
    try:
        async with open_context(browser, plan.recording.viewport) as context:
            replayer = Replayer(context, sink=sink, pictures=pictures, waits=waits, hints=hints, guard=guard, dry=dry)
            return await replayer.run(plan, trace_id=trace_id)
    finally:
        # A browser that died may have sent what it did not live to tell.
        if replayer is not None and guard is not None and browser.is_connected():
            for step in replayer.unsent:
                await guard.void(step, trace_id)
