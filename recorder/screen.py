"""A tab's screencast, which rests while a person types or drags: each of its frames costs the page as much as a key."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from playwright.async_api import CDPSession, Error

from recorder.page_events import KeyDown, PageEvent, Press, Release
from recorder.pictures import RingBuffer
from recorder.spawn import Spawn

_CAST = {"format": "jpeg", "quality": 80, "everyNthFrame": 1}
_PAUSE_S = 0.25
_BUSY_S = 0.3
_LOOK_S = 0.8
_FRAME_S = 0.3
_LONGEST_HOLD_S = 10.0
_HELD_S = 0.12
_TICK_S = 0.05


class Screen:
    """Fills a ring buffer with the tab's frames.

    Where gestures go on for ``_BUSY_S`` without a pause it stops, and looks up for one frame every ``_LOOK_S``; while
    the pointer is held it does not look at all. When they pause it goes on, with a frame of what the tab shows by then.
    """

    def __init__(self, session: CDPSession, ring: RingBuffer, spawn: Spawn) -> None:
        self._session, self._ring, self._spawn = session, ring, spawn
        self._since = self._last = 0.0
        self._held = self._minding = False
        self._came = asyncio.Event()
        session.on("Page.screencastFrame", self._on_frame)

    async def start(self) -> None:
        """Begin; frames come as the tab changes.

        Raises:
            Error: The tab is gone.
        """
        await self._session.send("Page.startScreencast", _CAST)

    def felt(self, what: PageEvent) -> None:
        """Take note of a gesture that may go on for a while."""
        if not isinstance(what, (KeyDown, Press, Release)):
            return
        if not self._busy():
            self._since = time.monotonic()
        self._last = time.monotonic()
        self._held = isinstance(what, Press) or (self._held and isinstance(what, KeyDown))
        if not self._minding:
            self._minding = True
            self._spawn(self._mind())

    def _busy(self) -> bool:
        return time.monotonic() - self._last < (_LONGEST_HOLD_S if self._held else _PAUSE_S)

    async def _mind(self) -> None:
        with suppress(Error):
            while self._busy():
                await asyncio.sleep(_TICK_S)
                if time.monotonic() - self._since > (_HELD_S if self._held else _BUSY_S) and self._busy():
                    await self._rest()
        self._minding = False

    async def _rest(self) -> None:
        await self._session.send("Page.stopScreencast")
        left_s = _LOOK_S
        while self._busy() and (self._held or left_s > 0):  # no step begins before the pointer is let go
            left_s -= _TICK_S
            await asyncio.sleep(_TICK_S)
        self._came.clear()
        await self.start()
        if self._busy():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._came.wait(), _FRAME_S)

    def _on_frame(self, params: dict[str, Any]) -> None:
        self._ring.add(params)
        self._came.set()
        self._spawn(self._acknowledge(params["sessionId"]))

    async def _acknowledge(self, number: int) -> None:
        with suppress(Error):  # the tab is gone
            await self._session.send("Page.screencastFrameAck", {"sessionId": number})
