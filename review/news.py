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
from recordings.roles import Act
from review.answers import console_of
from review.needed import needs
from store import Store

log = logging.getLogger("showonce.review")

_LOOK_S = 1.0
_BEAT_S = 15.0


class News:
    """Who listens, and what there is to tell them: a set of topics, ``runs``, ``heals``, ``batches``, ``flows``,
    ``schedules``, and what rooms tell by themselves. ``count`` is how often anything was told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: set[_Listener] = set()
        self._told: dict[str, int] = {}
        self.count = 0

    @property
    def listeners(self) -> int:
        """How many pages listen."""
        return len(self._listeners)

    def tell(self, *topics: str) -> None:
        """Have every open page know that these changed."""
        self.count += 1
        self._told.update(dict.fromkeys(topics, self.count))
        for listener in self._listeners:
            listener.topics.update(topics)
            listener.woken.set()

    @contextmanager
    def listening(self, since: int) -> Iterator[_Listener]:
        """A listener until the block is left; it is told first what changed after the page was made, at ``count``."""
        listener = _Listener({topic for topic, at in self._told.items() if at > since})
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look at the store's pulse until the block is left."""
        task = asyncio.create_task(self._watch(await self._pulse()))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self, before: dict[str, object]) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            now = await self._pulse()
            changed = [topic for topic, sign in now.items() if before.get(topic, sign) != sign]
            before = {**before, **now}
            if changed:
                self.tell(*changed)

    async def _pulse(self) -> dict[str, object]:
        """The store's; nothing where it cannot be used now."""
        try:
            return await self._store.pulse()
        except StoreUnusableError as error:
            log.warning("%s", error)
            return {}


class _Listener:
    """A page that listens, and what it was not told yet: told late, topics are told once."""

    def __init__(self, topics: set[str]) -> None:
        self.topics = topics
        self.woken = asyncio.Event()
        if topics:
            self.woken.set()


@needs(Act.LOOK)
async def events(request: Request) -> Response:
    """The stream of a page that was made when as much was told as ``since`` says."""
    news, given = console_of(request).news, request.query_params.get("since", "")
    since = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else news.count
    return StreamingResponse(_told(news, since), media_type="text/event-stream")


async def _told(news: News, since: int) -> AsyncIterator[str]:
    with news.listening(since) as listener:
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
