"""What a workflow does next, from how it stands; pure, and asked again after everything that happens.

    how it stands → what begins, what is asked, what is undone → (somebody does it) → how it stands

Asking twice of the same state gives the same answer, so that whoever carries it out may die at any point: what was
done by then stands in the state that is read next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from recordings.commits import guarded_steps
from recordings.flow import StageStatus
from workflows.chunks import ready
from workflows.conflicts import Apart, kept_apart
from workflows.expressions import ExpressionError, compiled, speaks_of_row
from workflows.graph import Edge
from workflows.holding import Holding
from workflows.planned import Given, given_of, rows_for, telling
from workflows.scope import Known
from workflows.state import Item, StageState, State, results_of, told
from workflows.templates import filled
from workflows.workflow import ApprovalStage, CollectStage, Compensate, RunStage, Stage


@dataclass(frozen=True, slots=True)
class Begin:
    """Have a stage do these; ``closed``: no more will come. A stage that runs already is given more.

    ``taken`` are the numbers of the rows before it that were looked at, ``left_out`` how many its ``when`` refused.
    """

    stage: str
    given: tuple[Given, ...]
    closed: bool
    taken: frozenset[int] = frozenset()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask people, until a time (seconds since the epoch)."""

    stage: str
    message: str
    until: float


@dataclass(frozen=True, slots=True)
class Gather:
    """Bring the results of a collect's stages together: of these ``chunks``, or where it has none of all rows.

    ``ends``: then the stage is over.
    """

    stage: str
    chunks: tuple[int, ...] = ()
    ends: bool = True


@dataclass(frozen=True, slots=True)
class Stop:
    """Have nothing begin that is queued: something failed."""


@dataclass(frozen=True, slots=True)
class End:
    """Keep how a stage ended, and why where it was not by its rows: by what its field ``at`` says."""

    stage: str
    status: StageStatus
    why: str = ""
    at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo:
    """Have the recording that undoes an item's effect run; one at a time."""

    stage: str
    item: Item


@dataclass(frozen=True, slots=True)
class Finish:
    """The workflow is over. ``left`` names what was done and is not undone, for a person."""

    status: StageStatus
    left: tuple[tuple[str, Item], ...] = ()


_TOO_LATE = "Nobody answered in time, and that counts as a no. Begin it again, or give a longer 'timeout'."
_NOT_ALL = "A row of what it is made of failed. See why it did, or say 'failed: skip' or 'failed: missing'."

Action = Begin | Ask | Gather | Stop | End | Undo | Finish


def advance(known: Known, state: State, now: float, apart: Sequence[Apart] | None = None) -> list[Action]:
    """All that is to be done now; nothing where something has to happen first.

    Args:
        apart: What ``kept_apart`` says of the workflow, where that is known already.
    """
    apart = kept_apart(known) if apart is None else apart
    ended = [action for stage in known.workflow.stages for action in _ending(stage, state.of(stage.name), now)]
    if ended:
        return list(ended)
    halted = _halted_by(known, state)
    if halted is None:
        begun = _all_going_on(known, state, now, apart)
        if begun or not _all_over(known, state):
            return begun
        failed = any(state.of(stage.name).status == "failed" for stage in known.workflow.stages)
        return [Finish("failed" if failed else "passed")]
    if any(state.of(stage.name).count("queued") for stage in known.workflow.stages):
        return [Stop()]
    if any(state.of(stage.name).status == "running" and _is_at_work(stage, state) for stage in known.workflow.stages):
        return []
    return _undoing(known, state) if known.workflow.on_failure_of(halted) == "compensate" else [Finish("failed")]


def _all_going_on(known: Known, state: State, now: float, apart: Sequence[Apart]) -> list[Action]:
    """Each stage in turn, which has to do with what those before it begin now."""
    actions: list[Action] = []
    for stage in known.workflow.stages:
        for action in list(_going_on(known, state, stage, now, apart)):
            actions.append(action)
            if isinstance(action, Begin):
                state = _begun(state, action)
    return actions


