"""Commands done to a recording, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from recordings.editing.block_commands import BranchOn, OtherwiseDo, RepeatFor, Unblock, blocked
from recordings.editing.commands import (
    Command,
    InsertGoto,
    InsertStep,
    MakeSecret,
    MarkSteps,
    Move,
    RenameInput,
    SetDefault,
    Wait,
    Words,
)
from recordings.editing.inputs import with_default, with_input_renamed
from recordings.editing.insert import inserted, inserted_goto
from recordings.editing.origins import FenceOrigin, fenced
from recordings.editing.personal import MarkPersonal
from recordings.editing.secrets import with_secrets
from recordings.editing.steps import (
    Edited,
    moved,
    step_named,
    with_disabled,
    with_optional,
    with_repeatable,
    with_waits,
    with_words,
    without_step,
)
from recordings.editing.value_commands import AddCheck, MakeInput, SetValue, valued
from recordings.errors import EditRefusedError
from recordings.recording import Recording

Opener = Callable[[str], Recording]
"""Finds and reads another recording by name or folder."""


@dataclass(frozen=True, slots=True)
class Done:
    """A recording after commands; ``forgets`` where what was before must not be kept, since it shows a secret."""

    recording: Recording
    notes: tuple[str, ...] = field(default=())
    forgets: bool = False


def applied(recording: Recording, commands: Sequence[Command], open_recording: Opener) -> Done:
    """Do commands one after another; all or, where one is refused, none.

    Raises:
        CouldNotStartError: One cannot be done; nothing was changed.
    """
    done = Done(recording)
    for command in commands:
        step = _applied(done.recording, command, open_recording)
        done = Done(step.recording, (*done.notes, *step.notes), done.forgets or step.forgets)
    return done


def _applied(recording: Recording, command: Command, open_recording: Opener) -> Done:
    match command:
        case Move():
            return _of(moved(recording, command.step, after=command.place.after, before=command.place.before))
        case MarkSteps():
            return _marked(recording, command)
        case Wait():
            return Done(_waiting(recording, command))
        case Words():
            return Done(with_words(recording, command.step, command.text))
        case RenameInput():
            return Done(with_input_renamed(recording, command.old, command.new))
        case SetDefault():
            return Done(with_default(recording, command.name, command.value))
        case MakeSecret():
            hidden = with_secrets(recording, command.names)
            gone = f"{_counted(len(hidden.removed))} removed, since the value could be seen there."
            return Done(hidden.recording, (*([gone] if hidden.removed else []), *hidden.notes), forgets=True)
        case InsertGoto():
            place = command.place
            return _of(inserted_goto(recording, command.url, after=place.after, before=place.before))
        case InsertStep():
            place, source = command.place, open_recording(command.source)
            return _of(inserted(recording, source, command.step, after=place.after, before=place.before))
        case BranchOn() | OtherwiseDo() | RepeatFor() | Unblock():
            return _of(blocked(recording, command))
        case SetValue() | MakeInput() | AddCheck() | MarkPersonal():
            return _of(valued(recording, command))
        case FenceOrigin():
            return _of(fenced(recording, command))
        case _:
            assert_never(command)


def _of(edited: Edited) -> Done:
    return Done(edited.recording, edited.notes)


def _counted(files: int) -> str:
    return "1 picture or page text is" if files == 1 else f"{files} pictures and page texts are"


def _marked(recording: Recording, command: MarkSteps) -> Done:
    """Every step is looked up before the first is changed: the numbers are those that were read."""
    notes: tuple[str, ...] = ()
    for step in dict.fromkeys(step_named(recording, name).id for name in command.steps):
        match command.mark:
            case "delete":
                edited = without_step(recording, step)
                recording, notes = edited.recording, (*notes, *edited.notes)
            case "disable" | "enable":
                recording = with_disabled(recording, step, command.mark == "disable")
            case "optional" | "required":
                recording = with_optional(recording, step, command.mark == "optional")
            case "repeatable" | "once":
                recording = with_repeatable(recording, step, command.mark == "repeatable")
    return Done(recording, notes)


def _waiting(recording: Recording, command: Wait) -> Recording:
    step = step_named(recording, command.step)
    if command.on:
        return with_waits(recording, step.id, (*step.waits, command.text))
    kept = [text for text in step.waits if command.text and text != " ".join(command.text.split())]
    if len(kept) == len(step.waits):
        waits = ", ".join(f"'{text}'" for text in step.waits) or "nothing"
        raise EditRefusedError(f"Step {step.id} does not wait for that.", f"It waits for {waits}.")
    return with_waits(recording, step.id, kept)
