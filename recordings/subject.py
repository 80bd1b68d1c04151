"""A person to be found and erased: how texts, addresses and hashes write what they are called; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from recordings.errors import CouldNotStartError
from recordings.patterns import kind_of
from recordings.veil import ERASED, sign_of

_SHORTEST = 3
_CUT = 39
_GAP = r"[\s()./-]{0,2}"
_BEFORE, _AFTER = r"(?:(?<!\w)|(?<=%[0-9A-Fa-f]{2}))", r"(?!\w)"


class SubjectTooShortError(CouldNotStartError):
    """A text that would be found in too much that is about nobody."""

    def __init__(self) -> None:
        super().__init__(
            f"The text to erase has fewer than {_SHORTEST} letters or digits: too much else says it.",
            "Give a whole name, an address or a number.",
        )


class Subject:
    """Finds what a person is called, as whole words, whatever case it is in, and the hash that stands for it.

    Args:
        key: The key of the hashes; None where there are none.

    Raises:
        SubjectTooShortError: It would be found everywhere.
    """

    def __init__(self, text: str, key: bytes | None = None) -> None:
        folded = " ".join(text.split())
        if sum(sign.isalnum() for sign in folded) < _SHORTEST:
            raise SubjectTooShortError
        words = [_words(folded), *map(re.escape, (quote(folded, safe=""), quote(folded), quote_plus(folded)))]
        if len(folded) > _CUT:  # words of steps are cut
            words.append(_words(folded[:_CUT]))
        if kind_of(folded) not in (None, "e-mail"):
            words.append(_GAP.join(re.escape(sign) for sign in folded if sign.isalnum() or sign == "+"))
        whole = rf"{_BEFORE}(?:{'|'.join(words)}){_AFTER}"
        sign = sign_of(key, folded) if key is not None else ""
        parts = [rf"(?:‹[^‹›]{{1,12}} )?{sign}›?", whole] if sign else [whole]
        self._found = re.compile("|".join(parts), re.IGNORECASE)
        self._bytes = tuple(form.lower().encode() for form in {folded, quote(folded), quote_plus(folded), sign} if form)

    def stands_in(self, text: str) -> bool:
        """Whether a text says it."""
        return self._found.search(text) is not None

    def without(self, text: str) -> str:
        """The text with a mark in its place."""
        return self._found.sub(ERASED, text)

    def erased(self, value: Any) -> Any:
        """JSON without it, in texts and in the names of values."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, Mapping):
            return {self.without(name): self.erased(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.erased(item) for item in value]
        return value

    def json_without(self, document: str) -> str:
        """A JSON document without it; the same text where it does not say it."""
        if not self.stands_in(document) and "\\" not in document:
            return document
        read = json.loads(document)
        told = self.erased(read)
        return document if told == read else json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    def in_bytes(self, content: bytes) -> bool:
        """Whether a file says it, of whatever form it is: as it is, as addresses write it, or hashed."""
        lowered = content.lower()
        return any(form in lowered for form in self._bytes)


def _words(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())
