"""Which keys Playwright's own keyboard presses just so, and how others are pressed; pure."""

from __future__ import annotations

import string
from typing import Any

from agents.live.asked import Key

_SHIFTED = dict(zip("1234567890`-=[]\\;',./", '!@#$%^&*()~_+{}|:"<>?', strict=True))
_SIGNS = {
    "Backquote": "`", "Minus": "-", "Equal": "=", "BracketLeft": "[", "BracketRight": "]", "Backslash": "\\",
    "Semicolon": ";", "Quote": "'", "Comma": ",", "Period": ".", "Slash": "/", "Space": " ",
}  # fmt: skip
_BARE = {
    **_SIGNS,
    **{f"Digit{digit}": digit for digit in string.digits},
    **{f"Key{letter}": letter.lower() for letter in string.ascii_uppercase},
}
_BITS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
_NAMED = {
    "Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown", "ArrowLeft",
    "ArrowRight", "ArrowUp", "ArrowDown", "ShiftLeft", "ShiftRight", "ControlLeft", "ControlRight", "AltLeft",
    "AltRight", "MetaLeft", "MetaRight", "NumpadEnter", "CapsLock", *(f"F{number}" for number in range(1, 13)),
}  # fmt: skip


def known_key(asked: Key, shift: bool) -> str:
    """The name by which Playwright's keyboard, which has American keys, makes the very same events; "" if none.

    Args:
        shift: Whether Shift is held.
    """
    if len(asked.key) > 1:
        # AltGr is another key than Alt, though both are AltRight.
        return asked.code if asked.code in _NAMED and asked.key != "AltGraph" else ""
    bare = _BARE.get(asked.code, "")
    made = (_SHIFTED.get(bare, bare.upper()) if shift else bare) if bare else ""
    return asked.code if made == asked.key else ""


def event_of(asked: Key, held: set[str]) -> dict[str, Any]:
    """What ``Input.dispatchKeyEvent`` is given for a key of any other keyboard.

    Args:
        held: The modifiers that are down, by KeyboardEvent.key.
    """
    chord = bool(held & {"Control", "Meta", "Alt"}) and "AltGraph" not in held
    text = asked.key if len(asked.key) == 1 and not chord else ""
    kind = "keyUp" if not asked.down else "keyDown" if text else "rawKeyDown"
    event: dict[str, Any] = {
        "type": kind,
        "key": asked.key,
        "code": asked.code,
        "windowsVirtualKeyCode": asked.number,
        "location": asked.location,
        "isKeypad": asked.location == 3,
        "modifiers": sum(_BITS.get(name, 0) for name in held),
    }
    return {**event, "text": text, "unmodifiedText": text} if text and asked.down else event
