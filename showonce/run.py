"""``showonce run``: a run for each row of a table, many at once or one after another."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.replay import BASE_URL, NAME, Pictures, asked_secrets

if TYPE_CHECKING:
    from recordings.batch import BatchSettings
    from recordings.recording import Recording
    from replayer.plan import SecretSource
    from scheduler.rows import Row
    from showonce.settings import Settings

_STDIN = "-"


class Mode(StrEnum):
    """In what order rows are done."""

    parallel = "parallel"
    sequential = "sequential"


class OnFailure(StrEnum):
    """What a row that failed means for those after it."""

    stop = "stop"
    go_on = "continue"


AGENTS = Annotated[int | None, typer.Option("--agents", min=1, max=64, help="How many rows are done at once.")]
BROWSERS = Annotated[
    int, typer.Option("--browsers", min=1, max=16, help="How many browsers they share; one is best on few cores.")
]
RESULTS = Annotated[
    Path | None,
    typer.Option("--results", help="Write what became of each row to this file, as .csv or .jsonl."),
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be run, checked."""

    recording: Recording
    folder: Path
    rows: tuple[Row, ...]
    settings: BatchSettings
    probe: Recording | None
    key: str
    again: bool
    secrets: SecretSource


def run(
    name: NAME,
    data: Annotated[
        str,
        typer.Option(
            "--data", help="A CSV file with input names as its first line, or JSON lines; - reads standard input."
        ),
    ],
    mode: Annotated[Mode, typer.Option("--mode", help="Many rows at once, or one after another.")] = Mode.parallel,
    agents: AGENTS = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=INPUT", help="The input that a column of another name is for."),
    ] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Run the other rows where some cannot be used.")] = False,
    key: Annotated[
        str, typer.Option("--key", help="The input that tells rows apart; usually all of a row together.")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Also do rows that were done before.")] = False,
    on_failure: Annotated[
        OnFailure, typer.Option("--on-failure", help="Stop at a row that failed, or go on.")
    ] = OnFailure.go_on,
    probe: Annotated[
        str,
        typer.Option(
            "--probe", help="A recording that finds what a row makes; asked where it is not sure that it was sent."
        ),
    ] = "",
    chunk: Annotated[int, typer.Option("--chunk-size", min=1, help="Rows that an agent is handed at once.")] = 1,
    limit_per_app: Annotated[
        int, typer.Option("--limit-per-app", min=0, help="Runs at once in the same application, over all batches.")
    ] = 0,
    rate: Annotated[str, typer.Option("--rate", help="How many rows may begin, such as 30/min.")] = "",
    retries: Annotated[
        int, typer.Option("--retries", min=0, help="How often a row is tried again while nothing was sent for it.")
    ] = 2,
    ramp: Annotated[
        str, typer.Option("--ramp", help="Begin with few at once and rise while it goes well: 1,2,4.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Find every element up to the first that sends something, and stop there.")
    ] = False,
    session: Annotated[
        Path | None, typer.Option("--session", help="Begin signed in: a saved session's file, closed to others.")
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared-session", help="Several rows at once may use the saved session.")
    ] = False,
    browsers: BROWSERS = 1,
    detach: Annotated[
        bool, typer.Option("--detach", help="Leave it to 'showonce worker', and return at once.")
    ] = False,
    results: RESULTS = None,
    base_url: BASE_URL = None,
    pictures: Annotated[
        Pictures, typer.Option("--pictures", help="Keep a picture of every step, of a failure, or none.")
    ] = Pictures.failure,
    timeout: Annotated[
        float | None, typer.Option("--timeout", min=0.1, help="Seconds that each step may take (usually 10).")
    ] = None,
    row_timeout: Annotated[
        float, typer.Option("--row-timeout", min=0, help="Seconds that a whole row may take; 0 for no limit.")
    ] = 0,
) -> None:
    """Do what a recording shows once for every row of a table.

    Every row is checked before anything runs. A row that was done before is not done twice. If it is interrupted,
    'showonce resume BATCH' goes on where it was. The exit code is 0 if all rows passed, 1 if any did not, 2 if it
    could not start.

    Example: showonce run add-customer --data customers.csv --map "Full name=full_name" --results done.csv
    """
    from recordings.batch import BatchSettings
    from recordings.recording import Recording
    from showonce.asked import ramp_of, rate_of, session_at
    from showonce.names import recording_folder
    from showonce.settings import read_settings
    from showonce.values import address

    settings = read_settings()
    folder = recording_folder(name, settings.recordings)
    recording = Recording.load(folder)
    risen = ramp_of(ramp, agents) if ramp else ()
    how = BatchSettings(
        mode=mode.value,
        agents=agents or (max(risen) if risen else 4),
        ramp=risen,
        chunk=chunk,
        on_failure=on_failure.value,
        limit_per_app=limit_per_app,
        rate=rate_of(rate) if rate else None,
        retries=retries,
        step_s=timeout or settings.step_timeout_s,
        item_s=row_timeout,
        pictures=pictures.value,
        base_url=address(base_url) if base_url else "",
        session=session_at(session) if session is not None else "",
        shared=shared,
        dry=dry_run,
    )
    asked = _Asked(
        recording,
        folder,
        _rows(data, recording, columns or [], skip_bad),
        how,
        Recording.load(recording_folder(probe, settings.recordings)) if probe else None,
        _known_key(key, recording),
        again,
        asked_secrets(),
    )
    _check_plans(asked)
    asyncio.run(_run(asked, settings, browsers, results, detach=detach))


