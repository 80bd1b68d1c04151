"""Each step said in words, for the person who shows and the one who reviews; pure."""

from __future__ import annotations

from recorder.drafts import Draft
from recorder.readings import Reading
from recordings.reads import words_for
from recordings.target import Description

_COLUMNS = 4
_NOUNS = {
    "button": "button",
    "link": "link",
    "tab": "tab",
    "menuitem": "menu item",
    "option": "option",
    "checkbox": "checkbox",
    "radio": "option",
    "img": "picture",
    "cell": "cell",
    "row": "row",
}


def called(seen: Description | None) -> str:
    """What a person would call the element: the button 'Save' in the row 'Ada'."""
    if seen is None:
        return "the page"
    name = seen.name or seen.label or seen.text or seen.placeholder or seen.attributes.get("title", "")
    noun = _NOUNS.get(seen.role, "")
    quoted = f"'{_short(name)}'" if name else ""
    plain = " ".join(part for part in (noun, quoted) if part) or f"the {seen.tag}"
    within = f" in the row '{_short(seen.key or seen.row)}'" if seen.row and seen.alike > 1 else ""
    return plain + within


def words_of(draft: Draft) -> str:
    """The step as a sentence; secrets are only named."""
    what = called(draft.element)
    match draft.kind:
        case "navigate":
            return f"Go to {draft.to}"
        case "history":
            return {0: "Load the page again", 1: "Go forward"}.get(draft.steps, f"Go back to {draft.to}")
        case "click":
            return f"{_click_verb(draft)} {what}"
        case "drag":
            return f"Drag {what}" + (f" onto {called(draft.onto)}" if draft.onto else "")
        case "fill":
            return f"Type {'a secret' if draft.secret else repr(_short(draft.text))} into {what}"
        case "type":
            typed = ", ".join(repr(_short(part)) if kind == "text" else part for kind, part in draft.parts[:6])
            return f"Type {typed}{', …' if len(draft.parts) > 6 else ''} into {what}"
        case "hover":
            return f"Rest the pointer on {what}"
        case "assert":
            return _check(draft, what)
        case "read":
            return f"Read '{_reading(draft).name}', here {_short(draft.text)!r}"
        case "read_rows":
            return _rows(_reading(draft), on=draft.leads_on is not None)
        case "equals":
            return _equals(_reading(draft), what)
        case "select":
            return f"Choose {', '.join(repr(_short(label)) for label in draft.chosen) or 'nothing'} in {what}"
        case "choose":
            return f"Choose {_short(draft.text)!r} in {what}"
        case "check":
            return f"Set {what} to {'on' if draft.checked else 'off'}"
        case "press":
            return f"Press {draft.keys}" + (f" in {what}" if draft.element and draft.element.editable else "")
        case "upload":
            files = f"{'file' if len(draft.files) == 1 else 'files'} {', '.join(draft.files)}"
            return f"Drop {files} on {what}" if draft.dropped else f"Choose {files} in {what}"
        case "scroll":
            return f"Scroll {_box(draft.element)}"
        case "wheel":
            return f"Turn the wheel over {what}"


def _box(seen: Description | None) -> str:
    """What scrolls, not called by what it holds."""
    named = seen is not None and seen.name and seen.name[:40] != seen.text[:40]
    return called(seen) if seen is None or named else f"the {seen.role or seen.tag}"


def _reading(draft: Draft) -> Reading:
    if draft.reading is None:
        raise ValueError(f"the {draft.kind} at event {draft.seq} reads nothing")
    return draft.reading


def _rows(reading: Reading, *, on: bool) -> str:
    """The columns by name, the first of many."""
    names = [column.name for column in reading.kept]
    told = ", ".join(names[:_COLUMNS]) + (", …" if len(names) > _COLUMNS else "")
    count = "1 row" if reading.count == 1 else f"{reading.count} rows"
    return f"Read all rows of '{reading.name}' ({told}), here {count}" + (", page by page" if on else "")


def _equals(reading: Reading, what: str) -> str:
    called_so = f"'{_short(reading.caption)}'" if reading.caption else what
    return f"Check that {called_so} equals {words_for(reading.to or reading.shown)}"


def _check(draft: Draft, what: str) -> str:
    if draft.element is not None and draft.element.text[:40] == draft.text[:40]:
        return f"Check that {what} is there"
    return f"Check that {what} says {_short(draft.text)!r}"


def _click_verb(draft: Draft) -> str:
    if draft.hold_ms:
        return "+".join([*draft.modifiers, "Hold"])
    verb = {1: "Click", 2: "Double-click", 3: "Triple-click"}.get(draft.clicks, "Click")
    if draft.button:
        verb = {1: "Middle-click", 2: "Right-click"}.get(draft.button, verb)
    return "+".join([*draft.modifiers, verb])


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
