"""Rows gathered over several pages, or while a list is scrolled: each once, and none passed over; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from browser.tables import Row
from recordings.reads import MOST_ROWS

MOST_PAGES = 1000
Identity = tuple[str, str]


class NotEachOnceError(Exception):
    """Rows came again, or some were passed over; the message says which."""


@dataclass(slots=True)
class Gathered:
    """The rows so far. ``pages`` is how many pages they stood on, ``alike`` how many say the same as one of an earlier
    page and have nothing that names them, so that they may well be others."""

    rows: list[Row] = field(default_factory=list)
    alike: int = 0
    _pages: list[tuple[Identity, ...]] = field(default_factory=list)

    @property
    def pages(self) -> int:
        return max(1, len(self._pages))

    def page(self, rows: Sequence[Row]) -> None:
        """Take the rows of a page; one that goes on with those that are here already ("Show more") adds the rest.

        Raises:
            NotEachOnceError: The page was here before, shares named rows with an earlier one, or is one too many.
        """
        own, known = identities(rows), identities(self.rows)
        if own in self._pages:
            raise NotEachOnceError(
                f"page {len(self._pages) + 1} shows the rows of page {self._pages.index(own) + 1} again"
            )
        more = len(known) < len(own) and own[: len(known)] == known
        if not more:
            self._check_new(rows, known)
        self.rows = [*(() if more else self.rows), *rows]
        self._pages.append(own)
        if len(self._pages) > MOST_PAGES:
            raise NotEachOnceError(f"there are more than {MOST_PAGES} pages")
        self._check_room()

    def further(self, rows: Sequence[Row]) -> bool:
        """Take what stands in the document now that the list was scrolled; whether there was anything new.

        Raises:
            NotEachOnceError: Rows were passed over, as far as can be told, or they are too many.
        """
        before = len(self.rows)
        if all(row.index for row in (*rows, *self.rows)):
            known = {row.index: row for row in self.rows} | {row.index: row for row in rows}
            self.rows = [known[index] for index in sorted(known)]
        else:
            self.rows = [*self.rows, *rows[_shared(identities(self.rows), identities(rows)) :]]
        if self._pages:
            self._pages[-1] = identities(self.rows)
        self._check_room()
        return len(self.rows) > before

    def _check_new(self, rows: Sequence[Row], known: Sequence[Identity]) -> None:
        """Rows that are named must be new: the list moved on while it was read, or a page overlaps the one before."""
        before, own = Counter(known), Counter(identities(rows))
        again = [row for row in rows if before[row.mark, row.whole]]
        sure = [row for row in again if row.mark and own[row.mark, row.whole] == before[row.mark, row.whole] == 1]
        if sure:
            raise NotEachOnceError(
                f"page {len(self._pages) + 1} shows a row again that was on a page before: {sure[0].whole[:80]!r}"
            )
        self.alike += len(again)

    def _check_room(self) -> None:
        if len(self.rows) > MOST_ROWS:
            raise NotEachOnceError(f"there are more than {MOST_ROWS} rows")


def identities(rows: Sequence[Row]) -> tuple[Identity, ...]:
    """What tells each row from others: what programmers name it by, and all that it says."""
    return tuple((row.mark, row.whole) for row in rows)


def _shared(known: Sequence[Identity], now: Sequence[Identity]) -> int:
    """How many of the rows that stand there now were the last ones before."""
    for count in range(min(len(known), len(now)), 0, -1):
        if known[-count:] == now[:count]:
            return count
    if not known or (len(now) <= len(known) and any(known[n : n + len(now)] == now for n in range(len(known)))):
        return len(now) if known else 0
    raise NotEachOnceError("rows were passed over while the list was scrolled")


def counts_up(told: int, rows: int, headings: int, asides: int) -> bool:
    """Whether a page's own count is that of these rows; pages count headings and what stands between, or do not."""
    return told in (rows, rows + headings, rows + headings + asides)
