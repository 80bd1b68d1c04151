"""Drafts being made of events, pure: what is known on the way, and how one draft takes another's place."""

from __future__ import annotations

from dataclasses import dataclass, field

from recorder.drafts import Draft, Kind
from recorder.events import CapturedEvent
from recorder.keys import chooses, is_option
from recorder.page_events import KeyDown
from recordings.recording import Gesture
from recordings.target import Description, FrameStep


@dataclass(slots=True)
class Folded:
    """Drafts in order, and what had to be said on the way. ``start`` is the first address, if one was opened;
    ``undone`` are the events that drafts began with which were taken back."""

    start: str = ""
    drafts: list[Draft] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)


class Drafting:
    """The drafts so far, the elements by name, and when things were done (milliseconds since the epoch).

    ``undo_key`` is the shortcut that was pressed last in a field to take back or do again what was edited.
    ``wheel_seq`` is the event in which the wheel began to turn, 0 where it did not since the last draft; ``undone`` the
    draft that was taken back last.
    """

    def __init__(self) -> None:
        self.folded = Folded()
        self.elements: dict[tuple[str, int], Description] = {}
        self.key_by_key: set[tuple[str, int]] = set()
        self.values: dict[tuple[str, int], str] = {}
        self.taken: set[tuple[str, int]] = set()
        self.key_seq, self.key_in = 0, ("", 0)
        self.undo_key: tuple[CapturedEvent, KeyDown] | None = None
        self.key_down: tuple[Draft, str, float] | None = None
        self.zero = 0.0
        self.last_at = 0.0
        self.wheel_seq = 0
        self.undone: Draft | None = None
        self._carried: list[Draft] = []

    @property
    def last(self) -> Draft | None:
        return self.folded.drafts[-1] if self.folded.drafts else None

    @property
    def answered_to(self) -> Draft | None:
        """The draft that what happens now belongs to: one that was undone keeps what the page still answers to it."""
        return self.undone or self.last

    def begin(
        self, kind: Kind, event: CapturedEvent, doc: str, ref: int, frame: tuple[FrameStep, ...], url: str
    ) -> Draft:
        draft = Draft(kind, event.seq, event.page, url, doc, ref, frame=frame)
        draft.element = self.elements.get((doc, ref))
        for carried in reversed(self._carried):
            draft.gestures = carried.gestures + draft.gestures
            draft.seq = carried.seq
        self._carried, self.undone, self.undo_key, self.wheel_seq = [], None, None, 0
        self.folded.drafts.append(draft)
        return draft

    def drop_mechanics(self, doc: str, ref: int) -> None:
        """Take back the clicks and keys that only led to the value which is told now."""
        while (last := self.last) is not None and not last.signals:
            opened = last.kind == "click" and last.button == 0 and (last.is_on(doc, ref) or is_option(last))
            drawn = last.kind == "drag" and last.is_on(doc, ref) and last.holds_text
            keyed = last.kind == "press" and last.is_on(doc, ref) and chooses(last)
            if not (opened or drawn or keyed):
                return
            self.drop(last)

    def drop(self, draft: Draft) -> None:
        """Remove a draft whose meaning the next one carries; its raw gestures and pictures go on to that one."""
        self.folded.drafts.remove(draft)
        self._carried.insert(0, draft)

    def absorb(self, draft: Draft) -> None:
        """What was dropped belongs to a draft that goes on."""
        for carried in self._carried:
            draft.gestures += carried.gestures
        self._carried = []

    def gesture(self, at: float, kind: str, **facts: object) -> None:
        if (last := self.answered_to) is None:
            return
        self.zero = self.zero or at
        self.last_at = at
        fields = {"type": kind, "at_ms": max(0, round(at - self.zero)), **facts}
        last.gestures.append(Gesture.model_validate(fields))
