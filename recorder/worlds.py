"""The capture script's own worlds, one a document: where Python asks something of a page without the page knowing."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Error

from recorder.spawn import Spawn

WORLD = "showonce"
_ASK = "globalThis.__showonce_ask?.({}) ?? 0"
_REST = "globalThis.__showonce_rest?.()"
_FLUSH = "globalThis.__showonce_flush?.()"
_ANSWER_S = 2.0
_REST_S = 3.0


@dataclass(frozen=True, slots=True)
class World:
    """The capture script of one document."""

    session: CDPSession
    number: int


class Worlds:
    """All of them as they come and go; ``standing`` questions are asked of those that come later too."""

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._worlds: set[World] = set()
        self.standing: dict[str, dict[str, Any]] = {}

    def watch(self, session: CDPSession) -> None:
        """Hear of the worlds of a session; to be called before its ``Runtime.enable``."""
        session.on("Runtime.executionContextCreated", lambda told: self._came(session, told["context"]))
        session.on("Runtime.executionContextDestroyed", lambda told: self._went(session, told["executionContextId"]))
        session.on("Runtime.executionContextsCleared", lambda _: self._went(session, None))

    async def ask_all(self, what: dict[str, Any]) -> dict[World, float]:
        """Ask every world; those that are gone do not answer."""
        worlds = list(self._worlds)
        answers = await asyncio.gather(*(self.ask(world, what) for world in worlds))
        return dict(zip(worlds, answers, strict=True))

    async def rest(self) -> None:
        """Return when every document is still and has told what it shows; a frozen one is not waited for long."""
        await asyncio.gather(*(_done(world, _REST) for world in list(self._worlds)))

    async def flush(self) -> None:
        """Return when every document has told what it held back for a moment."""
        await asyncio.gather(*(_done(world, _FLUSH) for world in list(self._worlds)))

    async def ask(self, world: World, what: dict[str, Any]) -> float:
        """Ask one world; 0 when it is gone."""
        expression = _ASK.format(json.dumps(json.dumps(what)))
        question = {"expression": expression, "contextId": world.number, "returnByValue": True}
        try:
            async with asyncio.timeout(_ANSWER_S):
                answer = await world.session.send("Runtime.evaluate", question)
        except (Error, TimeoutError):
            return 0.0
        return float(answer["result"].get("value") or 0)

    def _came(self, session: CDPSession, context: dict[str, Any]) -> None:
        if context["name"] != WORLD:
            return
        world = World(session, context["id"])
        self._worlds.add(world)
        for what in self.standing.values():
            self._spawn(self._told(world, what))

    async def _told(self, world: World, what: dict[str, Any]) -> None:
        await self.ask(world, what)

    def _went(self, session: CDPSession, number: int | None) -> None:
        self._worlds = {w for w in self._worlds if w.session is not session or number not in (None, w.number)}


async def _done(world: World, expression: str) -> None:
    question = {"expression": expression, "contextId": world.number, "awaitPromise": True}
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(_REST_S):
            await world.session.send("Runtime.evaluate", question)
