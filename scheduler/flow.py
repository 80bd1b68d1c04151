"""A workflow's life: begun from its file, seen to by one process at a time, decided on by people, given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from recordings.access import is_same_person
from recordings.errors import CouldNotStartError
from recordings.flow import Decision, Flow, FlowSettings, StageRun
from recordings.recording import Recording
from scheduler.batch import BatchOverError, cancel, pause
from scheduler.engine import Engine
from store import Store
from workflows.findings import did_you_mean
from workflows.given import known_with
from workflows.load import Source, workflow_in
from workflows.scope import Known
from workflows.workflow import ApprovalStage


class FlowOverError(CouldNotStartError):
    """Something was asked of a workflow that has come to its end."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(
            f"Workflow {flow.id} has {flow.status}: there is nothing left of it to do.",
            f"'showonce workflow show {flow.id}' says what became of it; 'showonce workflow run' begins it anew.",
        )


class NotAskedError(CouldNotStartError):
    """A decision is given that nobody waits for, or by somebody who was not asked."""


class OtherPersonError(NotAskedError):
    """Whoever began a workflow would approve it where another person is asked."""

    def __init__(self, stage: str, person: str) -> None:
        super().__init__(
            f"'{stage}' asks another person than the one who began the workflow, which is {person}.",
            "Have somebody else answer, signed in as themselves.",
        )


async def begin_flow(
    store: Store,
    source: Source,
    known: Known,
    given: Mapping[str, Any],
    settings: FlowSettings,
    *,
    folder: Path,
    started_by: str,
    now: float,
    new_id: Callable[[int], str],
    shared: bool = False,
) -> Flow:
    """Keep a workflow that begins, with its recordings and all that it was given, as they are now.

    Args:
        folder: Where it lies, as a whole path.
    """
    versions = {name: await store.keep_version(recording) for name, recording in known.recordings.items()}
    flow = Flow(
        id=new_id(6),
        trace_id=new_id(16),
        name=source.workflow.name,
        file=source.name,
        folder=str(folder),
        source=source.text,
        versions=versions,
        settings=settings,
        shared=shared,
        started_by=started_by,
        created_at=now,
    )
    await store.flows.add(flow, given)
    return flow


async def known_of(store: Store, flow: Flow) -> tuple[Source, Known, dict[str, Any]]:
    """A workflow as it was begun: its file, its recordings, and what it was given."""
    source = workflow_in(flow.file, flow.source.encode())
    recordings: dict[str, Recording] = {name: await store.version(digest) for name, digest in flow.versions.items()}
    given = await store.flows.given(flow.id)
    return source, known_with(source.workflow, recordings, given), given


async def decide(
    store: Store, flow: Flow, stage: str, decision: Decision, *, by: str, person: str, note: str = "", now: float
) -> StageRun:
    """Keep what a person decided; of two who decide at once the first counts.

    Args:
        stage: The approval, "" for the only one that is waited for.
        by: Who decides, as the workflow names them.
        person: Who decides, as they are known here: signed in to the console, or to the machine.

    Raises:
        FlowOverError: Nobody waits for it any more.
        OtherPersonError: Another person is asked than the one who began it.
        NotAskedError: No such approval is waited for, or somebody else is asked.
    """
    if flow.is_over:
        raise FlowOverError(flow)
    waiting = await open_approvals(store, flow)
    if not waiting:
        raise NotAskedError(f"Workflow {flow.id} waits for no decision now.")
    if not stage and len(waiting) > 1:
        raise NotAskedError(f"Workflow {flow.id} waits for several decisions.", f"Say which: {', '.join(waiting)}.")
    name = stage or next(iter(waiting))
    if name not in waiting:
        raise NotAskedError(
            f"Workflow {flow.id} waits for no decision in '{stage}'.", did_you_mean(stage, waiting, "It waits for")
        )
    who = waiting[name].approval.who
    if not by:
        raise NotAskedError(f"'{name}' asks several.", f"Say who decides with --as: {', '.join(who)}.")
    if by not in who:
        raise NotAskedError(f"'{by}' is not asked in '{name}'.", f"Say who decides with --as: {', '.join(who)}.")
    if waiting[name].approval.other_person and any(is_same_person(each, flow.started_by) for each in (by, person)):
        raise OtherPersonError(name, flow.started_by)

    def decided(run: StageRun) -> StageRun:
        if run.decision or run.status != "running":
            raise NotAskedError(f"'{name}' is {run.decision or run.status} already, by {run.decided_by or 'nobody'}.")
        return run.model_copy(update={"decision": decision, "decided_by": by, "decided_at": now, "note": note})

    return await store.flows.change_stage(flow.id, name, decided)


