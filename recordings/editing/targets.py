"""A step of a recording that finds its element by what it is like now."""

from __future__ import annotations

from recordings.editing.checked import changed
from recordings.errors import EditRefusedError
from recordings.heal import Heal
from recordings.recording import Recording
from recordings.steps import target_of

_AGAIN = "Nothing was changed. Replay it: what it finds then is proposed afresh; 'showonce heal refuse' ends this one."


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
            "Nothing was changed; 'showonce edit NAME --undo' takes the latest edit back.",
        )
    if target_of(step) != heal.old:
        raise EditRefusedError(f"Step {step.id} ({step.words}) was edited or healed since this was proposed.", _AGAIN)
    defaults = {item.name: item.default for item in recording.inputs}
    for name, default in heal.says.items():
        if defaults.get(name) != default:
            raise EditRefusedError(f"The input '{name}' was changed since this was proposed.", _AGAIN)
    again = step.model_copy(update={"target": heal.new})
    return changed(recording, steps=tuple(again if other is step else other for other in recording.steps))
