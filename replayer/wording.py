"""How alike two wordings are: the same words, words for the same thing, words for the opposite; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from replayer.synonyms import ACTIONS, ICONS, OPPOSITES, THINGS

_EMPTY = {
    "a",
    "an",
    "and",
    "as",
    "for",
    "in",
    "of",
    "or",
    "the",
    "to",
    "your",
    "my",
    "our",
    "this",
    "by",
    "with",
    "is",
    "full",
}
_JOINED = {
    ("log", "in"): "login",
    ("sign", "in"): "login",
    ("log", "on"): "login",
    ("log", "out"): "logout",
    ("sign", "out"): "logout",
    ("log", "off"): "logout",
    ("sign", "up"): "register",
    ("e", "mail"): "email",
    ("user", "name"): "username",
    ("first", "name"): "firstname",
    ("given", "name"): "firstname",
    ("last", "name"): "lastname",
    ("family", "name"): "lastname",
    ("zoom", "in"): "zoomin",
    ("zoom", "out"): "zoomout",
    ("post", "code"): "postcode",
    ("zip", "code"): "zip",
    ("look", "up"): "search",
    ("set", "up"): "setup",
}
_FILLERS = {"change", "form", "now", "all", "here", "it", "button", "link", "page", "please"}
_LIGHT = 0.2
_NUMBER = 0.1
_ASIDE = 0.3
_FUZZY = 0.8
_LONGEST = 160
_FIRST_THING = 1000


def _meanings(groups: tuple[str, ...], first: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for place, group in enumerate(groups, first):
        for word in group.split():
            found[word] = (*found.get(word, ()), place)
    return found


_MEANING = {**_meanings(THINGS, _FIRST_THING)}
for _word, _places in _meanings(ACTIONS, 0).items():
    _MEANING[_word] = (*_MEANING.get(_word, ()), *_places)
_PICTURED = _meanings(ICONS, 0)
_MEMBERS = [group.split() for group in (*ACTIONS, *THINGS)]
_PARTS = {joined: parts for parts, joined in _JOINED.items()}


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words in order; ``userName`` and ``user_name`` are ``user name``, ``log in`` is ``login``."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text[:_LONGEST])
    words = [word.strip("_") for word in re.split(r"[\W_]+", parted.casefold())]
    words = [_singular(word) for word in words if word]
    joined: list[str] = []
    for word in words:
        if joined and (both := _JOINED.get((joined[-1], word))):
            joined[-1] = both
        else:
            joined.append(word)
    return tuple(joined)


@lru_cache(maxsize=8192)
def meant_by(text: str) -> tuple[str, ...]:
    """Its words and all words for the same things, as a page may write them."""
    words = set(words_of(text))
    words |= {other for word in words for members in _MEMBERS if word in members for other in members}
    return tuple(words | {part for word in words for part in _PARTS.get(word, ())})


def says_words(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the wanted words stand among the words one after the other."""
    length = len(wanted)
    return any(list(words[n : n + length]) == list(wanted) for n in range(len(words) - length + 1))


@lru_cache(maxsize=65536)
def text_likeness(wanted: str, seen: str) -> float:
    """1 for the same words, towards 0 for none shared.

    Words for the same thing count nearly whole, misspelt ones by their letters. Small words, what stands in brackets,
    and numbers beside words (the badge of "Inbox 13") count little.
    """
    if wanted == seen:
        return 1.0 if wanted else 0.0
    if not wanted or not seen:
        return 0.0
    left, right = words_of(wanted), words_of(seen)
    if left == right:
        return 0.99 if left else 0.0
    heavy, other = _weighed(wanted), _weighed(seen)
    if not heavy or not other:
        return 0.0
    both = _shared(heavy, other)
    all_left, all_right = sum(heavy.values()), sum(other.values())
    covered = both / min(all_left, all_right)
    overlap = both / max(1e-9, all_left + all_right - both)
    return min(0.98, 0.35 * covered + 0.65 * overlap)


@lru_cache(maxsize=16384)
def are_opposite(wanted: str, seen: str) -> bool:
    """Whether one says the contrary of the other: "Expand all" and "Collapse all"."""
    left, right = set(words_of(wanted)), set(words_of(seen))
    only_left, only_right = left - right, right - left
    return any(_stands_for(one, only_left) and _stands_for(two, only_right) for one, two in _CONTRARY)


@lru_cache(maxsize=16384)
def promises_more(wanted: str, seen: str) -> bool:
    """Whether ``seen`` says all that ``wanted`` does and a further action: "Save and add another"."""
    left, right = set(words_of(wanted)), set(words_of(seen))
    return bool(left) and left < right and any(is_action(word) for word in right - left)


def is_empty(word: str) -> bool:
    """Whether the word, as `words_of` tells it, names no thing: "Save changes" saves what "Save" does."""
    return word in _EMPTY or word in _FILLERS


def is_action(word: str) -> bool:
    """Whether the word, as `words_of` tells it, says what is done."""
    return any(place < _FIRST_THING for place in _MEANING.get(word, ()))


_CONTRARY = tuple(pair for line in OPPOSITES for one, two in [line.split()] for pair in ((one, two), (two, one)))


def _stands_for(word: str, among: set[str]) -> bool:
    return word in among or any(_same_meaning(word, other) >= _ALIKE for other in among)


_ALIKE = 0.9


def _same_meaning(one: str, two: str) -> float:
    return _ALIKE if set(_MEANING.get(one, ())) & set(_MEANING.get(two, ())) else 0.0


def same_picture(one: str, two: str) -> bool:
    """Whether two words name the same picture in different families of icons."""
    return one == two or bool(set(_PICTURED.get(one, ())) & set(_PICTURED.get(two, ())))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural and word not in _MEANING and word[:-1] + "s" not in _MEANING else word


@lru_cache(maxsize=8192)
def _weighed(text: str) -> dict[str, float]:
    """Each word once, with what it counts; where all are small, all count."""
    words = words_of(text)
    main = words_of(re.sub(r"\([^)]*\)?", " ", text)) or words
    weights = {word: _LIGHT if word in _EMPTY else _NUMBER if word.isdigit() else 1.0 for word in words}
    if max(weights.values(), default=0.0) < 1.0:
        return dict.fromkeys(words, 1.0)
    return {word: weight if word in main else weight * _ASIDE for word, weight in weights.items()}


def _shared(left: dict[str, float], right: dict[str, float]) -> float:
    """The weight that both have: the same words first, then the most alike of the rest."""
    same = left.keys() & right.keys()
    got = sum((left[word] + right[word]) / 2 for word in same)
    rest = [word for word in right if word not in same and right[word] >= _ASIDE]
    for word, weight in left.items():
        if not rest or word in same or weight < _ASIDE:
            continue
        like, other = max((_word_likeness(word, candidate), candidate) for candidate in rest)
        if like:
            got += like * (weight + right[other]) / 2
            rest.remove(other)
    return got


@lru_cache(maxsize=65536)
def _word_likeness(one: str, two: str) -> float:
    if meant := _same_meaning(one, two):
        return meant
    if min(len(one), len(two)) < 4 or one.isdigit() or two.isdigit():
        return 0.0
    if one.startswith(two) or two.startswith(one):
        return _FUZZY
    like = Levenshtein.normalized_similarity(one, two)
    return like * 0.9 if like >= _FUZZY else 0.0
