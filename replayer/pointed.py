"""A person pointed at an element in a run's picture: the proposal that this makes; pure."""

from __future__ import annotations

from collections.abc import Sequence

from recordings.errors import EditRefusedError
from recordings.files import digest_of
from recordings.heal import Heal
from recordings.inputs import Input
from recordings.recording import Recording
from recordings.selectors import selectors_of
from recordings.steps import target_of
from recordings.target import Box, Description, Target
from recordings.trace import StepRecord, Trace
from replayer.untold import inputs_said

_WHY = ("a person pointed at it in the run's picture",)


def place_of_rival(heal: Heal, number: int) -> Box | None:
    """Where a rival of a proposal's new element stands in the run's picture; None where that is not known."""
    if heal.where is None or not 0 <= number < len(heal.new.rivals):
        return None
    own, other = heal.new.description.box, heal.new.rivals[number].box
    by = (heal.where.x - own.x, heal.where.y - own.y)
    return other.model_copy(update={"x": other.x + by[0], "y": other.y + by[1]})


def pointed_at_rival(heal: Heal, number: int, inputs: Sequence[Input], at: float) -> Heal:
    """The proposal with one of its new element's rivals as the new target instead.

    Raises:
        EditRefusedError: It has no such rival.
    """
    rivals = heal.new.rivals
    seen = rivals[_checked(number, len(rivals))]
    others = (heal.new.description, *(rival for rival in rivals if rival is not seen))
    new = _target(seen, others, heal.new)
    update = {"id": 0, "new": new, "says": inputs_said(new, inputs), "where": place_of_rival(heal, number)}
    told = {"how": "", "score": 1.0, "evidence": _WHY, "status": "proposed", "seen": 1, "at": at, "last_at": at}
    return heal.model_copy(update=update | told)


def pointed_at_choice(trace: Trace, record: StepRecord, number: int, recording: Recording, at: float) -> Heal:
    """The proposal for a step that failed, with one of its choices as the new target.

    Args:
        recording: What the run ran.

    Raises:
        EditRefusedError: There is no such choice, or the step is not in the recording any more.
    """
    choice = record.choices[_checked(number, len(record.choices))]
    step = next((step for step in recording.steps if step.id == record.step_id), None)
    old = target_of(step) if step is not None else None
    if old is None:
        raise EditRefusedError("The step is no longer in the recording.", "Look at the recording as it is now.")
    others = [other.element for other in record.choices if other is not choice]
    new = _target(choice.element, others, old)
    return Heal(
        recording=recording.name,
        made_from=digest_of(recording),
        step_id=record.step_id,
        index=record.index,
        words=record.words,
        old=old,
        new=new,
        says=inputs_said(new, recording.inputs),
        how="",
        score=1.0,
        evidence=_WHY,
        found=record.picture,
        where=choice.box,
        trace_id=trace.trace_id,
        at=at,
        last_at=at,
        last_trace=trace.trace_id,
    )


def _target(seen: Description, others: Sequence[Description], beside: Target) -> Target:
    return Target(description=seen, selectors=selectors_of(seen), frame=beside.frame, rivals=tuple(others))


def _checked(number: int, many: int) -> int:
    if not 0 <= number < many:
        raise EditRefusedError("There is no such element to point at.", "Load the page again.")
    return number
