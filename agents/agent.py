"""An agent: one fresh, isolated session doing one plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
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
from replayer.walk import RowsDone


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be done.

    ``hints`` are shared by the runs of a batch. ``guard`` is told of each step that must not take effect twice; of
    those of which nothing left, once the context is closed and nothing can leave any more. ``trace_id`` is what the
    run is called, "" for one made up; ``dry`` stops it before the first such step. ``session`` is a saved session
    (Playwright's storage state) to begin with. ``rows_done`` are the rows that a run before it did, by loop.
    """

    plan: Plan
    sink: Sink
    pictures: Pictures = "failure"
    waits: Waits = field(default_factory=Waits)
    hints: Hints | None = None
    guard: CommitGuard | None = None
    trace_id: str = ""
    dry: bool = False
    session: Path | None = None
    rows_done: RowsDone = field(default_factory=dict)


@asynccontextmanager
async def open_context(
    browser: Browser, viewport: Viewport, session: Path | None = None
) -> AsyncIterator[BrowserContext]:
    """Open a context that shares nothing with others, and close it whatever happened."""
    try:
        context = await browser.new_context(
            viewport={"width": viewport.width, "height": viewport.height},
            accept_downloads=True,
            storage_state=session,
        )
    except Error as error:
        raise BrowserDiedError from error
    try:
        yield context
    finally:
        with suppress(Error):  # the browser died, and the context with it
            await context.close()


async def work(browser: Browser, job: Job) -> Trace:
    """Do one job in a fresh context; the trace is closed in the sink whatever happens.

    Raises:
        BrowserDiedError: No context could be opened; nothing was done.
    """
    trace_id = job.trace_id or token_hex(16)
    replayer: Replayer | None = None
    try:
        async with open_context(browser, job.plan.recording.viewport, job.session) as context:
            replayer = Replayer(
                context,
                sink=job.sink,
                pictures=job.pictures,
                waits=job.waits,
                hints=job.hints,
                guard=job.guard,
                dry=job.dry,
                rows_done=job.rows_done,
            )
            return await replayer.run(job.plan, trace_id=trace_id)
    finally:
        # A browser that died may have sent what it did not live to tell.
        if replayer is not None and job.guard is not None and browser.is_connected():
            for sending in replayer.unsent:
                await job.guard.void(sending, trace_id)
