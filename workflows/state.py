"""How a workflow stands while it runs: what became of its stages and of their rows; read by ``advance``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from recordings.batch import FINAL, ItemStatus
from recordings.flow import Decision, StageStatus
from workflows.rows import Failed
from workflows.scope import STATUS

Row = Mapping[str, str]
OVER: frozenset[StageStatus] = frozenset({"passed", "failed", "skipped"})
UndoStatus = Literal["", "running", "undone", "left"]
"""What became of undoing a row: ``left`` is for a person, since it could not be undone, or that was not seen."""


@dataclass(frozen=True, slots=True)
class Item:
    """One run of a stage: a ``row`` (by its number, from 1) given to one of its recordings as ``inputs``, the
    ``values`` and ``tables`` read, by name.

    ``ended`` orders items by when they ended, whatever the unit; None where they have not. ``before``: another workflow
    did it, so that it counts as passed here, and is not undone. ``id`` is the store's.
    """

    number: int
    recording: str
    row: Row = field(default_factory=dict)
    status: ItemStatus = "queued"
    values: Row = field(default_factory=dict)
    ended: float | None = None
    undo: UndoStatus = ""
    inputs: Row = field(default_factory=dict)
    tables: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    before: bool = False
    id: str = ""

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

    ``asked_at`` (seconds since the epoch) and ``decision`` are an approval's, ``table`` and ``figures`` a collect's,
    ``chunks`` the numbers of those that it has brought together.
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
    chunks: frozenset[int] = frozenset()

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


def results_of_item(item: Item, *, several: bool) -> list[dict[str, str]]:
    """What an item gives to later stages: its row, what the recording was given and what it read, and what became of
    it; a row for each of a table that was read. ``several`` recordings are told apart by a column."""
    which = {"recording": item.recording} if several else {}
    row = {**item.row, **which, **item.inputs, **item.values}
    status = {STATUS: "passed" if item.has_passed else "failed"}
    table = next(iter(item.tables.values()), None)
    return [{**row, **status}] if table is None else [{**row, **read, **status} for read in table]


def results_of(stage: StageState, failed: Failed = "missing", *, several: bool = False) -> list[dict[str, str]] | None:
    """The results of all that ended, in the order of rows; None where one failed and that fails all.

    Args:
        failed: What becomes of those that failed: ``fail``, ``skip``, or ``missing``, which keeps their rows.
    """
    ended = [item for item in stage.items if item.is_over and item.status != "skipped"]
    if failed == "fail" and not all(item.has_passed for item in ended):
        return None
    kept = [item for item in ended if item.has_passed or failed != "skip"]
    kept.sort(key=lambda item: item.number)
    return [result for item in kept for result in results_of_item(item, several=several)]


def told(state: State, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, Any]:
    """The state as expressions speak of it: ``inputs`` and ``stages``, of these only those that are ``wanted``."""
    stages = {name: _told(stage) for name, stage in state.stages.items() if wanted(name)}
    return {"inputs": dict(state.inputs), "stages": stages}


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
