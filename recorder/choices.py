"""What was chosen in lists that a page made itself, pure: the press that opens the list, the typing that narrows it
and the press on the option become one choice, where what the page showed tells that it was one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from recorder.drafts import Draft
from recorder.scenes import SeenScene
from recordings.target import Description

_OPTIONS = {"option", "menuitemradio", "radio"}
_LISTS = {"combobox", "option", "menuitemradio"}
_LONGEST = 80
_SLOW_MS = 10_000  # a slow hand, or a busy machine; what the page showed tells whether it was a choice


def with_choices(drafts: Sequence[Draft], scenes: Sequence[SeenScene]) -> list[Draft]:
    """The drafts with every choice in one; ``choice`` of the others is what they take of several."""
    kept: list[Draft] = []
    for number, draft in enumerate(drafts):
        kept.append(draft)
        draft.choice = _taken(draft)
        end = drafts[number + 1].seq if number + 1 < len(drafts) else inf
        way = next((way for way in _ways_to(kept) if _came_about(way, _Shown.of(way, scenes, end))), None)
        if way is not None:
            del kept[-len(way.drafts) :]
            kept.append(_one(way))
    return kept


@dataclass(frozen=True, slots=True)
class _Way:
    """How something was chosen: ``opener`` is what was pressed, or typed into, first; ``text`` what was chosen."""

    drafts: tuple[Draft, ...]
    text: str

    @property
    def opener(self) -> Draft:
        return self.drafts[0]

    @property
    def last(self) -> Draft:
        return self.drafts[-1]

    @property
    def searched(self) -> Draft | None:
        """Where was typed to find it."""
        return next((draft for draft in self.drafts if draft.kind == "fill"), None)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The facts that the document told before the list opened, as the choice was made, and after it. Each press tells
    them, however quick the hand is; but nobody knows what a page would have shown that went away at the choice, or
    that came to show it only after the next press."""

    before: tuple[str, ...]
    during: tuple[str, ...]
    after: tuple[str, ...]

    @classmethod
    def of(cls, way: _Way, scenes: Sequence[SeenScene], end: float) -> _Shown | None:
        told = [scene for scene in scenes if scene.doc == way.opener.doc]
        before = [scene for scene in told if scene.seq <= way.opener.seq]
        during = [scene for scene in told if way.last.seq - 1 < scene.seq <= way.last.seq]
        later = [scene for scene in told if way.last.seq < scene.seq]
        if not before or not during or not later:
            return None
        # What comes next may be no press (a hover, a scroll), and tell nothing: then the press after it does.
        after = [scene for scene in later if scene.seq <= end] or later[:1]
        return cls(before[-1].facts, during[-1].facts, after[-1].facts)


def _taken(draft: Draft) -> str:
    """What a press takes of several that are offered: an option, a radio, one box of a group of boxes."""
    seen = draft.element
    if seen is None:
        return ""
    offered = bool(seen.choices) or (draft.kind == "click" and seen.role in _OPTIONS)
    plain = _is_press(draft) if draft.kind == "click" else draft.kind == "check" and draft.checked
    by_row = seen.key not in ("", seen.label, seen.name, seen.text)  # it is the row that is taken of several
    return _said(seen) if offered and plain and not by_row else ""


def _ways_to(drafts: Sequence[Draft]) -> list[_Way]:
    """The last drafts as a way to choose something, if they look like one, by each text that it may be called by."""
    last = drafts[-1]
    before = [draft for draft in drafts[-4:-1] if not draft.idle][-2:]
    typed = before[-1] if before and _is_search(before[-1]) else None
    keyed = last.kind == "press" and last.keys == "Enter" and typed is not None and last.is_on(typed.doc, typed.ref)
    if not keyed and not _is_press(last):
        return []
    opener = before[-1] if before and typed is None else before[-2] if len(before) > 1 else None
    way = [typed, last] if typed is not None else [last]
    if opener is not None and _is_press(opener) and (typed is None or not _is_pressed(typed)):
        way = [opener, *way]
    first = drafts.index(way[0])
    texts = [typed.text] if keyed and typed is not None else _sayings(last.element)
    if len(way) < 2 or not _together(way):
        return []
    return [_Way(tuple(drafts[first:]), text) for text in texts if text and len(text) <= _LONGEST]


