"""The rows of a loop on the page: all of them when it begins, and one of them when its turn comes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from playwright.async_api import Frame, Page

from browser.asking import LookLostError
from browser.lists import Listed, ListedRow, Lists, lists_of, rows_of
from recordings.blocks import MOST_OF_ALL, Repeat
from recordings.errors import RowGoneError, RowsUnusableError
from replayer.listed import list_of, those_called, unnamed
from replayer.locate import Waits, frame_at

_POLL_S = 0.1
_READY = "complete"


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows of a loop as they were when it began, and the list they are in; None where the page shows none."""

    rows: tuple[ListedRow, ...]
    seen: Listed | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A row's turn in a loop: the row, in its list, as it was when the loop began, and as its turn came."""

    block: Repeat
    row: ListedRow
    seen: Listed | None
    now: ListedRow | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """One look: the rows of the list, None where no list is the recorded one; ``still``: the page is at rest."""

    rows: tuple[ListedRow, ...] | None
    still: bool
    several: bool = False
    list: Listed | None = None


async def rows_to_do(page: Page, block: Repeat, waits: Waits) -> Listing:
    """All rows that the loop is to go through, once the page is still; rows may come as late as any element.

    Raises:
        RowsUnusableError: They are too many or too few, cannot be told apart, or several lists could be meant.
    """
    began, before, seen = time.monotonic(), None, _Seen(None, still=False)
    while True:
        is_late = time.monotonic() - began > waits.step_s
        # One more than may be, to tell that there are too many.
        seen = await _look(page, block, waits, min(block.most + 1, MOST_OF_ALL + 1), None)
        waited = time.monotonic() - began
        if seen.rows and seen.rows == before and (seen.still or waited > waits.fallback_s):
            break
        if is_late:
            break
        before = seen.rows
        await asyncio.sleep(_POLL_S)
    _check(block, seen)
    return Listing(seen.rows or (), seen.list)


async def row_at_rest(page: Page, turn: Turn, waits: Waits) -> ListedRow:
    """The row as it is once the page is still; as it was where the page shows its list no more, being on the row's own.

    Raises:
        RowGoneError: The list is there without it.
    """
    began, row = time.monotonic(), turn.now or turn.row
    while True:
        seen = await _look(page, turn.block, waits, MOST_OF_ALL, turn.seen)
        found, waited = those_called(row, seen.rows or ()), time.monotonic() - began
        settled = seen.still or waited > waits.fallback_s
        if settled and len(found) == 1:
            return found[0]
        if settled and seen.rows is None:
            return row
        if waited > waits.fallback_s:
            raise _gone(row, seen, several=bool(found))
        await asyncio.sleep(_POLL_S)


async def row_in_turn(page: Page, turn: Turn, waits: Waits) -> ListedRow | None:
    """The row as it is now; None where it is gone and is to be passed over.

    Raises:
        RowGoneError: It is gone, its page is, or another row is called the same by now.
    """
    began = time.monotonic()
    while True:
        is_late = time.monotonic() - began > waits.step_s
        seen = await _look(page, turn.block, waits, MOST_OF_ALL, turn.seen)
        found, waited = those_called(turn.row, seen.rows or ()), time.monotonic() - began
        if len(found) == 1:
            return found[0]
        is_clear = seen.rows is not None and seen.still and waited > waits.fallback_s
        if is_clear or is_late:
            break
        await asyncio.sleep(_POLL_S)
    if turn.block.gone == "skip" and not found and seen.rows is not None:
        return None
    raise _gone(turn.row, seen, several=bool(found))


async def _look(page: Page, block: Repeat, waits: Waits, most: int, known: Listed | None) -> _Seen:
    frame, _ = await frame_at(page, block.rows.frame)
    if frame is None:
        return _Seen(None, still=False)
    try:
        lists = await lists_of(frame, known)
        return await _rows_in(frame, block, lists, waits, most)
    except LookLostError:
        return _Seen(None, still=False)


async def _rows_in(frame: Frame, block: Repeat, lists: Lists, waits: Waits, most: int) -> _Seen:
    still = lists.ready == _READY and lists.quiet_ms >= waits.quiet_s * 1000
    places = list_of(block.rows, lists.lists)
    if len(places) != 1:
        return _Seen(None, still, several=len(places) > 1)
    return _Seen(await rows_of(frame, places[0], most), still, list=lists.lists[places[0]])


def _check(block: Repeat, seen: _Seen) -> None:
    rows = seen.rows or ()
    if seen.several:
        raise RowsUnusableError(
            "More than one list on the page could be the one that is gone through. Nothing was done.",
            "Look at the picture; 'showonce edit' takes the loop away and makes it anew.",
        )
    if len(rows) > block.most:
        raise RowsUnusableError(
            f"There are more than {block.most} rows, which is the most that the loop may do. None was begun.",
            "Filter the list, or allow more: 'unblock' and 'repeat … for rows most N'.",
        )
    if len(rows) < block.at_least:
        raise RowsUnusableError(
            f"There are {len(rows)} rows, and the loop asks for at least {block.at_least}. None was begun.",
            "Look at the picture: the list may be filtered, or not the one that was shown.",
        )
    if why := unnamed(rows):
        raise RowsUnusableError(
            f"The rows cannot be told apart: {why}. None was begun.",
            "Show a list with a column that is different in each row.",
        )


def _gone(row: ListedRow, seen: _Seen, *, several: bool) -> RowGoneError:
    if several:
        return RowGoneError(
            f"More than one row is called '{row.key}' by now. None of them was touched.", "Look at the picture."
        )
    if seen.rows is None:
        return RowGoneError(
            f"The turn of the row '{row.key}' came, and the page does not show the rows any more.",
            "The steps of the loop must lead back to where the rows are: add one that does.",
        )
    return RowGoneError(
        f"The row '{row.key}' was there as the loop began, and is gone now that its turn comes.",
        "Look at the picture; 'repeat … for rows skip-gone' passes over rows that go meanwhile.",
    )
