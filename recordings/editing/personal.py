"""Edits of what is treated as personal: ``personal full_name``, ``personal 6 off``, ``personal off``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recordings.editing.checked import changed
from recordings.editing.steps import step_named
from recordings.errors import EditRefusedError
from recordings.personal import Personal
from recordings.private import names_in
from recordings.recording import Recording
from recordings.steps import Read, ReadRows

PERSONAL_USAGE: Mapping[str, tuple[str, str]] = {
    "personal": (
        "personal STEP|INPUT|VALUE [off]",
        "keep a value hashed and blurred in runs, or not; 'personal on|off' what looks so by default",
    ),
}


@dataclass(frozen=True, slots=True)
class MarkPersonal:
    """``what`` is an input, a value that is read, or a step; "" all that looks personal by default."""

    what: str = ""
    on: bool = True


def personal_command_of(rest: Sequence[str]) -> MarkPersonal:
    """Read the command.

    Raises:
        EditRefusedError: It cannot be read.
    """
    match list(rest):
        case ["on" | "off" as state]:
            return MarkPersonal(on=state == "on")
        case [what] | [what, "on"]:
            return MarkPersonal(what)
        case [what, "off"]:
            return MarkPersonal(what, on=False)
        case _:
            written = PERSONAL_USAGE["personal"][0]
            raise EditRefusedError("'personal' is written otherwise.", f"Write: {written}, or personal on|off")


def personal_words_of(command: MarkPersonal) -> tuple[str, ...]:
    """The command's words, as ``personal_command_of`` reads them back."""
    words = ("personal", *([command.what] if command.what else []))
    return words if command.what and command.on else (*words, "on" if command.on else "off")


def with_personal(recording: Recording, command: MarkPersonal) -> Recording:
    """Mark it; what runs before kept stays as it is.

    Raises:
        EditRefusedError: There is no such input, value or step.
    """
    personal = recording.personal or Personal(patterns=False)
    if not command.what:
        return changed(recording, personal=personal.model_copy(update={"patterns": command.on}))
    for name in _names(recording, command.what):
        personal = personal.with_mark(name, command.on)
    return changed(recording, personal=personal)


def _names(recording: Recording, what: str) -> list[str]:
    """What is marked: an input or a value that is read by its name; of a step those it takes, or what it types."""
    read = {
        name
        for step in recording.steps
        if isinstance(step, (Read, ReadRows))
        for name in (step.name, *(step.value_names if isinstance(step, ReadRows) else ()))
    }
    if what in read | {item.name for item in recording.inputs}:
        return [what]
    if what in {secret.name for secret in recording.secrets}:
        raise EditRefusedError(f"'{what}' is a secret: it is never kept at all.")
    step = step_named(recording, what)
    own, *named = names_in(step)
    return ([step.name] if isinstance(step, (Read, ReadRows)) else list(dict.fromkeys(named))) or [own]
