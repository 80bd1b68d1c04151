"""What a person types into a live page, as far as the keys tell, to be kept out of all that is written; pure."""

from __future__ import annotations

from agents.live.asked import Down, Gesture, Key, Paste, Text

_CHORDS = {"Control", "Alt", "Meta"}
_STAYS = {"Shift", "CapsLock", *_CHORDS}


def types(asked: Gesture) -> bool:
    """Whether it may put text into a field."""
    return isinstance(asked, (Text, Paste)) or (isinstance(asked, Key) and asked.down and len(asked.key) == 1)


class Typed:
    """Texts, each from one place to the next: a press, or a key that is no character, ends one."""

    def __init__(self) -> None:
        self._text = ""
        self._held: set[str] = set()

    def heard(self, asked: Gesture) -> list[str]:
        """Take a gesture; the texts that ended with it."""
        match asked:
            case Text(text=text):
                self._text += text
            case Paste(text=text):
                self._text += text
                return [text]
            case Key(key=key) if key in _STAYS:
                (self._held.add if asked.down else self._held.discard)(key)
            case Key(down=True, key="Backspace"):
                self._text = self._text[:-1]
            case Key(down=True, key=key) if len(key) == 1:
                self._text += "" if self._held & _CHORDS else key
            case Key(down=True) | Down():
                return self.ended()
        return []

    def ended(self) -> list[str]:
        """The text that was typed last, where nothing more comes of it."""
        ended, self._text = self._text, ""
        return [ended] if ended else []
