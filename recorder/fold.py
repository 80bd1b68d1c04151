"""Events to drafts, pure: keystrokes become one fill, a press and release one click, answers go with their cause."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import assert_never

from recorder.answering import caused, note_answer, note_signal
from recorder.drafting import Drafting, Folded
from recorder.drafts import Draft
from recorder.events import (
    Answered,
    Arrived,
    CapturedEvent,
    DialogClosed,
    DownloadBegan,
    Forgotten,
    Noted,
    Paused,
    Revised,
    Sent,
    TabClosed,
    TabOpened,
    Trouble,
    Undone,
)
from recorder.keys import (
    BROWSER_KEYS,
    CHOOSING_KEYS,
    LEAVING_KEYS,
    MODIFIER_KEYS,
    STEPPING_KEYS,
    is_radio,
    is_written,
    keys_of,
    matters_in_field,
    takes_back,
)
from recorder.page_events import (
    Checked,
    Chosen,
    Count,
    FileBytes,
    Files,
    Hello,
    Hovered,
    Inserted,
    KeyDown,
    KeysMatter,
    KeyUp,
    Limit,
    PageText,
    Pointed,
    Press,
    Release,
    Rested,
    Rivals,
    Scrolled,
    SecretTyped,
    Taken,
    Turned,
    Typed,
    Unpicked,
    Wheel,
)
from recorder.pointing import pointed, revise
from recorder.told import limit_of, said_of_pause
from recordings.recording import Gesture
from recordings.signals import Navigated
from recordings.urls import url_pattern

_DRAG_PX = 8
_STROKE_PX = 1
_HOLD_MS = 400


def fold(events: Sequence[CapturedEvent]) -> Folded:
    """Fold all events, in order of arrival, into drafts."""
    folding = _Folding()
    for event in events:
        folding.take(event)
    return folding.folded


class _Folding(Drafting):
    """The pass over the events: each kind has its arm."""

    def take(self, event: CapturedEvent) -> None:  # noqa: PLR0915 - one arm a kind of event: flat and complete
        what = event.what
        element = getattr(what, "element", None)
        if element is not None and not isinstance(what, Release):
            self.elements[what.doc, what.ref] = element  # type: ignore[union-attr]
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
                self._key_up(what)
            case Typed():
                self._typed(event, what)
            case Chosen():
                self._chosen(event, what)
            case Checked():
                self._checked(event, what)
            case Files():
                self._files(event, what)
            case Wheel():
                self.wheel_seq = self.wheel_seq or event.seq
                self.gesture(what.at, "wheel", x=what.x, y=what.y, dx=what.dx, dy=what.dy)
            case Hovered() | Rested():
                self._hovered(event, what)
            case Pointed():
                pointed(self, event, what)
            case Revised():
                revise(self, what)
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
            case Limit():
                self.folded.warnings.append(limit_of(what))
            case Hello():
                self.zero = self.zero or what.at
            case Undone() | Paused() | Noted():
                self._asked(what)
            case FileBytes() | PageText() | SecretTyped() | Unpicked() | Forgotten() | Rivals():
                pass
            case _:
                assert_never(what)

    def _press(self, event: CapturedEvent, what: Press) -> None:
        draft = self.begin("click", event, what.doc, what.ref, what.frame, what.url)
        draft.labels = what.labels
        if what.labelled is not None:
            self.elements[what.doc, what.labels] = what.labelled
        box = what.element.box if what.element else None
        draft.x, draft.y = (what.x - box.x, what.y - box.y) if box else (0, 0)
        draft.at, draft.button, draft.modifiers, draft.inner = (
            what.at,
            what.button,
            what.modifiers,
            what.inner,
        )
        self.gesture(what.at, "pointer_down", x=what.x, y=what.y, button=what.button, modifiers=what.modifiers)

    def _count(self, what: Count) -> None:
        """Two presses in a row on one element are one double click."""
        drafts = self.folded.drafts
        if what.clicks < 2 or len(drafts) < 2 or drafts[-1].kind != "click":
            return
        second, first = drafts[-1], drafts[-2]
        if first.kind == "click" and first.is_on(second.doc, second.ref) and first.button == second.button:
            first.clicks = what.clicks
            first.hold_ms = 0  # however long the first press took
            first.gestures += [_counted(gesture, what.clicks) for gesture in second.gestures]
            first.released = False
            drafts.pop()

    def _release(self, what: Release) -> None:
        draft = self.last
        for at_ms, x, y in what.moves:
            self.gesture(at_ms, "pointer_move", x=x, y=y)
        count = draft.clicks if draft is not None else 1
        self.gesture(what.at, "pointer_up", x=what.x, y=what.y, button=what.button, count=count)
        if draft is None or draft.kind != "click" or draft.released:
            return
        draft.released = True
        down = next((g for g in reversed(draft.gestures) if g.type == "pointer_down"), None)
        drawn = draft.element is not None and draft.element.tag == "canvas"
        far = _STROKE_PX if drawn else _DRAG_PX
        moved = down is not None and hypot(what.x - down.x, what.y - down.y) > far
        if moved and down is not None and draft.element is not None and draft.element.tag not in ("select", "option"):
            draft.become_drag(what, down)
        elif down is not None and draft.clicks == 1 and what.at - draft.at >= _HOLD_MS:
            draft.hold_ms = what.at - draft.at

    def _key(self, event: CapturedEvent, what: KeyDown) -> None:
        if what.key in MODIFIER_KEYS:
            return
        self.key_seq, self.key_in = event.seq, (what.doc, what.ref)
        self.undo_key = (event, what) if takes_back(what) and what.editable else None
        rich = (what.rich and not what.composing) or (what.doc, what.ref) in self.taken
        if rich and what.key not in LEAVING_KEYS:
            self._rich_key(event, what)
        elif what.rich and what.composing:
            pass  # its text comes with the end of the composition
        elif not what.editable or matters_in_field(what, self.elements.get((what.doc, what.ref))):
            draft = self.begin("press", event, what.doc, what.ref, what.frame, what.url)
            draft.keys = keys_of(what.key, what.modifiers)
            self.key_down = (draft, what.code, what.at)
        self.gesture(what.at, "key_down", key=what.key, code=what.code, modifiers=what.modifiers)

    def _key_up(self, what: KeyUp) -> None:
        self.gesture(what.at, "key_up", key=what.key, code=what.code)
        held, key, since = self.key_down or (None, "", 0.0)
        if held is not None and held is self.last and key == what.code and what.at - since >= _HOLD_MS:
            held.hold_ms = what.at - since

    def _taken_key(self, event: CapturedEvent, what: Taken) -> None:
        """From the first key that the page takes for itself, a field is typed into as an editor is."""
        name = (what.doc, what.ref)
        element = self.elements.get(name)
        if name in self.taken or not is_written(element) or matters_in_field(what, element):
            return
        self.taken.add(name)
        self._rich_key(event, what)
        if self.last is not None:
            self.last.seq = min(self.last.seq, self.key_seq)  # it began with the key, not when the page was done

    def _rich_key(self, event: CapturedEvent, what: KeyDown | Taken) -> None:
        """In an editor every key counts: text in runs, all else as the keys they are."""
        draft = self.last
        if draft is None or draft.kind != "type" or not draft.is_on(what.doc, what.ref) or draft.signals:
            draft = self.begin("type", event, what.doc, what.ref, what.frame, what.url)
        if {"Control", "Meta"} & set(what.modifiers) and what.key.lower() == "v":
            return  # the text comes with the paste
        if len(what.key) == 1 and not {"Control", "Meta", "Alt"} & set(what.modifiers):
            draft.add_text(what.key)
        else:
            draft.parts.append(("key", keys_of(what.key, what.modifiers)))
            draft.text = ""  # a key may change more than an input event tells

    def _inserted(self, event: CapturedEvent, what: Inserted) -> None:
        if what.taken:
            self.begin("press", event, what.doc, what.ref, what.frame, what.url).keys = "Control+v"
            return
        draft = self.last
        if draft is not None and draft.kind == "type" and draft.doc == what.doc:
            draft.add_text(what.text)

    def _hovered(self, event: CapturedEvent, what: Hovered | Rested) -> None:
        draft = self.begin("hover", event, what.doc, what.ref, what.frame, what.url)
        box = what.element.box if what.element else None
        draft.x, draft.y = (what.x - box.x, what.y - box.y) if box else (0, 0)

    def _asked(self, what: Undone | Paused | Noted) -> None:
        if isinstance(what, Paused):
            self.folded.warnings.extend(said_of_pause(what))
        elif isinstance(what, Undone):
            for _ in range(min(what.drafts, len(self.folded.drafts))):
                self.undone = self.folded.drafts.pop()
                self.folded.undone.append(self.undone.seq)
        elif self.last is not None:
            self.last.note = what.text

    def _typed(self, event: CapturedEvent, what: Typed) -> None:
        name = (what.doc, what.ref)
        typing = next((d for d in reversed(self.folded.drafts) if d.kind == "type" and d.is_on(*name)), None)
        if typing is not None:
            self._taken_back_from_elsewhere(name)
            typing.text = what.value
            return
        element = self.elements.get(name)
        if element is not None and element.tag not in ("input", "textarea"):
            return  # a toolbar's button changed rich text: that came of the press on it
        if what.kept and self.last is not None and self.last.kind == "fill" and self.last.is_on(*name):
            self.last.announced = True
        if what.final and name in self.values and (what.secret or self.values[name] == what.value):
            return  # the change event that ends typing tells nothing new
        if what.final and self._stepped(what):
            self.values[name] = what.value
            return  # what the arrow keys made of it: they are pressed again
        earlier = self._fill_in_progress(what)
        if earlier is None:
            self.drop_mechanics(what.doc, what.ref)
            before = self.last
            earlier = self.begin("fill", event, what.doc, what.ref, what.frame, what.url)
            if self.key_in == name and (before is None or before.seq < self.key_seq):
                earlier.seq = min(earlier.seq, self.key_seq)  # the key told what the page showed before it
        self.values[name] = what.value
        earlier.text, earlier.secret = what.value, what.secret
        earlier.by_keys = name in self.key_by_key and is_written(earlier.element)

    def _taken_back_from_elsewhere(self, name: tuple[str, int]) -> None:
        """A shortcut in one field took back what was typed into an editor: a page has one history of edits."""
        pressed, self.undo_key = self.undo_key, None
        if pressed is None or (pressed[1].doc, pressed[1].ref) == name:
            return
        event, what = pressed
        draft = self.begin("press", event, what.doc, what.ref, what.frame, what.url)
        draft.keys = keys_of(what.key, what.modifiers)

    def _keys_matter(self, what: KeysMatter) -> None:
        self.key_by_key.add((what.doc, what.ref))
        last = self.last
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
        self.drop_mechanics(what.doc, what.ref)
        last = self.last
        if last is None or last.kind != "select" or not last.is_on(what.doc, what.ref):
            last = self.begin("select", event, what.doc, what.ref, what.frame, what.url)
        self.absorb(last)
        last.chosen = what.chosen

    def _checked(self, event: CapturedEvent, what: Checked) -> None:
        pressed = self.last
        if pressed is not None and pressed.kind == "click" and pressed.modifiers and pressed.is_on(what.doc, what.ref):
            return  # pages do more at a click with Shift or Control: a run of boxes, say
        self.drop_mechanics(what.doc, what.ref)
        last = self.last
        if last is not None and last.kind == "press" and last.keys in CHOOSING_KEYS and is_radio(last):
            self.drop(last)  # an arrow key moves the choice from one radio to the next
        draft = self.begin("check", event, what.doc, what.ref, what.frame, what.url)
        draft.checked = what.checked

    def _files(self, event: CapturedEvent, what: Files) -> None:
        last = self.last
        chosen = not what.dropped and last is not None and last.doc == what.doc
        if chosen and last is not None and last.kind in ("click", "press") and not last.signals:
            self.drop(last)
        draft = self.begin("upload", event, what.doc, what.ref, what.frame, what.url)
        if what.detached and last is not None:
            # The input is nowhere to be found: what was pressed to choose the files is.
            draft.element, draft.chooser = last.element, True
        draft.files, draft.dropped = tuple(file.name for file in what.files), what.dropped

    def _turned(self, event: CapturedEvent, what: Turned) -> None:
        draft = self.last
        if draft is None or draft.kind != "wheel" or not draft.is_on(what.doc, what.ref) or draft.signals:
            draft = self.begin("wheel", event, what.doc, what.ref, what.frame, what.url)
            box = what.element.box if what.element else None
            draft.x, draft.y = (what.x - box.x, what.y - box.y) if box else (0, 0)
            draft.modifiers = what.modifiers
        draft.turns = (*draft.turns, (what.dx, what.dy))

    def _scrolled(self, event: CapturedEvent, what: Scrolled) -> None:
        last = self.last
        if last is not None and last.kind == "scroll" and last.is_on(what.doc, what.ref) and not last.signals:
            last.x, last.y, last.idle = what.left, what.top, last.idle and not what.grew
            return
        began, before = self.wheel_seq, last.seq if last is not None else -1
        draft = self.begin("scroll", event, what.doc, what.ref, what.frame, what.url)
        draft.seq = began if before < began else draft.seq  # what came meanwhile came of it
        draft.x, draft.y, draft.idle = what.left, what.top, not what.grew

    def _arrived(self, event: CapturedEvent, what: Arrived) -> None:
        last = self.answered_to
        if what.chosen and not (what.steps and caused(last, event.page, what, self.last_at)):
            self._chosen_address(event, what)
        elif last is not None and last.page == event.page and last.kind != "navigate":
            signal = Navigated(url=url_pattern(what.url), same_document=what.same_document)
            stays = what.same_document and what.url == last.url  # written anew as it was: nobody went anywhere
            if signal not in last.signals and not stays:
                last.signals.append(signal)

    def _chosen_address(self, event: CapturedEvent, what: Arrived) -> None:
        if not self.folded.drafts and event.page == 0 and not what.steps:
            self.folded.start = what.url
            return
        moved, last = bool(what.steps or what.again), self.last
        if moved and last is not None and last.kind == "press" and last.keys in BROWSER_KEYS:
            self.folded.drafts.remove(last)  # the browser's own keys do nothing where there is no window
        draft = self.begin("history" if moved else "navigate", event, "", 0, (), what.url)
        draft.to, draft.steps = what.url, what.steps

    def _signal(self, page: int, what: TabOpened | TabClosed | Sent | Answered | DialogClosed | DownloadBegan) -> None:
        if isinstance(what, Answered):
            note_answer(self.folded.drafts, what)
        elif self.answered_to is not None:
            note_signal(self.answered_to, page, what, self.last_at)


def _counted(gesture: Gesture, clicks: int) -> Gesture:
    return gesture.model_copy(update={"count": clicks}) if gesture.type.startswith("pointer") else gesture
