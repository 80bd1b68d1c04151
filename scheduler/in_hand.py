"""Serves who does items: which of them are in hand here, who waits for one to come free, and when all is at rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

LOOK_AGAIN_S = 0.5
"""How long it is waited at most for what comes free elsewhere, of which nobody here is told."""


class InHand:
    """The items that chunks have in hand in this process. ``turns`` counts how often something came free."""

    def __init__(self) -> None:
        self._freed, self._resting, self._rested = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._resting.set()
        self._items: set[str] = set()
        self.turns = 0
        self.stopped = False

    @asynccontextmanager
    async def alone_with(self, item_id: str) -> AsyncIterator[None]:
        """One chunk at a time has an item here: a second, queued when a batch went on, waits for the first."""
        while item_id in self._items:
            await self.freed_since(self.turns, LOOK_AGAIN_S)
        self._items.add(item_id)
        self._resting.clear()
        try:
            yield
        finally:
            self._items.discard(item_id)
            self.free()
            if not self._items:
                self._resting.set()
                self._rested.set()

    def stop(self) -> None:
        """Have nobody wait any more for something to come free."""
        self.stopped = True
        self.free()

    def free(self) -> None:
        """Something came free: wake who waits for it."""
        self.turns += 1
        self._freed.set()
        self._freed.clear()

    async def freed_since(self, turns: int, seconds: float) -> None:
        """Wait until something came free here since it had ``turns`` times, at most so long."""
        if self.turns != turns or self.stopped:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._freed.wait(), seconds)

    async def rest(self) -> None:
        """Wait until no item is at work."""
        await self._resting.wait()

    async def came_to_rest(self) -> None:
        """Wait until something that was at work came to its end, and nothing is any more; each time is told once."""
        await self._rested.wait()
        self._rested.clear()
