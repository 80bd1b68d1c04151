"""Which row an element is in: the text that names the row decides, else what the row says; pure."""

from __future__ import annotations

from functools import lru_cache

from recordings.target import Description
from replayer.wording import says_words, words_of

_SHARED = 0.6


def in_its_row(wanted: Description, seen: Description) -> bool | None:
    """Whether ``seen`` is in the row that ``wanted`` was in; None where that cannot be told."""
    if not is_keyed(wanted):
        return same_row(wanted.row, seen.row) if wanted.row and seen.row else None
    if seen.key and (_same(wanted.key, seen.key) or (wanted.column and wanted.column == seen.column)):
        return _same(wanted.key, seen.key)
    if seen.key:
        return _stands_in(wanted.key, _beside(seen.key, seen.row))
    if seen.row:
        return _stands_in(wanted.key, seen.row)
    return _stands_in(wanted.key, seen.block) or None  # rows that are drawn otherwise in the next release


def in_its_keyed_row(wanted: Description, seen: Description) -> bool | None:
    """The same, by the text that names the row alone; None where it names none, or that cannot be told."""
    return in_its_row(wanted, seen) if is_keyed(wanted) else None


def is_keyed(wanted: Description) -> bool:
    """Whether the row's key tells which row it is in: it has one, and is not the key itself."""
    return bool(wanted.key) and not names_its_row(wanted)


def names_its_row(seen: Description) -> bool:
    """Whether the row is called by the element itself, which its own name tells then."""
    return bool(seen.key) and seen.key in (seen.name, seen.text)


def same_row(wanted: str, seen: str) -> bool:
    """Whether two rows are about the same thing: the first words say what it is about, most of the rest agrees.

    Words count whole: 'Greta' is not 'Grete', however much of the letters and of the other columns is the same.
    """
    words, others = words_of(wanted), set(words_of(seen))
    shared = sum(word in others for word in words)
    return all(word in others for word in words[:2]) and shared >= _SHARED * len(words)


def _same(one: str, two: str) -> bool:
    return one.casefold() == two.casefold()


def _beside(key: str, row: str) -> str:
    """The row without its key: that is another's."""
    words, named = row.split(), key.split()
    starts = (n for n in range(len(words) - len(named) + 1) if words[n : n + len(named)] == named)
    at = next(starts, len(words))
    return " ".join((*words[:at], *words[at + len(named) :]))


@lru_cache(maxsize=65536)
def _stands_in(key: str, row: str) -> bool:
    """Whether the key stands in the row, word for word."""
    return says_words(row.casefold().split(), key.casefold().split())
