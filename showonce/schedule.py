"""``showonce schedule``: what workers run by the clock."""

from __future__ import annotations

import asyncio
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.batches import opened, opened_engine
from showonce.options import (
    AGENTS,
    CHUNK,
    COLUMNS,
    KEY,
    LIMIT_PER_APP,
    MODE,
    ON_FAILURE,
    PROBE,
    RAMP,
    RATE,
    RETRIES,
    ROW_TIMEOUT,
    RUN_PICTURES,
    SETTLE,
    SHARED,
    SKIP_BAD,
    Mode,
    OnFailure,
    settings_of,
)
from showonce.replay import BASE_URL, SESSION, TIMEOUT, Pictures

if TYPE_CHECKING:
    from recordings.schedule import Schedule

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Run a recording for the rows of a file, by the clock."
)

NAME = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name.")]


class WhenMissed(StrEnum):
    """What becomes of what was due while no worker was there."""

    skip = "skip"
    catch_up = "catch-up"


@app.command("add")
def add(
    name: NAME,
    cron: Annotated[
        str, typer.Option("--cron", help="Minute, hour, day, month, weekday: '0 7 * * 1-5'. Seconds may follow.")
    ],
    recording: Annotated[str, typer.Option("--recording", help="The recording: its name, or its folder.")],
    data: Annotated[Path, typer.Option("--data", help="A CSV file or JSON lines, read anew each time.")],
    tz: Annotated[str, typer.Option("--tz", help="The time zone of the cron line, such as Europe/Brussels.")] = "UTC",
    missed: Annotated[
        WhenMissed, typer.Option("--missed", help="What was due while no worker was there is skipped, or caught up.")
    ] = WhenMissed.skip,
    overlap: Annotated[
        bool, typer.Option("--overlap", help="Begin also while the batch of the time before is not over.")
    ] = False,
    mode: MODE = Mode.parallel,
    agents: AGENTS = None,
    columns: COLUMNS = None,
    skip_bad: SKIP_BAD = False,
    key: KEY = "",
    on_failure: ON_FAILURE = OnFailure.go_on,
    probe: PROBE = "",
    chunk: CHUNK = None,
    limit_per_app: LIMIT_PER_APP = 0,
    rate: RATE = "",
    retries: RETRIES = 2,
    settle: SETTLE = 60,
    ramp: RAMP = "",
    session: SESSION = "",
    shared: SHARED = False,
    base_url: BASE_URL = None,
    pictures: RUN_PICTURES = Pictures.failure,
    timeout: TIMEOUT = None,
    row_timeout: ROW_TIMEOUT = 0,
) -> None:
    """Have 'showonce worker' run a recording for every row of a file, again and again.

    Everything is checked now, and read anew at each time. A row is done once each time.

    Example: showonce schedule add morning --cron "0 7 * * 1-5" --recording add-customer --data new.csv
    """
    import socket

    from recordings.names import recording_folder
    from recordings.schedule import Schedule
    from showonce.settings import read_settings
    from showonce.values import pairs

    settings = read_settings()
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
    )
    schedule = Schedule(
        name=_checked(name),
        cron=cron.strip(),
        tz=tz,
        recording=str(recording_folder(recording, settings.recordings).resolve()),
        data=str(data.expanduser().resolve()),
        columns=pairs("--map", columns or []),
        skip_bad=skip_bad,
        key=key,
        probe=str(recording_folder(probe, settings.recordings).resolve()) if probe else "",
        settings=how,
        missed=missed.value,
        overlap=overlap,
        host=socket.gethostname(),
        created_at=time.time(),
    )
    asyncio.run(_add(schedule))


@app.command("list")
def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the schedules, as JSON.")] = False,
) -> None:
    """List the schedules: when each is due, and what came of it last.

    Example: showonce schedule list
    """
    asyncio.run(_list(as_json))


@app.command("rm")
def rm(name: NAME) -> None:
    """Take a schedule away; the batches that it made stay.

    Example: showonce schedule rm morning
    """
    asyncio.run(_rm(name))


@app.command("pause")
def pause(name: NAME) -> None:
    """Have a schedule be due no more until 'resume'; a batch that it made goes on.

    Example: showonce schedule pause morning
    """
    asyncio.run(_pause(name))


