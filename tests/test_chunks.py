"""Which items of a batch are handed out as one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from recordings.batch import Batch, BatchSettings
from scheduler.batch import chunks_of

NUMBERS = st.lists(st.integers(1, 2000), unique=True, max_size=600).map(sorted)


def chunks(numbers: list[int], **settings: object) -> list[list[int]]:
    """The numbers that each chunk reaches over."""
    batch = Batch(
        id="a" * 12,
        trace_id="b" * 32,
        recording="add",
        version="v",
        app="https://shop.test",
        settings=BatchSettings.model_validate(settings),
        created_at=1.0,
    )
    return [[number for number in numbers if first <= number <= last] for first, last in chunks_of(batch, numbers)]


@given(
    NUMBERS,
    st.integers(1, 40),
    st.integers(0, 12),
    st.sampled_from([0, 60]),
    st.sampled_from(["parallel", "sequential"]),
)
def test_every_item_is_in_one_chunk_and_in_its_order(
    numbers: list[int], agents: int, chunk: int, help_s: float, mode: str
) -> None:
    found = chunks(numbers, agents=agents, chunk=chunk, help_s=help_s, mode=mode)
    assert [number for part in found for number in part] == numbers
    assert all(found)


@given(NUMBERS, st.integers(1, 40))
def test_chunks_grow_smaller_and_none_is_more_than_a_quarter_of_an_agents_share(
    numbers: list[int], agents: int
) -> None:
    found, left = chunks(numbers, agents=agents), len(numbers)
    for part in found:
        assert len(part) <= max(1, left / agents / 4)
        left -= len(part)
    assert all(len(part) >= len(after) for part, after in pairwise(found))


def test_many_items_are_handed_out_by_tens_and_the_last_one_by_one() -> None:
    sizes = [len(part) for part in chunks(list(range(1, 1001)), agents=4)]
    assert sizes[0] == 10 and set(sizes[-16:]) == {1}
    assert len(sizes) < 160


def test_so_many_as_it_says_are_handed_out_at_once() -> None:
    assert chunks(list(range(1, 8)), chunk=3) == [[1, 2, 3], [4, 5, 6], [7]]


def test_in_sequence_all_are_one_chunk() -> None:
    assert chunks([2, 3, 7], mode="sequential", chunk=2) == [[2, 3, 7]]


def test_where_a_run_may_wait_for_a_person_nothing_waits_behind_it() -> None:
    assert chunks(list(range(1, 100)), agents=1, help_s=60) == [[number] for number in range(1, 100)]
