"""What was heard in a demonstration, in order, with the evidence of each gesture; any source of events may tell it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from recorder.compile import Compiled, compile_events
from recorder.events import (
    BrowserEvent,
    CapturedEvent,
    FileBytes,
    KeyDown,
    PageEvent,
    PageText,
    Press,
    TabClosed,
    Typed,
)
from recorder.finish import finished
from recorder.pictures import Evidence
from recordings.recording import Recording, Viewport
from recordings.target import Box

LookBack = Callable[[Evidence, tuple[int, ...]], None]


class Collected:
    """The events of one demonstration.

    Args:
        look_back: Asked at each gesture for the picture from just before it: given the evidence to complete, and the
            way to the gesture's frame as places among child windows.
    """

    def __init__(self, look_back: LookBack) -> None:
        self.events: list[CapturedEvent] = []
        self._look_back = look_back
        self._evidence: dict[int, Evidence] = {}
        self._file_bytes: dict[tuple[str, int, int], bytes] = {}
        self._dom: dict[str, str] = {}

    def hear(self, page: int, what: PageEvent | BrowserEvent) -> None:
        """Take one event of the tab numbered ``page``."""
        match what:
            case PageText():
                self._dom[what.doc] = what.html
                return
            case FileBytes():
                self._file_bytes[what.doc, what.ref, what.index] = base64.b64decode(what.data)
                return
            case TabClosed() if not self.events:
                return
        event = CapturedEvent(len(self.events), page, what)
        self.events.append(event)
        if isinstance(what, (Press, KeyDown)):
            self._witness(event, what, what.secrets)
        elif isinstance(what, Typed) and what.element is not None:
            self._witness(event, what, (what.element.box,) if what.secret else ())

    def so_far(self) -> Compiled:
        """The steps as they are understood now; the last ones may still change."""
        return compile_events(self.events)

    def finish(self, name: str, viewport: Viewport | None) -> Recording:
        """The recording of what was heard; a viewport that is not known is the first gesture's."""
        return finished(
            name,
            datetime.now(UTC).isoformat(timespec="seconds"),
            viewport or _viewport_of(self.events) or Viewport(),
            self.so_far(),
            self._evidence,
            self._file_bytes,
        )

    def _witness(self, event: CapturedEvent, what: Press | KeyDown | Typed, secrets: tuple[Box, ...]) -> None:
        """Keep the picture and the text of the page from just before the gesture."""
        evidence = Evidence(what.at / 1000, event.page, secrets, dom=self._dom.get(what.doc, ""))
        self._evidence[event.seq] = evidence
        if what.frame:
            evidence.offset = None
        self._look_back(evidence, tuple(step.index for step in what.frame))


def _viewport_of(events: Iterable[CapturedEvent]) -> Viewport | None:
    for event in events:
        what = event.what
        if event.page == 0 and isinstance(what, (Press, KeyDown)) and not what.frame:
            return Viewport(width=round(what.viewport.width), height=round(what.viewport.height))
    return None
