"""What keys mean: which only edit a field's text or move a choice, and how they are written; pure."""

from __future__ import annotations

from recorder.drafts import Draft
from recorder.page_events import KeyDown, Taken
from recordings.target import Description

MODIFIER_KEYS = {
    "Alt",
    "Control",
    "Meta",
    "Shift",
    "AltGraph",
    "CapsLock",
    "Dead",
    "Process",
    "Unidentified",
}
_EDITING_KEYS = {
    "Backspace",
    "Delete",
    "ArrowLeft",
    "ArrowRight",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "Insert",
}
_EDITING_SHORTCUTS = set("acvxzy")
_FIELD_KEYS = {"ArrowUp", "ArrowDown"}
BROWSER_KEYS = {"Alt+ArrowLeft", "Alt+ArrowRight", "F5", "Control+r", "Meta+r"}
LEAVING_KEYS = {"Tab", "Escape"}
STEPPING_KEYS = {"ArrowUp", "ArrowDown", "PageUp", "PageDown"}
CHOOSING_KEYS = _FIELD_KEYS | _EDITING_KEYS


_WRITTEN = {"", "text", "email", "tel", "url", "search", "number", "password"}


def is_written(element: Description | None) -> bool:
    """Whether a field is filled by typing its value; a range, a date or a colour is set."""
    return element is None or element.tag != "input" or element.type in _WRITTEN


def keys_of(key: str, modifiers: tuple[str, ...]) -> str:
    """A key with its modifiers as Playwright writes it: ``Control+Enter``; a capital needs no Shift."""
    key = "Space" if key == " " else key
    held = [m for m in modifiers if not (m == "Shift" and len(key) == 1)]
    return "+".join([*held, key])


def matters_in_field(what: KeyDown | Taken, element: Description | None) -> bool:
    """Whether a key in a text field does more than edit its text."""
    shortcut = {"Control", "Meta"} & set(what.modifiers)
    many_lines = element is not None and element.tag != "input"
    if len(what.key) == 1:
        return bool(shortcut) and what.key.lower() not in _EDITING_SHORTCUTS
    if what.key in _EDITING_KEYS:
        return False
    if what.key in _FIELD_KEYS:
        return not many_lines and element is not None and element.type not in ("number", "date", "time", "range")
    if what.key == "Enter":
        return not many_lines or bool(what.modifiers)
    return True


def takes_back(what: KeyDown) -> bool:
    """Whether a key takes back, or does again, what was edited last, wherever on the page that was."""
    return bool({"Control", "Meta"} & set(what.modifiers)) and what.key.lower() in ("z", "y")


def chooses(draft: Draft) -> bool:
    """Whether a key only moved a choice: arrows and Space anywhere, letters in a native select."""
    in_select = draft.element is not None and draft.element.tag == "select"
    return draft.keys in CHOOSING_KEYS | {"Space"} or (in_select and len(draft.keys) == 1)


def is_option(draft: Draft) -> bool:
    return draft.element is not None and draft.element.tag == "option"


def is_radio(draft: Draft) -> bool:
    return draft.element is not None and draft.element.type == "radio"