def _is_press(draft: Draft) -> bool:
    plain = draft.kind == "click" and draft.clicks == 1 and not draft.button and not draft.modifiers
    return (
        plain
        and draft.hold_ms < _SLOW_MS
        and draft.element is not None
        and draft.element.tag not in ("select", "option")
    )


def _is_search(draft: Draft) -> bool:
    return draft.kind == "fill" and not draft.secret and bool(draft.text.strip()) and draft.element is not None


def _is_pressed(draft: Draft) -> bool:
    """Whether the field was pressed before it was typed into: then nothing else gave it the focus."""
    return bool(draft.gestures) and draft.gestures[0].type.startswith("pointer")


def _together(way: Sequence[Draft]) -> bool:
    """All in one document, and nothing answered before the last."""
    same = len({(draft.doc, draft.page) for draft in way}) == 1
    on_two = way[0].ref != way[-1].ref or way[-1].kind == "press"
    return same and on_two and not any(draft.signals for draft in way[:-1])


def _came_about(way: _Way, shown: _Shown | None) -> bool:
    """Whether the list went and left what was chosen standing in the place of what was there before."""
    if shown is None or not _stands_anew(way.text, shown):
        return False
    roles = {draft.element.role for draft in way.drafts if draft.element is not None}
    typed = way.searched
    if typed is not None and typed.text.casefold() not in way.text.casefold():
        return False
    if typed is way.opener:
        return "combobox" in roles and any(_holds(fact, way.text) for fact in shown.after)
    filled = way.opener.element is not None and way.opener.element.editable
    held = any(_holds(fact, way.text) for fact in shown.after)
    listed = bool(roles & _LISTS) or _in_its_stead(way, shown) or (filled and held)
    if way.last.kind == "press" and way.text not in shown.during:
        return False  # no option said it: a search was sent
    return listed and bool(Counter(shown.during) - Counter(shown.after))


def _stands_anew(text: str, shown: _Shown) -> bool:
    return sum(_says(fact, text) for fact in shown.after) > sum(_says(fact, text) for fact in shown.before)


def _in_its_stead(way: _Way, shown: _Shown) -> bool:
    """Whether the text stands where the opener's own text stood, after the same neighbour."""
    own = {way.opener.element.text, way.opener.element.name} - {""} if way.opener.element is not None else set()
    places = [n for n, fact in enumerate(shown.before) if fact in own]
    went = {fact for fact in own if shown.after.count(fact) < shown.before.count(fact)}
    return bool(went) and any(
        _says(fact, way.text) and shown.before[place - 1 : place] == shown.after[n - 1 : n]
        for place in places
        for n, fact in enumerate(shown.after)
    )


def _says(fact: str, text: str) -> bool:
    return fact == text or _holds(fact, text)


def _holds(fact: str, text: str) -> bool:
    """Whether it is a field's fact, and the field holds the text: ``[Country] Belgium expanded=false``."""
    return re.search(rf"\] {re.escape(text)}(?= [a-z]+=| open\b| disabled\b|$)", fact) is not None


def _sayings(seen: Description | None) -> list[str]:
    """Its text, else its name: an option's mark stands in its text alone."""
    return list(dict.fromkeys([_said(seen), seen.name])) if seen is not None else []


def _said(seen: Description | None) -> str:
    text = (seen.text or seen.name or seen.label) if seen is not None else ""
    return text if len(text) <= _LONGEST and "…" not in text else ""


def _one(way: _Way) -> Draft:
    """The choice: on what opened the list, with all that was done on the way."""
    opener, last = way.opener, way.last
    opener.kind, opener.text, opener.typed = "choose", way.text, way.searched is not None
    opener.placed = opener is not way.searched
    opener.choice = ""
    for draft in way.drafts[1:]:
        opener.gestures += draft.gestures
        opener.made_of += draft.made_of
    opener.signals, opener.requests, opener.note = last.signals, last.requests, last.note or opener.note
    return opener
