"""What rules a candidate out, however much else speaks for it; pure."""

from __future__ import annotations

from collections.abc import Mapping

from recordings.target import Description
from replayer.naming import called, name_likeness
from replayer.wording import text_likeness, words_of

_TELLS_ANOTHER = -0.5
_OTHER = 0.15
_TIED = 0.9
_TIES = ("only one of its type", "link", "test id", "id", "name attribute", "name in id", "value")
_SAME_ROW = 0.6
_ALIKE = 0.85
_SAME_PLACE = 0.7


def objection(wanted: Description, seen: Description, said: Mapping[str, float]) -> str:
    """Why the candidate cannot be the element, in words; "" if nothing says so.

    Args:
        said: The opinions on the candidate, by kind.
    """
    if said.get("contrary name"):
        return "its name says something else to do"
    if said.get("telling words", 0.0) <= _TELLS_ANOTHER and not _tied(said):
        return "its name is about another thing"
    if not said.get("exact name") and _shows_another(wanted, seen) and not _tied(said):
        return "it shows another text"
    if called(wanted) and called(seen):
        if said.get("name", 0.0) <= _OTHER and not _tied(said):
            return "it is called otherwise"
        if called(seen) in wanted.near and name_likeness(wanted, seen) < _ALIKE and not _tied(said):
            return "it is called like a neighbour"
    return _elsewhere(wanted, seen)


def _shows_another(wanted: Description, seen: Description) -> bool:
    """What a person sees decides, where names add how the control works: "Age: press to sort"."""
    if not (_has_words(wanted.text) and _has_words(seen.text)) or wanted.text == wanted.name:
        return False
    return max(text_likeness(wanted.text, seen.text), text_likeness(wanted.text, seen.name)) <= _OTHER


def _has_words(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _elsewhere(wanted: Description, seen: Description) -> str:
    """Of a control that had others like it, the row tells which it is, else the group, else the heading."""
    if wanted.alike <= 1 or not called(wanted):
        return "it stands in another row" if wanted.alike > 1 and _other_row(wanted, seen) else ""
    if wanted.row:
        return "it stands in another row" if _other_row(wanted, seen) else ""
    for field in ("group", "heading"):
        mine, theirs = getattr(wanted, field), getattr(seen, field)
        if mine:
            return f"it stands under another {field}" if theirs and text_likeness(mine, theirs) < _SAME_PLACE else ""
    return ""


def _other_row(wanted: Description, seen: Description) -> bool:
    return bool(wanted.row) and not same_row(wanted.row, seen.row)


def same_row(wanted: str, seen: str) -> bool:
    """Whether two rows are about the same thing: the first words say what it is about, most of the rest agrees.

    Words count whole: 'Greta' is not 'Grete', however much of the letters and of the other columns is the same.
    """
    words, others = words_of(wanted), set(words_of(seen))
    shared = sum(word in others for word in words)
    return all(word in others for word in words[:2]) and shared >= _SAME_ROW * len(words)


def _tied(said: Mapping[str, float]) -> bool:
    """Whether something that programmers name joins the two."""
    return any(said.get(kind, 0.0) >= _TIED for kind in _TIES)
