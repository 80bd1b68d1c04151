"""The steps of a recording as its blocks group them; and whether blocks can be meant. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from recordings.blocks import Branch, Repeat, Shows, ids_of, lists_of
from recordings.inputs import Input
from recordings.signals import PageClosed, PopupOpened
from recordings.steps import Navigate, Read, ReadRows, Step

AnyBlock = Branch | Repeat


@dataclass(frozen=True, slots=True)
class Forked:
    """A branch, with what is done on either side."""

    block: Branch
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Looped:
    """A loop, with what is done for each row."""

    block: Repeat
    body: tuple[Node, ...]


Node = str | Forked | Looped
"""A step, by its id, or a block of steps."""


def tree_of(steps: Sequence[Step], blocks: Sequence[AnyBlock]) -> tuple[Node, ...]:
    """The steps in their order, those of a block within it. Of two blocks of the same steps the first is outside."""
    return _nodes([step.id for step in steps], list(blocks))


def ids_in(nodes: Sequence[Node]) -> Iterator[str]:
    """The ids of all steps in these nodes, in their order."""
    for node in nodes:
        match node:
            case str():
                yield node
            case Forked():
                yield from ids_in((*node.then, *node.otherwise))
            case Looped():
                yield from ids_in(node.body)


def around(blocks: Sequence[AnyBlock], step: str) -> list[AnyBlock]:
    """The blocks that a step is in, the outermost first."""
    inside = [block for block in blocks if step in ids_of(block)]
    return sorted(inside, key=lambda block: -len(ids_of(block)))


def check_blocks(steps: Sequence[Step], blocks: Sequence[AnyBlock], inputs: Sequence[Input]) -> None:
    """See that every block can be meant.

    Raises:
        ValueError: One cannot; it says which, and why.
    """
    for trouble in _troubles(steps, blocks, inputs):
        raise ValueError(trouble)


def _nodes(ids: list[str], blocks: list[AnyBlock]) -> tuple[Node, ...]:
    nodes: list[Node] = []
    at = 0
    while at < len(ids):
        starting = [block for block in blocks if ids_of(block)[0] == ids[at] and len(ids_of(block)) <= len(ids) - at]
        if not starting:
            nodes.append(ids[at])
            at += 1
            continue
        outer = max(starting, key=lambda block: len(ids_of(block)))
        within = [block for block in blocks if block is not outer]
        parts = [_nodes(list(part), within) for part in lists_of(outer)]
        if isinstance(outer, Repeat):
            nodes.append(Looped(outer, parts[0]))
        else:
            nodes.append(Forked(outer, parts[0], parts[1] if len(parts) > 1 else ()))
        at += len(ids_of(outer))
    return tuple(nodes)


def _troubles(steps: Sequence[Step], blocks: Sequence[AnyBlock], inputs: Sequence[Input]) -> Iterator[str]:
    ids = [step.id for step in steps]
    named = [*ids, *(block.id for block in blocks)]
    for block in blocks:
        if named.count(block.id) > 1:
            yield f"block {block.id!r}: its id is taken already"
        if missing := [step for step in ids_of(block) if step not in ids]:
            yield f"block {block.id!r} has the step {missing[0]!r}, which is not there"
        first = ids.index(ids_of(block)[0])
        if tuple(ids[first : first + len(ids_of(block))]) != ids_of(block):
            yield f"block {block.id!r}: its steps {', '.join(ids_of(block))} do not follow one another"
        yield from _own_troubles(block, blocks, inputs)
        yield from _of_tabs(steps, block)
        yield from _of_reading(steps, block)
    for one, other in combinations(blocks, 2):
        yield from _between(one, other)


def _own_troubles(block: AnyBlock, blocks: Sequence[AnyBlock], inputs: Sequence[Input]) -> Iterator[str]:
    loops = [other for other in blocks if isinstance(other, Repeat) and set(ids_of(block)) <= set(other.steps)]
    if isinstance(block, Branch):
        if isinstance(block.when, Shows) and block.when.in_row and not loops:
            yield f"block {block.id!r} asks what a row says, and is in no loop over rows"
        return
    given = next((item for item in inputs if item.name == block.input), None)
    if given is None or not given.used:
        yield f"block {block.id!r}: there is no input {block.input!r} with the name of a row"


def _of_tabs(steps: Sequence[Step], block: AnyBlock) -> Iterator[str]:
    """A block may be done not at all, or often: what it opens must be its own affair."""
    own = [step for step in steps if step.id in ids_of(block)]
    opened = {signal.page for step in own for signal in step.signals if isinstance(signal, PopupOpened)}
    before = max((step.page for step in steps[: steps.index(own[0])]), default=0)
    opened |= {step.page for step in own if isinstance(step, Navigate) and step.page > before}
    if not opened:
        return
    rest = [step for step in steps[steps.index(own[0]) :] if step.id not in ids_of(block)]
    later = {page for step in rest for page in (step.page, *_opened_by(step))}
    if later and max(later) >= min(opened):
        yield f"block {block.id!r} opens a tab, and a step after it is done in that tab or opens another"
    closed = {signal.page for step in own for signal in step.signals if isinstance(signal, PageClosed)}
    if isinstance(block, Repeat) and opened - closed:
        yield f"block {block.id!r} opens a tab for each row, and does not close it"


def _opened_by(step: Step) -> list[int]:
    return [signal.page for signal in step.signals if isinstance(signal, PopupOpened)]


def _of_reading(steps: Sequence[Step], block: AnyBlock) -> Iterator[str]:
    # A place for one row of values a turn would be a table of Trace.tables, whose name the block would have to give.
    read = [step.id for step in steps if isinstance(step, (Read, ReadRows)) and step.id in block.steps]
    if isinstance(block, Repeat) and read:
        yield f"block {block.id!r}: step {read[0]} reads a value, which would be another for each row"


def _between(one: AnyBlock, other: AnyBlock) -> Iterator[str]:
    if not set(ids_of(one)) & set(ids_of(other)):
        return
    if not (_is_within(one, other) or _is_within(other, one)):
        yield f"blocks {one.id!r} and {other.id!r} overlap: one must be wholly in the other, or in none of it"
    elif isinstance(one, Repeat) and isinstance(other, Repeat):
        yield f"blocks {one.id!r} and {other.id!r}: a loop cannot be in another loop"


def _is_within(one: AnyBlock, other: AnyBlock) -> bool:
    return any(set(ids_of(one)) <= set(part) for part in lists_of(other))
