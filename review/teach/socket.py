"""The socket between a tab of the console and a live screen: frames and facts to the tab, gestures from it.

To a tab that is slow only the newest frame is sent; it says which it has drawn.
"""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import suppress
from struct import pack
from typing import Any, Protocol

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from agents.live.asked import ASKED, Asked, Release, Shown
from agents.live.lesson import LessonUnknownError
from agents.live.screen import LiveScreen, Viewer
from recordings.roles import Act
from review.console import Console
from review.needed import needs

_LONGEST = 256 * 1024
_UNDRAWN = 2
_BEAT_S = 5.0


class Live(Protocol):
    """What is shown live: a demonstration, or a run that waits for a person. ``hand`` is whoever watches."""

    @property
    def screen(self) -> LiveScreen | None: ...

    @property
    def is_over(self) -> bool: ...

    def told(self, hand: str) -> dict[str, Any]:
        """How it stands; its ``stage`` is 'showing' while it is shown."""
        ...

    def began(self, hand: str) -> None: ...

    def left(self, hand: str) -> None: ...

    def heard(self, asked: Asked, hand: str) -> None: ...


@needs(Act.TEACH)
async def screen_socket(socket: WebSocket) -> None:
    """Show a demonstration's page until either side leaves."""
    console: Console = socket.app.state.console
    try:
        lesson = console.lessons.lesson(socket.path_params["id"])
    except LessonUnknownError:
        await socket.accept()
        await socket.close(1008)
        return
    await show_live(socket, lesson, "")


async def show_live(socket: WebSocket, live: Live, hand: str) -> None:
    """Show it until either side leaves."""
    await socket.accept()
    if live.screen is None:
        await socket.send_text(json.dumps(live.told(hand)))
        await socket.close(1000)
        return
    live.began(hand)
    with live.screen.viewer() as viewer:
        telling = asyncio.create_task(_Teller(socket, live, live.screen, viewer, hand).tell())
        try:
            await _hear(socket, live, viewer, hand)
        finally:
            live.heard(Release(), hand)
            live.left(hand)
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)


async def _hear(socket: WebSocket, live: Live, viewer: Viewer, hand: str) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            said = await socket.receive_text()
            if len(said) > _LONGEST:
                await socket.close(1009)
                return
            try:
                asked = ASKED.validate_json(said)
            except ValidationError:
                continue  # nothing is told of it: it may hold what was typed
            if isinstance(asked, Shown):
                viewer.drawn = max(viewer.drawn, asked.frame)
                viewer.woken.set()
            else:
                live.heard(asked, hand)


class _Teller:
    """Sends what is newer than what was sent."""

    def __init__(self, socket: WebSocket, live: Live, screen: LiveScreen, viewer: Viewer, hand: str) -> None:
        self._socket, self._live, self._screen, self._viewer, self._hand = socket, live, screen, viewer, hand
        self._sent: list[int] = []
        self._told: tuple[int, dict[str, Any]] = (-1, {})

    async def tell(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_BEAT_S):
                        await self._viewer.woken.wait()
                self._viewer.woken.clear()
                await self._tell_facts()
                if self._live.is_over:
                    return
                await self._tell_frame()

    async def _tell_facts(self) -> None:
        now = (self._screen.changes, self._live.told(self._hand))
        if now != self._told:
            self._told = now
            state = self._screen.state() if now[1]["stage"] == "showing" else {}
            await self._socket.send_text(json.dumps({**now[1], **state}))

    async def _tell_frame(self) -> None:
        frame = self._screen.frame
        self._sent = [number for number in self._sent if number > self._viewer.drawn]
        if frame is None or frame.number == self._viewer.last or len(self._sent) >= _UNDRAWN:
            return
        self._viewer.last = frame.number
        self._sent.append(frame.number)
        head = pack("<Iff", frame.number, frame.width, frame.height)
        await self._socket.send_bytes(head + base64.b64decode(frame.jpeg))
