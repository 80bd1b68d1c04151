"""Which rows of a stage have to wait, because an item that is not over may not be at work with them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflows.conflicts import Apart, Reason
from workflows.planned import Given
from workflows.rows import AppRows
from workflows.state import Row, State
from workflows.workflow import RunStage

_Sign = tuple[str, ...]


class Holding:
    """Takes the rows of a stage one after another, each against what is at work and what was taken before it.

    What uses one saved session is kept apart where items begin, whatever batch they are of: it is not held here.
    """

    def __init__(self, stage: RunStage, state: State, apart: Sequence[Apart]) -> None:
        self._own, self._others = list[Reason](), list[tuple[str, Reason]]()
        for each in apart:
            reasons = [reason for reason in each.reasons if reason.apart and reason.kind != "session"]
            if each.one == each.other == stage.name:
                self._own += reasons
            elif stage.name in (each.one, each.other):
                other = each.other if each.one == stage.name else each.one
                self._others += [(other, reason) for reason in reasons]
        many = len(stage.recording) > 1 or isinstance(stage.for_each, AppRows)
        self._one_by_one = stage.mode == "sequential" and many
        self._busy = any(not item.is_over for item in state.of(stage.name).items)
        self._signs = set(_signs(self._own, _open(state, stage.name)))
        for name in {name for name, _ in self._others}:
            self._signs |= set(_signs([reason for other, reason in self._others if other == name], _open(state, name)))

    def takes(self, runs: Sequence[Given]) -> bool:
        """Whether the runs of a row may be at work now; if so they are."""
        if not runs:
            return True
        if self._one_by_one and self._busy:
            return False
        reasons = [*self._own, *(reason for _, reason in self._others)]
        if self._signs and any(sign in self._signs for sign in _signs(reasons, [run.inputs for run in runs])):
            return False
        self._signs |= set(_signs(self._own, [run.inputs for run in runs]))
        self._busy = True
        return True


def _open(state: State, stage: str) -> list[Row]:
    return [item.inputs for item in state.of(stage).items if not item.is_over]


def _signs(reasons: Sequence[Reason], inputs: Sequence[Row]) -> Iterator[_Sign]:
    """What two items have in common that may not be at work at once, for each reason."""
    for reason in reasons:
        for each in inputs:
            yield (reason.kind, reason.words, *(each.get(name, "") for name in reason.keys))
