"""What stands behind the console: the store, the engine, and agents that do what is queued while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from showonce.console.work import ConsoleWork

if TYPE_CHECKING:
    from scheduler.engine import Engine
    from showonce.settings import Settings
    from store import Store


@asynccontextmanager
async def opened_office(settings: Settings, agents: int) -> AsyncIterator[tuple[Store, ConsoleWork]]:
    """Open the store and the engine, and have ``agents`` work in the background until the block is left; 0: none."""
    from scheduler.engine import open_engine
    from store import open_store

    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(open_store(settings.home, url=settings.database_url))
        engine = await opened.enter_async_context(open_engine(store, settings.home, settings.database_url))
        if agents:
            await opened.enter_async_context(_at_work(store, engine, settings, agents))
        yield store, ConsoleWork(store, engine, settings, agents)


@asynccontextmanager
async def _at_work(store: Store, engine: Engine, settings: Settings, agents: int) -> AsyncIterator[None]:
    """As 'showonce worker' does; the browser opens with the first row."""
    from agents.pool import open_pool
    from scheduler.attended import serve
    from showonce.settings import secret_source
    from showonce.tracing import traced

    stop = asyncio.Event()
    with traced(settings) as tracing:
        async with (
            open_pool(agents=agents, browser=settings.browser, at_once=False) as pool,
            asyncio.TaskGroup() as tasks,
        ):
            secrets = secret_source(lambda _: "")
            tasks.create_task(serve(store, engine, settings.home, pool, stop, secrets=secrets, tracing=tracing))
            try:
                yield
            finally:
                stop.set()
