"""``showonce traces`` and ``trace``: looking at what runs did."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recordings.trace import Trace
    from showonce.settings import Settings


class Status(StrEnum):
    """How a run stands."""

    passed = "passed"
    failed = "failed"
    running = "running"


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
    from showonce.render import runs_table
    from showonce.settings import read_settings
    from showonce.terminal import screen

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
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write the run to this file as JUnit XML, for CI servers.")
    ] = None,
) -> None:
    """Show what one run did, step by step; of a workflow, what its stages, their rows and runs did, and when.

    Example: showonce trace 4f2a1b3c --open
    """
    from recordings.errors import ShowonceError
    from showonce.pages import open_page, write_page
    from showonce.read_view import read_lines
    from showonce.render import end_line, trace_table
    from showonce.settings import read_settings
    from showonce.terminal import screen
    from showonce.workflow_look import trace_of_flow

    settings = read_settings()
    if asyncio.run(trace_of_flow(settings, trace_id, open_it=open_it, out=out, as_json=as_json)):
        if junit is not None:
            words = f"{trace_id} is a workflow, and --junit writes single runs."
            raise ShowonceError(words, "The workflow's page in 'showonce review' has a JUnit file of all its rows.")
        return
    found, page = asyncio.run(_trace(settings, trace_id, paged=open_it or out is not None))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        screen().print(trace_table(found))
        screen().print(end_line(found), soft_wrap=True)
        for line in read_lines(found):
            screen().print(line, soft_wrap=True)
    if junit is not None:
        _write_junit(found, junit.expanduser())
    if open_it or out is not None:
        path = out.expanduser() if out is not None else settings.home / "reports" / f"{found.trace_id}.html"
        write_page(page, path)
        typer.echo(f"The page is {path}", err=as_json)
        if open_it:
            open_page(path.resolve().as_uri())


async def _traces(settings: Settings, limit: int, recording: str | None, status: str | None) -> list[Trace]:
    from store import open_store

    async with open_store(settings.home, url=settings.database_url) as store:
        return await store.traces(limit, recording, status)


async def _trace(settings: Settings, prefix: str, *, paged: bool) -> tuple[Trace, str]:
    """A run, and where that is asked for its page, which is for its owner alone: pictures may show what others should
    not see."""
    from review.covering import report_of
    from review.demonstrations import Demonstrations
    from showonce.noted import note
    from store import open_store

    async with open_store(settings.home, url=settings.database_url) as store:
        found = await store.trace(prefix)
        if not paged:
            return found, ""
        await note(store, "exported", f"run {found.trace_id}", kind="html")
        recording = await Demonstrations(store, settings.recordings).of(found)
        return found, await report_of(store, found, recording)


def _write_junit(found: Trace, path: Path) -> None:
    from review.junit import junit_xml
    from review.run_suite import suite_of
    from showonce.noted import note_alone
    from showonce.pages import write_page

    note_alone("exported", f"run {found.trace_id}", kind="xml")
    write_page(junit_xml([suite_of(found)]), path)
