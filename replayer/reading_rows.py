"""The rows of a list, read at rest: every page of it, and what only scrolling brings; each row once."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import Frame, Page

from browser.lists import Listed, Lists, Row, lists_in, scroll_rows
from browser.page_script import LookLostError, pick
from recordings.errors import RowsUnreadError
from recordings.selectors import selectors_of
from recordings.steps import ReadRows
from recordings.target import Target
from replayer.asking import Asking
from replayer.errors import AmbiguousAtError, NotFoundAtError
from replayer.gathered import Gathered, NotEachOnceError, counts_up, identities
from replayer.locate import Found, Waits, frame_at
from replayer.next_page import Leading
from replayer.reading_only import reading_only
from replayer.row_values import rows_of
from replayer.which_list import NotTold, TheList, which_list

_POLL_S = 0.1
_SCROLLS = 2000
_LOADS = "loading|please wait|lade|wird geladen|laden|chargement|cargando|caricamento|carregando|laster|laddar"
_LOADING = re.compile(rf"^({_LOADS})\b|(…|\.\.\.)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """The list as it stands in the document now."""

    frame: Frame
    all: Lists
    which: TheList

    @property
    def list(self) -> Listed:
        return self.all.lists[self.which.number]

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.list.rows or ()


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one step.

    Args:
        most_pages: Stop after so many pages without more ado, in a trial; None: read all of them.
    """

    page: Page
    step: ReadRows
    waits: Waits
    asking: Asking
    most_pages: int | None = None
    notes: list[str] = field(default_factory=list)
    found: Found | None = None
    _gathered: Gathered = field(default_factory=Gathered)

    async def read(self) -> tuple[dict[str, str], ...]:
        """All rows, in order, in the canonical texts of their columns' types.

        Raises:
            NotFoundAtError, AmbiguousAtError: The list is not there, or cannot be told.
            ValueUnreadableError, SecretUnreadError: A cell cannot be read.
            RowsUnreadError: Not every row could be read once.
        """
        try:
            seen = await self._page()
            self.found = await self._found(seen)
            counted = [self._counts(seen, len(self._gathered.rows))]
            if self.step.next_page is not None:
                seen = await self._pages(seen, self.step.next_page, counted)
        except NotEachOnceError as error:
            raise RowsUnreadError(self.step.words, str(error), _MOVED) from error
        self._check_count(seen, counted)
        self.notes.extend(_notes(self._gathered, seen.list))
        return tuple(rows_of(self.step, seen.which.places, self._gathered.rows, 1))

    async def _pages(self, seen: Seen, target: Target, counted: list[bool]) -> Seen:
        """Read on until nothing leads on, and note of each page whether its own count is right; the last page."""
        leading = Leading(self.page, self.step, target, self.waits)
        while self.most_pages is None or self._gathered.pages < self.most_pages:
            control = await leading.control()
            if control is None:
                self._check_end(seen)
                break
            rows = len(self._gathered.rows)
            async with reading_only(self.page, on=not self.step.repeatable) as refused:
                await leading.press(control)
                seen = await self._page(identities(seen.rows), refused)
            counted.append(self._counts(seen, len(self._gathered.rows) - rows))
        return seen

    async def _page(self, before: Sequence[tuple[str, str]] = (), refused: Sequence[str] = ()) -> Seen:
        """Take all rows of the page that is shown, from its beginning."""
        seen = await self._at_rest(before, refused)
        if seen.list.above:
            seen = await self._scroll(seen, "top")
        self._gathered.page(seen.rows)
        for _ in range(_SCROLLS):
            if not seen.list.below or not (seen.list.windowed or self.step.next_page is None) or self.most_pages:
                return seen
            seen = await self._scroll(seen, "on")
            if not self._gathered.further(seen.rows) and not seen.list.windowed:
                return seen
        raise NotEachOnceError("it has no end")

    async def _scroll(self, seen: Seen, end: Literal["top", "on"]) -> Seen:
        await scroll_rows(seen.frame, seen.all, seen.which.number, end)
        return await self._at_rest()

    async def _at_rest(self, before: Sequence[tuple[str, str]] = (), refused: Sequence[str] = ()) -> Seen:
        """The list once two looks agree, the page is still and nothing is on its way; with other rows than ``before``.

        Raises:
            NotFoundAtError, AmbiguousAtError: No list is the one.
            RowsUnreadError: It did not come to rest, or shows the same rows still.
        """
        began, last, told = time.monotonic(), None, NotTold("the page shows no list")
        while True:
            seen = await self._look()
            waited_s = time.monotonic() - began
            if refused:
                raise RowsUnreadError(
                    self.step.words, f"the next page would send {refused[0]}, which was kept back", _SENDS
                )
            if isinstance(seen, Seen):
                own = identities(seen.rows)
                if own == last and self._is_done(seen, waited_s) and not (before and own == tuple(before)):
                    return seen
                last = own
            else:
                told, last = seen, None
            if waited_s > self.waits.step_s:
                raise self._refusal(seen, told, bool(before))
            await asyncio.sleep(_POLL_S)

    async def _look(self) -> Seen | NotTold:
        step = self.step
        labels = [column.label for column in step.columns if column.label]
        paths = [column.path for column in step.columns]
        try:
            frame, _ = await frame_at(self.page, step.target.frame)
            if frame is None:
                return NotTold("its frame is not there")
            told = await lists_in(frame, step.target.selectors, step.item, paths, labels)
            which = which_list(step, told)
            if isinstance(which, NotTold):
                return which
            if told.lists[which.number].rows is None:  # its columns are called otherwise by now
                own = [s for s in selectors_of(told.look.candidates[which.number]) if s.kind in ("css", "xpath")]
                again = await lists_in(frame, own, step.item, paths, [])
                places = [n for n, one in enumerate(again.lists) if len(one.found) == len(own)]
                if len(places) != 1:
                    return NotTold("the list changed while it was looked at")
                which = TheList(places[0], which.places, which.score, which.reasons)
                told = again
            return Seen(frame, told, which)
        except LookLostError:
            return NotTold("the page was being replaced")

    def _is_done(self, seen: Seen, waited_s: float) -> bool:
        """Whether what is there is all that is to come; an empty list is believed only where nothing is under way."""
        look, rows = seen.all.look, seen.rows
        if look.ready != "complete" or look.quiet_ms < self.waits.quiet_s * 1000 or seen.list.busy:
            return False
        if rows and any(cell.text or cell.href or cell.secret for row in rows for cell in row.cells):
            return not self.asking.is_under_way(self.waits.fallback_s)
        if self.asking.is_under_way(self.waits.step_s) or any(map(_LOADING.search, seen.list.asides)):
            return False
        return bool(seen.list.asides) or waited_s >= self.waits.fallback_s

    def _refusal(self, seen: Seen | NotTold, told: NotTold, turned: bool) -> Exception:
        words = self.step.words
        if isinstance(seen, Seen):
            if turned:
                return RowsUnreadError(words, "the next page was asked for, and the same rows are there", _MOVED)
            return RowsUnreadError(words, f"it did not come to rest within {self.waits.step_s:g} s", _BUSY)
        if told.several:
            return AmbiguousAtError(f"{words}: {told.reason}", ())
        return NotFoundAtError(f"{words}: {told.reason}", self.waits.step_s, ())

    async def _found(self, seen: Seen) -> Found | None:
        """The list as an element, for the picture and the record."""
        try:
            element = await pick(seen.frame, seen.all.look, seen.which.number)
        except LookLostError:
            return None
        if element is None:
            return None
        how: Literal["selectors", "similar"] = "selectors" if seen.list.found and seen.which.score == 1.0 else "similar"
        which = seen.which
        return Found(element, seen.frame, seen.all.look, which.number, which.score, how, which.reasons, 1)

    def _counts(self, seen: Seen, rows: int) -> bool:
        return not seen.list.count or counts_up(seen.list.count, rows, seen.list.headings, len(seen.list.asides))

    def _check_count(self, seen: Seen, pages: Sequence[bool]) -> None:
        """The page's own count is that of all rows, or of each page's."""
        total = len(self._gathered.rows)
        if self.most_pages is None and not all(pages) and not self._counts(seen, total):
            raise RowsUnreadError(
                self.step.words, f"the page tells of {seen.list.count} rows, and {total} were there", _LACKING
            )

    def _check_end(self, seen: Seen) -> None:
        """Nothing leads on: the page must not offer a page that was not read."""
        offered = seen.all.pages
        shown = offered.shown or self._gathered.pages
        if offered.last > shown:
            raise RowsUnreadError(
                self.step.words,
                f"the page offers page {offered.last}, but what leads on from page {shown} was not found",
                _LACKING,
            )


def _notes(gathered: Gathered, last: Listed) -> Iterator[str]:
    """What a person should know of how the rows were read."""
    if not gathered.rows and last.asides:
        yield f"No rows: the page says {last.asides[0]!r}."
    elif last.asides:
        yield f"Not read as rows: {', '.join(repr(text[:60]) for text in last.asides[:3])}."
    if gathered.pages > 1:
        yield f"Read on {gathered.pages} pages."
    if gathered.alike:
        yield f"{gathered.alike} rows say the same as a row on a page before; nothing names them, so all were kept."


_MOVED = "The list may have changed while it was read: run again, or sort it by something that does not change."
_LACKING = "Record the step again and point at what leads to the next page."
_SENDS = "Where that only reads, 'showonce edit' marks the step repeatable."
_BUSY = "Give it more time (--timeout)."
