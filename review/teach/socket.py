"""The socket between a tab of the console and a live screen: frames and facts to the tab, gestures from it.

To a tab that is slow only the newest frame is sent; it says which it has drawn.
"""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import suppress
from struct import pack
from typing import Any

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from agents.live.asked import ASKED, Release, Shown
from agents.live.lesson import Lesson, LessonUnknownError
from agents.live.screen import LiveScreen, Viewer
from review.console import Console

_LONGEST = 256 * 1024
_UNDRAWN = 2
_BEAT_S = 5.0


async def screen_socket(socket: WebSocket) -> None:
    """Show a demonstration's page until either side leaves."""
    console: Console = socket.app.state.console
    try:
        lesson = console.lessons.lesson(socket.path_params["id"])
    except LessonUnknownError:
        await socket.accept()
        await socket.close(1008)
        return
    await socket.accept()
    if lesson.screen is None:
        await socket.send_text(json.dumps(_stage(lesson)))
        await socket.close(1000)
        return
    with lesson.screen.viewer() as viewer:
        telling = asyncio.create_task(_Teller(socket, lesson, lesson.screen, viewer).tell())
        try:
            await _hear(socket, lesson.screen, viewer)
        finally:
            lesson.screen.ask(Release())
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)


async def _hear(socket: WebSocket, screen: LiveScreen, viewer: Viewer) -> None:
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
                screen.ask(asked)


class _Teller:
    """Sends what is newer than what was sent."""

    def __init__(self, socket: WebSocket, lesson: Lesson, screen: LiveScreen, viewer: Viewer) -> None:
        self._socket, self._lesson, self._screen, self._viewer = socket, lesson, screen, viewer
        self._sent: list[int] = []
        self._told: tuple[int, str] = (-1, "")

    async def tell(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_BEAT_S):
                        await self._viewer.woken.wait()
                self._viewer.woken.clear()
                await self._tell_facts()
                if self._lesson.is_over:
                    return
                await self._tell_frame()

    async def _tell_facts(self) -> None:
        now = (self._screen.changes, self._lesson.stage)
        if now != self._told:
            self._told = now
            state = self._screen.state() if self._lesson.stage == "showing" else {}
            await self._socket.send_text(json.dumps({**_stage(self._lesson), **state}))

    async def _tell_frame(self) -> None:
        frame = self._screen.frame
        self._sent = [number for number in self._sent if number > self._viewer.drawn]
        if frame is None or frame.number == self._viewer.last or len(self._sent) >= _UNDRAWN:
            return
        self._viewer.last = frame.number
        self._sent.append(frame.number)
        head = pack("<Iff", frame.number, frame.width, frame.height)
        await self._socket.send_bytes(head + base64.b64decode(frame.jpeg))


def _stage(lesson: Lesson) -> dict[str, Any]:
    return {"stage": lesson.stage, "why": lesson.trouble, "name": lesson.wish.name}
