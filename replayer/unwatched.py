"""Tabs that nobody looks at: drawn at half their size, while a run needs no more of the pointer than presses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from playwright.async_api import Error, Page

from browser.scale import draw_full, draw_half
from recordings.recording import Recording
from recordings.steps import Choose, Drag, Hover, Step, Upload, Wheel
from replayer.tab_sessions import TabSessions

_LIMIT_S = 2.0


class Unwatched:
    """Has the tabs of a run drawn at half their size.

    Args:
        on: Nobody looks at them, and they are not used once the run is over.
    """

    def __init__(self, sessions: TabSessions, recording: Recording, *, on: bool) -> None:
        self._sessions = sessions
        self._on = on and not any(map(points, recording.steps))
        self._met: set[Page] = set()

    async def meet(self, page: Page) -> None:
        """Draw a tab so from now on, once; one that hangs is drawn in full again before it is pressed."""
        if not self._on or page in self._met:
            return
        self._met.add(page)
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_LIMIT_S):
                await draw_half(page, await self._sessions.of(page))

    async def in_full(self, pages: Sequence[Page]) -> bool:
        """Draw them in full from now on, for a person who has the pointer or looks closely; whether that was done."""
        self._met.update(pages)
        try:
            async with asyncio.timeout(_LIMIT_S):
                await asyncio.gather(*(draw_full(page) for page in pages if not page.is_closed()))
        except (Error, TimeoutError):
            return False
        return True


def points(step: Step) -> bool:
    """Whether a step leads the pointer to places by itself, and not by one press that the page was asked about."""
    if step.way == "gestures" or (isinstance(step, Upload) and (step.chooser or step.dropped)):
        return True
    return isinstance(step, (Choose, Drag, Hover, Wheel))