async def open_approvals(store: Store, flow: Flow) -> dict[str, ApprovalStage]:
    """The approvals that a workflow waits for, by stage."""
    workflow = workflow_in(flow.file, flow.source.encode()).workflow
    runs = await store.flows.stages(flow.id)
    return {
        stage.name: stage
        for stage in workflow.stages
        if isinstance(stage, ApprovalStage)
        and (run := runs.get(stage.name)) is not None
        and run.status == "running"
        and not run.decision
    }


async def give_up(store: Store, engine: Engine, flow: Flow, now: float) -> Flow:
    """End a workflow: what is queued is cancelled, what is at work comes to its end; nothing is undone.

    Raises:
        FlowOverError: It has come to its end.
    """

    def given_up(kept: Flow) -> Flow:
        if kept.status == "cancelled":  # a process that died did not come to the end of it
            return kept
        if kept.is_over:
            raise FlowOverError(kept)
        return kept.model_copy(update={"status": "cancelled", "ended_at": now, "why": "A person gave it up."})

    flow = await store.flows.change(flow.id, given_up)
    await cancel_batches(store, engine, flow, undoing=True)
    over = {"status": "failed", "why": "A person gave it up.", "ended_at": now}
    for stage, run in (await store.flows.stages(flow.id)).items():
        if run.status == "running":
            await store.flows.change_stage(flow.id, stage, lambda kept: kept.model_copy(update=over))
    return flow


async def paused(store: Store, flow: Flow, why: str) -> Flow:
    """Have a workflow that runs go on only when a person says so."""

    def held(kept: Flow) -> Flow:
        same = kept.status == "running" and kept.worker == flow.worker
        return kept.model_copy(update={"status": "paused", "why": why}) if same else kept

    return await store.flows.change(flow.id, held)


async def hold(store: Store, engine: Engine, flow: Flow, why: str) -> Flow:
    """Pause a workflow from elsewhere: rows at work come to their end, no others begin; the time of what people are
    asked runs on. Who sees to it holds what it queued in the meantime, as ``hold_batches`` does.

    Raises:
        FlowOverError: It has come to its end.
    """

    def held(kept: Flow) -> Flow:
        if kept.is_over:
            raise FlowOverError(kept)
        return kept.model_copy(update={"status": "paused", "why": why}) if kept.status == "running" else kept

    flow = await store.flows.change(flow.id, held)
    await hold_batches(store, engine, flow)
    return flow


async def hold_batches(store: Store, engine: Engine, flow: Flow) -> None:
    """Have nothing begin of what is queued of a workflow, until somebody takes it up."""
    for batch in await store.flows.batches(flow.id):
        if batch.status == "running":
            with suppress(BatchOverError):  # its last row ended meanwhile
                await pause(store, engine, batch)


async def taken_up(store: Store, flow: Flow) -> Flow:
    """Have a workflow that was paused or interrupted go on.

    Raises:
        FlowOverError: It has come to its end.
    """

    def go_on(kept: Flow) -> Flow:
        if kept.is_over:
            raise FlowOverError(kept)
        return kept.model_copy(update={"status": "running", "why": ""})

    return await store.flows.change(flow.id, go_on)


async def cancel_batches(store: Store, engine: Engine, flow: Flow, *, undoing: bool = False) -> None:
    """Give up what is queued of a workflow's stages, and where it is ``undoing`` of that too."""
    for batch in await store.flows.batches(flow.id):
        if batch.status not in ("done", "cancelled") and (undoing or not batch.undoes):
            with suppress(BatchOverError):  # its last row ended meanwhile
                await cancel(store, engine, batch)


def batch_id(flow_id: str, *parts: object) -> str:
    """The id of a workflow's batch: the same whoever makes it, and however often."""
    return sha256("\n".join(map(str, (flow_id, *parts))).encode()).hexdigest()[:12]
