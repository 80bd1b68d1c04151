"""``showonce worker``: does what any batch has queued, and fires schedules, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.options import ALERT_TO, ALERTS, BROWSERS

if TYPE_CHECKING:
    from recordings.batch import Batch, Item
    from recordings.schedule import Fire, Schedule
    from scheduler.sink import Tracing
    from scheduler.telling import Call
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
    metrics: Annotated[
        int,
        typer.Option("--metrics", min=0, max=65535, help="This machine's port for Prometheus' /metrics; 0 for none."),
    ] = 0,
    alerts: ALERTS = None,
    alert_to: ALERT_TO = None,
) -> None:
    """Do the rows of batches that were left to workers, and fire schedules, until Ctrl+C; then those rows that are
    under way come to their end.

    Any number of workers share the work, and take over what one that died had in hand. Secrets come from the
    environment of each. Every worker that is given --alert tells, so one of them is enough.

    Example: showonce worker --database-url postgresql+psycopg://showonce@db.example/showonce --agents 4
    """
    from showonce.asked import call_of
    from showonce.settings import read_settings
    from showonce.tracing import traced

    settings = read_settings()
    if database_url:
        settings = settings.model_copy(update={"database_url": database_url})
    call = call_of(alerts, alert_to)
    with traced(settings) as tracing:
        asyncio.run(_work(settings, agents, browsers, metrics, call, tracing))


async def _work(settings: Settings, agents: int, browsers: int, port: int, call: Call, tracing: Tracing | None) -> None:
    from agents.pool import open_pool
    from scheduler.alerting import watching
    from scheduler.engine import open_engine
    from scheduler.keeping import keeping
    from scheduler.served import metrics_app, served
    from scheduler.tending import serve
    from showonce.secret_sources import secret_source
    from showonce.sessions import sessions_of
    from showonce.terminal import screen
    from store import open_store

    secrets = secret_source(settings)

    async def fired(schedule: Schedule, fire: Fire) -> None:
        if fire.state == "made":
            screen().print(f"{schedule.name}  batch {fire.batch}", soft_wrap=True)
        if fire.state == "failed":
            await call.tell_failed(schedule, fire)

    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(open_store(settings.home, url=settings.database_url))
        engine = await opened.enter_async_context(open_engine(store, settings.home, settings.database_url))
        pool = await opened.enter_async_context(open_pool(agents=agents, browsers=browsers, browser=settings.browser))
        stop = _stopped_by_signals()
        if port:
            address = await opened.enter_async_context(served(metrics_app(store, pool), port))
            screen().print(f"Metrics are at {address}/metrics.")
        await opened.enter_async_context(watching(store, call))
        await opened.enter_async_context(keeping(store, settings.home))
        screen().print(f"Working with {agents} agents. Ctrl+C stops.")
        await serve(
            store,
            engine,
            settings.home,
            pool,
            stop,
            secrets=secrets,
            sessions=sessions_of(store, settings, secrets),
            on_ended=_say,
            on_fire=fired,
            tracing=tracing,
        )


def _stopped_by_signals() -> asyncio.Event:
    from showonce.terminal import say_note

    stop = asyncio.Event()

    def end() -> None:
        if not stop.is_set():
            say_note("Stopping: the rows under way come to their end.")
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    return stop


def _say(batch: Batch, item: Item) -> None:
    from showonce.terminal import screen

    screen().print(f"{item.id}  {item.status}  {item.trace_id[:8]}  {batch.recording}", soft_wrap=True)
