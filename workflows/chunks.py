"""Chunks of a stage's rows, whose results are brought together as soon as all of one are over; pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from workflows.state import StageState


def chunk_of(number: int, size: int) -> int:
    """The chunk that a row is in, from 1."""
    return (number - 1) // size + 1


def ready(stage: StageState, size: int) -> frozenset[int]:
    """The chunks of which every row is there and over."""
    rows = Counter(chunk_of(number, size) for number in stage.taken)
    open_ones = {chunk_of(item.number, size) for item in stage.items if not item.is_over}
    return frozenset(chunk for chunk, many in rows.items() if chunk not in open_ones and (many == size or stage.closed))


def only(stage: StageState, chunk: int, size: int) -> StageState:
    """The stage as if it had no more than this chunk."""
    return replace(stage, items=tuple(item for item in stage.items if chunk_of(item.number, size) == chunk))
