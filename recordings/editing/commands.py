"""Edits as people write them, in the editor and after ``--do``: words become a command, and a command words."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, assert_never

from recordings.editing.block_commands import (
    BLOCK_USAGE,
    BlockCommand,
    BranchOn,
    OtherwiseDo,
    RepeatFor,
    Unblock,
    block_command_of,
    words_of,
)
from recordings.editing.origins import ORIGIN_USAGE, FenceOrigin, origin_command_of
from recordings.editing.personal import MarkPersonal
from recordings.editing.value_commands import (
    VALUE_USAGE,
    AddCheck,
    MakeInput,
    SetValue,
    ValueCommand,
    value_command_of,
    value_words_of,
)
from recordings.errors import EditRefusedError

Mark = Literal["delete", "disable", "enable", "optional", "required", "repeatable", "once"]


@dataclass(frozen=True, slots=True)
class Place:
    """Next to which step; at the end where there is none."""

    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    step: str
    place: Place


@dataclass(frozen=True, slots=True)
class MarkSteps:
    """Delete steps, or mark them: several at once, numbered as before the first."""

    mark: Mark
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for ``text`` before a step; with ``on`` False no longer for it, or for nothing at all where it is empty."""

    step: str
    text: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    step: str
    text: str


@dataclass(frozen=True, slots=True)
class RenameInput:
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SetDefault:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MakeSecret:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InsertGoto:
    url: str
    place: Place


@dataclass(frozen=True, slots=True)
class InsertStep:
    """A copy of a step of another recording."""

    source: str
    step: str
    place: Place


Command = (
    Move
    | MarkSteps
    | Wait
    | Words
    | RenameInput
    | SetDefault
    | MakeSecret
    | InsertGoto
    | InsertStep
    | BlockCommand
    | ValueCommand
    | FenceOrigin
)

USAGE: Mapping[str, tuple[str, str]] = {
    "move": ("move STEP after|before STEP", "put a step elsewhere"),
    "delete": ("delete STEP…", "take steps out, with what only they used"),
    "disable": ("disable STEP…", "keep steps, but never do them"),
    "enable": ("enable STEP…", "do them again"),
    "optional": ("optional STEP…", "skip a step where its element is not there"),
    "required": ("required STEP…", "fail there again"),
    "repeatable": ("repeatable STEP…", "what a step sends may be sent twice: a search, a sign-in"),
    "once": ("once STEP…", "send it only once again"),
    "wait": ('wait STEP "TEXT"', "do a step only once the page shows the text"),
    "unwait": ('unwait STEP ["TEXT"]', "no longer wait for the text, or for any"),
    "words": ('words STEP "TEXT"', "say a step in other words"),
    "insert": ("insert goto URL after|before STEP", "go to an address there"),
    "insert ": ("insert RECORDING:STEP after|before STEP", "copy a step of another recording"),
    **BLOCK_USAGE,
    **VALUE_USAGE,
    "rename-input": ("rename-input OLD NEW", "call an input or secret differently"),
    "default": ('default INPUT "VALUE"', "another default for an input"),
    **ORIGIN_USAGE,
    "secret": ("secret INPUT…", "never keep an input's value again, and forget the one kept"),
}
"""By verb: how it is written, and what it does. STEP is a number or an id, STEPS is one, or several as in 4-6."""


def command_of(line: str) -> Command:
    """Read one command.

    Raises:
        EditRefusedError: It cannot be read; how to write it is said.
    """
    verb, *rest = tokens_of(line) or [""]
    verb = verb.lower()
    match verb:
        case "move":
            return _move(rest)
        case "delete" | "disable" | "enable" | "optional" | "required" | "repeatable" | "once":
            return MarkSteps(verb, _some(verb, rest))
        case "wait":
            step, text = _two(verb, rest)
            return Wait(step, text)
        case "unwait":
            _enough(verb, rest, 1)
            return Wait(rest[0], " ".join(rest[1:]), on=False)
        case "words":
            return Words(*_two(verb, rest))
        case "rename-input":
            if len(rest) != 2:
                raise _unreadable(verb)
            return RenameInput(rest[0], rest[1])
        case "default":
            return SetDefault(*_two(verb, rest))
        case "secret":
            return MakeSecret(_some(verb, rest))
        case "insert":
            return _insert(rest)
        case "branch" | "otherwise" | "repeat" | "unblock":
            return block_command_of(verb, rest)
        case "value" | "input" | "check" | "personal":
            return value_command_of(verb, rest)
        case "allow" | "forbid":
            return origin_command_of(verb, rest)
        case _:
            raise unknown_verb(verb, list(USAGE))


