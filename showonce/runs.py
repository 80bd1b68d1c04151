"""``showonce run``, ``traces`` and ``trace``: many runs at once, and looking at what they did."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.replay import BASE_URL, NAME, TIMEOUT, Pictures, asked_secrets

if TYPE_CHECKING:
    from recordings.recording import Recording
    from recordings.trace import Trace
    from replayer.plan import SecretSource
    from scheduler.batch import RowResult
    from scheduler.rows import Row
    from showonce.settings import Settings


class Status(StrEnum):
    """How a run stands."""

    passed = "passed"
    failed = "failed"
    running = "running"


def run(
    name: NAME,
    data: Annotated[Path, typer.Option("--data", help="A CSV file with input names as its first line, or JSON lines.")],
    agents: Annotated[
        int, typer.Option("--agents", min=1, max=64, help="How many browsers' work is done at once.")
    ] = 4,
    base_url: BASE_URL = None,
    pictures: Annotated[
        Pictures, typer.Option("--pictures", help="Keep a picture of every step, of a failure, or none.")
    ] = Pictures.failure,
    timeout: TIMEOUT = None,
) -> None:
    """Do what a recording shows once for every row of a table.

    The exit code is 0 if all rows passed, 1 if any failed, 2 if it could not start.

    Example: showonce run add-customer --data customers.csv --agents 4
    """
    from recordings.recording import Recording
    from scheduler.rows import read_rows
    from showonce.heal_view import proposed_line
    from showonce.names import recording_folder
    from showonce.render import rows_table, screen
    from showonce.settings import read_settings
    from showonce.values import address

    settings = read_settings()
    folder = recording_folder(name, settings.recordings)
    recording = Recording.load(folder)
    rows = read_rows(data, recording.inputs, recording.secrets)
    base_url = address(base_url) if base_url else None
    secrets = asked_secrets()
    _check_values(recording, rows, base_url, secrets)
    timeout_s = timeout or settings.step_timeout_s
    results, proposed = asyncio.run(
        _run_rows(recording, folder, rows, settings, secrets, base_url, agents, pictures, timeout_s)
    )
    screen().print(rows_table(results))
    failed = sum(not result.passed for result in results)
    screen().print(f"{len(results) - failed} passed, {failed} failed")
    if proposed:
        screen().print(proposed_line(proposed, recording.name), soft_wrap=True)
    if failed:
        screen().print("See one with: showonce trace TRACE --open")
        raise typer.Exit(1)


def traces(
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 20,
    recording: Annotated[
        str | None, typer.Option("--recording", help="Only runs of the recording with this name.")
    ] = None,
    status: Annotated[Status | None, typer.Option("--status", help="Only runs that ended so.")] = None,
) -> None:
    """List the runs, the newest first.

    Example: showonce traces --status failed
    """
    from showonce.render import runs_table, screen
    from showonce.settings import read_settings

    found = asyncio.run(_traces(read_settings(), limit, recording, status.value if status else None))
    if found:
        screen().print(runs_table(found))
    else:
        screen().print("No such runs yet. 'showonce replay NAME' makes one.")


def trace(
    trace_id: Annotated[str, typer.Argument(metavar="ID", help="The run's trace id, or its first characters.")],
    open_it: Annotated[
        bool, typer.Option("--open", help="Make a page of it with its pictures, and open that.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write that page to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the run, as JSON.")] = False,
) -> None:
    """Show what one run did, step by step.

    Example: showonce trace 4f2a1b3c --open
    """
    from showonce.render import end_line, screen, trace_table
    from showonce.settings import read_settings

    settings = read_settings()
    found, picture_of = asyncio.run(_trace(settings, trace_id))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        screen().print(trace_table(found))
        screen().print(end_line(found), soft_wrap=True)
    if open_it or out is not None:
        path = out.expanduser() if out is not None else settings.home / "reports" / f"{found.trace_id}.html"
        _write_page(found, picture_of, settings, path)
        typer.echo(f"The page is {path}", err=as_json)
        if open_it:
            _open(path)


def _check_values(recording: Recording, rows: Sequence[Row], base_url: str | None, secrets: SecretSource) -> None:
    """Before a browser opens: first every row, then the secrets, which a person may have to type."""
    from replayer.plan import plan_of

    for row in rows:
        plan_of(recording, row.values, base_url, lambda _: "")
    plan_of(recording, rows[0].values, base_url, secrets)


async def _run_rows(
    recording: Recording,
    folder: Path,
    rows: Sequence[Row],
    settings: Settings,
    secrets: SecretSource,
    base_url: str | None,
    agents: int,
    pictures: Pictures,
    timeout_s: float,
) -> tuple[tuple[RowResult, ...], int]:
    """What became of the rows, and how many proposals of theirs wait for a decision."""
    from agents.pool import open_pool
    from scheduler.batch import run_batch
    from showonce.live import InFolder, counting, say_lost_pictures, waits_of
    from store import open_store

    async with open_store(settings.home) as store:
        async with open_pool(agents=min(agents, len(rows)), browser=settings.browser) as pool:
            with counting(recording.name, len(rows)) as on_result:
                results = await run_batch(
                    recording,
                    rows,
                    pool,
                    InFolder(store, folder),
                    base_url=base_url,
                    pictures=pictures.value,
                    waits=waits_of(timeout_s),
                    secrets=secrets,
                    on_result=on_result,
                )
        say_lost_pictures(store.lost_pictures)
        return results, len(store.proposed)


async def _traces(settings: Settings, limit: int, recording: str | None, status: str | None) -> list[Trace]:
    from store import open_store

    async with open_store(settings.home) as store:
        return await store.traces(limit, recording, status)


async def _trace(settings: Settings, prefix: str) -> tuple[Trace, Callable[[str], bytes | None]]:
    from store import open_store

    async with open_store(settings.home) as store:
        return await store.trace(prefix), store.picture


def _write_page(found: Trace, picture_of: Callable[[str], bytes | None], settings: Settings, path: Path) -> None:
    """Write the run's page, readable by its owner alone: its pictures may show what others should not see."""
    from recordings.errors import ShowonceError
    from review.report import trace_page

    text = trace_page(found, picture_of, _demo_pictures(found.recording, settings))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise ShowonceError(
            f"The page {path} could not be written: {reason}.", "Choose another file with --out."
        ) from error


def _demo_pictures(name: str, settings: Settings) -> Callable[[str], bytes | None] | None:
    """The demonstration's pictures by step id, if the recording is still to be had."""
    from recordings.errors import CouldNotStartError
    from recordings.recording import Recording
    from showonce.names import recording_folder

    try:
        recording = Recording.load(recording_folder(name, settings.recordings))
    except CouldNotStartError:
        return None
    pages = {step.id: recording.files.get(step.picture) for step in recording.steps}
    return pages.get


def _open(path: Path) -> None:
    """Open the page where there is a display; on a bare terminal a text browser would take it over."""
    from browser.launch import has_display

    if has_display():
        import webbrowser

        webbrowser.open(path.resolve().as_uri())