def _begun(state: State, action: Begin) -> State:
    was = state.of(action.stage)
    new = (Item(given.number, given.recording, given.row, inputs=given.inputs) for given in action.given)
    stands = replace(was, status="running", items=(*was.items, *new))
    return State(state.inputs, {**state.stages, action.stage: stands})


def _is_at_work(stage: Stage, state: State) -> bool:
    """Whether something of it is still to come to its end by itself; a person who was asked is not waited for."""
    return isinstance(stage, RunStage) and any(not item.is_over for item in state.of(stage.name).items)


def _ending(stage: Stage, stands: StageState, now: float) -> Iterator[End]:
    """A stage that runs, and has nothing more to come."""
    if stands.status != "running":
        return
    match stage:
        case RunStage():
            if stands.closed and all(item.is_over for item in stands.items):
                failed = stands.count("failed", "waiting", "cancelled")
                yield End(stage.name, "failed" if failed else "passed")
        case ApprovalStage(approval=approval):
            late = stands.asked_at is not None and now >= stands.asked_at + approval.timeout
            if stands.decision:
                yield End(stage.name, "passed" if stands.decision == "approved" else "failed")
            elif late and approval.default == "approve":
                yield End(stage.name, "passed", "Nobody answered in time, and that counts as a yes.", ("approval",))
            elif late:
                yield End(stage.name, "failed", _TOO_LATE, ("approval", "timeout"))
        case CollectStage():
            pass  # whoever gathers says how it ended
        case _:
            assert_never(stage)


def _halted_by(known: Known, state: State) -> Stage | None:
    """The first stage by whose failure nothing more begins."""
    for stage in known.workflow.stages:
        stands = state.of(stage.name)
        failed = stands.status == "failed" or stands.count("failed", "waiting", "cancelled") > 0
        if failed and known.workflow.on_failure_of(stage) != "continue":
            return stage
    return None


def _all_over(known: Known, state: State) -> bool:
    return all(state.of(stage.name).is_over for stage in known.workflow.stages)


def _going_on(known: Known, state: State, stage: Stage, now: float, apart: Sequence[Apart]) -> Iterator[Action]:
    """A stage that may begin, or that more rows have come for."""
    stands = state.of(stage.name)
    edges = [edge for edge in known.graph.edges if edge.after == stage.name]
    if stands.is_over or not all(_is_open(edge, state) for edge in edges):
        return
    try:
        if stands.status == "running":
            yield from _going_on_with(known, state, stage, apart)
        elif not stage.when and any(state.of(edge.before).status == "skipped" for edge in edges):
            yield End(stage.name, "skipped", "What it needs was skipped.")
        elif not _wanted(known, state, stage):
            yield End(stage.name, "skipped", f"{stage.when} does not hold.")
        elif not _kept_back(state, stage, apart):
            yield from _beginning(known, state, stage, now, apart)
    except ExpressionError as error:
        if not _is_at_work(stage, state):
            yield End(stage.name, "failed", f"{error.message} {error.mend}".strip())


def _is_open(edge: Edge, state: State) -> bool:
    """Whether what it waits for is over; row by row, whether it has begun."""
    before = state.of(edge.before)
    return before.is_over or (edge.each and before.status == "running")


def _wanted(known: Known, state: State, stage: Stage) -> bool:
    """What the stage's own condition says, where it is not asked for each row."""
    if not stage.when:
        return True
    names = known.names(stage)
    if speaks_of_row(stage.when, names):
        return True
    return _holds(stage.when, compiled(stage.when, names).value(told(state)))


