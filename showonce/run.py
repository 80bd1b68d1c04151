"""``showonce run``: a run for each row of a table, many at once."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.replay import BASE_URL, NAME, TIMEOUT, Pictures, asked_secrets

if TYPE_CHECKING:
    from recordings.recording import Recording
    from replayer.plan import SecretSource
    from scheduler.batch import RowResult
    from scheduler.rows import Row
    from showonce.settings import Settings

_STDIN = "-"


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is run, and how."""

    recording: Recording
    folder: Path
    rows: tuple[Row, ...]
    secrets: SecretSource
    base_url: str | None
    agents: int
    pictures: Pictures
    timeout_s: float
    results: Path | None


def run(
    name: NAME,
    data: Annotated[
        str,
        typer.Option(
            "--data", help="A CSV file with input names as its first line, or JSON lines; - reads standard input."
        ),
    ],
    agents: Annotated[
        int, typer.Option("--agents", min=1, max=64, help="How many browsers' work is done at once.")
    ] = 4,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=INPUT", help="The input that a column of another name is for."),
    ] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Run the other rows where some cannot be used.")] = False,
    results: Annotated[
        Path | None,
        typer.Option("--results", help="Write what became of each row to this file, as .csv or .jsonl."),
    ] = None,
    base_url: BASE_URL = None,
    pictures: Annotated[
        Pictures, typer.Option("--pictures", help="Keep a picture of every step, of a failure, or none.")
    ] = Pictures.failure,
    timeout: TIMEOUT = None,
) -> None:
    """Do what a recording shows once for every row of a table.

    Every row is checked before anything runs. The exit code is 0 if all rows passed, 1 if any failed, 2 if it could
    not start.

    Example: showonce run add-customer --data customers.csv --map "Full name=full_name" --results done.csv
    """
    from recordings.recording import Recording
    from showonce.names import recording_folder
    from showonce.settings import read_settings
    from showonce.values import address

    settings = read_settings()
    folder = recording_folder(name, settings.recordings)
    recording = Recording.load(folder)
    rows = _rows(data, recording, columns or [], skip_bad)
    at = address(base_url) if base_url else None
    secrets = asked_secrets()
    _check_plan(recording, rows[0], at, secrets)
    timeout_s = timeout or settings.step_timeout_s
    batch = _Batch(recording, folder, rows, secrets, at, agents, pictures, timeout_s, results)
    _say(*asyncio.run(_run(batch, settings)), recording)


def _say(results: tuple[RowResult, ...], proposed: int, recording: Recording) -> None:
    from showonce.heal_view import proposed_line
    from showonce.render import rows_table, screen

    screen().print(rows_table(results))
    failed = sum(not result.passed for result in results)
    screen().print(f"{len(results) - failed} passed, {failed} failed")
    if proposed:
        screen().print(proposed_line(proposed, recording.name), soft_wrap=True)
    if failed:
        screen().print("See one with: showonce trace TRACE --open")
        raise typer.Exit(1)


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


def _check_plan(recording: Recording, row: Row, base_url: str | None, secrets: SecretSource) -> None:
    """Before a browser opens; nobody should type a password only to be told that something else is missing."""
    from replayer.plan import plan_of

    plan_of(recording, row.values, base_url, lambda _: "")
    plan_of(recording, row.values, base_url, secrets)


async def _run(batch: _Batch, settings: Settings) -> tuple[tuple[RowResult, ...], int]:
    """What became of the rows, and how many proposals of theirs wait for a decision."""
    from agents.pool import open_pool
    from scheduler.batch import run_batch
    from showonce.live import InFolder, counting, say_lost_pictures, waits_of
    from showonce.results import writing
    from store import open_store

    recording, rows = batch.recording, batch.rows
    with writing(batch.results, recording) if batch.results is not None else nullcontext() as write:
        async with open_store(settings.home, url=settings.database_url) as store:
            async with open_pool(agents=min(batch.agents, len(rows)), browser=settings.browser) as pool:
                with counting(recording.name, len(rows)) as count:

                    def on_result(result: RowResult) -> None:
                        count(result)
                        if write is not None:
                            write(result)

                    results = await run_batch(
                        recording,
                        rows,
                        pool,
                        InFolder(store, batch.folder),
                        base_url=batch.base_url,
                        pictures=batch.pictures.value,
                        waits=waits_of(batch.timeout_s),
                        secrets=batch.secrets,
                        on_result=on_result,
                    )
            say_lost_pictures(store.lost_pictures)
            return results, len(store.proposed)
