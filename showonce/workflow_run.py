"""``showonce workflow run`` and ``resume``: a workflow done in this process, or left to workers."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from showonce.options import BROWSERS, RUN_PICTURES, SETTLE
from showonce.replay import BASE_URL, TIMEOUT, Pictures, asked_secrets
from showonce.workflow_files import FILE, known_from, read_file

if TYPE_CHECKING:
    from recordings.flow import Flow, FlowSettings
    from replayer.secrets import SecretSource
    from scheduler.engine import Engine
    from scheduler.sink import Tracing
    from showonce.settings import Settings
    from store import Store
    from workflows.load import Source
    from workflows.scope import Known

FLOW = Annotated[str, typer.Argument(metavar="ID", help="The workflow's id, or its first characters.")]


def run(
    file: FILE,
    inputs: Annotated[
        list[str] | None,
        typer.Option("--input", metavar="NAME=VALUE", help="A value of the workflow, or a file with its rows."),
    ] = None,
    agents: Annotated[int, typer.Option("--agents", min=1, max=64, help="How many rows are done at once.")] = 4,
    browsers: BROWSERS = 1,
    base_url: BASE_URL = None,
    out: Annotated[Path | None, typer.Option("--out", help="A folder for what it writes, else beside FILE.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also do rows whose key was done before.")] = False,
    settle: SETTLE = 60,
    timeout: TIMEOUT = None,
    pictures: RUN_PICTURES = Pictures.failure,
    detach: Annotated[
        bool, typer.Option("--detach", help="Leave it to 'showonce worker', and return at once.")
    ] = False,
) -> None:
    """Do what a workflow's file says, from its first stage to its last.

    All is checked before anything runs. If it is interrupted, 'showonce workflow resume ID' goes on where it was;
    nothing is sent twice. While a person is asked no browser is open. The exit code is 0 if it passed, 1 if it failed,
    2 if it could not start.

    Example: showonce workflow run onboarding.yaml --input people=new-hires.csv
    """
    from recordings.flow import FlowSettings
    from showonce.settings import read_settings
    from showonce.tracing import traced
    from showonce.values import address, pairs

    settings = read_settings()
    source, known, values = _checked(file, pairs("--input", inputs or []))
    how = FlowSettings(
        agents=agents,
        step_s=timeout or settings.step_timeout_s,
        settle_s=settle,
        pictures=pictures.value,
        base_url=address(base_url) if base_url else "",
        again=again,
        from_disk=True,
        out=str(out.expanduser().resolve()) if out is not None else "",
    )
    secrets = asked_secrets()
    if not detach:
        _ask_all(known, secrets)
    with traced(settings) as tracing:
        asyncio.run(
            _run(source, known, values, how, settings, secrets, browsers, tracing, detach=detach, folder=file.parent)
        )


def resume(flow_id: FLOW, browsers: BROWSERS = 1) -> None:
    """Go on with a workflow that was interrupted or paused, where it was; nothing is sent twice.

    Example: showonce workflow resume 4f2a
    """
    from showonce.settings import read_settings
    from showonce.tracing import traced

    settings = read_settings()
    with traced(settings) as tracing:
        asyncio.run(_resume(flow_id, settings, asked_secrets(), browsers, tracing))


def _checked(file: Path, given: dict[str, str]) -> tuple[Source, Known, dict[str, Any]]:
    """The workflow with what it is given, once nothing is found wrong with it."""
    from dataclasses import replace

    from showonce.asked import session_at
    from workflows.check import check, refuse_errors
    from workflows.given import known_with, values_of
    from workflows.workflow import RunStage

    source = read_file(file)
    found = known_from(file, source.workflow)
    refuse_errors(source, check(source, replace(found, lost={n: e for n, e in found.lost.items() if n not in given})))
    values = values_of(source.workflow, file.parent, given)
    known = known_with(source.workflow, found.recordings, values)
    refuse_errors(source, check(source, known))
    for stage in source.workflow.stages:
        if isinstance(stage, RunStage) and stage.session:
            session_at(stage.session, file.parent)
    return source, known, values


def _ask_all(known: Known, secrets: SecretSource) -> None:
    """Have every secret now, rather than in the middle."""
    for recording in known.recordings.values():
        for secret in recording.secrets:
            secrets(secret)


async def _run(
    source: Source,
    known: Known,
    values: dict[str, Any],
    how: FlowSettings,
    settings: Settings,
    secrets: SecretSource,
    browsers: int,
    tracing: Tracing | None,
    *,
    detach: bool,
    folder: Path,
) -> None:
    import secrets as randomness

    from scheduler.engine import open_engine
    from scheduler.flow import begin_flow
    from showonce.noted import note, person
    from showonce.sessions import refuse_missing
    from showonce.terminal import screen
    from store import open_store
    from workflows.workflow import RunStage

    async with open_store(settings.home, url=settings.database_url) as store:
        for stage in source.workflow.stages:
            await refuse_missing(store, settings, stage.session if isinstance(stage, RunStage) else "")
        flow = await begin_flow(
            store,
            source,
            known,
            values,
            how,
            folder=folder.resolve(),  # noqa: ASYNC240 - once, before anything runs
            started_by=person(),
            now=time.time(),
            new_id=randomness.token_hex,
            shared=detach,
        )
        await note(store, "ran", f"workflow {flow.name}", workflow=flow.id)
        if detach:
            screen().print(f"Workflow {flow.id} is left to 'showonce worker'.")
            return
        async with open_engine(store, settings.home, settings.database_url) as engine:
            await _do(store, engine, settings, flow, secrets, browsers, tracing)


async def _resume(
    flow_id: str, settings: Settings, secrets: SecretSource, browsers: int, tracing: Tracing | None
) -> None:
    from scheduler.engine import open_engine
    from scheduler.flow import FlowOverError, known_of, taken_up
    from scheduler.flow_attended import refuse_busy_flow
    from showonce.noted import note
    from showonce.terminal import screen
    from store import open_store

    async with open_store(settings.home, must_exist=True, url=settings.database_url) as store:
        flow = await store.flows.flow(flow_id)
        if flow.is_over:
            raise FlowOverError(flow)
        _, known, _ = await known_of(store, flow)
        async with open_engine(store, settings.home, settings.database_url) as engine:
            await refuse_busy_flow(store, engine, settings.home, flow, time.time())
            flow = await taken_up(store, flow)
            await note(store, "resumed", f"workflow {flow.id}")
            if flow.shared:
                screen().print(f"Workflow {flow.id} is left to 'showonce worker'.")
                return
            _ask_all(known, secrets)
            await _do(store, engine, settings, flow, secrets, browsers, tracing)


async def _do(
    store: Store,
    engine: Engine,
    settings: Settings,
    flow: Flow,
    secrets: SecretSource,
    browsers: int,
    tracing: Tracing | None,
) -> None:
    """Do a workflow here, and say how it went.

    Raises:
        typer.Exit: With 1 if it failed, with 130 if a person stopped it.
    """
    from agents.pool import open_pool
    from scheduler.flow import paused
    from scheduler.flow_attended import see_flow_through
    from showonce.at_work import interrupted
    from showonce.flow_view import ended_told, following
    from showonce.live import say_lost_pictures
    from showonce.sessions import sessions_of
    from showonce.terminal import say_note, screen
    from store.flow_facts import facts_of

    async def pause() -> None:
        say_note("Stopping: the rows under way come to their end. Ctrl+C again ends at once.")
        await paused(store, flow, "A person stopped it.")

    screen().print(f"Workflow {flow.id}: {flow.name}", soft_wrap=True)
    async with following(store, flow) as on_stage:
        with interrupted(pause):
            async with open_pool(agents=flow.settings.agents, browsers=browsers, browser=settings.browser) as pool:
                flow = await see_flow_through(
                    store,
                    engine,
                    settings.home,
                    pool,
                    flow,
                    secrets=secrets,
                    sessions=sessions_of(store, settings, secrets),
                    on_stage=on_stage,
                    tracing=tracing,
                )
    say_lost_pictures(store.lost_pictures)
    screen().print(ended_told(await facts_of(store, flow)), soft_wrap=True)
    if flow.status == "paused":
        raise typer.Exit(130)
    if flow.status != "passed":
        raise typer.Exit(1)
