"""What a step needs before it is done: texts that must be on the page, and the time for an optional element."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from playwright.async_api import Error, Page

from browser.asking import LookLostError
from browser.page_script import shown_texts
from recordings.errors import EvidenceMissingError, ShowonceError
from recordings.steps import Step
from replayer.locate import Waits

_POLL_S = 0.1


def waits_for(step: Step, waits: Waits) -> Waits:
    """The times of a step. An optional element is often missing, so likeness is not asked for another one."""
    if not step.optional:
        return waits
    short_s = min(waits.optional_s, waits.step_s)
    return replace(waits, step_s=short_s, quiet_s=inf, fallback_s=max(waits.fallback_s, short_s))


async def see_texts(page: Page, step: Step, waits: Waits) -> tuple[str, ...]:
    """Return when the page shows all that the step waits for, and say so in a note; at once where it waits for nothing.

    Raises:
        EvidenceMissingError: The step's time passed and some were not there. Nothing was done.
    """
    if not step.waits:
        return ()
    timeout_s = waits_for(step, waits).step_s
    missing = tuple(step.waits)
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                missing = await missing_texts(page, step.waits)
                if not missing:
                    break
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        raise EvidenceMissingError(step.words, missing, timeout_s) from None
    return (f"Waited until the page showed {', '.join(map(repr, step.waits))}.",)


def skipped_words(error: ShowonceError) -> str:
    """Why an optional step was not done, for its record."""
    if isinstance(error, EvidenceMissingError):
        return f"Skipped: the step is optional, and the page did not show {', '.join(map(repr, error.missing))}."
    return "Skipped: the step is optional, and its element was not on the page."


async def missing_texts(page: Page, wanted: Sequence[str]) -> tuple[str, ...]:
    """What no frame of the page shows now; all must be there at once."""
    missing = tuple(wanted)
    for frame in (page.main_frame, *(frame for frame in page.frames if frame is not page.main_frame)):
        try:
            shown = await shown_texts(frame, missing)
        except LookLostError:
            continue
        except Error:
            if page.is_closed() or frame is page.main_frame:
                raise
            continue  # a frame that went away
        missing = tuple(text for text, is_there in zip(missing, shown, strict=True) if not is_there)
        if not missing:
            break
    return missing