def _holds(text: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(text, "says neither yes nor no", "Compare something in it.")
    return value


def _kept_back(state: State, stage: Stage, apart: Sequence[Apart]) -> bool:
    """Whether a stage that must not meet this one, whatever their rows, is at work."""
    for each in apart:
        if stage.name in (each.one, each.other) and each.one != each.other:
            other = each.other if each.one == stage.name else each.one
            surely = any(reason.apart and not reason.depends and reason.kind != "session" for reason in each.reasons)
            if surely and state.of(other).status == "running":
                return True
    return False


def _beginning(known: Known, state: State, stage: Stage, now: float, apart: Sequence[Apart]) -> Iterator[Action]:
    match stage:
        case RunStage():
            yield from _more(known, state, stage, apart)
        case ApprovalStage(approval=approval):
            message = filled(approval.message, known.names(stage), told(state))
            yield Ask(stage.name, message, now + approval.timeout)
        case CollectStage():
            yield from _gathering(known, state, stage)
        case _:
            assert_never(stage)


def _going_on_with(known: Known, state: State, stage: Stage, apart: Sequence[Apart]) -> Iterator[Action]:
    match stage:
        case RunStage() if not state.of(stage.name).closed:
            yield from _more(known, state, stage, apart)
        case CollectStage():
            yield from _gathering(known, state, stage)
        case _:
            pass


def _gathering(known: Known, state: State, stage: CollectStage) -> Iterator[Action]:
    """What is there by now: chunks that are done, or all of what is over."""
    collect = stage.collect
    if collect.failed == "fail" and any(results_of(state.of(name), "fail") is None for name in collect.stages):
        yield End(stage.name, "failed", _NOT_ALL, ("collect", "failed"))
    elif collect.per == "stage":
        yield Gather(stage.name)
    else:
        before, source = state.of(collect.stages[0]), known.workflow.stage(collect.stages[0])
        size = source.chunk if isinstance(source, RunStage) else 1
        fresh = tuple(sorted(ready(before, size) - state.of(stage.name).chunks))
        if fresh or before.is_over or state.of(stage.name).status == "waiting":
            yield Gather(stage.name, fresh, before.is_over)


def _more(known: Known, state: State, stage: RunStage, apart: Sequence[Apart]) -> Iterator[Action]:
    """The rows that are there by now, were not looked at before, and may be at work with what is."""
    stands = state.of(stage.name)
    rows = rows_for(known, state, stage, stands.taken)
    if rows is None:
        if not _is_at_work(stage, state):
            yield End(stage.name, "failed", _NOT_ALL, ("for_each", "failed"))
        return
    if not rows.numbered and not rows.closed and stands.status == "running":
        return
    said, holding = telling(known, state, stage), Holding(stage, state, apart)
    taken, given, left_out = set[int](), list[Given](), 0
    for number, row in rows.numbered.items():
        found = given_of(known, said, stage, number, row)
        if holding.takes(found):
            taken.add(number)
            given += found
            left_out += not found
        elif stage.mode == "sequential":
            break
    closed = rows.closed and len(taken) == len(rows.numbered)
    if taken or closed or stands.status == "waiting":
        yield Begin(stage.name, tuple(given), closed, frozenset(taken), left_out)


def _undoing(known: Known, state: State) -> list[Action]:
    """What passed is undone, the last first, each seen to be before the next; what cannot be is told."""
    done = [
        (stage, item)
        for stage in known.workflow.stages
        if isinstance(stage, RunStage) and stage.compensate != "nothing"
        for item in state.of(stage.name).items
        if item.status in ("passed", "waiting") and not item.before
    ]
    if any(item.undo == "running" for _, item in done):
        return []
    done.sort(key=lambda pair: (pair[1].ended or 0.0, pair[1].number), reverse=True)
    for stage, item in done:
        if item.undo == "" and item.has_passed and isinstance(stage.compensate, Compensate):
            return [Undo(stage.name, item)]
    left = [(stage.name, item) for stage, item in done if item.undo != "undone" and _has_effect(known, stage, item)]
    return [Finish("failed", tuple(left))]


def _has_effect(known: Known, stage: RunStage, item: Item) -> bool:
    """Whether there is something to undo: what sends nothing leaves nothing behind."""
    recording = known.recordings.get(item.recording)
    return recording is None or bool(guarded_steps(recording))
