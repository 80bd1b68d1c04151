"""What a step does, apart from what came of it: tells whether a step that was tried is still the same; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from recordings.inputs import InputRef, Literally, SecretRef, Value
from recordings.recording import Recording, values_of
from recordings.steps import Click, Fill, Hover, Press, Scroll, Select, Step, Type, Wheel, target_of
from recordings.target import Target

_GROWS = (Fill, Type, Select, Scroll, Wheel)
_PLAIN = {
    "target": None,
    "signals": (),
    "scene": None,
    "changes": (),
    "words": "",
    "note": "",
    "picture": "",
    "dom": "",
}


@dataclass(frozen=True, slots=True)
class Doing:
    """One step as it would be done now. Secrets are among the values: it is kept in memory and never shown."""

    step: Step
    target: Target | None
    values: tuple[str, ...] = field(repr=False)


def doings_of(recording: Recording) -> tuple[Doing, ...]:
    """What each step does; what the page answered, and how that is told, has no part in it."""
    inputs = {item.name: item.default or "" for item in recording.inputs}
    return tuple(_doing(step, inputs, recording.shown_secrets) for step in recording.steps)


def _doing(step: Step, inputs: Mapping[str, str], secrets: Mapping[str, str]) -> Doing:
    target = target_of(step)
    plain = step.model_copy(update={**_PLAIN, "streams": False, "asks": False})
    told = target.model_copy(update={"crop": ""}) if target is not None else None
    return Doing(plain, told, tuple(_text(value, inputs, secrets) for value in values_of(step)))


def _text(value: Value, inputs: Mapping[str, str], secrets: Mapping[str, str]) -> str:
    match value:
        case Literally():
            return value.text
        case InputRef():
            return inputs.get(value.name, "")
        case SecretRef():
            return secrets.get(value.name, "")


def may_grow(step: Step) -> bool:
    """Whether the last step may still become more, or another: text goes on, a press into a field begins typing."""
    if isinstance(step, _GROWS):
        return True
    target = target_of(step)
    if target is None or not isinstance(step, (Click, Press, Hover)):
        return False
    seen = target.description
    return seen.editable or seen.tag == "select" or seen.type == "file"
