"""``showonce replay``: one run of a recording, shown step by step."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from recordings.inputs import Secret
    from recordings.recording import Recording
    from recordings.trace import Trace
    from replayer.plan import Plan, SecretSource
    from showonce.settings import Settings


class Pictures(StrEnum):
    """Which pages are photographed."""

    steps = "steps"
    failure = "failure"
    none = "none"


NAME = Annotated[str, typer.Argument(metavar="NAME", help="The recording: its name, or its folder.")]
BASE_URL = Annotated[
    str | None,
    typer.Option("--base-url", help="Run against another address, such as https://test.example.com."),
]
SLOW_MO = Annotated[float, typer.Option("--slow-mo", min=0, help="Milliseconds to pause at everything it does.")]
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
        Pictures, typer.Option("--pictures", help="Keep a picture of every step, of a failure, or none.")
    ] = Pictures.steps,
    timeout: TIMEOUT = None,
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
    from recordings.names import recording_folder
    from recordings.recording import Recording
    from showonce.heal_view import proposed_line
    from showonce.read_to import read_to, write_read
    from showonce.read_view import read_lines
    from showonce.render import end_line, screen
    from showonce.settings import read_settings
    from showonce.values import given_inputs

    settings = read_settings()
    folder = recording_folder(name, settings.recordings)
    recording = Recording.load(folder)
    to = read_to(read_file, recording) if read_file else None
    values = given_inputs(given or (), inputs, recording.secrets)
    plan = _plan(recording, values, base_url)
    trace, proposed = asyncio.run(
        run_plan(
            plan,
            folder,
            settings,
            pictures,
            headless=not headed,
            slow_mo_ms=slow_mo,
            timeout_s=timeout,
            quiet=as_json,
        )
    )
    if as_json:
        typer.echo(trace.model_dump_json(indent=2))
    else:
        screen().print(end_line(trace), soft_wrap=True)
        for line in read_lines(trace):
            screen().print(line, soft_wrap=True)
        if proposed:
            screen().print(proposed_line(proposed, recording.name), soft_wrap=True)
    if trace.status != "passed":
        raise typer.Exit(1)
    if to is not None:
        write_read(to, trace)


def asked_secrets() -> SecretSource:
    """Secrets from the environment, or from a hidden prompt on standard error."""
    from showonce.settings import secret_source

    def ask(secret: Secret) -> str:
        try:
            answer = typer.prompt(secret.label or secret.name, hide_input=True, err=True, type=str)
        except typer.Abort as stopped:
            raise typer.Exit(130) from stopped
        return str(answer)

    return secret_source(ask)


def _plan(recording: Recording, values: dict[str, str], base_url: str | None) -> Plan:
    from replayer.plan import plan_of
    from showonce.values import address

    base_url = address(base_url) if base_url else None
    # Once without asking: nobody should type a password only to be told that an input is missing.
    plan_of(recording, values, base_url, lambda _: "")
    return plan_of(recording, values, base_url, asked_secrets())


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
) -> tuple[Trace, int]:
    """Run a plan here, shown as it goes; the run, and how many of its proposals wait for a decision."""
    from agents.agent import Job
    from agents.pool import open_pool
    from showonce.live import Watched, say_lost_pictures, waits_of
    from store import open_store

    async with open_store(settings.home, url=settings.database_url) as store:
        async with open_pool(agents=1, headless=headless, browser=settings.browser, slow_mo_ms=slow_mo_ms) as pool:
            with Watched(store, plan, folder, quiet=quiet) as sink:
                waits = waits_of(timeout_s or settings.step_timeout_s)
                trace = await pool.run(Job(plan, sink, pictures.value, waits, dry=dry))
        say_lost_pictures(store.lost_pictures)
        return trace, len(store.proposed)
