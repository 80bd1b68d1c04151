"""Workflows and schedules as people begin, answer and stop them in the console: see ``review.work.acts``."""

from __future__ import annotations

import secrets as randomness
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from recordings.batch import Batch, BatchSettings
from recordings.errors import CouldNotStartError, ShowonceError
from recordings.flow import Decision, FlowSettings
from recordings.names import recording_folder
from recordings.schedule import Schedule
from review.picture_choice import Chosen
from review.work.acts import NewSchedule, WorkflowFile
from scheduler.asked import asked_by
from scheduler.cron import next_after
from scheduler.engine import Engine
from scheduler.flow import FlowOverError, begin_flow, decide, give_up, hold, taken_up
from scheduler.flow_attended import refuse_busy_flow
from scheduler.schedules import ScheduleUnknownError, kept_as, pause, resume, run_now, schedule_of
from scheduler.served import metrics_text
from showonce.sessions import refuse_missing
from showonce.settings import Settings
from showonce.workflow_files import known_from, read_file
from store import Store
from workflows.check import check, refuse_errors
from workflows.given import known_with, values_of
from workflows.workflow import Workflow


class PlannedWork:
    """The part of ``Work`` that is about workflows and schedules; workers do what it begins."""

    def __init__(self, store: Store, engine: Engine, settings: Settings) -> None:
        self._store, self._engine, self._settings = store, engine, settings

    async def decide(self, flow_id: str, stage: str, decision: Decision, by: str, person: str, note: str) -> None:
        """See ``Work``."""
        flow = await self._store.flows.flow(flow_id)
        await decide(self._store, flow, stage, decision, by=by, person=person, note=note, now=time.time())

    async def pause_flow(self, flow_id: str, by: str) -> None:
        """See ``Work``."""
        flow = await self._store.flows.flow(flow_id)
        await hold(self._store, self._engine, flow, f"Paused by {by}.")

    async def resume_flow(self, flow_id: str) -> None:
        """See ``Work``."""
        flow = await self._store.flows.flow(flow_id)
        if flow.is_over:
            raise FlowOverError(flow)
        await refuse_busy_flow(self._store, self._engine, self._settings.home, flow, time.time())
        await self._store.flows.change(flow.id, lambda kept: kept.model_copy(update={"shared": True}))
        await taken_up(self._store, flow)

    async def cancel_flow(self, flow_id: str) -> None:
        """See ``Work``."""
        await give_up(self._store, self._engine, await self._store.flows.flow(flow_id), time.time())

    async def metrics(self) -> str:
        """See ``Work``."""
        return await metrics_text(self._store, time.time())

    def workflow_files(self) -> Sequence[WorkflowFile]:
        """See ``Work``."""
        return [_described(path) for path in self._files()]

    async def begin_flow(
        self, file: str, inputs: Mapping[str, str], started_by: str, *, from_disk: bool, pictures: Chosen = "failure"
    ) -> str:
        """See ``Work``."""
        path = next((path for path in self._files() if path.name == file), None)
        if path is None:
            raise CouldNotStartError(f"There is no workflow '{file}' in {self._folder}.", "Load the page again.")
        source = read_file(path)
        inputs = {name: _beside(path, source.workflow, name, value) for name, value in inputs.items()}
        found = known_from(path, source.workflow, self._settings.recordings)
        lost = {name: why for name, why in found.lost.items() if name not in inputs}
        refuse_errors(source, check(source, replace(found, lost=lost)))
        values = values_of(source.workflow, path.parent, inputs)
        known = known_with(source.workflow, found.recordings, values)
        refuse_errors(source, check(source, known))
        flow = await begin_flow(
            self._store,
            source,
            known,
            values,
            FlowSettings(step_s=self._settings.step_timeout_s, from_disk=from_disk, pictures=pictures),
            folder=path.parent.resolve(),
            started_by=started_by,
            now=time.time(),
            new_id=randomness.token_hex,
            shared=True,
        )
        return flow.id

    async def fire(self, schedule: str) -> Batch:
        """See ``Work``."""
        kept = await self._store.schedules.get(schedule)
        if kept is None:
            raise ScheduleUnknownError(schedule)
        return await run_now(self._store, self._engine, schedule_of(kept), time.time())

    async def pause_schedule(self, schedule: str) -> None:
        """See ``Work``."""
        await pause(self._store, schedule)

    async def resume_schedule(self, schedule: str) -> None:
        """See ``Work``."""
        await resume(self._store, schedule, time.time())

    async def add_schedule(self, wanted: NewSchedule) -> None:
        """See ``Work``."""
        name = wanted.name.strip()
        if not name or not name.isprintable() or len(name) > 100:
            raise CouldNotStartError("A schedule needs a short name.", "Such as: morning.")
        if await self._store.schedules.get(name) is not None:
            raise CouldNotStartError(f"There is a schedule '{name}' already.", "Choose another name.")
        await refuse_missing(self._store, self._settings, wanted.session)
        folder = recording_folder(wanted.recording, self._settings.recordings)
        schedule = Schedule(
            name=name,
            cron=wanted.cron.strip(),
            tz=wanted.tz.strip() or "UTC",
            recording=str(folder.resolve()),
            data=str(self._table(wanted)),
            columns=dict(wanted.columns),
            skip_bad=wanted.skip_bad,
            key=wanted.key.strip(),
            probe=str(recording_folder(wanted.probe, self._settings.recordings).resolve()) if wanted.probe else "",
            overlap=wanted.overlap,
            missed=wanted.missed,
            settings=BatchSettings(
                agents=wanted.agents,
                step_s=self._settings.step_timeout_s,
                pictures=wanted.pictures,
                session=wanted.session,
                from_disk=not wanted.confined,
            ),
            host=socket.gethostname(),
            created_at=time.time(),
        )
        next_at = next_after(schedule.cron, schedule.tz, time.time())
        asked_by(schedule)
        await self._store.schedules.put(kept_as(schedule, next_at))

    def _table(self, wanted: NewSchedule) -> Path:
        """The file of a schedule's rows: a name alone is one of the folder of tables."""
        given, folder = Path(wanted.data.strip()), (self._settings.home / "tables").resolve()
        if not wanted.confined:
            return given.expanduser().resolve()
        found = (folder / given).resolve()
        if not found.is_relative_to(folder):
            raise CouldNotStartError(
                f"The table must lie in {folder}.", "Have it put there, or have whoever started the console keep this."
            )
        return found

    @property
    def _folder(self) -> Path:
        return self._settings.home / "workflows"

    def _files(self) -> list[Path]:
        return sorted([*self._folder.glob("*.yaml"), *self._folder.glob("*/*.yaml")], key=lambda path: path.name)


def _beside(path: Path, workflow: Workflow, name: str, value: str) -> str:
    """A table is a file beside the workflow, whatever folder the console was started in."""
    wanted = workflow.inputs.get(name)
    return str(path.parent / value) if wanted is not None and wanted.kind == "rows" else value


def _described(path: Path) -> WorkflowFile:
    try:
        return WorkflowFile(path.name, read_file(path).workflow)
    except ShowonceError as error:
        return WorkflowFile(path.name, None, f"{error.message} {error.mend}".strip())
