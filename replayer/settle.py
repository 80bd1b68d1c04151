"""Waiting for the evidence that the demonstration showed, never for a duration; and saying what did not come."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import assert_never

from playwright.async_api import Error, Request
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from recordings.signals import (
    DialogAnswered,
    Downloaded,
    Navigated,
    PageClosed,
    PopupOpened,
    Requested,
    Signal,
)
from recordings.urls import same_place
from replayer.errors import EffectMissingError
from replayer.watch import Seen, Watch

_CLOSES_ITSELF_MS = 1500


async def settle(watch: Watch, signals: tuple[Signal, ...], timeout_s: float, words: str) -> None:
    """Return when every recorded signal has come again.

    Raises:
        EffectMissingError: Some did not come in time, came otherwise, or a dialog came that was not shown.
    """
    try:
        async with asyncio.timeout(timeout_s):
            while not all(_came(signal, watch.seen) for signal in signals if not isinstance(signal, PageClosed)):
                refuse_unexpected(watch, words)
                watch.changed.clear()
                await watch.changed.wait()
            await _answered(watch.seen, signals, words)
    except TimeoutError:
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await _answered(watch.seen, signals, words)  # an answer that differs says why the rest is missing
        missing = "; ".join(said(signal) for signal in signals if not _came(signal, watch.seen))
        missing = missing or "an answer to a request that was sent"
        raise EffectMissingError(
            f"{words}: it was done, but what followed in the demonstration did not come: {missing}.",
            "Check in the application whether it took effect before running again.",
        ) from None
    for signal in signals:
        if isinstance(signal, PageClosed):
            await _closed(watch, signal.page)
    refuse_unexpected(watch, words)


async def _closed(watch: Watch, number: int) -> None:
    """A tab that closed soon after a gesture: by its page, or by the person, which looks the same. It ends closed."""
    if number >= len(watch.pages) or watch.pages[number].is_closed():
        return
    with suppress(Error):
        try:
            await watch.pages[number].wait_for_event("close", timeout=_CLOSES_ITSELF_MS)
        except PlaywrightTimeoutError:
            await watch.pages[number].close()


def refuse_unexpected(watch: Watch, words: str) -> None:
    """Stop at a dialog that the demonstration did not have.

    Raises:
        EffectMissingError: One came; it was dismissed.
    """
    if watch.seen.unexpected:
        came = watch.seen.unexpected[0]
        raise EffectMissingError(
            f"{words}: a dialog came that the demonstration did not have: '{came.message}'. It was dismissed.",
            "Record the step again, with the dialog.",
        )


def _came(signal: Signal, seen: Seen) -> bool:
    match signal:
        case Navigated():
            return any(same_place(signal.url, url) for url in seen.navigations)
        case Requested():
            return _requested(signal, seen) is not None
        case PopupOpened():
            return bool(seen.popups)
        case PageClosed():
            return signal.page in seen.closed
        case Downloaded():
            return bool(seen.downloads)
        case DialogAnswered():
            return any(dialog.type == signal.type for dialog in seen.dialogs)
        case _:
            assert_never(signal)


def _requested(signal: Requested, seen: Seen) -> Request | None:
    """The request that is most surely the recorded one: the same method, and the same path."""
    return next((r for r in seen.requests if r.method == signal.method and same_place(signal.url, r.url)), None)


async def _answered(seen: Seen, signals: tuple[Signal, ...], words: str) -> None:
    """Each recorded request got an answer of the same class as in the demonstration."""
    sent = Counter(s.method + s.url for s in signals if isinstance(s, Requested))
    for signal in signals:
        if not isinstance(signal, Requested) or signal.status is None or not sent[signal.method + signal.url]:
            continue
        sent[signal.method + signal.url] = 0
        request = _requested(signal, seen)
        if request is None:
            continue
        status = await _status(request)
        if status is None or status // 100 != signal.status // 100:
            got = f"was answered {status}" if status else "failed"
            raise EffectMissingError(
                f"{words}: {signal.method} {signal.url} {got}, where the demonstration got {signal.status}.",
                "Look at the picture and the page's message; the values may have been refused.",
            )


async def _status(request: Request) -> int | None:
    try:
        response = await request.response()
    except Error:
        return None
    return response.status if response is not None else None


def said(signal: Signal) -> str:
    """What a signal is, for a reader: ``a POST to /customers``."""
    match signal:
        case Navigated():
            return f"the page {signal.url}"
        case Requested():
            return f"a {signal.method} to {signal.url}"
        case PopupOpened():
            return "a new tab"
        case PageClosed():
            return f"the closing of tab {signal.page + 1}"
        case Downloaded():
            return f"the download of {signal.filename}"
        case DialogAnswered():
            return f"the {signal.type} dialog"
        case _:
            assert_never(signal)
