"""Keeps secret values out of everything a run writes; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from recordings.inputs import HIDDEN


@dataclass(frozen=True, slots=True)
class Redactor:
    """Replaces known secret values, as they are and as URLs and JSON write them."""

    written: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Iterable[str]) -> Redactor:
        """A redactor of these values; the longest go first, empty ones are left out."""
        forms = {
            form
            for value in values
            if value
            for form in (value, quote(value, safe=""), quote_plus(value), quote(value), repr(value)[1:-1])
        }
        return cls(tuple(sorted(forms, key=len, reverse=True)))

    def clean(self, text: str) -> str:
        """The text without any secret value."""
        for form in self.written:
            text = text.replace(form, HIDDEN)
        return text
