"""What a recording is called and what it asks for: names and defaults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from recordings.blocks import Branch, Finds, Repeat
from recordings.document import Document
from recordings.editing.checked import changed
from recordings.errors import EditRefusedError, InputUnknownError
from recordings.inputs import Input, InputRef, Literally, Secret, SecretRef, Value
from recordings.recording import Recording
from recordings.steps import Assert, AssertEquals, Check, Choose, Click, Fill, Select, Step, Stroke, Type, Upload

SHORTEST = 3
"""A value of fewer letters stands in too many texts by chance."""

Named = TypeVar("Named", Input, Secret)
Model = TypeVar("Model", bound=Document)
Clean = Callable[[str], str]


def renamed(recording: Recording, name: str) -> Recording:
    """The recording under another name."""
    return changed(recording, name=name)


def with_input_renamed(recording: Recording, old: str, new: str) -> Recording:
    """An input or secret under another name, in every step that uses it.

    Raises:
        InputUnknownError: There is none called ``old``.
        EditRefusedError: ``new`` is no name, or is taken.
    """
    check_known(recording, old)

    def again(value: Value) -> Value:
        if isinstance(value, (InputRef, SecretRef)) and value.name == old:
            return value.model_copy(update={"name": new})
        return value

    def called(items: Iterable[Named]) -> tuple[Named, ...]:
        return tuple(i.model_copy(update={"name": new}) if i.name == old else i for i in items)

    return changed(
        recording,
        inputs=called(recording.inputs),
        secrets=called(recording.secrets),
        steps=tuple(with_values(step, again) for step in recording.steps),
        blocks=tuple(_given_by(block, old, new) for block in recording.blocks),
        personal=recording.personal.with_renamed(old, new) if recording.personal is not None else None,
    )


def _given_by(block: Branch | Repeat, old: str, new: str) -> Branch | Repeat:
    """The block, where it gives its rows to the input that is called otherwise now."""
    gives = isinstance(block, Repeat) and block.input == old
    return block.model_copy(update={"input": new}) if gives else block


def with_default(recording: Recording, name: str, value: str) -> Recording:
    """An input with another default. Words that say the old one say the new one; what the pages of the demonstration
    showed stays as it was.

    Raises:
        InputUnknownError: There is no such input.
        EditRefusedError: It is a secret, which has none.
    """
    check_known(recording, name)
    if any(secret.name == name for secret in recording.secrets):
        raise EditRefusedError(f"'{name}' is a secret; its value is never kept.", "Give it at replay.")
    if any(isinstance(block, Repeat) and block.input == name for block in recording.blocks):
        raise EditRefusedError(f"'{name}' is given by a loop, row by row; a default would never be used.", "Leave it.")
    item = next(item for item in recording.inputs if item.name == name)
    now = {"default": value, "shown": None if item.kind == "file" or value == item.used else item.used}
    inputs = tuple(i.model_copy(update=now) if i is item else i for i in recording.inputs)
    old = item.default or ""
    if item.kind == "file" or len(old) < SHORTEST:
        return changed(recording, inputs=inputs)
    whole, new = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)"), " ".join(value.split())
    again: Clean = lambda text: whole.sub(lambda _: new, text)  # noqa: E731
    steps = tuple(mapped(step, ("words", "waits"), again) for step in recording.steps)
    return changed(recording, inputs=inputs, steps=steps, blocks=tuple(_asking(b, again) for b in recording.blocks))


def _asking(block: Branch | Repeat, again: Clean) -> Branch | Repeat:
    """The block, with ``again`` done to the text that it asks for."""
    if isinstance(block, Repeat) or isinstance(block.when, Finds):
        return block
    return block.model_copy(update={"when": mapped(block.when, ("text",), again)})


def check_known(recording: Recording, name: str) -> None:
    """Refuse the name of an input or secret that is not there."""
    known = [item.name for item in recording.inputs] + [secret.name for secret in recording.secrets]
    if name not in known:
        raise InputUnknownError(name, known)


def with_values(step: Step, again: Callable[[Value], Value]) -> Step:
    """The step with ``again`` done to every value it types, chooses or uploads, and to what names its row."""
    if step.row is not None:
        step = step.model_copy(update={"row": again(step.row)})
    match step:
        case Fill():
            return step.model_copy(update={"value": again(step.value)})
        case Type():
            parts = tuple(part if isinstance(part, Stroke) else again(part) for part in step.parts)
            return step.model_copy(update={"parts": parts})
        case Select():
            return step.model_copy(update={"options": tuple(again(value) for value in step.options)})
        case Choose():
            return step.model_copy(update={"option": again(step.option)})
        case Click(choice=choice) | Check(choice=choice) if choice is not None:
            return step.model_copy(update={"choice": again(choice)})
        case Upload():
            return step.model_copy(update={"files": tuple(again(value) for value in step.files)})
        case Assert():
            return step.model_copy(update={"text": again(step.text)})
        case AssertEquals(to=Literally() | InputRef() | SecretRef() as to):
            return step.model_copy(update={"to": again(to)})
        case _:
            return step


def mapped(model: Model, fields: Iterable[str], again: Clean) -> Model:
    """The model with ``again`` done to the texts of these fields, those it has."""
    values = {field: getattr(model, field) for field in fields if field in type(model).model_fields}
    return model.model_copy(update={field: done(value, again) for field, value in values.items()})


def done(value: Any, again: Clean) -> Any:
    """``again`` done to every text in a value."""
    if isinstance(value, str):
        return again(value)
    if isinstance(value, tuple):
        return tuple(done(item, again) for item in value)
    if isinstance(value, Mapping):
        return {name: done(item, again) for name, item in value.items()}
    return value
