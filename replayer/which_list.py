"""Deciding which list of a page is the recorded one, and which of its columns are; pure and explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from browser.tables import Listed, Lists
from recordings.reads import Column
from recordings.steps import ReadRows
from recordings.target import Description
from replayer.wording import text_likeness

_ALIKE = 0.6
_AHEAD = 0.15
_ITSELF = 0.9


@dataclass(frozen=True, slots=True)
class TheList:
    """The list is candidate ``number``; ``places`` are the cells of its rows (from 0) that the columns are."""

    number: int
    places: tuple[int, ...]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotTold:
    """Why no list is the recorded one for sure; ``several``: more than one could be."""

    reason: str
    several: bool = False


@dataclass(frozen=True, slots=True)
class _Columns:
    places: tuple[int, ...]
    score: float
    reasons: tuple[str, ...]


def which_list(step: ReadRows, seen: Lists) -> TheList | NotTold:
    """The one list that has the columns, or is found by the selectors, and stands where the recorded one stood.

    Columns with labels are found by them: the same words, else words clearly more alike than those of any other column.
    Of several lists that have them, the one in the recorded place is taken, if one is.
    """
    fitting = [(n, columns) for n, one in enumerate(seen.lists) if (columns := _columns(step, one)) is not None]
    if not fitting:
        return NotTold(_missing(step, seen))
    best = max(columns.score for _, columns in fitting)
    placed = [(_placed(step, seen, n), n, columns) for n, columns in fitting if columns.score == best]
    most = max(place for place, _, _ in placed)
    taken = [(n, columns) for place, n, columns in placed if place == most]
    if most == 0:
        return NotTold("a list like it is there, but not where it stood in the demonstration")
    if len(taken) > 1:
        return NotTold(f"{len(taken)} lists of the page could be meant", several=True)
    number, columns = taken[0]
    return TheList(number, columns.places, columns.score, (*_said(step, seen, number), *columns.reasons))


def _columns(step: ReadRows, seen: Listed) -> _Columns | None:
    """Where the columns stand in a list; None where one is missing or cannot be told."""
    if step.item:
        return _Columns(tuple(range(len(step.columns))), 1.0, ()) if seen.found else None
    named = [column for column in step.columns if column.label]
    if not named:
        return _by_place(step.columns, seen)
    found = {column.name: _labelled(column, named, seen.labels) for column in named}
    if any(place is None for place in found.values()):
        return None
    others = [column for column in step.columns if not column.label]
    moved = any(place != column.place - 1 for column in named if (place := found[column.name]) is not None)
    if others and moved:
        return None  # which column has no name cannot be told once they have changed places
    places = tuple(place if (place := found.get(c.name)) is not None else c.place - 1 for c in step.columns)
    if len(set(places)) < len(places):
        return None
    likeness = min(text_likeness(c.label, seen.labels[p]) for c, p in zip(step.columns, places, strict=True) if c.label)
    score = 1.0 if likeness >= _ITSELF else likeness
    return _Columns(places, score, tuple(_renamed(step.columns, places, seen.labels)))


def _by_place(columns: Sequence[Column], seen: Listed) -> _Columns | None:
    if not seen.found or any(seen.labels):
        return None
    width = len(seen.rows[0].cells) if seen.rows else max(column.place for column in columns)
    fits = all(column.place <= width for column in columns)
    return _Columns(tuple(column.place - 1 for column in columns), 1.0, ()) if fits else None


def _labelled(column: Column, named: Sequence[Column], labels: Sequence[str]) -> int | None:
    """The place of the column with this label: the same, or clearly the most alike of those that no other has."""
    same = [place for place, label in enumerate(labels) if label.casefold() == column.label.casefold()]
    if len(same) > 1:
        return column.place - 1 if column.place - 1 in same else None
    if same:
        return same[0]
    taken = {other.label.casefold() for other in named}
    free = [place for place, label in enumerate(labels) if label and label.casefold() not in taken]
    rated = sorted(((text_likeness(column.label, labels[place]), place) for place in free), reverse=True)
    if not rated or rated[0][0] < _ALIKE or (len(rated) > 1 and rated[0][0] - rated[1][0] < _AHEAD):
        return None
    return rated[0][1]


def _placed(step: ReadRows, seen: Lists, number: int) -> float:
    """How surely a list stands where the recorded one stood: by the selectors that find it, its name, its heading."""
    wanted, now = step.target.description, seen.look.candidates[number]
    found = len(seen.lists[number].found) / max(1, len(step.target.selectors))
    return found + _context(wanted, now)


def _context(wanted: Description, now: Description) -> float:
    told = [(getattr(wanted, field), getattr(now, field)) for field in ("name", "heading", "landmark")]
    both = [text_likeness(one, two) for one, two in told if one]
    return sum(like for like in both if like >= _ALIKE)


def _said(step: ReadRows, seen: Lists, number: int) -> Iterator[str]:
    found = [step.target.selectors[place].kind for place in seen.lists[number].found]
    if found:
        yield f"found by {', '.join(found)}"
    if any(column.label for column in step.columns):
        yield "by the names of its columns"
    heading = step.target.description.heading
    if heading and heading == seen.look.candidates[number].heading:
        yield "same heading"


def _renamed(columns: Sequence[Column], places: Sequence[int], labels: Sequence[str]) -> Iterator[str]:
    for column, place in zip(columns, places, strict=True):
        if column.label and labels[place].casefold() != column.label.casefold():
            yield f"column '{labels[place]}' for '{column.label}'"


def _missing(step: ReadRows, seen: Lists) -> str:
    labels = [column.label for column in step.columns if column.label]
    there = [one.labels for one in seen.lists if any(one.labels)]
    if not labels or not there:
        return "the list is not on the page"
    best = max(there, key=lambda own: sum(label in own for label in labels))
    lacking = [label for label in labels if label not in best]
    return f"no list of the page has the columns {', '.join(map(repr, lacking))}"
