"""``showonce replay``: one run of a recording, shown step by step."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.prompts import left_at_once

if TYPE_CHECKING:
    from recordings.inputs import Secret
    from recordings.recording import Recording
    from recordings.trace import Trace
    from replayer.plan import Plan
    from replayer.secrets import SecretSource
    from showonce.settings import Settings


class Pictures(StrEnum):
    """Which pages are photographed."""

    steps = "steps"
    marked = "marked"
    failure = "failure"
    none = "none"


PICTURES_HELP = (
    "Keep a picture of every step (marked: for more CPU, what differs from the demonstration is marked in it), "
    "of a failure, or none."
)
NAME = Annotated[str, typer.Argument(metavar="NAME", help="The recording: its name, or its folder.")]
BASE_URL = Annotated[
    str | None,
    typer.Option("--base-url", help="Run against another address, such as https://test.example.com."),
]
SLOW_MO = Annotated[float, typer.Option("--slow-mo", min=0, help="Milliseconds to pause at everything it does.")]
SESSION = Annotated[
    str,
    typer.Option(
        "--session",
        metavar="NAME",
        help="Begin signed in: a session of 'showonce login', or the path of a saved one's file, closed to others.",
    ),
]
TIMEOUT = Annotated[
    float | None,
    typer.Option("--timeout", min=0.1, help="Seconds that each step may take (usually 10)."),
]


def replay(
    name: NAME,
    given: Annotated[
        list[str] | None,
        typer.Option("--input", help='A value for this run: --input full_name="Ada Lovelace".'),
    ] = None,
    inputs: Annotated[Path | None, typer.Option("--inputs", help="A JSON file of values, one object.")] = None,
    base_url: BASE_URL = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser while it works.")] = False,
    slow_mo: SLOW_MO = 0,
    pictures: Annotated[
        Pictures,
        typer.Option("--pictures", help=PICTURES_HELP),
    ] = Pictures.marked,
    timeout: TIMEOUT = None,
    session: SESSION = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Find every element up to the first that sends something, and stop there.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but the run, as JSON.")] = False,
    read_file: Annotated[
        str, typer.Option("--read-to", metavar="FILE", help="Write what is read: rows as .csv or .jsonl, all as .json.")
    ] = "",
) -> None:
    """Do what a recording shows, once, and say how it went.

    Passwords and other secrets are asked for, or taken from SHOWONCE_SECRET_… in the environment.
    The exit code is 0 if it passed, 1 if it failed, 2 if it could not start.

    Example: showonce replay add-customer --input full_name="Grace Hopper"
    """
    from recordings.known_secrets import KNOWN
    from recordings.names import recording_folder
    from recordings.recording import Recording
    from showonce.asked import session_at
    from showonce.heal_view import proposed_line
    from showonce.noted import note_alone
    from showonce.read_to import read_to, write_read
    from showonce.read_view import read_lines
    from showonce.render import end_line
    from showonce.settings import read_settings
    from showonce.terminal import say_note, screen
    from showonce.values import given_inputs

    settings = read_settings()
    folder = recording_folder(name, settings.recordings)
    recording = Recording.load(folder)
    to = read_to(read_file, recording) if read_file else None
    values = given_inputs(given or (), inputs, recording.secrets)
    session = session_at(session) if session else ""
    plan = _plan(recording, values, base_url)
    ended = asyncio.run(
        run_plan(
            plan,
            folder,
            settings,
            pictures,
            headless=not headed,
            slow_mo_ms=slow_mo,
            timeout_s=timeout,
            quiet=as_json,
            dry=dry_run,
            session=session,
        )
    )
    trace = ended.trace
    if as_json:
        typer.echo(KNOWN.cleaned(trace).model_dump_json(indent=2))
    else:
        screen().print(end_line(trace), soft_wrap=True)
        for line in read_lines(trace):
            screen().print(line, soft_wrap=True)
        if ended.proposed:
            screen().print(proposed_line(ended.proposed, recording.name), soft_wrap=True)
    if ended.asks:
        say_note(ended.asks)
    if trace.status != "passed":
        raise typer.Exit(1)
    if to is not None:
        note_alone("exported", f"run {trace.trace_id}", kind="what was read")
        write_read(to, trace)


def asked_secrets() -> SecretSource:
    """Secrets as the settings have them, or from a hidden prompt on standard error."""
    from showonce.secret_sources import secret_source
    from showonce.settings import read_settings

    def ask(secret: Secret) -> str:
        try:
            with left_at_once():
                answer = typer.prompt(secret.label or secret.name, hide_input=True, err=True, type=str)
        except typer.Abort as stopped:
            raise typer.Exit(130) from stopped
        return str(answer)

    return secret_source(read_settings(), ask)


def _plan(recording: Recording, values: dict[str, str], base_url: str | None) -> Plan:
    from replayer.plan import plan_of
    from showonce.values import address

    base_url = address(base_url) if base_url else None
    # Once without asking: nobody should type a password only to be told that an input is missing.
    plan_of(recording, values, base_url, lambda _: "")
    return plan_of(recording, values, base_url, asked_secrets())


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is over, how many of its proposals wait for a decision, and what it asks of a person, if anything."""

    trace: Trace
    proposed: int
    asks: str = ""


async def run_plan(
    plan: Plan,
    folder: Path,
    settings: Settings,
    pictures: Pictures,
    *,
    headless: bool = True,
    slow_mo_ms: float = 0,
    timeout_s: float | None = None,
    quiet: bool = False,
    dry: bool = False,
    session: str = "",
) -> Ended:
    """Run a plan here, shown as it goes; ``session`` is what it begins signed in by: a name, or a file."""
    from agents.agent import Job
    from agents.alone import run_signed_in
    from agents.pool import open_pool
    from recordings.session import is_session_name
    from showonce.live import Watched, say_lost_pictures, waits_of
    from showonce.noted import note
    from showonce.sessions import refuse_missing, sessions_of
    from store import open_store

    waits = waits_of(timeout_s or settings.step_timeout_s)
    async with open_store(settings.home, url=settings.database_url) as store:

        async def begins(trace: Trace) -> None:  # and not before: what could not start did not run
            await note(store, "ran", plan.recording.name, run=trace.trace_id, **({"dry": "yes"} if dry else {}))

        await refuse_missing(store, settings, session)
        async with open_pool(agents=1, headless=headless, browser=settings.browser, slow_mo_ms=slow_mo_ms) as pool:
            with Watched(store, plan, folder, begins, quiet=quiet) as sink:
                job = Job(plan, sink, pictures.value, waits, dry=dry)
                if session and is_session_name(session):
                    sessions = sessions_of(store, settings, asked_secrets())
                    trace, asks = await run_signed_in(pool, sessions, session, lambda lent: replace(job, session=lent))
                else:
                    trace, asks = await pool.run(replace(job, session=Path(session) if session else None)), ""
        say_lost_pictures(store.lost_pictures)
        return Ended(trace, len(store.proposed), asks)
