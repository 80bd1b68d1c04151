"""What the console asks of whoever runs things, which stands beside it and not below: see HOUSE, `scheduler | review`.

All raise a ``CouldNotStartError`` that says why, where something cannot be done; nothing was changed then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

from recordings.batch import Batch, BatchSettings
from recordings.flow import Decision
from recordings.inputs import Secret
from recordings.schedule import Missed
from review.picture_choice import Chosen
from workflows.workflow import Workflow

Verdict = Literal["", "there", "not-there"]
"""What a person saw in the application, of a row that may have been sent."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table that a person sent: ``content`` as it came, ``name`` for its kind and for messages. ``again``: do also
    rows that were done before. ``skip_bad``: leave out rows that cannot be done, instead of refusing all."""

    content: bytes
    name: str
    again: bool = False
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a person sent for an input: ``name`` as it was called on their machine."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be run for a table. ``columns`` are the inputs by the names of columns that are called otherwise;
    ``first`` are the first rows that can be done, ``bad`` all that cannot, each by the number of its line."""

    good: int
    names: tuple[str, ...]
    columns: Mapping[str, str]
    first: Sequence[tuple[int, Mapping[str, str]]]
    bad: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """A workflow that can be begun, with what it asks for; ``wrong`` says why it cannot."""

    file: str
    workflow: Workflow | None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """A schedule as a person asks for it: ``data`` is the path of a table on the console's machine; the others are as
    in ``Schedule``. ``probe`` is the name of a recording, ``session`` that of a saved session, "" for none.
    ``confined``: the table must lie in the folder ``tables`` of the showonce folder and name no files, since who asks
    is not who started the console and may not read its other files.
    """

    name: str
    recording: str
    data: str
    cron: str
    tz: str
    agents: int = 4
    skip_bad: bool = False
    overlap: bool = False
    missed: Missed = "skip"
    columns: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    probe: str = ""
    session: str = ""
    pictures: Chosen = "failure"
    confined: bool = True


class Work(Protocol):
    """Runs things, and has them stopped and gone on with. ``agents`` is how many of this process are at work for
    them, 0 where they are left to workers elsewhere."""

    @property
    def agents(self) -> int: ...

    async def sessions(self) -> Sequence[str]:
        """The names of the saved sessions that runs can begin with."""

    async def secrets_from(self, secrets: Sequence[Secret]) -> Mapping[str, str]:
        """Where each of these is taken from when a run begins, in words, by its name; "" where it is nowhere yet."""

    async def run_once(
        self,
        recording: str,
        inputs: Mapping[str, str],
        settings: BatchSettings,
        files: Mapping[str, SentFile] = MappingProxyType({}),
    ) -> Batch:
        """Queue one run of a recording by its name, as a batch of one row; it is done also if it was before.
        ``files`` are values of inputs as well."""

    async def run_rows(self, recording: str, rows: Rows, settings: BatchSettings) -> Batch:
        """Queue a run of each row."""

    async def preview(self, recording: str, rows: Rows, *, from_disk: bool) -> Preview:
        """Tell what ``run_rows`` would do; nothing is kept. ``from_disk``: as in ``BatchSettings``."""

    async def pause_batch(self, batch_id: str) -> None: ...

    async def resume_batch(self, batch_id: str) -> None: ...

    async def cancel_batch(self, batch_id: str) -> None: ...

    async def rerun(self, item_id: str, verdict: Verdict) -> None:
        """Repeat one row, or keep it as done (``there``)."""

    async def decide(self, flow_id: str, stage: str, decision: Decision, by: str, person: str, note: str) -> None:
        """Answer what a workflow asks in a stage: ``by`` as the workflow names them, ``person`` as they signed in."""

    async def pause_flow(self, flow_id: str, by: str) -> None: ...

    async def resume_flow(self, flow_id: str) -> None: ...

    async def cancel_flow(self, flow_id: str) -> None: ...

    async def begin_flow(
        self, file: str, inputs: Mapping[str, str], started_by: str, *, from_disk: bool, pictures: Chosen = "failure"
    ) -> str:
        """Begin a workflow of the folder of workflows, by its file's name; the id of what is under way now.
        ``from_disk`` and ``pictures``: as in ``BatchSettings``."""

    async def metrics(self) -> str:
        """What goes on now, of all batches, as Prometheus' text of version 0.0.4."""

    def workflow_files(self) -> Sequence[WorkflowFile]:
        """The files that there are, by name."""

    async def fire(self, schedule: str) -> Batch:
        """Queue a schedule's rows now, out of its turn."""

    async def add_schedule(self, wanted: NewSchedule) -> None: ...

    async def pause_schedule(self, schedule: str) -> None:
        """Have it be due no more."""

    async def resume_schedule(self, schedule: str) -> None:
        """Have it be due again, from its next time on."""
