"""What is personal in the texts of one run, and keyed hashes in its place: alike for like values, not guessable."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from urllib.parse import quote, quote_plus

from recordings.patterns import Kind, bare_signs, hits_in, kind_of

_SHORTEST = 5
_WORDS_KEPT = 39
"""Words of steps and texts of pages are cut after so many signs."""
_SIGN_HEX = 20
"""80 bits: no two values of a store are taken for the same by chance."""
ERASED = "‹erased›"
"""Stands where a person was erased."""
_TOKEN = re.compile(rf"‹[^‹›]{{1,12}} ([0-9a-f]{{{_SIGN_HEX}}})›")


class Private:
    """What is personal in one run, known to the process that runs it and never written; false where nothing is.

    ``values`` are texts by their kind; more are learned as the run reads them. ``names`` are the values and columns
    that are read and personal, ``plain`` those that are not; ``spared`` are texts that are no person's though they look
    so. ``rows``: a loop's rows are called by what is personal.
    """

    __slots__ = ("names", "patterns", "plain", "rows", "spared", "values")

    def __init__(
        self,
        values: Mapping[str, Kind] | None = None,
        names: Iterable[str] = (),
        plain: Iterable[str] = (),
        spared: Iterable[str] = (),
        *,
        patterns: bool = False,
        rows: bool = False,
    ) -> None:
        self.values: dict[str, Kind] = dict(values or {})
        self.names, self.plain, self.spared = frozenset(names), frozenset(plain), frozenset(spared)
        self.patterns, self.rows = patterns, rows

    def __bool__(self) -> bool:
        return bool(self.values or self.names or self.patterns)

    def learn(self, text: str) -> None:
        """A text that is personal, wherever it is seen from now on."""
        if text.strip():
            self.values.setdefault(text, kind_of(text) or "value")

    def learn_cells(self, table: str, rows: Iterable[Mapping[str, str]]) -> None:
        """The cells of a table that was read which are personal by its name or their column's."""
        for row in rows if self.names else ():
            for column, text in row.items():
                if table in self.names or column in self.names:
                    self.learn(text)

    def looks_so(self, text: str) -> bool:
        """Whether a text holds what looks personal by default."""
        return self.patterns and any(text[hit.start : hit.end] not in self.spared for hit in hits_in(text))

    def __repr__(self) -> str:
        return "<not shown>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Private)

    __hash__ = None  # type: ignore[assignment]


class Veil:
    """Puts keyed hashes in the place of what is personal in texts."""

    def __init__(self, private: Private, key: bytes) -> None:
        self._private, self._key = private, key
        self._forms = {form: value for value in private.values for form in _forms_of(value)}
        self._known = _pattern(self._forms)

    def text(self, text: str) -> str:
        """A text with what is personal hashed."""
        if self._known is not None:
            text = self._known.sub(lambda found: self._token(self._forms[found[0]]), text)
        return self._without_patterns(text) if self._private.patterns else text

    def value(self, name: str, text: str) -> str:
        """A value by its name: whole where that is personal, else what of it is."""
        if not text.strip() or is_token(text) or name in self._private.plain:
            return text
        if name in self._private.names:
            return token_of(self._key, text, kind_of(text) or "value")
        return self.text(text)

    def values(self, given: Mapping[str, str]) -> dict[str, str]:
        """Values by name."""
        return {name: self.value(name, text) for name, text in given.items()}

    def cell(self, table: str, column: str, text: str) -> str:
        """A cell of a table that is read: personal by the table's name, or by its column's."""
        return self.value(table if table in self._private.names else column, text)

    def _token(self, value: str) -> str:
        return token_of(self._key, value, self._private.values[value])

    def _without_patterns(self, text: str) -> str:
        told, at = "", 0
        for hit in hits_in(text):
            found = text[hit.start : hit.end]
            spared = found in self._private.spared
            told += text[at : hit.start] + (found if spared else token_of(self._key, found, hit.kind))
            at = hit.end
        return told + text[at:]


def sign_of(key: bytes, text: str) -> str:
    """The keyed hash of a value: the same however it is spaced or cased, and without the key not to be looked up. Of
    phones, IBANs, cards and ids only letters and digits count."""
    kind = kind_of(text)
    plain = bare_signs(text) if kind not in (None, "e-mail") else " ".join(text.split())
    return hmac.new(key, plain.casefold().encode("utf-8", "surrogatepass"), sha256).hexdigest()[:_SIGN_HEX]


def token_of(key: bytes, text: str, kind: Kind) -> str:
    """What stands in the place of a value."""
    return f"‹{kind} {sign_of(key, text)}›"


def is_token(text: str) -> bool:
    """Whether a text is nothing but what stands in the place of a value."""
    return _TOKEN.fullmatch(text) is not None


def is_lost(text: str) -> bool:
    """Whether a text holds a hash, or a mark of what was erased: nothing can be done with it any more."""
    return ERASED in text or _TOKEN.search(text) is not None


def _forms_of(value: str) -> set[str]:
    """A value as words, addresses and cut texts write it."""
    folded = " ".join(value.split())
    forms = {value, folded, repr(value)[1:-1], quote(value, safe=""), quote_plus(value), quote(value)}
    return {form for form in forms | {form[:_WORDS_KEPT] for form in (value, folded)} if form.strip()}


def _pattern(forms: Iterable[str]) -> re.Pattern[str] | None:
    """Finds values: anywhere, but short ones only as whole words, or every 1 in a text would go."""
    longest_first = sorted(set(forms), key=len, reverse=True)
    parts = (
        re.escape(form) if len(form) >= _SHORTEST else rf"(?<!\w){re.escape(form)}(?!\w)" for form in longest_first
    )
    return re.compile("|".join(parts)) if longest_first else None
