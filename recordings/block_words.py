"""Blocks in words, and the steps with the words of the blocks around them, for every list of steps. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from recordings.block_tree import Forked, Looped, Node, tree_of
from recordings.blocks import MOST, Branch, Condition, Finds, Holds, Repeat, Shows
from recordings.steps import Step
from recordings.target import Target

OTHERWISE = "Otherwise"
_SHORT = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list of steps: a step, or the words that head a block (then there is no ``step``)."""

    depth: int
    step: Step | None = None
    head: str = ""


def lines_of(steps: Sequence[Step], blocks: Sequence[Branch | Repeat]) -> list[Line]:
    """The steps with a line before each block and before its other side."""
    return list(_lines(tree_of(steps, blocks), {step.id: step for step in steps}, 0))


def entered(before: Sequence[str], now: Sequence[str]) -> list[tuple[int, str]]:
    """The blocks that a record is in and the one before was not, with their depths: ``StepRecord.within`` of both."""
    same = next((depth for depth, (one, two) in enumerate(zip(before, now, strict=False)) if one != two), len(before))
    return list(enumerate(now))[same:]


def head_of(block: Branch | Repeat) -> str:
    """What a block is, without the colon: ``For each row of the table``."""
    if isinstance(block, Branch):
        return f"If {condition_words(block.when)}"
    what = "row of the table" if block.rows.column else "row"
    under = f" under '{_short(block.rows.heading)}'" if block.rows.heading else ""
    bounds = [f"at most {block.most}"] if block.most != MOST else []
    bounds += [f"at least {block.at_least}"] if block.at_least else []
    bounds += ["passing over those that are gone"] if block.gone == "skip" else []
    return f"For each {what}{under}" + (f" ({', '.join(bounds)})" if bounds else "")


def condition_words(condition: Condition) -> str:
    """``'Accept cookies' is visible``."""
    no = " not" if condition.negated else ""
    match condition:
        case Shows(in_row=True):
            return f"the row {'does not say' if condition.negated else 'says'} '{_short(condition.text)}'"
        case Shows():
            return f"'{_short(condition.text)}' is{no} visible"
        case Finds():
            return f"{element_words(condition.target)} is{no} on the page"
        case Holds(text=""):
            return f"{element_words(condition.target)} is{no} empty"
        case Holds():
            does = "does not hold" if condition.negated else "holds"
            return f"{element_words(condition.target)} {does} '{_short(condition.text)}'"
        case _:
            assert_never(condition)


def element_words(target: Target) -> str:
    """An element as a person would call it: the button 'Save'."""
    seen = target.description
    name = seen.name or seen.label or seen.text or seen.placeholder
    return f"the {seen.role or seen.tag}" + (f" '{_short(name)}'" if name else "")


def _lines(nodes: Sequence[Node], steps: dict[str, Step], depth: int) -> Iterator[Line]:
    for node in nodes:
        match node:
            case str():
                yield Line(depth, steps[node])
            case Looped():
                yield Line(depth, head=f"{head_of(node.block)}:")
                yield from _lines(node.body, steps, depth + 1)
            case Forked():
                yield Line(depth, head=f"{head_of(node.block)}:")
                yield from _lines(node.then, steps, depth + 1)
                if node.otherwise:
                    yield Line(depth, head=f"{OTHERWISE}:")
                    yield from _lines(node.otherwise, steps, depth + 1)


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
