"""``showonce run``: a run for each row of a table, many at once or one after another."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recordings.errors import ShowonceError
from showonce.options import (
    AGENTS,
    ALERT_TO,
    ALERTS,
    BROWSERS,
    CHUNK,
    COLUMNS,
    KEY,
    LIMIT_PER_APP,
    MODE,
    ON_FAILURE,
    PROBE,
    RAMP,
    RATE,
    RESULTS,
    RETRIES,
    ROW_TIMEOUT,
    RUN_PICTURES,
    SETTLE,
    SHARED,
    SKIP_BAD,
    WAIT_FOR_HELP,
    Mode,
    OnFailure,
    settings_of,
)
from showonce.replay import BASE_URL, NAME, SESSION, TIMEOUT, Pictures, asked_secrets

if TYPE_CHECKING:
    from agents.pool import AgentPool
    from recordings.batch import BatchSettings
    from recordings.recording import Recording
    from replayer.secrets import SecretSource
    from scheduler.asked import Asked
    from scheduler.rows import Row
    from scheduler.sink import Tracing
    from scheduler.telling import Call
    from showonce.settings import Settings

_STDIN = "-"
_PACKAGES = ("sqlalchemy.ext.asyncio", "dbos", "scheduler.batch", "scheduler.engine", "showonce.at_work")
"""What a batch takes longest to load, in its order."""
_TURN_S = 0.01


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be run, checked, and how."""

    asked: Asked
    folder: Path
    settings: BatchSettings
    key: str
    again: bool
    secrets: SecretSource
    call: Call


def run(
    name: NAME,
    data: Annotated[
        str,
        typer.Option(
            "--data", help="A CSV file with input names as its first line, or JSON lines; - reads standard input."
        ),
    ],
    mode: MODE = Mode.parallel,
    agents: AGENTS = None,
    columns: COLUMNS = None,
    skip_bad: SKIP_BAD = False,
    key: KEY = "",
    again: Annotated[bool, typer.Option("--again", help="Also do rows that were done before.")] = False,
    on_failure: ON_FAILURE = OnFailure.go_on,
    probe: PROBE = "",
    chunk: CHUNK = None,
    limit_per_app: LIMIT_PER_APP = 0,
    rate: RATE = "",
    retries: RETRIES = 2,
    settle: SETTLE = 60,
    ramp: RAMP = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Find every element up to the first that sends something, and stop there.")
    ] = False,
    session: SESSION = "",
    shared: SHARED = False,
    browsers: BROWSERS = 1,
    detach: Annotated[
        bool, typer.Option("--detach", help="Leave it to 'showonce worker', and return at once.")
    ] = False,
    results: RESULTS = None,
    base_url: BASE_URL = None,
    pictures: RUN_PICTURES = Pictures.failure,
    timeout: TIMEOUT = None,
    row_timeout: ROW_TIMEOUT = 0,
    wait_for_help: WAIT_FOR_HELP = "0",
    alerts: ALERTS = None,
    alert_to: ALERT_TO = None,
) -> None:
    """Do what a recording shows once for every row of a table.

    Every row is checked before anything runs. A row that was done before is not done twice. If it is interrupted,
    'showonce resume BATCH' goes on where it was. The exit code is 0 if all rows passed, 1 if any did not, 2 if it
    could not start.

    Example: showonce run add-customer --data customers.csv --map "Full name=full_name" --results done.csv
    """
    from recordings.names import recording_folder
    from recordings.recording import Recording
    from scheduler.asked import Asked, check_plans, known_key
    from showonce.asked import call_of, help_s_of
    from showonce.settings import read_settings
    from showonce.tracing import traced

    settings = read_settings()
    folder = recording_folder(name, settings.recordings)
    recording = Recording.load(folder)
    how = settings_of(
        mode=mode,
        agents=agents,
        ramp=ramp,
        chunk=chunk,
        on_failure=on_failure,
        limit_per_app=limit_per_app,
        rate=rate,
        retries=retries,
        settle=settle,
        step_s=timeout or settings.step_timeout_s,
        row_timeout=row_timeout,
        pictures=pictures,
        base_url=base_url,
        session=session,
        shared=shared,
        dry=dry_run,
        help_s=help_s_of(wait_for_help, detach=detach),
    )
    rows = _rows(data, recording, columns or [], skip_bad)
    known = Recording.load(recording_folder(probe, settings.recordings)) if probe else None
    call = call_of(alerts, alert_to, detach=detach)
    order = _Order(Asked(recording, known, rows), folder, how, known_key(key, recording), again, asked_secrets(), call)
    # Before a browser opens; nobody should type a password only to be told that something else is missing.
    check_plans(order.asked, how, [order.secrets] if how.session else [lambda _: "", order.secrets])
    with traced(settings) as tracing:
        asyncio.run(_run(order, settings, browsers, results, tracing, detach=detach))