@app.command("resume")
def resume(name: NAME) -> None:
    """Have a paused schedule be due again, from its next time on; what was due meanwhile is passed over.

    Example: showonce schedule resume morning
    """
    asyncio.run(_resume(name))


@app.command("run-now")
def run_now(name: NAME) -> None:
    """Leave the rows of a schedule to workers now, out of its turn.

    Example: showonce schedule run-now morning
    """
    asyncio.run(_run_now(name))


def _checked(name: str) -> str:
    from recordings.errors import CouldNotStartError

    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise CouldNotStartError(
            f"A schedule cannot be called '{name[:40]}'.", "Give it a short name, such as morning."
        )
    return name.strip()


async def _add(schedule: Schedule) -> None:
    from recordings.errors import CouldNotStartError
    from scheduler.asked import asked_by
    from scheduler.cron import next_after
    from scheduler.schedules import kept_as
    from showonce.noted import note
    from showonce.schedule_view import time_words
    from showonce.sessions import refuse_missing
    from showonce.terminal import screen

    next_at = next_after(schedule.cron, schedule.tz, time.time())
    rows = len(asked_by(schedule).rows)
    async with opened() as (settings, store):
        await refuse_missing(store, settings, schedule.settings.session)
        if await store.schedules.get(schedule.name) is not None:
            raise CouldNotStartError(
                f"There is a schedule '{schedule.name}' already.", f"Take it away: showonce schedule rm {schedule.name}"
            )
        await store.schedules.put(kept_as(schedule, next_at))
        await note(store, "scheduled", schedule.name, recording=schedule.recording.rpartition("/")[2])
    told = "1 row" if rows == 1 else f"{rows} rows"
    when = time_words(next_at, schedule.tz)
    screen().print(f"Schedule {schedule.name}: {told} now; first at {when}, by 'showonce worker'.", soft_wrap=True)


async def _list(as_json: bool) -> None:
    import json

    from scheduler.schedules import schedule_of
    from showonce.schedule_view import schedules_table
    from showonce.terminal import screen

    async with opened() as (_, store):
        found = await store.schedules.all()
    if as_json:
        typer.echo(json.dumps([{**each.document, "next_at": each.next_at} for each in found], indent=2))
    elif found:
        screen().print(schedules_table([(schedule_of(each), each.next_at) for each in found]))
    else:
        screen().print("No schedules yet. 'showonce schedule add' makes one.")


async def _rm(name: str) -> None:
    from scheduler.schedules import ScheduleUnknownError
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened() as (_, store):
        if not await store.schedules.remove(name):
            raise ScheduleUnknownError(name)
        await note(store, "unscheduled", name)
    screen().print(f"Schedule {name} is taken away.")


async def _pause(name: str) -> None:
    from scheduler.schedules import pause as hold
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened() as (_, store):
        await hold(store, name)
        await note(store, "paused", f"schedule {name}")
    screen().print(f"Schedule {name} is paused. It goes on with: showonce schedule resume {name}", soft_wrap=True)


async def _resume(name: str) -> None:
    from scheduler.schedules import resume as go_on
    from scheduler.schedules import schedule_of
    from showonce.noted import note
    from showonce.schedule_view import time_words
    from showonce.terminal import screen

    async with opened() as (_, store):
        next_at = await go_on(store, name, time.time())
        kept = await store.schedules.get(name)
        tz = schedule_of(kept).tz if kept is not None else "UTC"
        await note(store, "resumed", f"schedule {name}")
    screen().print(f"Schedule {name} goes on: next at {time_words(next_at, tz)}.", soft_wrap=True)


async def _run_now(name: str) -> None:
    from scheduler.schedules import ScheduleUnknownError, schedule_of
    from scheduler.schedules import run_now as fire
    from showonce.noted import note
    from showonce.terminal import screen

    async with opened_engine() as (_, store, engine):
        kept = await store.schedules.get(name)
        if kept is None:
            raise ScheduleUnknownError(name)
        batch = await fire(store, engine, schedule_of(kept), time.time())
        await note(store, "ran", f"schedule {name}", batch=batch.id, rows=batch.total)
    screen().print(f"Batch {batch.id}: {batch.total} rows are queued for 'showonce worker'.")
