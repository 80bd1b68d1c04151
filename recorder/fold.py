"""Events to drafts, pure: keystrokes become one fill, a press and release one click, answers go with their cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import assert_never

from recorder.answering import caused, note_answer, note_signal
from recorder.drafts import Draft, Kind
from recorder.events import (
    Answered,
    Arrived,
    CapturedEvent,
    Checked,
    Chosen,
    Count,
    DialogClosed,
    DownloadBegan,
    FileBytes,
    Files,
    Forgotten,
    Hello,
    Hovered,
    Inserted,
    KeyDown,
    KeysMatter,
    KeyUp,
    Noted,
    PageText,
    Paused,
    Pointed,
    Press,
    Release,
    Rested,
    Scrolled,
    SecretTyped,
    Sent,
    TabClosed,
    TabOpened,
    Taken,
    Trouble,
    Turned,
    Typed,
    Undone,
    Unpicked,
    Wheel,
)
from recorder.keys import (
    BROWSER_KEYS,
    CHOOSING_KEYS,
    LEAVING_KEYS,
    MODIFIER_KEYS,
    STEPPING_KEYS,
    chooses,
    is_option,
    is_radio,
    is_written,
    keys_of,
    matters_in_field,
)
from recorder.told import name_for, refusal, said_of_pause
from recordings.recording import Gesture
from recordings.signals import Navigated
from recordings.target import Description, FrameStep
from recordings.urls import url_pattern

_DRAG_PX = 8
_HOLD_MS = 400


@dataclass(slots=True)
class Folded:
    """Drafts in order, and what had to be said on the way. ``start`` is the first address, if one was opened."""

    start: str = ""
    drafts: list[Draft] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def fold(events: Sequence[CapturedEvent]) -> Folded:
    """Fold all events, in order of arrival, into drafts."""
    folding = _Folding(Folded())
    for event in events:
        folding.take(event)
    return folding.folded


class _Folding:
    """The pass over the events: remembers elements by name, and the first moment."""

    def __init__(self, folded: Folded) -> None:
        self.folded = folded
        self._elements: dict[tuple[str, int], Description] = {}
        self._key_by_key: set[tuple[str, int]] = set()
        self._values: dict[tuple[str, int], str] = {}
        self._zero = 0.0
        self._last_at = 0.0
        self._carried: list[Draft] = []
        self._taken: set[tuple[str, int]] = set()
        self._key_seq, self._key_in = 0, ("", 0)
        self._wheel_seq = 0
        self._undone: Draft | None = None

    @property
    def _last(self) -> Draft | None:
        return self.folded.drafts[-1] if self.folded.drafts else None

    @property
    def _answered_to(self) -> Draft | None:
        """The draft that what happens now belongs to: one that was undone keeps what the page still answers to it."""
        return self._undone or self._last

    def take(self, event: CapturedEvent) -> None:  # noqa: PLR0915 - one arm a kind of event: flat and complete
        what = event.what
        element = getattr(what, "element", None)
        if element is not None and not isinstance(what, Release):
            self._elements[what.doc, what.ref] = element  # type: ignore[union-attr]
        match what:
            case Press():
                self._press(event, what)
            case Count():
                self._count(what)
            case Release():
                self._release(what)
            case KeyDown():
                self._key(event, what)
            case KeyUp():
                self._gesture(what.at, "key_up", key=what.key, code=what.code)
            case Typed():
                self._typed(event, what)
            case Chosen():
                self._chosen(event, what)
            case Checked():
                self._checked(event, what)
            case Files():
                self._files(event, what)
            case Wheel():
                self._wheel_seq = self._wheel_seq or event.seq
                self._gesture(what.at, "wheel", x=what.x, y=what.y, dx=what.dx, dy=what.dy)
            case Hovered() | Rested():
                self._hovered(event, what)
            case Pointed():
                self._pointed(event, what)
            case KeysMatter():
                self._keys_matter(what)
            case Taken():
                self._taken_key(event, what)
            case Inserted():
                self._inserted(event, what)
            case Turned():
                self._turned(event, what)
            case Scrolled():
                self._scrolled(event, what)
            case Arrived():
                self._arrived(event, what)
            case TabOpened() | TabClosed() | Sent() | Answered() | DialogClosed() | DownloadBegan():
                self._signal(event.page, what)
            case Trouble():
                self.folded.warnings.append(what.words)
            case Hello():
                self._zero = self._zero or what.at
            case Undone() | Paused() | Noted():
                self._asked(what)
            case FileBytes() | PageText() | SecretTyped() | Unpicked() | Forgotten():
                pass
            case _:
                assert_never(what)

    def _press(self, event: CapturedEvent, what: Press) -> None:
        draft = self._begin("click", event, what.doc, what.ref, what.frame, what.url)
        draft.labels = what.labels
        if what.labelled is not None:
            self._elements[what.doc, what.labels] = what.labelled
        box = what.element.box if what.element else None
        draft.x, draft.y = (what.x - box.x, what.y - box.y) if box else (0, 0)
        draft.at, draft.button, draft.modifiers, draft.inner = (
            what.at,
            what.button,
            what.modifiers,
            what.inner,
        )
        self._gesture(what.at, "pointer_down", x=what.x, y=what.y, button=what.button, modifiers=what.modifiers)

    def _count(self, what: Count) -> None:
        """Two presses in a row on one element are one double click."""
        drafts = self.folded.drafts
        if what.clicks < 2 or len(drafts) < 2 or drafts[-1].kind != "click":
            return
        second, first = drafts[-1], drafts[-2]
        if first.kind == "click" and first.is_on(second.doc, second.ref) and first.button == second.button:
            first.clicks = what.clicks
            first.gestures += [_counted(gesture, what.clicks) for gesture in second.gestures]
            first.released = False
            drafts.pop()

    def _release(self, what: Release) -> None:
        draft = self._last
        for at_ms, x, y in what.moves:
            self._gesture(at_ms, "pointer_move", x=x, y=y)
        count = draft.clicks if draft is not None else 1
        self._gesture(what.at, "pointer_up", x=what.x, y=what.y, button=what.button, count=count)
        if draft is None or draft.kind != "click" or draft.released:
            return
        draft.released = True
        down = next((g for g in reversed(draft.gestures) if g.type == "pointer_down"), None)
        moved = down is not None and hypot(what.x - down.x, what.y - down.y) > _DRAG_PX
        if moved and down is not None and draft.element is not None and draft.element.tag not in ("select", "option"):
            draft.become_drag(what, down)
        elif down is not None and draft.clicks == 1 and what.at - draft.at >= _HOLD_MS:
            draft.hold_ms = what.at - draft.at

    def _key(self, event: CapturedEvent, what: KeyDown) -> None:
        if what.key in MODIFIER_KEYS:
            return
        self._key_seq, self._key_in = event.seq, (what.doc, what.ref)
        rich = (what.rich and not what.composing) or (what.doc, what.ref) in self._taken
        if rich and what.key not in LEAVING_KEYS:
            self._rich_key(event, what)
        elif what.rich and what.composing:
            pass  # its text comes with the end of the composition
        elif not what.editable or matters_in_field(what, self._elements.get((what.doc, what.ref))):
            draft = self._begin("press", event, what.doc, what.ref, what.frame, what.url)
            draft.keys = keys_of(what.key, what.modifiers)
        self._gesture(what.at, "key_down", key=what.key, code=what.code, modifiers=what.modifiers)

    def _taken_key(self, event: CapturedEvent, what: Taken) -> None:
        """From the first key that the page takes for itself, a field is typed into as an editor is."""
        name = (what.doc, what.ref)
        element = self._elements.get(name)
        if name in self._taken or not is_written(element) or matters_in_field(what, element):
            return
        self._taken.add(name)
        self._rich_key(event, what)
        if self._last is not None:
            self._last.seq = min(self._last.seq, self._key_seq)  # it began with the key, not when the page was done

    def _rich_key(self, event: CapturedEvent, what: KeyDown | Taken) -> None:
        """In an editor every key counts: text in runs, all else as the keys they are."""
        draft = self._last
        if draft is None or draft.kind != "type" or not draft.is_on(what.doc, what.ref) or draft.signals:
            draft = self._begin("type", event, what.doc, what.ref, what.frame, what.url)
        if {"Control", "Meta"} & set(what.modifiers) and what.key.lower() == "v":
            return  # the text comes with the paste
        if len(what.key) == 1 and not {"Control", "Meta", "Alt"} & set(what.modifiers):
            draft.add_text(what.key)
        else:
            draft.parts.append(("key", keys_of(what.key, what.modifiers)))
            draft.text = ""  # a key may change more than an input event tells

    def _inserted(self, event: CapturedEvent, what: Inserted) -> None:
        if what.taken:
            self._begin("press", event, what.doc, what.ref, what.frame, what.url).keys = "Control+v"
            return
        draft = self._last
        if draft is not None and draft.kind == "type" and draft.doc == what.doc:
            draft.add_text(what.text)

    def _hovered(self, event: CapturedEvent, what: Hovered | Rested) -> None:
        draft = self._begin("hover", event, what.doc, what.ref, what.frame, what.url)
        box = what.element.box if what.element else None
        draft.x, draft.y = (what.x - box.x, what.y - box.y) if box else (0, 0)

    def _pointed(self, event: CapturedEvent, what: Pointed) -> None:
        """Something to check or to read; what says nothing, and a secret, is refused in words."""
        if trouble := refusal(what):
            self.folded.warnings.append(trouble)
            return
        draft = self._begin(what.purpose, event, what.doc, what.ref, what.frame, what.url)
        draft.text, draft.name = what.text, name_for(what)

    def _asked(self, what: Undone | Paused | Noted) -> None:
        if isinstance(what, Paused):
            self.folded.warnings.extend(said_of_pause(what))
        elif isinstance(what, Undone):
            self._undone = self.folded.drafts.pop() if self.folded.drafts else None
        elif self._last is not None:
            self._last.note = what.text

    def _typed(self, event: CapturedEvent, what: Typed) -> None:
        name = (what.doc, what.ref)
        typing = next((d for d in reversed(self.folded.drafts) if d.kind == "type" and d.is_on(*name)), None)
        if typing is not None:
            typing.text = what.value
            return
        element = self._elements.get(name)
        if element is not None and element.tag not in ("input", "textarea"):
            return  # a toolbar's button changed rich text: that came of the press on it
        if what.kept and self._last is not None and self._last.kind == "fill" and self._last.is_on(*name):
            self._last.announced = True
        if what.final and name in self._values and (what.secret or self._values[name] == what.value):
            return  # the change event that ends typing tells nothing new
        if what.final and self._stepped(what):
            self._values[name] = what.value
            return  # what the arrow keys made of it: they are pressed again
        earlier = self._fill_in_progress(what)
        if earlier is None:
            self._drop_mechanics(what.doc, what.ref)
            before = self._last
            earlier = self._begin("fill", event, what.doc, what.ref, what.frame, what.url)
            if self._key_in == name and (before is None or before.seq < self._key_seq):
                earlier.seq = min(earlier.seq, self._key_seq)  # the key told what the page showed before it
        self._values[name] = what.value
        earlier.text, earlier.secret = what.value, what.secret
        earlier.by_keys = name in self._key_by_key and is_written(earlier.element)

    def _keys_matter(self, what: KeysMatter) -> None:
        self._key_by_key.add((what.doc, what.ref))
        last = self._last
        if last is not None and last.is_on(what.doc, what.ref) and is_written(last.element):
            last.by_keys = True

    def _stepped(self, what: Typed) -> bool:
        """Whether keys that step a value up or down were pressed in the field after it was filled."""
        on = (draft for draft in reversed(self.folded.drafts) if draft.is_on(what.doc, what.ref))
        last = next((draft for draft in on if draft.kind == "fill" or draft.keys in STEPPING_KEYS), None)
        return last is not None and last.kind == "press"

    def _fill_in_progress(self, what: Typed) -> Draft | None:
        """The fill that this event goes on with: the last draft, or any earlier one whose value settles now."""
        for draft in reversed(self.folded.drafts):
            if draft.kind == "fill" and draft.is_on(what.doc, what.ref):
                return draft
            if not what.final:
                return None
        return None

    def _chosen(self, event: CapturedEvent, what: Chosen) -> None:
        self._drop_mechanics(what.doc, what.ref)
        last = self._last
        if last is None or last.kind != "select" or not last.is_on(what.doc, what.ref):
            last = self._begin("select", event, what.doc, what.ref, what.frame, what.url)
        self._absorb(last)
        last.chosen = what.chosen

    def _checked(self, event: CapturedEvent, what: Checked) -> None:
        pressed = self._last
        if pressed is not None and pressed.kind == "click" and pressed.modifiers and pressed.is_on(what.doc, what.ref):
            return  # pages do more at a click with Shift or Control: a run of boxes, say
        self._drop_mechanics(what.doc, what.ref)
        last = self._last
        if last is not None and last.kind == "press" and last.keys in CHOOSING_KEYS and is_radio(last):
            self._drop(last)  # an arrow key moves the choice from one radio to the next
        draft = self._begin("check", event, what.doc, what.ref, what.frame, what.url)
        draft.checked = what.checked

    def _files(self, event: CapturedEvent, what: Files) -> None:
        last = self._last
        if last is not None and last.kind in ("click", "press") and last.doc == what.doc and not last.signals:
            self._drop(last)
        draft = self._begin("upload", event, what.doc, what.ref, what.frame, what.url)
        if what.detached and last is not None:
            # The input is nowhere to be found: what was pressed to choose the files is.
            draft.element, draft.chooser = last.element, True
        draft.files = tuple(file.name for file in what.files)

    def _turned(self, event: CapturedEvent, what: Turned) -> None:
        draft = self._last
        if draft is None or draft.kind != "wheel" or not draft.is_on(what.doc, what.ref) or draft.signals:
            draft = self._begin("wheel", event, what.doc, what.ref, what.frame, what.url)
            box = what.element.box if what.element else None
            draft.x, draft.y = (what.x - box.x, what.y - box.y) if box else (0, 0)
            draft.modifiers = what.modifiers
        draft.turns = (*draft.turns, (what.dx, what.dy))

    def _scrolled(self, event: CapturedEvent, what: Scrolled) -> None:
        last = self._last
        if last is not None and last.kind == "scroll" and last.is_on(what.doc, what.ref) and not last.signals:
            last.x, last.y, last.idle = what.left, what.top, last.idle and not what.grew
            return
        began, before = self._wheel_seq, last.seq if last is not None else -1
        draft = self._begin("scroll", event, what.doc, what.ref, what.frame, what.url)
        draft.seq = began if before < began else draft.seq  # what came meanwhile came of it
        draft.x, draft.y, draft.idle = what.left, what.top, not what.grew

    def _arrived(self, event: CapturedEvent, what: Arrived) -> None:
        last = self._answered_to
        if what.chosen and not (what.steps and caused(last, event.page, what, self._last_at)):
            self._chosen_address(event, what)
        elif last is not None and last.page == event.page and last.kind != "navigate":
            signal = Navigated(url=url_pattern(what.url), same_document=what.same_document)
            if signal not in last.signals:
                last.signals.append(signal)

    def _chosen_address(self, event: CapturedEvent, what: Arrived) -> None:
        if not self.folded.drafts and event.page == 0 and not what.steps:
            self.folded.start = what.url
            return
        moved, last = bool(what.steps or what.again), self._last
        if moved and last is not None and last.kind == "press" and last.keys in BROWSER_KEYS:
            self.folded.drafts.remove(last)  # the browser's own keys do nothing where there is no window
        draft = self._begin("history" if moved else "navigate", event, "", 0, (), what.url)
        draft.to, draft.steps = what.url, what.steps

    def _signal(self, page: int, what: TabOpened | TabClosed | Sent | Answered | DialogClosed | DownloadBegan) -> None:
        if isinstance(what, Answered):
            note_answer(self.folded.drafts, what)
        elif self._answered_to is not None:
            note_signal(self._answered_to, page, what, self._last_at)

    def _begin(
        self, kind: Kind, event: CapturedEvent, doc: str, ref: int, frame: tuple[FrameStep, ...], url: str
    ) -> Draft:
        draft = Draft(kind, event.seq, event.page, url, doc, ref, frame=frame)
        draft.element = self._elements.get((doc, ref))
        for carried in reversed(self._carried):
            draft.gestures = carried.gestures + draft.gestures
            draft.seq = carried.seq
        self._carried, self._undone, self._wheel_seq = [], None, 0
        self.folded.drafts.append(draft)
        return draft

    def _drop_mechanics(self, doc: str, ref: int) -> None:
        """Take back the clicks and keys that only led to the value which is told now."""
        while (last := self._last) is not None and not last.signals:
            opened = last.kind == "click" and last.button == 0 and (last.is_on(doc, ref) or is_option(last))
            drawn = last.kind == "drag" and last.is_on(doc, ref) and last.holds_text
            keyed = last.kind == "press" and last.is_on(doc, ref) and chooses(last)
            if not (opened or drawn or keyed):
                return
            self._drop(last)

    def _drop(self, draft: Draft) -> None:
        """Remove a draft whose meaning the next one carries; its raw gestures and pictures go on to that one."""
        self.folded.drafts.remove(draft)
        self._carried.insert(0, draft)

    def _absorb(self, draft: Draft) -> None:
        """What was dropped belongs to a draft that goes on."""
        for carried in self._carried:
            draft.gestures += carried.gestures
        self._carried = []

    def _gesture(self, at: float, kind: str, **facts: object) -> None:
        if (last := self._answered_to) is None:
            return
        self._zero = self._zero or at
        self._last_at = at
        fields = {"type": kind, "at_ms": max(0, round(at - self._zero)), **facts}
        last.gestures.append(Gesture.model_validate(fields))


def _counted(gesture: Gesture, clicks: int) -> Gesture:
    return gesture.model_copy(update={"count": clicks}) if gesture.type.startswith("pointer") else gesture
