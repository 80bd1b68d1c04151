"""The console, put together and served: the store, the engine, agents of its own, demonstrations, and the pages."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from agents.examining import open_examinations
from agents.live.lesson import open_lessons
from agents.serving import LOOPBACK, serving
from agents.stored_example import Trials
from review.access import Access
from review.app import console_app
from review.console import Console
from review.demonstrations import Demonstrations
from review.news import News
from showonce.console.office import opened_office
from showonce.console.shelf import ConsoleShelf
from showonce.settings import Settings


@asynccontextmanager
async def console_served(settings: Settings, listener: socket.socket, agents: int) -> AsyncIterator[Console]:
    """Serve the console at ``listener`` until the block is left; ``agents`` do here what is asked for in it."""
    async with AsyncExitStack() as opened:
        store, work = await opened.enter_async_context(opened_office(settings, agents))
        news = News(store)
        await opened.enter_async_context(news.watching())
        lessons = await opened.enter_async_context(open_lessons(ConsoleShelf(settings.recordings), settings.browser))
        console = Console(
            store=store,
            recordings=settings.recordings,
            access=Access(f"{LOOPBACK}:{listener.getsockname()[1]}"),
            news=news,
            work=work,
            lessons=lessons,
            examinations=await opened.enter_async_context(open_examinations(settings.browser)),
            demonstrations=Demonstrations(store, settings.recordings),
            trials=Trials(settings.browser),
        )
        await opened.enter_async_context(serving(console_app(console), listener))
        yield console