@asynccontextmanager
async def _pool_in_time(order: _Order, settings: Settings, browsers: int) -> AsyncIterator[AgentPool]:
    """A pool whose browser opens while the packages are loaded and the rows are queued; that there is none is told by
    who asks for it then."""
    from agents.pool import open_pool

    agents = 1 if order.settings.mode == "sequential" else order.settings.agents
    async with open_pool(agents=agents, browsers=browsers, browser=settings.browser, at_once=False) as pool:
        warming = asyncio.ensure_future(pool.warm())
        try:
            for package in _PACKAGES:
                await asyncio.sleep(_TURN_S)  # the browser's turn
                import_module(package)
            yield pool
        finally:
            with suppress(ShowonceError):
                await warming


def _rows(data: str, recording: Recording, columns: list[str], skip_bad: bool) -> tuple[Row, ...]:
    from scheduler.rows import read_rows, rows_in, usable
    from showonce.terminal import say_note
    from showonce.values import pairs

    renamed = pairs("--map", columns)
    source = "standard input" if data == _STDIN else data
    if data == _STDIN:
        read = rows_in(source, sys.stdin.buffer.read(), recording, renamed)
    else:
        read = read_rows(Path(data), recording, renamed)
    rows = usable(source, read, skip_bad=skip_bad)
    for row in read.bad:
        say_note(f"Line {row.number} is left out: {row.reason}")
    return rows


async def _run(
    order: _Order, settings: Settings, browsers: int, results: Path | None, tracing: Tracing | None, *, detach: bool
) -> None:
    async with nullcontext() if detach else _pool_in_time(order, settings, browsers) as pool:
        await _do(order, settings, pool, results, tracing)


async def _do(
    order: _Order, settings: Settings, pool: AgentPool | None, results: Path | None, tracing: Tracing | None
) -> None:
    """Queue the rows and do them; without a pool they are left to workers."""
    import secrets as randomness
    import time

    from scheduler.alerting import watching
    from scheduler.batch import close, items_of, new_batch, start
    from scheduler.engine import open_engine
    from showonce.at_work import do_here, say_added, say_ended
    from showonce.noted import note, results_fact
    from showonce.sessions import refuse_missing
    from store import open_store

    asked = order.asked
    async with open_store(settings.home, url=settings.database_url) as store:
        await refuse_missing(store, settings, order.settings.session)
        version = await store.keep_version(asked.recording)
        probe = await store.keep_version(asked.probe) if asked.probe is not None else ""
        batch = new_batch(
            asked.recording,
            version,
            order.settings.model_copy(update={"probe": probe}),
            folder=str(order.folder.resolve()),
            now=time.time(),
            new_id=randomness.token_hex,
        )
        async with open_engine(store, settings.home, settings.database_url) as engine:
            items = items_of(batch, asked.rows, order.key)
            added = await start(store, engine, batch, items, again=order.again, lane=batch.id if pool else "")
            await note(store, "ran", asked.recording.name, batch=batch.id, rows=added.taken, **results_fact(results))
            say_added(batch, added, detach=pool is None)
            if not added.taken:
                await say_ended(store, await close(store, engine, batch.id, time.time()))
            elif pool is not None:
                async with watching(store, order.call, only=batch.id):
                    await do_here(
                        store,
                        engine,
                        settings,
                        batch,
                        order.secrets,
                        pool=pool,
                        results=results,
                        tracing=tracing,
                    )
