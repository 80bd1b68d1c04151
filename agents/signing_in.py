"""A person signs in once, in a window of its own; and looking whether somebody is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from playwright.async_api import Browser, BrowserContext, Error, Page

from agents.agent import BeginsWith, open_context
from agents.demonstration import first_page
from browser.launch import open_browser
from recordings.errors import PageUnreachableError, RecordingFailedError
from recordings.recording import Viewport
from recordings.urls import origin_of, url_pattern
from replayer.login import SIGNED_OUT, Came, Expected, is_there, login_instead
from replayer.login_page import asked_in

_LOOK_S = 0.5
_LOAD_MS = 30_000


class NothingKeptError(RecordingFailedError):
    """The person ended, and the site had kept nothing."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"Nothing was kept: {origin_of(url)} left no cookie and nothing else in the browser.",
            "Sign in until you see the page behind the login, and then close the window.",
        )


@dataclass(frozen=True, slots=True)
class BySomebody:
    """What a browser kept of somebody who signed in: Playwright's storage ``state``.

    ``whole``: with what pages keep for themselves, and not only the cookies. ``asks``: the last page that was seen
    asked for a password still, or who signs in.
    """

    state: dict[str, Any]
    whole: bool = True
    asks: bool = False


@dataclass(slots=True)
class _Seen:
    cookies: list[dict[str, Any]]
    asks: bool = False


async def sign_in_by_hand(
    url: str,
    *,
    stop: asyncio.Event,
    headless: bool = False,
    browser: Path | None = None,
    on_ready: Callable[[Page], None] = lambda _: None,
) -> BySomebody:
    """Open ``url`` in a window, and keep what the browser has when it is closed, or ``stop`` is set.

    Args:
        on_ready: Told the page, once it is there.

    Raises:
        DisplayMissingError: There is nothing to show a window on.
        PageUnreachableError: ``url`` could not be opened.
        NothingKeptError: There is nothing to keep.
    """
    async with open_browser(headless=headless, override=browser) as opened:
        context = await opened.new_context(no_viewport=not headless)
        page = await first_page(context, url)
        on_ready(page)
        seen = await _until_closed(opened, context, stop)
        try:
            state, whole = cast(dict[str, Any], await context.storage_state(indexed_db=True)), True
        except Error:  # the browser was closed as a whole
            state, whole = {"cookies": seen.cookies, "origins": []}, False
    if not state["cookies"] and not state["origins"]:
        raise NothingKeptError(url)
    return BySomebody(state, whole, seen.asks)


async def why_signed_out(browser: Browser, url: str, session: BeginsWith) -> str:
    """Open ``url`` with a session: "" where the page comes, else why it is taken for a login page. A session with which
    the page came is told what it came to.

    Raises:
        PageUnreachableError: It could not be opened.
    """
    async with open_context(browser, Viewport(), session) as context:
        page = await context.new_page()
        try:
            answer = await page.goto(url, timeout=_LOAD_MS)
        except Error as error:
            raise PageUnreachableError(url, error.message.splitlines()[0]) from error
        came = Came(page.url, await asked_in(page.frames), answer.status if answer is not None else None)
        expected = Expected(url_pattern(url), origin_of(url), asked="")
        why = login_instead(expected, came)
        if why and came.status not in SIGNED_OUT and is_there(expected, came.url):
            why = "the page itself asks people to sign in (if it always does, check one behind the login)"
        if not why:
            await session.passed(cast(dict[str, Any], await context.storage_state(indexed_db=True)))
        return why


async def _until_closed(browser: Browser, context: BrowserContext, stop: asyncio.Event) -> _Seen:
    """Wait for the person; what was seen last. The whole state is not looked at meanwhile: for that Playwright opens a
    tab, which would take the keyboard from whoever types a password."""
    seen = _Seen([])
    while browser.is_connected() and (pages := [page for page in context.pages if not page.is_closed()]):
        with suppress(Error):
            seen.cookies = [dict(cookie) for cookie in await context.cookies()]
            seen.asks = await asked_in(pages[-1].frames) in ("password", "name")
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                await stop.wait()
        if stop.is_set():
            break
    return seen
