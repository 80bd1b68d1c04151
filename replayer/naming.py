"""What elements are called, and whether two are called the same or contradict each other; pure."""

from __future__ import annotations

from functools import lru_cache

from recordings.target import Description
from replayer.kinds import kind_of
from replayer.wording import are_opposite, is_action, promises_more, text_likeness, words_of

_SPELT_OUT = 0.9


def called(seen: Description) -> str:
    """What a person calls the element; the count on an icon ("3", "9+") is no name."""
    name = seen.name or seen.label or seen.placeholder or seen.text
    return "" if seen.icon and not any(sign.isalpha() for sign in name) else name


@lru_cache(maxsize=65536)
def telling_words(wanted: str, seen: str, common: frozenset[str]) -> float:
    """Of a name with words that many names of the page have, whether the others agree: the "bob" of "Edit bob"."""
    mine = words_of(wanted)
    rare = tuple(word for word in mine if word not in common)
    if not rare or len(rare) == len(mine) or not seen:
        return 0.0
    theirs = " ".join(word for word in words_of(seen) if word not in common)
    return 2 * text_likeness(" ".join(rare), theirs) - 1


def name_likeness(wanted: Description, seen: Description) -> float:
    """The best likeness of any of the two elements' names: a label may become a placeholder in the next release."""
    best = max((text_likeness(one, two) for one in names_of(wanted) for two in names_of(seen)), default=0.0)
    first = text_likeness(called(wanted), called(seen))
    spelt_out = _SPELT_OUT * _spelt_out_likeness(called(wanted), called(seen), f"{wanted.heading} {wanted.group}")
    return max(first, best * 0.95, spelt_out)


@lru_cache(maxsize=65536)
def _spelt_out_likeness(wanted: str, seen: str, around: str) -> float:
    """Likeness where one name says the thing that the other leaves to the heading: "Save", "Save customer"."""
    mine, theirs, told = words_of(wanted), words_of(seen), set(words_of(around))
    longer, shorter = (mine, theirs) if len(mine) > len(theirs) else (theirs, mine)
    rest = [word for word in longer if word in shorter or word not in told or is_action(word)]
    return text_likeness(" ".join(rest), " ".join(shorter)) if rest and len(rest) < len(longer) else 0.0


def names_of(seen: Description) -> tuple[str, ...]:
    get = seen.attributes.get
    all_names = (seen.name, seen.label, seen.placeholder, seen.text, get("title", ""), get("alt", ""))
    if not called(seen):
        return ()
    return tuple(dict.fromkeys(name for name in all_names if name))


def contradicts(wanted: Description, seen: Description) -> bool:
    mine, theirs = called(wanted), called(seen)
    if wanted.text and seen.text:  # what a person sees; a name may add how it works
        mine, theirs = wanted.text, seen.text
    if are_opposite(mine, theirs):
        return True
    pressed = kind_of(wanted) == "activator"
    return pressed and (promises_more(mine, theirs) or promises_more(theirs, mine))
