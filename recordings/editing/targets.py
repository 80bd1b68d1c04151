"""A step of a recording that finds its element by what it is like now."""

from __future__ import annotations

from recordings.editing.checked import changed
from recordings.errors import EditRefusedError
from recordings.heal import Heal
from recordings.recording import Recording
from recordings.steps import Step, target_of
from recordings.target import Target

_AGAIN = "Nothing was changed. Refuse this one; a new run proposes afresh what it finds then."


def healed(recording: Recording, heal: Heal) -> Recording:
    """The recording with a heal's new target in the place of the old one.

    Raises:
        EditRefusedError: It has it already, or the step, or an input that the target says, was changed or went since it
            was proposed.
    """
    step = next((step for step in recording.steps if step.id == heal.step_id), None)
    if step is None:
        raise EditRefusedError(f"Step {heal.step_id} ({heal.words}) is no longer in '{recording.name}'.", _AGAIN)
    if target_of(step) == heal.new:
        raise EditRefusedError(
            f"Step {step.id} ({step.words}) has this target already.",
            "Nothing was changed. The proposal can be taken back, if it is not wanted.",
        )
    if target_of(step) != heal.old:
        raise EditRefusedError(f"Step {step.id} ({step.words}) was edited or healed since this was proposed.", _AGAIN)
    defaults = {item.name: item.default for item in recording.inputs}
    for name, default in heal.says.items():
        if defaults.get(name) != default:
            raise EditRefusedError(f"The input '{name}' was changed since this was proposed.", _AGAIN)
    return _with_target(recording, step, heal.new)


def unhealed(recording: Recording, heal: Heal) -> Recording:
    """The recording with the old target of a heal in the place of the new one; what else was edited stays.

    Raises:
        EditRefusedError: The step has not this target, or went.
    """
    step = next((step for step in recording.steps if step.id == heal.step_id), None)
    if step is None or target_of(step) != heal.new:
        raise EditRefusedError(
            f"The new target of step {heal.step_id} ({heal.words}) is not in '{recording.name}' as it is now: "
            "the step was edited or healed since, or it was taken back already.",
            "Nothing was changed. The recording's edits can be undone one by one.",
        )
    return _with_target(recording, step, heal.old)


def _with_target(recording: Recording, step: Step, target: Target) -> Recording:
    again = step.model_copy(update={"target": target})
    return changed(recording, steps=tuple(again if other is step else other for other in recording.steps))
