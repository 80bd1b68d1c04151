"""Waiting for the evidence that the demonstration showed, never for a duration; and saying what did not come."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from typing import assert_never

from playwright.async_api import Error, Request, Response
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
from replayer.opening import asked_to_wait_s
from replayer.watch import Seen, Watch

_CLOSES_ITSELF_MS = 1500
_REPEATED_S = 3.0
_UNSEEN_S = 3.0
"""How long the answer to a request is waited for of which the demonstration saw none."""
_REFUSED = 400
SIGN_IN_ANEW = frozenset({401, 407})
"""Answers to a request that took no effect: the page, or the browser, signs in and sends it again."""


async def settle(watch: Watch, signals: tuple[Signal, ...], timeout_s: float, words: str) -> None:
    """Return when every recorded signal has come again.

    Raises:
        EffectMissingError: Some did not come in time, came otherwise, or a dialog came that was not shown.
    """
    try:
        async with asyncio.timeout(timeout_s):
            while not all(_came(signal, watch.seen) for signal in signals if not isinstance(signal, PageClosed)):
                refuse_unexpected(watch, words)
                await _next(watch)
            await _answered(watch, signals, words)
    except TimeoutError:
        missing = await _missing(watch, signals, words)
        if missing:
            raise EffectMissingError(
                f"{words}: it was done, but what followed in the demonstration did not come: {missing}.",
                "Check in the application whether it took effect before running again.",
            ) from None
    for signal in signals:
        if isinstance(signal, PageClosed):
            await _closed(watch, signal.page)
        elif isinstance(signal, Requested) and signal.status is None:
            await _not_refused(signal, watch, words, min(_UNSEEN_S, timeout_s))
    refuse_unexpected(watch, words)


async def _missing(watch: Watch, signals: tuple[Signal, ...], words: str) -> str:
    """What did not come in time, "" where all of it came while the machine was held up."""
    answered = False
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            # An answer that differs says why the rest is missing; it is not waited on to be repeated any more.
            await _answered(watch, signals, words, repeated_s=0)
            answered = True
    awaited = [signal for signal in signals if not isinstance(signal, PageClosed)]
    missing = "; ".join(said(signal) for signal in awaited if not _came(signal, watch.seen))
    return missing or ("" if answered else "an answer to a request that was sent")


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
            return bool(_requested(signal, seen))
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


def _requested(signal: Requested, seen: Seen) -> list[Request]:
    """The requests that may be the recorded one: the same method, and the same path; in their order."""
    return [r for r in seen.requests if r.method == signal.method and same_place(signal.url, r.url)]


async def _answered(watch: Watch, signals: tuple[Signal, ...], words: str, repeated_s: float = _REPEATED_S) -> None:
    """Each recorded request got an answer of the same class as in the demonstration."""
    sent = Counter(s.method + s.url for s in signals if isinstance(s, Requested))
    for signal in signals:
        if not isinstance(signal, Requested) or signal.status is None or not sent[signal.method + signal.url]:
            continue
        sent[signal.method + signal.url] = 0
        if not _requested(signal, watch.seen):
            continue
        answer = await _answer(signal, watch, repeated_s)
        status = answer.status if answer is not None else None
        if status is None or status // 100 != signal.status // 100:
            got = f"was answered {status}" if status else "failed"
            raise EffectMissingError(
                f"{words}: {signal.method} {signal.url} {got}, where the demonstration got {signal.status}.",
                "Look at the picture and the page's message; the values may have been refused.",
            ).because_of(status, asked_to_wait_s(answer, time.time()))


async def _not_refused(signal: Requested, watch: Watch, words: str, within_s: float) -> None:
    """The demonstration saw no answer, so none has to come; one that does come in time must not be a refusal."""
    answer: Response | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            for request in _requested(signal, watch.seen):
                with suppress(Error):  # a request that was given up has none
                    answer = request.existing_response or await request.response() or answer
    if answer is not None and answer.status >= _REFUSED:
        raise EffectMissingError(
            f"{words}: {signal.method} {signal.url} was answered {answer.status}.",
            "Look at the picture and the page's message; the values may have been refused.",
        ).because_of(answer.status, asked_to_wait_s(answer, time.time()))


async def _answer(signal: Requested, watch: Watch, repeated_s: float) -> Response | None:
    """The answer to the first that got one; what must sign in anew first, or was given up for another, is repeated."""
    looked_at = 0
    answer: Response | None = None
    with suppress(TimeoutError):
        while True:
            for request in _requested(signal, watch.seen)[looked_at:]:
                looked_at += 1
                with suppress(Error):
                    answer = request.existing_response or await request.response() or answer
                if answer is not None and (answer.status not in SIGN_IN_ANEW or answer.status == signal.status):
                    return answer
            if len(_requested(signal, watch.seen)) == looked_at:
                async with asyncio.timeout(repeated_s):
                    await _next(watch)
    return answer


async def _next(watch: Watch) -> None:
    watch.changed.clear()
    await watch.changed.wait()


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
