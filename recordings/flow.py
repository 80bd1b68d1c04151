"""A workflow under way, as it is kept: a Flow, its StageRuns, and the UndoRuns of what was done and is taken back.

Its rows are items of batches, which say themselves which flow and stage they belong to.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from recordings.document import Document
from recordings.trace import Pictures

StageStatus = Literal["waiting", "running", "passed", "failed", "skipped"]
Decision = Literal["", "approved", "refused"]
FlowStatus = Literal["running", "paused", "passed", "failed", "cancelled"]
ENDED: frozenset[FlowStatus] = frozenset({"passed", "failed", "cancelled"})


class FlowSettings(Document):
    """How all stages are done, where they do not say it: ``agents`` are at work at once, over all stages.

    ``again``: do also rows whose ``key`` another workflow did. ``out`` is the folder for what is written, "" for where
    the workflow lies. The others are as in BatchSettings.
    """

    agents: int = Field(default=4, ge=1)
    step_s: float = Field(default=10, gt=0)
    settle_s: float = Field(default=60, ge=0)
    pictures: Pictures = "failure"
    base_url: str = ""
    again: bool = False
    from_disk: bool = False
    out: str = ""


class Left(Document):
    """Something that was done and is not undone, for a person: the ``item`` that did it, and ``why`` it is so."""

    stage: str
    item: str
    row: dict[str, str] = Field(default_factory=dict)
    why: str = ""


class Flow(Document):
    """A workflow that was begun.

    ``id`` is 12 hex digits, ``trace_id`` the W3C trace id that all of it shares. ``source`` is the text of its file as
    it was then, ``file`` what errors call it, ``folder`` where it lay. ``versions`` are the digests that the store
    keeps its recordings under, by the texts that name them in the file. ``worker`` is who sees to it, "" for nobody;
    ``shared``: any worker may. Times are seconds since the epoch.
    """

    id: str
    trace_id: str
    name: str
    file: str
    folder: str
    source: str
    versions: dict[str, str] = Field(default_factory=dict)
    settings: FlowSettings = FlowSettings()
    status: FlowStatus = "running"
    worker: str = ""
    shared: bool = False
    started_by: str = ""
    why: str = ""
    left: tuple[Left, ...] = ()
    created_at: float
    ended_at: float | None = None

    @property
    def is_over(self) -> bool:
        return self.status in ENDED


class StageRun(Document):
    """How a stage stands; its rows are items of batches. ``closed``: no more of them will come.

    Of an approval: what people are asked (``message``), since when and until when, what was decided, by whom.
    Of a collect: its ``table``, ``figures``, the ``files`` it wrote, and the ``chunks`` that are in it.
    """

    status: StageStatus = "waiting"
    why: str = ""
    closed: bool = False
    began_at: float | None = None
    ended_at: float | None = None
    message: str = ""
    asked_at: float | None = None
    until: float | None = None
    decision: Decision = ""
    decided_by: str = ""
    decided_at: float | None = None
    note: str = ""
    table: tuple[dict[str, str], ...] = ()
    figures: dict[str, float] = Field(default_factory=dict)
    files: tuple[str, ...] = ()
    chunks: tuple[int, ...] = ()
