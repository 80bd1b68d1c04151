"""An edit that a form asks for, as the editor's command; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from recordings.editing.commands import (
    Command,
    MakeSecret,
    Mark,
    MarkSteps,
    Move,
    Place,
    RenameInput,
    SetDefault,
    Wait,
    Words,
)
from recordings.editing.personal import MarkPersonal
from recordings.editing.value_commands import AddCheck, MakeInput, SetValue
from recordings.errors import EditRefusedError
from recordings.recording import Recording

_LONGEST = 10_000


def command_asked(recording: Recording, form: Mapping[str, str]) -> Command:
    """The command of a form: ``do`` says which, ``step`` or ``input`` of what, ``text`` what with.

    Raises:
        EditRefusedError: There is no such command.
    """
    do, step, name = form.get("do", ""), form.get("step", ""), form.get("input", "")
    text = form.get("text", "")[:_LONGEST]
    mark: Mark | None = next((each for each in get_args(Mark) if each == do), None)
    if mark is not None:
        return MarkSteps(mark, (step,))
    match do:
        case "up" | "down":
            return Move(step, _beside(recording, step, do))
        case "words":
            return Words(step, text)
        case "wait":
            return Wait(step, text)
        case "unwait":
            return Wait(step, text, on=False)
        case "value":
            return SetValue(step, text)
        case "input":
            return MakeInput(step, text.strip())
        case "check":
            return AddCheck(step, text)
        case "rename-input":
            return RenameInput(name, text)
        case "default":
            return SetDefault(name, text)
        case "secret":
            return MakeSecret((name,))
        case "personal" | "not-personal":
            return MarkPersonal(name, on=do == "personal")
        case _:
            raise EditRefusedError(f"There is no edit '{do[:40]}'.", "Load the page again.")


def _beside(recording: Recording, step: str, way: str) -> Place:
    ids = [each.id for each in recording.steps]
    at = ids.index(step) if step in ids else -1
    if at < 0:
        raise EditRefusedError("That step is not in the recording any more.", "Load the page again.")
    if way == "up":
        if at == 0:
            raise EditRefusedError("It is the first step already.", "")
        return Place(before=ids[at - 1])
    if at + 1 == len(ids):
        raise EditRefusedError("It is the last step already.", "")
    return Place(after=ids[at + 1])
