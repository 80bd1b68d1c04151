"""What was heard in a demonstration, in order, with the evidence of each gesture; any source of events may tell it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from recorder.compile import Compiled, compile_events
from recorder.events import BrowserEvent, CapturedEvent, TabClosed
from recorder.finish import Demonstration, finished
from recorder.page_events import (
    FileBytes,
    KeyDown,
    PageEvent,
    PageText,
    Pointed,
    Press,
    Rested,
    SecretTyped,
    ToldScene,
    Typed,
    Unpicked,
    Wheel,
)
from recorder.pictures import Evidence
from recorder.scenes import SeenScene
from recordings.recording import Recording, Viewport
from recordings.target import Box

LookBack = Callable[[Evidence, tuple[int, ...]], None]
_Seen = Press | KeyDown | Typed | Pointed | Rested


@dataclass(slots=True)
class Heard:
    """All that was heard so far: events, pictures, the documents' last texts, their style sheets and what they showed.

    ``secret_values`` is what secret fields hold, by document and element: in memory only, for the self-check.
    ``streamed`` and ``asked`` are how many events there were each time a page sent something over a socket, or asked
    a server for something.
    """

    events: list[CapturedEvent] = field(default_factory=list)
    evidence: dict[int, Evidence] = field(default_factory=dict)
    dom: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    scenes: list[SeenScene] = field(default_factory=list)
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    secret_values: dict[tuple[str, int], str] = field(default_factory=dict)
    file_bytes: dict[tuple[str, int, int], bytes] = field(default_factory=dict)
    streamed: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)


class Gate(Protocol):
    """Decides what may be kept."""

    @property
    def looked_away(self) -> bool: ...

    def admit(self, what: PageEvent | BrowserEvent) -> PageEvent | BrowserEvent | None: ...

    def may_show(self, evidence: Evidence) -> None: ...


class Open:
    """A gate that lets everything through."""

    looked_away = False

    def admit(self, what: PageEvent | BrowserEvent) -> PageEvent | BrowserEvent | None:
        return what

    def may_show(self, evidence: Evidence) -> None:
        pass


class Collected:
    """The events of one demonstration.

    Args:
        look_back: Asked at each gesture for the picture from just before it: given the evidence to complete, and the
            way to the gesture's frame as places among child windows.
    """

    def __init__(self, look_back: LookBack) -> None:
        self.heard = Heard()
        self.gate: Gate = Open()
        self._look_back = look_back
        self._latest: Evidence | None = None

    @property
    def events(self) -> list[CapturedEvent]:
        return self.heard.events

    @property
    def shown(self) -> int:
        """How often pages told what they show."""
        return len(self.heard.scenes)

    def hear(self, page: int, told: PageEvent | BrowserEvent) -> None:
        """Take one event of the tab numbered ``page``."""
        heard, what = self.heard, self.gate.admit(told)
        match what:
            case None | Unpicked():
                return
            case PageText():
                heard.dom[what.doc] = what.html or heard.dom.get(what.doc, "")
                heard.sheets |= what.sheets
                self._note_scene(len(heard.events) - 0.5, page, what, what.scene)
                return
            case SecretTyped():
                heard.secret_values[what.doc, what.ref] = what.value
                return
            case FileBytes():
                heard.file_bytes[what.doc, what.ref, what.index] = base64.b64decode(what.data)
                return
            case TabClosed() if not heard.events:
                return
        event = CapturedEvent(len(heard.events), page, what)
        heard.events.append(event)
        if isinstance(what, (Press, KeyDown, Wheel)):
            self._note_scene(event.seq, page, what, what.scene)
        if isinstance(what, KeyDown) and what.goes_on:
            if self._latest is not None:  # what the page showed before the first key of the run
                heard.evidence[event.seq] = self._latest
        elif isinstance(what, (Press, KeyDown, Pointed, Rested)):
            self._witness(event, what, what.secrets)
        elif isinstance(what, Typed) and what.element is not None:
            self._witness(event, what, (what.element.box,) if what.secret else ())

    def so_far(self) -> Compiled:
        """The steps as they are understood now; the last ones may still change."""
        return compile_events(self.events, self.heard.scenes)

    def finish(self, name: str, viewport: Viewport | None, pictured: Collection[str] | None = None) -> Recording:
        """The recording of what was heard; a viewport that is not known is the first gesture's.

        Args:
            pictured: The ids of the steps that get their pictures; None: all.
        """
        heard, understood = self.heard, self.so_far()
        begins = {seq for step, seq in understood.begins.items() if pictured is None or step in pictured}
        shown = Demonstration(
            viewport or _viewport_of(self.events) or Viewport(),
            understood,
            heard.scenes,
            {seq: evidence for seq, evidence in heard.evidence.items() if seq in begins},
            heard.file_bytes,
            heard.secret_values,
            heard.streamed,
            heard.asked,
            heard.sheets,
        )
        return finished(name, datetime.now(UTC).isoformat(timespec="seconds"), shown)

    def _note_scene(
        self, seq: float, page: int, what: Press | KeyDown | Wheel | PageText, scene: ToldScene | None
    ) -> None:
        if scene is None or self.gate.looked_away:
            return
        known = self.heard.facts
        facts = known[what.doc] = known.get(what.doc, ()) if scene.facts is None else scene.facts
        self.heard.scenes.append(SeenScene(seq, page, what.doc, what.frame, scene.hashes, facts, scene.moved_on))

    def _witness(self, event: CapturedEvent, what: _Seen, secrets: tuple[Box, ...]) -> None:
        """Keep the picture and the text of the page from just before the gesture."""
        evidence = Evidence(what.at / 1000, event.page, secrets, dom=self.heard.dom.get(what.doc, ""))
        self.gate.may_show(evidence)
        self.heard.evidence[event.seq] = self._latest = evidence
        if what.frame:
            evidence.offset = None
        self._look_back(evidence, tuple(step.index for step in what.frame))


def _viewport_of(events: Iterable[CapturedEvent]) -> Viewport | None:
    for event in events:
        what = event.what
        if event.page == 0 and isinstance(what, (Press, KeyDown)) and not what.frame and what.viewport:
            return Viewport(width=round(what.viewport.width), height=round(what.viewport.height))
    return None
