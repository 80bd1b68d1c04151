"""A demonstration in the Chrome that a person uses already, reached by its debugging address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from playwright.async_api import BrowserContext, Error, Page

from browser.attach import attached
from recorder import Recorder
from recorder.compile import Compiled
from recordings.errors import CouldNotStartError, PageUnreachableError
from recordings.recording import Recording

_TELL_EVERY_S = 0.25
_SLEEPS_S, _BUSY_S = 1.0, 9.0
_TITLE_AND_RANK = "[document.title, document.hasFocus() ? 2 : document.visibilityState === 'visible' ? 1 : 0]"
_WEB = ("http://", "https://", "file://")


class TabUnknownError(CouldNotStartError):
    """No tab is open that could be the start."""

    def __init__(self, wanted: str, open_tabs: Sequence[str]) -> None:
        what = f"No open tab has '{wanted}' in its address or title." if wanted else "No tab shows a web page."
        tabs = f"Open are: {', '.join(open_tabs[:8])}." if open_tabs else "Open one, or give a URL."
        super().__init__(what, tabs)


async def demonstrate_in_own_browser(
    endpoint: str,
    *,
    url: str,
    tab: str,
    name: str,
    secret_fields: Sequence[str],
    stop: asyncio.Event,
    on_steps: Callable[[Compiled], None],
) -> Recording:
    """Record in a person's Chrome until the recorded tab is closed or ``stop`` is set; Chrome and its tabs stay.

    Args:
        url: Opened in a new tab, where the demonstration then begins; "" begins in a tab that is open.
        tab: What the address or title of that tab contains; "" takes the one that is in front, else the first.
        on_steps: Told the steps as they are understood, a few times a second while they change.

    Raises:
        CouldNotStartError: Chrome cannot be attached to, or no open tab can be the start.
        PageUnreachableError: ``url`` could not be opened.
    """
    async with attached(endpoint) as context:
        page = await context.new_page() if url else await _open_tab(context, tab)
        async with Recorder(context, name=name, secret_fields=secret_fields, start=page, verify=False) as demo:
            if url:
                await _go(page, url)
            await _until_ended(page, demo, stop, on_steps)
        return demo.recording


async def _open_tab(context: BrowserContext, wanted: str) -> Page:
    tabs = [page for page in context.pages if page.url.startswith(_WEB)]
    seen = await _ranked(tabs)
    told = [f"{page.url} ({title})" if title else page.url for page, (title, _) in zip(tabs, seen, strict=True)]
    fitting = [
        (rank, page)
        for page, (title, rank) in zip(tabs, seen, strict=True)
        if wanted.casefold() in page.url.casefold() or wanted.casefold() in title.casefold()
    ]
    if not fitting:
        raise TabUnknownError(wanted, told)
    return max(fitting, key=lambda one: one[0])[1]


async def _ranked(tabs: Sequence[Page]) -> list[tuple[str, int]]:
    """The tabs' titles, and how far in front each is: 2 where the person is, 1 in another window, 0 behind others. One
    that sleeps answers nothing, and is not waited for long; but where none is in front, one that has not answered may
    be."""
    asking = [asyncio.ensure_future(_title_and_rank(page)) for page in tabs]
    if asking:
        answered, silent = await asyncio.wait(asking, timeout=_SLEEPS_S)
        if silent and not any(one.result()[1] for one in answered):
            await asyncio.wait(silent, timeout=_BUSY_S)
    for one in asking:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    return [("", 0) if one.cancelled() else one.result() for one in asking]


async def _title_and_rank(page: Page) -> tuple[str, int]:
    with suppress(Error):
        title, rank = await page.evaluate(_TITLE_AND_RANK)
        return str(title), int(rank)
    return "", 0


async def _go(page: Page, url: str) -> None:
    try:
        await page.goto(url, wait_until="domcontentloaded")
    except Error as error:
        with suppress(Error):
            await page.close()
        raise PageUnreachableError(url, error.message.splitlines()[0]) from error


async def _until_ended(page: Page, demo: Recorder, stop: asyncio.Event, on_steps: Callable[[Compiled], None]) -> None:
    told = (-1, -1)
    while not page.is_closed():
        if demo.changes != told:
            told = demo.changes
            on_steps(demo.so_far())
        with suppress(TimeoutError):
            async with asyncio.timeout(_TELL_EVERY_S):
                await stop.wait()
        if stop.is_set():
            return
