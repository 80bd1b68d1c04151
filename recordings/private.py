"""Which inputs, values and texts of a run are personal, by what its recording says; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recordings.blocks import Repeat
from recordings.inputs import InputRef, Literally
from recordings.patterns import kind_of
from recordings.personal import Personal, says_person
from recordings.recording import Recording, done_with, values_of
from recordings.steps import Read, ReadRows, Step, target_of
from recordings.veil import Private

_NO_DATA = frozenset({"choice", "file"})


def private_of(recording: Recording, values: Mapping[str, str]) -> Private:
    """What is personal in a run of these inputs; nothing in one whose recording says nothing of it."""
    personal = recording.personal
    if personal is None:
        return Private()
    inputs = personal_inputs(recording, values)
    loops = {block.input for block in recording.blocks if isinstance(block, Repeat)}
    known = {
        text: kind_of(text) or "value"
        for text in (*(values.get(name, "") for name in inputs), *_written(recording, personal))
        if text.strip()
    }
    return Private(
        known,
        names=(*personal.marked, *inputs),
        plain=personal.plain,
        spared=(values[name] for name in personal.plain if name in values),
        patterns=personal.patterns,
        rows=bool(loops & inputs),
    )


def personal_inputs(recording: Recording, values: Mapping[str, str]) -> set[str]:
    """The inputs that are personal: marked, or by default what their fields say, or these values."""
    personal = recording.personal
    if personal is None:
        return set()
    fields = _fields(recording)
    return {
        item.name
        for item in recording.inputs
        if item.name in personal.marked
        or (
            personal.patterns
            and item.name not in personal.plain
            and item.kind not in _NO_DATA
            and (item.name in fields or kind_of(values.get(item.name, item.used or "")) is not None)
        )
    }


def is_personal(recording: Recording, step: Step) -> bool:
    """Whether what a step types, chooses or reads is personal."""
    personal = recording.personal
    if personal is None:
        return False
    names = set(names_in(step))
    if names & {*personal.marked}:
        return True
    return personal.patterns and not names & {*personal.plain} and _says_so(step)


def names_in(step: Step) -> Iterator[str]:
    """What a step can be marked by: its own id, its inputs, what it reads."""
    yield step.id
    yield from (value.name for value in values_of(step) if isinstance(value, InputRef))
    if isinstance(step, (Read, ReadRows)):
        yield step.name
    if isinstance(step, ReadRows):
        yield from step.value_names


def _fields(recording: Recording) -> set[str]:
    """The inputs that a field takes which says that it is about a person."""
    return {
        value.name
        for step in recording.steps
        if _says_so(step)
        for value in done_with(step)
        if isinstance(value, InputRef)
    }


def _says_so(step: Step) -> bool:
    target = target_of(step)
    if target is None or step.kind not in ("fill", "type", "select"):
        return False
    return says_person(target.description.type, target.description.attributes.get("autocomplete", ""))


def _written(recording: Recording, personal: Personal) -> Iterator[str]:
    """Values that are written in personal steps themselves."""
    for step in recording.steps:
        if step.id in personal.marked or (personal.patterns and step.id not in personal.plain and _says_so(step)):
            yield from (value.text for value in done_with(step) if isinstance(value, Literally))
