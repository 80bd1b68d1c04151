"""The first page of a run, opened; and what a server says that is too busy for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime

from playwright.async_api import BrowserContext, Error, Page, Response, ViewportSize

from browser.page_script import install
from recordings.errors import PageUnreachableError
from replayer.errors import is_dead
from replayer.plan import Plan
from replayer.watch import Watch

_TOO_MANY = 429
_TAB_S = 30.0
"""How long the browser may take besides; it takes milliseconds."""
_BUSY = frozenset({_TOO_MANY, 503})


async def open_first(
    context: BrowserContext,
    plan: Plan,
    watch: Watch,
    timeout_s: float,
    now: float,
    meet: Callable[[Page], Awaitable[None]],
) -> None:
    """Open the page where the demonstration began, in the first tab, which is met before it goes there.

    Raises:
        PageUnreachableError: It did not come, or the server answered that it cannot, or is too busy.
    """
    try:
        async with asyncio.timeout(timeout_s + _TAB_S):
            await install(context)
            page = watch.pages[0] if watch.pages else await context.new_page()
            view: ViewportSize = {"width": plan.recording.viewport.width, "height": plan.recording.viewport.height}
            if page.viewport_size and page.viewport_size != view:
                await page.set_viewport_size(view)
            await meet(page)
            if plan.start != "about:blank":
                response = await page.goto(plan.start, timeout=timeout_s * 1000, wait_until="domcontentloaded")
                if response is not None and (response.status >= 500 or response.status == _TOO_MANY):
                    error = PageUnreachableError(plan.start, f"the server answered {response.status}")
                    raise error.because_of(response.status, asked_to_wait_s(response, now))
    except TimeoutError:
        raise PageUnreachableError(plan.start, "the browser does not answer") from None
    except Error as error:
        if is_dead(error):
            raise
        raise PageUnreachableError(plan.start, error.message.splitlines()[0]) from error


def asked_to_wait_s(answer: Response | None, now: float) -> float | None:
    """How long a busy server (429, 503) asks to be left alone; None where it does not say."""
    if answer is None or answer.status not in _BUSY:
        return None
    return seconds_until(answer.headers.get("retry-after", ""), now)


def seconds_until(when: str, now: float) -> float | None:
    """Seconds from ``now`` (since the epoch) until what a Retry-After header says: seconds, or a date as HTTP writes
    it; 0 where that is past, None where it says neither."""
    text = when.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None
