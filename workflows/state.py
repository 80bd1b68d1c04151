"""How a workflow stands while it runs: what became of its stages and of their rows; read by ``advance``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from recordings.batch import FINAL, ItemStatus
from workflows.rows import Failed
from workflows.scope import STATUS

Row = Mapping[str, str]
StageStatus = Literal["waiting", "running", "passed", "failed", "skipped"]
OVER: frozenset[StageStatus] = frozenset({"passed", "failed", "skipped"})
Decision = Literal["", "approved", "refused"]
UndoStatus = Literal["", "running", "undone", "left"]
"""What became of undoing a row: ``left`` is for a person, since it could not be undone, or that was not seen."""


@dataclass(frozen=True, slots=True)
class Item:
    """One run of a stage: a ``row`` (by its number, from 1) given to one of its recordings, and the ``values`` read.

    ``ended`` orders items by when they ended, whatever the unit; None where they have not.
    """

    number: int
    recording: str
    row: Row = field(default_factory=dict)
    status: ItemStatus = "queued"
    values: Row = field(default_factory=dict)
    ended: float | None = None
    undo: UndoStatus = ""

    @property
    def is_over(self) -> bool:
        return self.status in FINAL

    @property
    def has_passed(self) -> bool:
        return self.status == "passed"


@dataclass(frozen=True, slots=True)
class StageState:
    """``closed``: all rows of the stage are known. ``taken`` are the numbers of the rows before it that were looked at
    already, where it takes them one by one; ``left_out`` how many of them its ``when`` did not want.

    ``asked_at`` (seconds since the epoch) and ``decision`` are an approval's, ``table`` and ``figures`` a collect's.
    """

    status: StageStatus = "waiting"
    items: tuple[Item, ...] = ()
    closed: bool = False
    taken: frozenset[int] = frozenset()
    left_out: int = 0
    asked_at: float | None = None
    decision: Decision = ""
    table: tuple[Row, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    def count(self, *statuses: ItemStatus) -> int:
        """How many items stand so."""
        return sum(item.status in statuses for item in self.items)


@dataclass(frozen=True, slots=True)
class State:
    """A workflow under way: the values of its ``inputs`` (rows as lists), and its stages by name."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    stages: Mapping[str, StageState] = field(default_factory=dict)

    def of(self, stage: str) -> StageState:
        return self.stages.get(stage, StageState())


def result_of(item: Item, *, several: bool) -> dict[str, str]:
    """What an item gives to later stages: its row, what was read, and what became of it; ``several`` recordings are
    told apart by a column."""
    which = {"recording": item.recording} if several else {}
    return {**item.row, **which, **item.values, STATUS: "passed" if item.has_passed else "failed"}


def results_of(stage: StageState, failed: Failed = "missing", *, several: bool = False) -> list[dict[str, str]] | None:
    """The results of all that ended, in the order of rows; None where one failed and that fails all.

    Args:
        failed: What becomes of those that failed: ``fail``, ``skip``, or ``missing``, which keeps their rows.
    """
    ended = [item for item in stage.items if item.is_over and item.status != "skipped"]
    if failed == "fail" and not all(item.has_passed for item in ended):
        return None
    kept = [item for item in ended if item.has_passed or failed != "skip"]
    return [result_of(item, several=several) for item in sorted(kept, key=lambda item: item.number)]


def told(state: State) -> dict[str, Any]:
    """The state as expressions speak of it: ``inputs`` and ``stages``."""
    return {"inputs": dict(state.inputs), "stages": {name: _told(stage) for name, stage in state.stages.items()}}


def _told(stage: StageState) -> dict[str, Any]:
    several = len({item.recording for item in stage.items}) > 1
    failed = stage.count("failed", "waiting", "cancelled")
    counts = {
        "total": len(stage.items) + stage.left_out,
        "passed": stage.count("passed"),
        "failed": failed,
        "skipped": stage.count("skipped") + stage.left_out,
    }
    results = list(stage.table) if stage.table else results_of(stage, several=several)
    decision = {"decision": stage.decision} if stage.decision else {}
    return {"status": stage.status, "counts": counts, "results": results, "figures": dict(stage.figures), **decision}
