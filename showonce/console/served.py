"""The console, put together and served: the store, the engine, agents of its own, demonstrations, and the pages."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from agents.examining import open_examinations
from agents.live.help import HelpDesk
from agents.live.lesson import open_lessons
from agents.serving import LOOPBACK, serving
from agents.stored_example import Trials
from review.access import Access
from review.app import console_app
from review.console import Console
from review.demonstrations import Demonstrations
from review.help.keeping import keeping
from review.news import News
from showonce.console.office import opened_office
from showonce.console.shelf import ConsoleShelf
from showonce.noted import person
from showonce.settings import Settings
from showonce.tls import Certificate


@asynccontextmanager
async def console_served(
    settings: Settings,
    listener: socket.socket,
    agents: int,
    names: Sequence[str] = (),
    certificate: Certificate | None = None,
) -> AsyncIterator[Console]:
    """Serve the console at ``listener`` until the block is left; ``agents`` do here what is asked for in it.

    Args:
        names: What browsers call this machine, the one of the start address first; its loopback where there are none.
        certificate: It is served by TLS then.
    """
    called = (*names, LOOPBACK)
    async with AsyncExitStack() as opened:
        desk = HelpDesk()
        store, work = await opened.enter_async_context(opened_office(settings, agents, desk))
        news = News(store)
        desk.on_change = partial(news.tell, "help", "runs")
        await opened.enter_async_context(news.watching())
        lessons = await opened.enter_async_context(open_lessons(ConsoleShelf(settings.recordings), settings.browser))
        console = Console(
            store=store,
            recordings=settings.recordings,
            access=Access(
                f"{called[0]}:{listener.getsockname()[1]}",
                store.users,
                person(),
                names=called[1:],
                secure=certificate is not None,
            ),
            news=news,
            work=work,
            lessons=lessons,
            desk=desk,
            examinations=await opened.enter_async_context(open_examinations(settings.browser)),
            demonstrations=Demonstrations(store, settings.recordings),
            trials=Trials(settings.browser),
        )
        await opened.enter_async_context(keeping(console))
        files = (certificate.cert, certificate.key) if certificate is not None else ()
        await opened.enter_async_context(serving(console_app(console), listener, *files))
        yield console
