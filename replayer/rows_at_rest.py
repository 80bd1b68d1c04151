"""A list at rest: found on its page, and looked at until all that is to come stands there."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.async_api import Frame, Page

from browser.asking import LookLostError
from browser.tables import Listed, Lists, Row, lists_in
from recordings.errors import RowsUnreadError
from recordings.selectors import selectors_of
from recordings.steps import ReadRows
from replayer.asking import Asking
from replayer.errors import AmbiguousAtError, NotFoundAtError
from replayer.gathered import Identity, identities
from replayer.locate import Waits, frame_at
from replayer.which_list import NotTold, TheList, which_list

_POLL_S = 0.1
_LOADS = "loading|please wait|lade|wird geladen|laden|chargement|cargando|caricamento|carregando|laster|laddar"
_LOADING = re.compile(rf"^({_LOADS})\b|(…|\.\.\.)$", re.IGNORECASE)
_SENDS = "Where that only reads, 'showonce edit' marks the step repeatable."
_BUSY = "Give it more time (--timeout)."
MOVED = "The list may have changed while it was read: run again, or sort it by something that does not change."


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

    @property
    def says_anything(self) -> bool:
        """Whether any row does; a page draws empty ones in the place of those that are to come."""
        return any(cell.text or cell.href or cell.secret for row in self.rows for cell in row.cells)


@dataclass(frozen=True, slots=True)
class Moved:
    """What was done to the list before it is looked at: pressed on from the rows ``before``, while ``refused`` collects
    what was kept from being sent; or only ``scrolled``."""

    before: tuple[Identity, ...] = ()
    refused: Sequence[str] = ()
    scrolled: bool = False

    def shows_others(self, rows: Sequence[Row]) -> bool:
        return not self.before or identities(rows) != self.before


@dataclass(frozen=True, slots=True)
class Lookout:
    """Looks at the list of a step, in its tab."""

    page: Page
    step: ReadRows
    waits: Waits
    asking: Asking

    async def at_rest(self, moved: Moved | None = None) -> Seen:
        """The list once two looks agree, the page is still, nothing is on its way, and it shows what it was moved to.

        Raises:
            NotFoundAtError, AmbiguousAtError: No list is the one.
            RowsUnreadError: It did not come to rest, shows the same rows still, or would have sent something.
        """
        began, last = time.monotonic(), None
        while True:
            is_late = time.monotonic() - began > self.waits.step_s
            asked_s = self.asking.youngest_s()  # before the look: what ends while it is taken may not be in it
            seen, waited_s = await self._look(), time.monotonic() - began
            if moved is not None and moved.refused:
                reason = f"the next page would send {moved.refused[0]}, which was kept back"
                raise RowsUnreadError(self.step.words, reason, _SENDS)
            own = identities(seen.rows) if isinstance(seen, Seen) else None
            if isinstance(seen, Seen) and own == last and self._is_done(seen, moved, waited_s, asked_s):
                return seen
            if is_late:
                raise self._refusal(seen, moved)
            last = own
            await asyncio.sleep(_POLL_S)

    def _is_done(self, seen: Seen, moved: Moved | None, waited_s: float, asked_s: float) -> bool:
        """Whether what is there is all that is to come; an empty list is believed only where nothing is under way."""
        look, waits = seen.all.look, self.waits
        if look.ready != "complete" or look.quiet_ms < waits.quiet_s * 1000 or seen.list.busy:
            return False
        if moved is not None and not (waited_s >= waits.quiet_s and moved.shows_others(seen.rows)):
            return False
        if seen.list.blank and waited_s < waits.fallback_s:
            return False
        asked_s = min(asked_s, self.asking.youngest_s())
        if seen.says_anything:
            # A page that never stops asking is not waited for long, but longer where it was moved to other rows.
            return asked_s >= (waits.step_s / 2 if moved is not None else waits.fallback_s)
        if any(map(_LOADING.search, seen.list.asides)):
            return False
        if seen.list.asides:
            return asked_s >= waits.step_s / 2
        return waited_s >= waits.fallback_s and asked_s >= waits.step_s

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

    def _refusal(self, seen: Seen | NotTold, moved: Moved | None) -> Exception:
        words = self.step.words
        if isinstance(seen, Seen):
            if moved is not None and not moved.shows_others(seen.rows):
                return RowsUnreadError(words, "the next page was asked for, and the same rows are there", MOVED)
            return RowsUnreadError(words, f"it did not come to rest within {self.waits.step_s:g} s", _BUSY)
        if seen.several:
            return AmbiguousAtError(f"{words}: {seen.reason}", ())
        return NotFoundAtError(f"{words}: {seen.reason}", self.waits.step_s, ())