def line_of(command: Command) -> str:
    """A command as a person would write it; ``command_of`` reads it back."""
    match command:
        case Move():
            words = ("move", command.step, *_placed(command.place))
        case MarkSteps():
            words = (command.mark, *command.steps)
        case Wait():
            words = ("wait" if command.on else "unwait", command.step, *([command.text] if command.text else []))
        case Words():
            words = ("words", command.step, command.text)
        case RenameInput():
            words = ("rename-input", command.old, command.new)
        case SetDefault():
            words = ("default", command.name, command.value)
        case MakeSecret():
            words = ("secret", *command.names)
        case InsertGoto():
            words = ("insert", "goto", command.url, *_placed(command.place))
        case InsertStep():
            words = ("insert", f"{command.source}:{command.step}", *_placed(command.place))
        case BranchOn() | OtherwiseDo() | RepeatFor() | Unblock():
            words = words_of(command)
        case SetValue() | MakeInput() | AddCheck() | MarkPersonal():
            words = value_words_of(command)
        case FenceOrigin():
            words = (command.verb, command.origin)
        case _:
            assert_never(command)
    return shlex.join(words)


def tokens_of(line: str) -> list[str]:
    """The words of a line; quotes hold several together."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise EditRefusedError(
            f"A quotation is not closed in: {line.strip()[:80]}", "Write a text with ' in it between two \"."
        ) from error


def unknown_verb(verb: str, known: Sequence[str]) -> EditRefusedError:
    """There is no such command; the nearest is named."""
    verbs = dict.fromkeys(name.strip() for name in known)
    near = get_close_matches(verb, verbs, n=1)
    said = f"Did you mean '{near[0]}'? " if near else ""
    return EditRefusedError(f"There is no command '{verb[:40]}'.", f"{said}There are: {', '.join(verbs)}.")


def _move(rest: list[str]) -> Move:
    if len(rest) != 3:
        raise _unreadable("move")
    return Move(rest[0], _place("move", rest[1:]))


def _insert(rest: list[str]) -> InsertGoto | InsertStep:
    if rest[:1] == ["from"]:
        rest = rest[1:]
    if rest[:1] == ["goto"] and len(rest) == 4:
        return InsertGoto(rest[1], _place("insert", rest[2:]))
    if len(rest) != 3 or rest[0] == "goto":
        raise _unreadable("insert")
    return source_of(rest[0], _place("insert", rest[1:]))


def source_of(text: str, place: Place) -> InsertStep:
    """Read ``RECORDING:STEP``."""
    source, _, step = text.rpartition(":")
    if not source or not step:
        raise EditRefusedError(f"'{text[:80]}' names no step of a recording.", "Write RECORDING:STEP, as in login:s03.")
    return InsertStep(source, step, place)


def _place(verb: str, rest: list[str]) -> Place:
    match rest[0].lower():
        case "after":
            return Place(after=rest[1])
        case "before":
            return Place(before=rest[1])
        case _:
            raise _unreadable(verb)


def _placed(place: Place) -> tuple[str, ...]:
    if place.before is not None:
        return ("before", place.before)
    return ("after", place.after) if place.after is not None else ()


def _some(verb: str, rest: list[str]) -> tuple[str, ...]:
    _enough(verb, rest, 1)
    return tuple(rest)


def _two(verb: str, rest: list[str]) -> tuple[str, str]:
    """One word, and all that follows it; quotes are needed only where spaces count."""
    _enough(verb, rest, 2)
    return rest[0], " ".join(rest[1:])


def _enough(verb: str, rest: list[str], count: int) -> None:
    if len(rest) < count:
        raise _unreadable(verb)


def _unreadable(verb: str) -> EditRefusedError:
    written = " or ".join(how for name, (how, _) in USAGE.items() if name.strip() == verb)
    return EditRefusedError(f"'{verb}' is written otherwise.", f"Write: {written}")
