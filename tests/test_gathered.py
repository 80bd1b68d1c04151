"""Rows put together of pages and of what a scrolled list shows: each once, in order, or a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.tables import Cell, Row
from replayer.gathered import Gathered, NotEachOnceError, counts_up


def row(number: int, mark: str = "", index: int = 0) -> Row:
    text = f"Row {number}"
    return Row(cells=(Cell(text=text, href="", secret=False),), mark=mark, whole=text, index=index)


def told(gathered: Gathered) -> list[str]:
    return [each.whole for each in gathered.rows]


def texts(*numbers: int) -> list[str]:
    return [f"Row {number}" for number in numbers]


@given(st.lists(st.integers(1, 5), max_size=6))
def test_pages_come_one_after_the_other(sizes: list[int]) -> None:
    gathered, first = Gathered(), 0
    for size in sizes:
        gathered.page([row(n, mark=f"/rows/{n}") for n in range(first, first + size)])
        first += size
    assert told(gathered) == texts(*range(first))


@given(st.integers(2, 40), st.integers(2, 12), st.data())
def test_a_scrolled_list_is_whole_where_each_look_overlaps_the_one_before(
    length: int, seen: int, data: st.DataObject
) -> None:
    rows = [row(n) for n in range(length)]
    gathered, top = Gathered(), 0
    gathered.page(rows[:seen])
    while top + seen < length:
        top += data.draw(st.integers(1, seen - 1))
        gathered.further(rows[top : top + seen])
    assert told(gathered) == texts(*range(length))


@given(st.permutations(range(1, 9)))
def test_rows_with_places_of_their_own_are_put_in_order(order: list[int]) -> None:
    gathered = Gathered()
    for number in order:
        gathered.further([row(number, index=number)])
    assert told(gathered) == texts(*range(1, 9))


def test_rows_that_were_passed_over_are_told() -> None:
    gathered = Gathered()
    gathered.page([row(1), row(2)])
    with pytest.raises(NotEachOnceError, match="passed over"):
        gathered.further([row(5), row(6)])


def test_a_page_that_was_there_is_told() -> None:
    gathered = Gathered()
    gathered.page([row(1)])
    gathered.page([row(2)])
    with pytest.raises(NotEachOnceError, match="page 3 shows the rows of page 1 again"):
        gathered.page([row(1)])


def test_a_named_row_that_comes_again_is_told_and_one_without_a_name_is_kept() -> None:
    gathered = Gathered()
    gathered.page([row(1, mark="/rows/1"), row(2)])
    gathered.page([row(3), row(2)])
    assert told(gathered) == texts(1, 2, 3, 2) and gathered.alike == 1
    with pytest.raises(NotEachOnceError, match="'Row 1'"):
        gathered.page([row(4), row(1, mark="/rows/1")])


def test_a_page_that_goes_on_with_what_is_there_adds_the_rest() -> None:
    gathered = Gathered()
    gathered.page([row(1), row(2)])
    gathered.page([row(1), row(2), row(3)])
    assert told(gathered) == texts(1, 2, 3)


def test_more_rows_than_a_document_holds_are_refused() -> None:
    with pytest.raises(NotEachOnceError, match="more than 10000 rows"):
        Gathered().page([row(n) for n in range(10_001)])


@pytest.mark.parametrize(("count", "right"), [(5, True), (6, True), (7, True), (8, False), (4, False)])
def test_a_count_may_take_in_headings_and_what_stands_between(count: int, right: bool) -> None:
    assert counts_up(count, rows=5, headings=1, asides=1) is right