def _rows(data: str, recording: Recording, columns: list[str], skip_bad: bool) -> tuple[Row, ...]:
    from scheduler.rows import read_rows, rows_in, usable
    from showonce.render import say_note
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


def _known_key(key: str, recording: Recording) -> str:
    from scheduler.batch import KeyMissingError

    names = sorted(item.name for item in recording.inputs)
    if key and key not in names:
        raise KeyMissingError(f"--key: the recording has no input '{key}'.", f"It has: {', '.join(names) or 'none'}.")
    return key


def _check_plans(asked: _Asked) -> None:
    """Before a browser opens; nobody should type a password only to be told that something else is missing."""
    from replayer.plan import plan_of

    values, at = asked.rows[0].values, asked.settings.base_url or None
    probe = asked.probe
    known = {item.name for item in probe.inputs} if probe is not None else set()
    theirs = {name: value for name, value in values.items() if name in known}
    for secrets in (lambda _: "", asked.secrets) if not asked.settings.session else (asked.secrets,):
        plan_of(asked.recording, values, at, secrets)
        if probe is not None:
            plan_of(probe, theirs, at, secrets)


async def _run(asked: _Asked, settings: Settings, browsers: int, results: Path | None, *, detach: bool) -> None:
    import secrets as randomness
    import time

    from scheduler.batch import close, items_of, new_batch, start
    from scheduler.engine import open_engine
    from showonce.at_work import do_here, say_added, say_ended
    from store import open_store

    async with open_store(settings.home, url=settings.database_url) as store:
        version = await store.keep_version(asked.recording)
        probe = await store.keep_version(asked.probe) if asked.probe is not None else ""
        batch = new_batch(
            asked.recording,
            version,
            asked.settings.model_copy(update={"probe": probe}),
            folder=str(asked.folder.resolve()),
            now=time.time(),
            new_id=randomness.token_hex,
        )
        async with open_engine(store, settings.home, settings.database_url) as engine:
            items = items_of(batch, asked.rows, asked.key)
            added = await start(store, engine, batch, items, again=asked.again, lane="" if detach else batch.id)
            say_added(batch, added, detach=detach)
            if not added.taken:
                await say_ended(store, await close(store, engine, batch.id, time.time()))
            elif not detach:
                await do_here(store, engine, settings, batch, asked.secrets, browsers=browsers, results=results)
