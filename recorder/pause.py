"""While the recorder looks away: what is done is in no event, only how much of it was missed."""

from __future__ import annotations

from recorder.events import Arrived, BrowserEvent, DialogClosed, DownloadBegan, Paused, Sent, TabOpened, Trouble
from recorder.keys import MODIFIER_KEYS
from recorder.page_events import FileBytes, Hello, KeyDown, PageEvent, PageText, Press, Typed
from recordings.target import Description
from recordings.urls import url_pattern


class Pause:
    """Holds events back while ``on``; what the page still answers to a gesture from before goes through."""

    def __init__(self) -> None:
        self.on = self.ever = False
        self._missed = 0
        self._touched = False
        self._address = self._gone_to = ""
        self._seen: dict[tuple[str, int], Description] = {}
        self._typed: dict[tuple[str, int], str] = {}

    def begin(self) -> Paused:
        """Look away from now on; the event that says so."""
        self.on, self._missed, self._touched, self._gone_to = True, 0, False, ""
        self.ever = True
        return Paused()

    def end(self) -> Paused:
        """Look again; the event that says what was missed."""
        self.on = False
        moved = self._gone_to if url_pattern(self._gone_to) != url_pattern(self._address) else ""
        self._address = self._gone_to or self._address
        return Paused(self._missed, moved)

    def admit(self, what: PageEvent | BrowserEvent) -> PageEvent | BrowserEvent | None:
        """The event, or what of it may be kept; None for nothing."""
        if self.on:
            return self._held_back(what)
        if isinstance(what, Arrived):
            self._address = what.url
        if isinstance(what, Typed) and what.final and self._typed.pop((what.doc, what.ref), None) == what.value:
            return None  # a field typed into while paused says at its end what nobody was to see
        return self._whole(what)

    def _held_back(self, what: PageEvent | BrowserEvent) -> PageEvent | BrowserEvent | None:
        match what:
            case Trouble() | PageText() | Hello():
                return what
            case Arrived():
                self._gone_to = what.url if self._touched else self._gone_to
            case TabOpened() if self._touched:
                return Trouble("A tab was opened while it was paused; a replay will not have it.")
            case Sent() | DialogClosed() | DownloadBegan():
                pass
            case _ if isinstance(what, PageEvent):
                self._miss(what)
                return None
            case _:
                return what
        return None if self._touched else what

    def _miss(self, what: PageEvent) -> None:
        self._touched = True
        element = getattr(what, "element", None)
        if element is not None and not isinstance(what, FileBytes):
            self._seen[what.doc, what.ref] = element  # type: ignore[union-attr]
        if isinstance(what, Typed):
            self._typed[what.doc, what.ref] = what.value
        if isinstance(what, Press) or (isinstance(what, KeyDown) and what.key not in MODIFIER_KEYS):
            self._missed += 1

    def _whole(self, what: PageEvent | BrowserEvent) -> PageEvent | BrowserEvent:
        """An element is described once; if that was while nobody looked, it is described now."""
        ref = getattr(what, "ref", 0)
        if ref and getattr(what, "element", what) is None:
            element = self._seen.get((what.doc, ref))  # type: ignore[union-attr]
            return what.model_copy(update={"element": element}) if element else what  # type: ignore[union-attr]
        return what
