"""What a release may do to a page, as a pure description: kinds of change, and which are tried on a step; pure.

The changes themselves are made in the page, by ``browser/injected/src/exam``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from recordings.target import Description
from replayer.naming import called
from replayer.synonyms import ACTIONS, THINGS

_WORD = re.compile(r"[^\W\d_]+")
_OTHERS = ("Preview", "Pin to board", "Translate", "Assign reviewer", "Snooze", "Legal notice", "Compare prices")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change. ``parts`` are made in this order; ``gone``: the target is not to be had afterwards, and the
    right answer is to refuse."""

    name: str
    says: str
    parts: tuple[str, ...]
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change to make: the same seed on the same page makes the same one.

    ``words`` are words of the target's name with others of the same meaning; ``other`` is a name that it never had.
    """

    kind: Kind
    seed: int
    words: dict[str, str]
    other: str


def _kinds(*rows: tuple[str, str], gone: bool = False) -> tuple[Kind, ...]:
    return tuple(Kind(name, says, tuple(name.split("+")), gone) for name, says in rows)


STAYS = _kinds(
    ("ids", "all ids are others"),
    ("classes", "all classes are others"),
    ("test-ids", "all test ids are others"),
    ("names", "fields have other name attributes"),
    ("hrefs", "records in addresses have other numbers"),
    ("paths", "addresses stand under another path"),
    ("strip", "it lost its classes and data attributes"),
    ("restyle", "another theme, font and spacing"),
    ("relabel", "it is called by another word for the same"),
    ("mark", "a sign was added to its name"),
    ("count", "a number was added to its name"),
    ("case", "names are in another case"),
    ("headings", "headings say something else"),
    ("to-aria", "its name is only in aria-label"),
    ("icon", "an icon stands before its name"),
    ("wrap", "elements were put around it"),
    ("wrap-page", "elements were put around the page"),
    ("unwrap", "an element around it was taken away"),
    ("reorder", "its neighbours stand in another order"),
    ("move", "it stands elsewhere in its part of the page"),
    ("tag", "a link became a button, or a button a link"),
    ("landmarks", "main, nav and sections became plain blocks"),
    ("insert-neighbour", "a new control stands before it"),
    ("remove-neighbour", "the control beside it is gone"),
    ("look-alike", "one of the same name stands elsewhere"),
    ("swap-rows", "its row changed places with another"),
    ("sort-rows", "the rows are in another order"),
    ("insert-row", "there is a new row before its own"),
    ("duplicate-row", "its row stands there twice"),
    ("ids+classes+wrap-page+restyle", "a new release: ids, classes, structure and style"),
    ("relabel+wrap+classes", "relabelled, wrapped, other classes"),
    ("hrefs+sort-rows", "other records' numbers and another order"),
)
GONE = _kinds(
    ("remove", "it is gone"),
    ("remove-row", "its row is gone"),
    ("rekey-row", "its row is about something else"),
    ("replace", "another control is in its place"),
    ("look-alike-left", "it is gone and one of the same name is elsewhere"),
    ("hide", "it is hidden"),
    ("remove-part", "the part of the page around it is gone"),
    ("remove+ids+classes+wrap-page", "a new release without it"),
    ("remove-row+hrefs", "its row is gone and the others have new numbers"),
    gone=True,
)
UNCHANGED = Mutation(Kind("unchanged", "nothing changed", ()), 0, {}, "")
KINDS = {kind.name: kind for kind in (*STAYS, *GONE)}


def mutations_of(target: Description, seed: int, count: int) -> Iterator[Mutation]:
    """Changes to try on a step until ``count`` could be made: every kind in a seeded order, then all again.

    Every third is one that takes the target away. Not every kind can be made on every page, so it gives up to four
    times as many.
    """
    chance = Random(f"{seed} {target.tag} {target.name} {target.css}")
    for _ in range(1 + 4 * count // len(KINDS)):
        for kind in _mixed(chance):
            words, other = other_words(target, chance), _other(target, chance)
            if "relabel" not in kind.parts or words:
                yield Mutation(kind, chance.randrange(2**32), words, other)


def other_words(target: Description, chance: Random) -> dict[str, str]:
    """One word of the target's name and another that releases put for it; empty where none is known."""
    found = {word: _same(word) for word in _WORD.findall(called(target).lower()) if _same(word)}
    if not found:
        return {}
    word = chance.choice(sorted(found))
    return {word: chance.choice(found[word]).capitalize()}


def _same(word: str) -> list[str]:
    """What the first group with the word has besides; a word of several groups may mean something else in each."""
    groups = [group.split() for group in (*ACTIONS, *THINGS) if word in group.split()]
    return [other for other in groups[0] if other != word] if len(groups) == 1 else []


def _other(target: Description, chance: Random) -> str:
    return chance.choice([name for name in _OTHERS if name.lower() not in called(target).lower()])


def _mixed(chance: Random) -> Iterator[Kind]:
    stays, gone = chance.sample(STAYS, len(STAYS)), chance.sample(GONE, len(GONE))
    for place, kind in enumerate(stays):
        yield kind
        if place % 2 and gone:
            yield gone.pop()
    yield from gone
