"""Blocks as people write them: ``branch 4-6 if visible "Accept cookies"``, ``repeat 5-7 for rows``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from recordings.blocks import MOST_OF_ALL, Condition, Shows
from recordings.editing.blocks import condition_of_step, with_branch, with_otherwise, with_repeat, without_block
from recordings.editing.steps import Edited
from recordings.errors import EditRefusedError
from recordings.recording import Recording

Asks = Literal["visible", "row says", "there", "holds", "empty"]


@dataclass(frozen=True, slots=True)
class If:
    """What is asked; ``step`` is whose element, ``text`` what it must say or hold."""

    asks: Asks
    negated: bool = False
    step: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class BranchOn:
    steps: str
    when: If


@dataclass(frozen=True, slots=True)
class OtherwiseDo:
    steps: str


@dataclass(frozen=True, slots=True)
class RepeatFor:
    """For each row; ``most`` is None where the usual bound holds."""

    steps: str
    most: int | None = None
    at_least: int = 0
    skip_gone: bool = False


@dataclass(frozen=True, slots=True)
class Unblock:
    step: str


BlockCommand = BranchOn | OtherwiseDo | RepeatFor | Unblock

BLOCK_USAGE: Mapping[str, tuple[str, str]] = {
    "branch": ('branch STEPS if [not] visible "TEXT"', "do steps (4-6) only where the page shows the text"),
    "branch ": ("branch STEPS if [not] there STEP", "only where the element of a step is on the page"),
    "branch  ": ('branch STEPS if [not] holds STEP "TEXT"', "only where a step's field holds it; or: if empty STEP"),
    "branch   ": ('branch STEPS if [not] row says "TEXT"', "in a loop: only where its row says the text"),
    "otherwise": ("otherwise STEPS", "the steps after a branch: where its condition does not hold"),
    "repeat": ("repeat STEPS for rows [most N] [at-least N] [skip-gone]", "do steps for each row of their list"),
    "unblock": ("unblock STEP", "take away the innermost branch or loop that a step is in"),
}


def block_command_of(verb: str, rest: Sequence[str]) -> BlockCommand:
    """Read a command that makes or takes away a block.

    Raises:
        EditRefusedError: It cannot be read; how to write it is said.
    """
    words = list(rest)
    match verb, words:
        case "unblock", [step]:
            return Unblock(step)
        case "otherwise", [steps]:
            return OtherwiseDo(steps)
        case "branch", [steps, asked, *how] if asked.lower() == "if":
            return BranchOn(steps, _condition(how))
        case "repeat", [steps, *how]:
            return _repeat(steps, how)
        case _:
            raise _unreadable(verb)


def words_of(command: BlockCommand) -> tuple[str, ...]:
    """The command's words, as ``block_command_of`` reads them back."""
    match command:
        case BranchOn():
            asked = command.when
            no = ("not",) if asked.negated else ()
            said = [asked.step] if asked.step else []
            said += [asked.text] if asked.asks in ("visible", "row says", "holds") else []
            return ("branch", command.steps, "if", *no, *asked.asks.split(), *said)
        case OtherwiseDo():
            return ("otherwise", command.steps)
        case RepeatFor():
            most = ("most", str(command.most)) if command.most is not None else ()
            least = ("at-least", str(command.at_least)) if command.at_least else ()
            return (
                "repeat",
                command.steps,
                "for",
                "rows",
                *most,
                *least,
                *(["skip-gone"] if command.skip_gone else []),
            )
        case Unblock():
            return ("unblock", command.step)
        case _:
            assert_never(command)


def blocked(recording: Recording, command: BlockCommand) -> Edited:
    """Do a command.

    Raises:
        EditRefusedError: It cannot be done; nothing was changed.
    """
    match command:
        case BranchOn():
            return with_branch(recording, *_ends(recording, command.steps), _asked(recording, command.when))
        case OtherwiseDo():
            return with_otherwise(recording, *_ends(recording, command.steps))
        case RepeatFor():
            return with_repeat(
                recording,
                *_ends(recording, command.steps),
                most=command.most,
                at_least=command.at_least,
                skip_gone=command.skip_gone,
            )
        case Unblock():
            return without_block(recording, command.step)
        case _:
            assert_never(command)


def _ends(recording: Recording, steps: str) -> tuple[str, str]:
    """The first and the last of ``4-6``; a step whose id has a dash in it is meant whole."""
    if any(step.id == steps for step in recording.steps):
        return steps, steps
    first, _, last = steps.partition("-")
    return first, last or first


def _asked(recording: Recording, when: If) -> Condition:
    match when.asks:
        case "visible" | "row says":
            return Shows(text=when.text, in_row=when.asks == "row says", negated=when.negated)
        case "there":
            return condition_of_step(recording, when.step, None, negated=when.negated)
        case "holds" | "empty":
            return condition_of_step(recording, when.step, when.text, negated=when.negated)


def _condition(words: list[str]) -> If:
    negated = words[:1] == ["not"]
    match words[1:] if negated else words:
        case ["visible", text, *more]:
            return If("visible", negated, text=_text([text, *more]))
        case ["row", "says", text, *more]:
            return If("row says", negated, text=_text([text, *more]))
        case ["there", step]:
            return If("there", negated, step)
        case ["holds", step, text, *more]:
            return If("holds", negated, step, _text([text, *more]))
        case ["empty", step]:
            return If("empty", negated, step)
        case _:
            raise _unreadable("branch")


def _text(words: list[str]) -> str:
    text = " ".join(" ".join(words).split())
    if not text:
        raise EditRefusedError("A text to look for cannot be empty.", "Write it in quotes, as a person reads it.")
    return text


def _repeat(steps: str, words: list[str]) -> RepeatFor:
    rest = words[2:] if words[:2] == ["for", "rows"] else [""]
    most: int | None = None
    at_least, skips = 0, False
    while rest:
        match rest:
            case ["most", number, *left] if _counts(number):
                most, rest = int(number), left
            case ["at-least", number, *left] if _counts(number):
                at_least, rest = int(number), left
            case ["skip-gone", *left]:
                skips, rest = True, left
            case _:
                raise _unreadable("repeat")
    return RepeatFor(steps, most, at_least, skips)


def _counts(number: str) -> bool:
    return number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= MOST_OF_ALL and len(number) < 6


def _unreadable(verb: str) -> EditRefusedError:
    written = " or ".join(how for name, (how, _) in BLOCK_USAGE.items() if name.strip() == verb)
    return EditRefusedError(f"'{verb}' is written otherwise.", f"Write: {written}")
