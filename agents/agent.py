"""An agent: one fresh, isolated session doing one plan."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any, Protocol, cast

from playwright.async_api import Browser, BrowserContext, Error, StorageState

from browser.launch import in_time
from recordings.errors import BrowserDiedError
from recordings.recording import Viewport
from recordings.trace import Pictures, Trace
from replayer import Replayer, Waits
from replayer.guard import CommitGuard
from replayer.heal import Hints
from replayer.help import Helper
from replayer.plan import Plan
from replayer.sinks import Sink
from replayer.walk import RowsDone

log = logging.getLogger("showonce.agents")

_ANSWERS_S = Waits().browser_s

_KEPT_S = 10.0
"""How long a context may take to tell its state, which it does in milliseconds."""


class BeginsWith(Protocol):
    """What a run begins signed in by: Playwright's storage ``state``, None for nothing."""

    @property
    def state(self) -> dict[str, Any] | None: ...

    async def passed(self, state: dict[str, Any]) -> None:
        """Told what the context came to, if the run passed."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """One run to be done.

    ``hints`` are shared by the runs of a batch. ``guard`` is told of each step that must not take effect twice; of
    those of which nothing left, once the context is closed and nothing can leave any more. ``helper`` is asked where a
    person can mend a step. ``trace_id`` is what the run is called, "" for one made up; ``dry`` stops it before the
    first step that must not take effect twice. ``session`` is what it begins signed in by: a file of Playwright's
    storage state, or what is told also what a run that passed came to. ``rows_done`` are the rows that a run before it
    did, by loop.
    """

    plan: Plan
    sink: Sink
    pictures: Pictures = "failure"
    waits: Waits = field(default_factory=Waits)
    hints: Hints | None = None
    guard: CommitGuard | None = None
    helper: Helper | None = None
    trace_id: str = ""
    dry: bool = False
    session: Path | BeginsWith | None = None
    rows_done: RowsDone = field(default_factory=dict)


@asynccontextmanager
async def open_context(
    browser: Browser,
    viewport: Viewport,
    session: Path | BeginsWith | None = None,
    *,
    answers_s: float = _ANSWERS_S,
) -> AsyncIterator[BrowserContext]:
    """Open a context that shares nothing with others, and close it whatever happened.

    A browser that does not do so in ``answers_s`` hangs, and with it all that is done in it: it is killed.
    """
    opening = browser.new_context(
        viewport={"width": viewport.width, "height": viewport.height},
        accept_downloads=True,
        storage_state=state_of(session),
    )
    try:
        context = await in_time(browser, opening, answers_s)
    except Error as error:
        raise BrowserDiedError from error
    try:
        yield context
    finally:
        with suppress(Error):  # the browser died, and the context with it
            await in_time(browser, context.close(), answers_s)


async def work(browser: Browser, job: Job, *, unwatched: bool = False) -> Trace:
    """Do one job in a fresh context; the trace is closed in the sink whatever happens.

    Args:
        unwatched: The browser has no window, so that nobody looks at its tabs.

    Raises:
        BrowserDiedError: No context could be opened; nothing was done.
    """
    trace_id = job.trace_id or token_hex(16)
    replayer: Replayer | None = None
    try:
        viewport, answers_s = job.plan.recording.viewport, job.waits.browser_s
        async with open_context(browser, viewport, job.session, answers_s=answers_s) as context:
            replayer = Replayer(
                context,
                sink=job.sink,
                pictures=job.pictures,
                waits=job.waits,
                hints=job.hints,
                guard=job.guard,
                helper=job.helper,
                dry=job.dry,
                unwatched=unwatched,
                rows_done=job.rows_done,
            )
            trace = await replayer.run(job.plan, trace_id=trace_id)
            if trace.status == "passed":
                await tell_state(context, job.session)
            return trace
    finally:
        # A browser that died may have sent what it did not live to tell.
        if replayer is not None and job.guard is not None and browser.is_connected():
            for sending in replayer.unsent:
                await job.guard.void(sending, trace_id)


def state_of(session: Path | BeginsWith | None) -> Path | StorageState | None:
    """What a context begins with, as Playwright wants it."""
    if session is None or isinstance(session, Path):
        return session
    return cast(StorageState | None, session.state)


async def tell_state(context: BrowserContext, session: Path | BeginsWith | None) -> None:
    """Tell who lent a session what a context that went well came to; what fails here takes nothing back of what was
    done."""
    lender = None if isinstance(session, Path) else session
    if lender is None:
        return
    try:
        async with asyncio.timeout(_KEPT_S):
            state = await context.storage_state(indexed_db=True)
    except (Error, TimeoutError) as error:
        log.warning("What the browser came to could not be kept as a session: %s", error)
        return
    await lender.passed(cast(dict[str, Any], state))
