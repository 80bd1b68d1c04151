"""Keeps secret values out of everything a run writes."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

from recordings.inputs import HIDDEN
from recordings.known_secrets import KNOWN


class Redactor:
    """Replaces secret values that it learned, as they are and as URLs and JSON write them."""

    def __init__(self) -> None:
        self._written: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[str, ...]:
        """All forms of them, the longest first."""
        return self._written

    def learn(self, value: str, *, here: bool = False) -> None:
        """Replace this value too; ``here`` alone, and not in all that this process writes."""
        if not here:
            KNOWN.learn(value)
        if value and value not in self._written:
            forms = {value, quote(value, safe=""), quote_plus(value), quote(value), repr(value)[1:-1]}
            self._written = tuple(sorted({*self._written, *forms}, key=len, reverse=True))

    def shows(self, text: str) -> bool:
        """Whether a text holds a secret value, of this run or another of this process."""
        return self.clean(text) != text or KNOWN.shown_in(text)

    def clean(self, text: str) -> str:
        """The text without any secret value."""
        for form in self._written:
            text = text.replace(form, HIDDEN)
        return text
