"""Edits of values as people write them: ``value 6 "Order saved"``, ``input 3 customer``, ``check 7 "Saved"``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from recordings.editing.personal import (
    PERSONAL_USAGE,
    MarkPersonal,
    personal_command_of,
    personal_words_of,
    with_personal,
)
from recordings.editing.steps import Edited
from recordings.editing.values import with_check, with_input, with_value
from recordings.errors import EditRefusedError
from recordings.recording import Recording


@dataclass(frozen=True, slots=True)
class SetValue:
    step: str
    text: str


@dataclass(frozen=True, slots=True)
class MakeInput:
    step: str
    name: str


@dataclass(frozen=True, slots=True)
class AddCheck:
    """After a step, what its element must say."""

    step: str
    text: str


ValueCommand = SetValue | MakeInput | AddCheck | MarkPersonal

VALUE_USAGE: Mapping[str, tuple[str, str]] = {
    "value": ('value STEP "TEXT"', "type, choose or expect another value, where it is written in the step"),
    "input": ("input STEP NAME", "ask for that value from now on; what it is now is the default"),
    "check": ('check STEP "TEXT"', "after a step, its element must say the text, or hold it"),
    **PERSONAL_USAGE,
}


def value_command_of(verb: str, rest: Sequence[str]) -> ValueCommand:
    """Read a command about a value.

    Raises:
        EditRefusedError: It cannot be read.
    """
    match verb, list(rest):
        case "value", [step, text, *more]:
            return SetValue(step, " ".join([text, *more]))
        case "input", [step, name]:
            return MakeInput(step, name)
        case "check", [step, text, *more]:
            return AddCheck(step, " ".join([text, *more]))
        case "personal", words:
            return personal_command_of(words)
        case _:
            raise EditRefusedError(f"'{verb}' is written otherwise.", f"Write: {VALUE_USAGE[verb][0]}")


def value_words_of(command: ValueCommand) -> tuple[str, ...]:
    """The command's words, as ``value_command_of`` reads them back."""
    match command:
        case SetValue():
            return ("value", command.step, command.text)
        case MakeInput():
            return ("input", command.step, command.name)
        case AddCheck():
            return ("check", command.step, command.text)
        case MarkPersonal():
            return personal_words_of(command)
        case _:
            assert_never(command)


def valued(recording: Recording, command: ValueCommand) -> Edited:
    """Do a command.

    Raises:
        EditRefusedError: It cannot be done; nothing was changed.
    """
    match command:
        case SetValue():
            return Edited(with_value(recording, command.step, command.text))
        case MakeInput():
            return Edited(with_input(recording, command.step, command.name))
        case AddCheck():
            return with_check(recording, command.step, command.text)
        case MarkPersonal():
            return Edited(with_personal(recording, command))
        case _:
            assert_never(command)
