"""What the extension tells, made into the same events as a tap's; pure but for the order in which it is told."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import assert_never

from pydantic import ValidationError

from recorder.collect import Collected
from recorder.events import Answered, Arrived, DialogClosed, DownloadBegan, Sent, TabClosed, TabOpened, Trouble
from recorder.extension_facts import (
    Answer,
    Asked,
    BrowserFact,
    Committed,
    Download,
    Picture,
    Placed,
    Removed,
    Stale,
    Start,
    Targeted,
    Told,
    TroubleTold,
    Within,
)
from recorder.page_events import PAGE_EVENT, KeyDown, Press
from recorder.pictures import Evidence, Frame, RingBuffer
from recorder.tabs import Tabs

_WEB = ("http://", "https://", "file://", "data:", "blob:")
_CHOSEN = {"typed", "generated", "keyword", "keyword_generated", "auto_bookmark", "start_page"}
_BY_GESTURE_MS = 1000


class ExtensionEars:
    """Hears one browser through the extension."""

    def __init__(self) -> None:
        self.collected = Collected(self._look_back)
        self._tabs: Tabs[int] = Tabs(self.collected.hear)
        self._rings: dict[int, RingBuffer] = {}
        self._told: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._sent = 0
        self._placing: dict[str, Evidence] = {}
        self._telling = ""
        self._gesture_at: dict[int, float] = {}
        self._last_tab = -1
        self._arrived = False
        self.start_closed = False

    @property
    def open_answers(self) -> bool:
        """Whether a request is under way."""
        return bool(self._numbers)

    def hear(self, fact: BrowserFact) -> None:
        """Take one fact, in the order they were told."""
        match fact:
            case Told():
                self._on_told(fact)
            case Placed():
                if (evidence := self._placing.pop(fact.key, None)) is not None:
                    evidence.offset = (fact.x, fact.y)
            case Picture():
                self._ring(fact.tab).take(Frame(fact.at / 1000, base64.b64decode(fact.jpeg), fact.width))
            case Stale():
                self._ring(fact.tab).frames.clear()
            case Start() | Committed() | Within():
                self._on_address(fact)
            case Targeted():
                self._opened(fact.source, fact.tab)
            case Removed():
                self.start_closed = self.start_closed or self._tabs.joined[:1] == [fact.tab]
                self._tabs.hear(fact.tab, TabClosed(fact.at))
            case Asked():
                self._on_asked(fact)
            case Answer():
                if (number := self._numbers.pop(fact.id, None)) is not None:
                    self._tabs.hear(fact.tab, Answered(number, fact.status))
            case Download():
                self._tabs.hear(self._last_tab, DownloadBegan(fact.filename.replace("\\", "/").rpartition("/")[2]))
            case TroubleTold():
                self.collected.hear(0, Trouble(fact.words))
            case _:
                assert_never(fact)

    def did_not_answer(self, tabs: Sequence[int]) -> None:
        """At the end these tabs were too busy to tell what they held back."""
        for tab in tabs:
            if tab in self._tabs:
                words = f"Tab {self._tabs.join(tab) + 1} does not answer; what was done last in it may be missing."
                self._tabs.hear(tab, Trouble(words))

    def _on_told(self, told: Told) -> None:
        before = self._told.get(told.document, 0)
        if told.n <= before:
            return  # told again after the extension was restarted
        self._told[told.document] = told.n
        if told.n > before + 1:
            missing = told.n - before - 1
            self.collected.hear(0, Trouble(f"{missing} events of a page were lost while the extension was restarted."))
        if told.lost:
            self._tabs.hear(told.tab, Trouble(told.lost))
        if (dialog := told.dialog) is not None:
            closed = DialogClosed(dialog.type, dialog.message, dialog.accepted, dialog.text)
            self._tabs.hear(told.tab, closed)
        if told.text:
            self._telling = f"{told.document}/{told.n}"
            self._on_event(told.tab, told.text)

    def _on_event(self, tab: int, text: str) -> None:
        try:
            event = PAGE_EVENT.validate_json(text)
        except ValidationError as error:
            words = f"Something was told that could not be understood: {error.errors()[0]['msg']}."
            self.collected.hear(0, Trouble(words))
            return
        if isinstance(event, (Press, KeyDown)):
            self._gesture_at[tab], self._last_tab = event.at, tab
        self._tabs.hear(tab, event)

    def _on_address(self, fact: Start | Committed | Within) -> None:
        if isinstance(fact, Start):
            self._tabs.join(fact.tab)
            self._last_tab = fact.tab
        if not fact.url.startswith(_WEB):
            return
        first = not self._arrived and self._tabs.joined[:1] == [fact.tab]
        self._arrived = self._arrived or first
        within = isinstance(fact, Within)
        chosen = first or isinstance(fact, Start) or (isinstance(fact, Committed) and self._chosen(fact))
        self._tabs.hear(fact.tab, Arrived(url=fact.url, chosen=chosen, same_document=within))

    def _chosen(self, came: Committed) -> bool:
        """Whether the person chose the address in the browser. Back, forward and reload look alike from a page and
        from the browser's own buttons: a gesture in the page just before tells them apart."""
        if came.transition in _CHOSEN or "from_address_bar" in came.qualifiers:
            return True
        by_either = came.transition == "reload" or "forward_back" in came.qualifiers
        return by_either and came.at - self._gesture_at.get(came.tab, 0) > _BY_GESTURE_MS

    def _opened(self, opener: int, tab: int) -> None:
        if opener in self._tabs and tab not in self._tabs:
            opened = self._tabs.join(tab)
            self._tabs.hear(opener, TabOpened(opened=opened, by_page=True))

    def _on_asked(self, asked: Asked) -> None:
        if asked.tab in self._tabs:
            self._numbers[asked.id] = self._sent
            self._tabs.hear(asked.tab, Sent(self._sent, asked.method, asked.url))
            self._sent += 1

    def _look_back(self, evidence: Evidence, path: tuple[int, ...]) -> None:
        self._ring(self._tabs.joined[evidence.page]).expect(evidence)
        if path:
            self._placing[self._telling] = evidence

    def _ring(self, tab: int) -> RingBuffer:
        return self._rings.setdefault(tab, RingBuffer())
