"""Blocks without the values of inputs that become secrets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from recordings.block_words import head_of
from recordings.blocks import Branch, Finds, Holds, Repeat
from recordings.editing.inputs import Clean, mapped
from recordings.errors import EditRefusedError
from recordings.target import Target

AnyBlock = Branch | Repeat
_TEXTS = ("column", "control", "heading", "landmark")


def cleaned_blocks(
    blocks: Iterable[AnyBlock], hidden: Collection[str], clean: Clean, again: Callable[[Target], Target]
) -> tuple[AnyBlock, ...]:
    """The blocks, as ``clean`` leaves their texts and ``again`` their targets.

    Raises:
        EditRefusedError: A block cannot do without a value: it asks for it, or gives it row by row.
    """
    return tuple(_cleaned(block, hidden, clean, again) for block in blocks)


def _cleaned(block: AnyBlock, hidden: Collection[str], clean: Clean, again: Callable[[Target], Target]) -> AnyBlock:
    if isinstance(block, Repeat):
        if block.input in hidden:
            raise EditRefusedError(
                f"'{block.input}' names the rows of a loop, which everyone sees on the page.", "Leave it."
            )
        return block.model_copy(
            update={"rows": mapped(block.rows, ("column", "control", "heading", "landmark"), clean)}
        )
    when = block.when
    if not isinstance(when, Finds) and clean(when.text) != when.text:
        raise EditRefusedError(
            f"'{head_of(block)}' asks for a text that holds the value.", "Take that branch away first: 'unblock'."
        )
    if isinstance(when, (Finds, Holds)):
        when = when.model_copy(update={"target": again(when.target)})
    return block.model_copy(update={"when": when})
