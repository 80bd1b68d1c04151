"""What stands behind the console: the store, the engine, and agents that do what is queued while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from showonce.console.work import ConsoleWork

if TYPE_CHECKING:
    from agents.live.help import HelpDesk
    from scheduler.engine import Engine
    from showonce.settings import Settings
    from store import Store


@asynccontextmanager
async def opened_office(settings: Settings, agents: int, desk: HelpDesk) -> AsyncIterator[tuple[Store, ConsoleWork]]:
    """Open the store and the engine, and have ``agents`` work in the background until the block is left; 0: none. They
    ask for people's help at the ``desk``."""
    from scheduler.engine import open_engine
    from scheduler.keeping import keeping
    from store import open_store

    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(open_store(settings.home, url=settings.database_url))
        engine = await opened.enter_async_context(open_engine(store, settings.home, settings.database_url))
        await opened.enter_async_context(keeping(store, settings.home))
        if agents:
            await opened.enter_async_context(_at_work(store, engine, settings, agents, desk))
        yield store, ConsoleWork(store, engine, settings, agents)


@asynccontextmanager
async def _at_work(
    store: Store, engine: Engine, settings: Settings, agents: int, desk: HelpDesk
) -> AsyncIterator[None]:
    """As 'showonce worker' does; the browser opens with the first row."""
    from agents.pool import open_pool
    from scheduler.tending import serve
    from showonce.secret_sources import secret_source
    from showonce.sessions import sessions_of
    from showonce.tracing import traced

    stop = asyncio.Event()
    with traced(settings) as tracing:
        async with (
            open_pool(agents=agents, browser=settings.browser, at_once=False) as pool,
            asyncio.TaskGroup() as tasks,
        ):
            secrets = secret_source(settings)
            sessions = sessions_of(store, settings, secrets)
            at_work = serve(
                store,
                engine,
                settings.home,
                pool,
                stop,
                secrets=secrets,
                sessions=sessions,
                desk=desk,
                tracing=tracing,
            )
            tasks.create_task(at_work)
            try:
                yield
            finally:
                stop.set()
