"""``showonce worker``: does what any batch has queued, on this machine, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.run import BROWSERS

if TYPE_CHECKING:
    from recordings.batch import Batch, Item
    from showonce.settings import Settings


def worker(
    database_url: Annotated[
        str,
        typer.Option(
            "--database-url",
            help="postgresql+psycopg://USER@HOST/NAME for many machines; usually SHOWONCE_DATABASE_URL, or this one's "
            "own files.",
        ),
    ] = "",
    agents: Annotated[int, typer.Option("--agents", min=1, max=64, help="How many rows are done here at once.")] = 4,
    browsers: BROWSERS = 1,
) -> None:
    """Do the rows of batches that were left to workers, until Ctrl+C; then those under way come to their end.

    Any number of workers share the work, and take over what one that died had in hand. Secrets come from the
    environment of each.

    Example: showonce worker --database-url postgresql+psycopg://showonce@db.example/showonce --agents 4
    """
    from showonce.settings import read_settings

    settings = read_settings()
    if database_url:
        settings = settings.model_copy(update={"database_url": database_url})
    asyncio.run(_work(settings, agents, browsers))


async def _work(settings: Settings, agents: int, browsers: int) -> None:
    from agents.pool import open_pool
    from scheduler.attended import serve
    from scheduler.engine import open_engine
    from showonce.render import say_note, screen
    from showonce.settings import secret_source
    from store import open_store

    stop = asyncio.Event()

    def end() -> None:
        if not stop.is_set():
            say_note("Stopping: the rows under way come to their end.")
        stop.set()

    def told(batch: Batch, item: Item) -> None:
        screen().print(f"{item.id}  {item.status}  {item.trace_id[:8]}  {batch.recording}", soft_wrap=True)

    async with open_store(settings.home, url=settings.database_url) as store:
        async with open_engine(store, settings.home, settings.database_url) as engine:
            async with open_pool(agents=agents, browsers=browsers, browser=settings.browser) as pool:
                for number in (signal.SIGINT, signal.SIGTERM):
                    asyncio.get_running_loop().add_signal_handler(number, end)
                screen().print(f"Working with {agents} agents. Ctrl+C stops.")
                secrets = secret_source(lambda _: "")
                await serve(store, engine, settings.home, pool, stop, secrets=secrets, on_ended=told)
