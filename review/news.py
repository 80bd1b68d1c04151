"""What changed, told to every open page as server-sent events; the pages then ask for what they show of it.

store (written by anybody) → pulse, once a second for all → the topics that changed → every page
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from recordings.errors import StoreUnusableError
from review.answers import console_of
from store import Store

log = logging.getLogger("showonce.review")

_LOOK_S = 1.0
_BEAT_S = 15.0


class News:
    """Who listens, and what there is to tell them: a set of topics, ``runs``, ``heals``, ``batches``, ``flows``,
    ``schedules``, and what rooms tell by themselves."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: set[_Listener] = set()
        self._anybody = asyncio.Event()

    def tell(self, *topics: str) -> None:
        """Have every open page know that these changed."""
        for listener in self._listeners:
            listener.topics.update(topics)
            listener.woken.set()

    @contextmanager
    def listening(self) -> Iterator[_Listener]:
        """A listener until the block is left."""
        listener = _Listener()
        self._listeners.add(listener)
        self._anybody.set()
        try:
            yield listener
        finally:
            self._listeners.remove(listener)
            if not self._listeners:
                self._anybody.clear()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look at the store's pulse while anybody listens, until the block is left."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        before: dict[str, object] = {}
        while True:
            await self._anybody.wait()
            try:
                now = await self._store.pulse()
            except StoreUnusableError as error:
                log.warning("%s", error)
            else:
                changed = [topic for topic, sign in now.items() if before.get(topic, sign) != sign]
                before = now
                if changed:
                    self.tell(*changed)
            await asyncio.sleep(_LOOK_S)


class _Listener:
    """A page that listens, and what it was not told yet: told late, topics are told once."""

    def __init__(self) -> None:
        self.topics: set[str] = set()
        self.woken = asyncio.Event()


async def events(request: Request) -> Response:
    """The stream of a page."""
    return StreamingResponse(_told(console_of(request).news), media_type="text/event-stream")


async def _told(news: News) -> AsyncIterator[str]:
    with news.listening() as listener:
        yield ": listening\n\n"
        while True:
            try:
                async with asyncio.timeout(_BEAT_S):
                    await listener.woken.wait()
            except TimeoutError:
                yield ": still there\n\n"
                continue
            listener.woken.clear()
            topics, listener.topics = sorted(listener.topics), set()
            yield f"data: {' '.join(topics)}\n\n"
