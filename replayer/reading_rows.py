"""The rows of a list: those of every page of it, and what only scrolling brings; each row once, or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from browser.asking import LookLostError
from browser.page_script import pick
from browser.tables import scroll_rows
from recordings.errors import RowsUnreadError
from recordings.steps import ReadRows
from recordings.target import Target
from replayer.gathered import Gathered, NotEachOnceError, counts_up, identities
from replayer.locate import Found
from replayer.next_page import Leading
from replayer.reading_only import reading_only
from replayer.row_values import rows_of
from replayer.rows_at_rest import MOVED, Lookout, Moved, Seen

_SCROLLS = 2000
_NOTHING_NEW = 2
_LACKING = "Record the step again and point at what leads to the next page."


@dataclass(slots=True)
class RowReader:
    """Reads the rows of one step.

    Args:
        most_pages: Stop after so many pages without more ado, in a trial; None: read all of them.
        notes: What a person should know of how the rows were read.
        found: The list as an element, for the picture and the record.
    """

    lookout: Lookout
    most_pages: int | None = None
    notes: list[str] = field(default_factory=list)
    found: Found | None = None
    _gathered: Gathered = field(default_factory=Gathered)
    _asides: dict[str, None] = field(default_factory=dict)

    @property
    def _step(self) -> ReadRows:
        return self.lookout.step

    async def read(self) -> tuple[dict[str, str], ...]:
        """All rows, in order, in the canonical texts of their columns' types.

        Raises:
            NotFoundAtError, AmbiguousAtError: The list is not there, or cannot be told.
            ValueUnreadableError, SecretUnreadError: A cell cannot be read.
            RowsUnreadError: Not every row could be read once.
        """
        try:
            seen = await self._page(None)
            self.found = await _found(seen)
            places, counted = seen.which.places, [_counts(seen, len(self._gathered.rows))]
            if self._step.next_page is not None:
                seen = await self._pages(seen, self._step.next_page, counted)
        except NotEachOnceError as error:
            raise RowsUnreadError(self._step.words, str(error), MOVED) from error
        self._check_count(seen, counted)
        self.notes.extend(_notes(self._gathered, list(self._asides)))
        if self._step.next_page is not None and self._gathered.pages == 1:
            self.notes.append("One page alone was read: nothing led to another.")
        return tuple(rows_of(self._step, places, self._gathered.rows, 1))

    async def _pages(self, seen: Seen, target: Target, counted: list[bool]) -> Seen:
        """Read on until nothing leads on, and note of each page whether its own count is right; the last page."""
        leading = Leading(self.lookout.page, self._step, target, self.lookout.waits)
        while self.most_pages is None or self._gathered.pages < self.most_pages:
            control = await leading.control()
            if control is None:
                self._check_end(seen)
                break
            rows, places = len(self._gathered.rows), seen.which.places
            async with reading_only(self.lookout.page, on=not self._step.repeatable) as refused:
                await leading.press(control)
                seen = await self._page(Moved(identities(seen.rows), refused))
            if seen.which.places != places:
                raise NotEachOnceError(f"the columns of page {self._gathered.pages} stand in another order")
            counted.append(_counts(seen, len(self._gathered.rows) - rows))
        return seen

    async def _page(self, moved: Moved | None) -> Seen:
        """Take all rows of the page that is shown, from its beginning, scrolling on while that brings more."""
        seen = await self.lookout.at_rest(moved)
        if seen.list.above:
            seen = await self._scrolled(seen, "top")
        self._gathered.page(seen.rows)
        self._asides |= dict.fromkeys(seen.list.asides)
        stale = 0
        for _ in range(_SCROLLS):
            if not self._may_scroll(seen) or stale == _NOTHING_NEW:
                return seen
            seen = await self._scrolled(seen, "on")
            stale = 0 if self._gathered.further(seen.rows) else stale + 1
        raise NotEachOnceError("it has no end")

    def _may_scroll(self, seen: Seen) -> bool:
        """Whether there may be more below: where rows are missing from the document, or no page follows."""
        return seen.list.below and self.most_pages is None and (seen.list.windowed or self._step.next_page is None)

    async def _scrolled(self, seen: Seen, end: Literal["top", "on"]) -> Seen:
        with suppress(LookLostError):  # the page replaced itself: it is looked at again
            await scroll_rows(seen.frame, seen.all, seen.which.number, end)
        return await self.lookout.at_rest(Moved(scrolled=True))

    def _check_count(self, seen: Seen, pages: Iterable[bool]) -> None:
        """The page's own count is that of all rows, or of each page's."""
        total = len(self._gathered.rows)
        if self.most_pages is None and not all(pages) and not _counts(seen, total):
            reason = f"the page tells of {seen.list.count} rows, and {total} were there"
            raise RowsUnreadError(self._step.words, reason, _LACKING)

    def _check_end(self, seen: Seen) -> None:
        """Nothing leads on: the page must not offer the page after it."""
        pages = seen.all.pages
        after = (pages.shown or self._gathered.pages) + 1
        if after in pages.offered:
            reason = f"the page offers page {after}, but what leads on to it was not found"
            raise RowsUnreadError(self._step.words, reason, _LACKING)


async def _found(seen: Seen) -> Found | None:
    which = seen.which
    try:
        element = await pick(seen.frame, seen.all.look, which.number)
    except LookLostError:
        return None
    if element is None:
        return None
    how: Literal["selectors", "similar"] = "selectors" if seen.list.found and which.score == 1.0 else "similar"
    return Found(element, seen.frame, seen.all.look, which.number, which.score, how, which.reasons, 1)


def _counts(seen: Seen, rows: int) -> bool:
    return not seen.list.count or counts_up(seen.list.count, rows, seen.list.headings, len(seen.list.asides))


def _notes(gathered: Gathered, asides: Sequence[str]) -> Iterator[str]:
    if not gathered.rows and asides:
        yield f"No rows: the page says {asides[0]!r}."
    elif asides:
        more = f" and {len(asides) - 3} more" if len(asides) > 3 else ""
        yield f"Not read as rows: {', '.join(repr(text[:60]) for text in asides[:3])}{more}."
    if gathered.pages > 1:
        yield f"Read on {gathered.pages} pages."
    if gathered.alike:
        yield f"{gathered.alike} rows say the same as a row on a page before; nothing names them, so all were kept."
