"""Which of a browser's tabs a demonstration uses; pure. In a person's own browser most tabs have no part in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from recorder.events import Arrived, BrowserEvent, TabOpened
from recorder.page_events import Checked, Chosen, Files, Hovered, KeyDown, PageEvent, Press, Release, Turned, Typed

TabT = TypeVar("TabT", bound=Hashable)
_GESTURES = (Press, Release, Hovered, KeyDown, Typed, Chosen, Checked, Files, Turned)


class Tabs(Generic[TabT]):
    """Numbers tabs in the order of their first use, and keeps to itself what tabs without a part in it tell.

    A tab takes part when it is joined, or from the first gesture that a person makes in it: then it is told as
    opened by the person, at the address it came to last.

    Args:
        hear: Told every event with the number of its tab.
    """

    def __init__(self, hear: Callable[[int, PageEvent | BrowserEvent], None]) -> None:
        self._hear = hear
        self._numbers: dict[TabT, int] = {}
        self._addresses: dict[TabT, str] = {}

    def __contains__(self, tab: object) -> bool:
        return tab in self._numbers

    @property
    def joined(self) -> list[TabT]:
        """The tabs that take part; a tab's place is its number."""
        return list(self._numbers)

    def join(self, tab: TabT) -> int:
        """The number of the tab, which takes part from now on."""
        return self._numbers.setdefault(tab, len(self._numbers))

    def hear(self, tab: TabT, what: PageEvent | BrowserEvent) -> None:
        """Pass on what a tab told, if it takes part."""
        if tab not in self._numbers:
            if isinstance(what, Arrived):
                self._addresses[tab] = what.url
            if not isinstance(what, _GESTURES):
                return
            self._begin_use(tab)
        self._hear(self._numbers[tab], what)

    def _begin_use(self, tab: TabT) -> None:
        number = self.join(tab)
        if number > 0:
            self._hear(0, TabOpened(opened=number, by_page=False))
        if tab in self._addresses:
            self._hear(number, Arrived(url=self._addresses[tab], chosen=True))
