"""Blocks whose steps come, go and move: what is put next to a step comes into the blocks that this step is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from recordings.block_words import head_of
from recordings.blocks import Branch, Repeat, ids_of, lists_of
from recordings.errors import EditRefusedError
from recordings.steps import Step

AnyBlock = Branch | Repeat


def regrouped(
    blocks: Sequence[AnyBlock], steps: Sequence[Step], beside: Mapping[str, str | None] | None = None
) -> tuple[AnyBlock, ...]:
    """The blocks of ``steps`` after an edit.

    Args:
        beside: For each step that is new or elsewhere, the step that it was put next to; None where it is next to none.

    Raises:
        EditRefusedError: A branch would have nothing left to do on its first side, and has another side.
    """
    put = beside or {}
    kept = (_regrouped(block, steps, put) for block in blocks)
    return tuple(block for block in kept if block is not None)


def moves_told(before: Sequence[AnyBlock], after: Sequence[AnyBlock], step: str) -> Iterator[str]:
    """What a step has come into or left, and the blocks that are no more, for a reader."""
    was = {block.id: block for block in before}
    now = {block.id: block for block in after}
    for block in now.values():
        inside, old = step in ids_of(block), was.get(block.id)
        if old is not None and inside != (step in ids_of(old)):
            yield f"Step {step} is {'now in' if inside else 'no longer in'}: {head_of(block)}."
    for block in was.values():
        if block.id not in now:
            yield f"No longer: {head_of(block)}; none of its steps is left."


def _regrouped(block: AnyBlock, steps: Sequence[Step], put: Mapping[str, str | None]) -> AnyBlock | None:
    parts = [_members(part, steps, put) for part in lists_of(block)]
    if not any(parts):
        return None
    if not parts[0]:
        raise EditRefusedError(
            f"Nothing would be left to do in '{head_of(block)}', which has another side.",
            "Take the branch away first: 'unblock' with one of its steps.",
        )
    update = {"steps": parts[0]} | ({"otherwise": parts[1]} if len(parts) > 1 else {})
    return block.model_copy(update=update)


def _members(part: Sequence[str], steps: Sequence[Step], put: Mapping[str, str | None]) -> tuple[str, ...]:
    stays = set(part) - put.keys()
    comes = {step for step, anchor in put.items() if anchor in part}
    return tuple(step.id for step in steps if step.id in stays | comes)
