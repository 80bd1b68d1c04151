"""What rules a candidate out, however much else speaks for it; pure."""

from __future__ import annotations

from collections.abc import Mapping

from recordings.target import Description
from replayer.kinds import kind_of
from replayer.naming import called, name_likeness
from replayer.rows import in_its_keyed_row, in_its_row
from replayer.wording import is_empty, text_likeness, words_of

_TELLS_ANOTHER = -0.5
_OTHER = 0.15
_TIED = 0.9
_TIES = ("only one of its type", "link", "test id", "id", "name attribute", "name in id", "value")
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
    if kind_of(wanted) == "activator" and not _tied(said) and _adds_a_thing(wanted, seen):
        return "its name says more than the target's"
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


def _adds_a_thing(wanted: Description, seen: Description) -> bool:
    """Whether it says all that the target does and something that nothing around either says: "Save as template"."""
    mine, theirs = set(words_of(called(wanted))), set(words_of(called(seen)))
    if not mine or not mine < theirs:
        return False
    around = (wanted.heading, wanted.group, wanted.row, seen.heading, seen.group, seen.row, *wanted.near, *seen.near)
    told = {word for text in around if text not in (called(wanted), called(seen)) for word in words_of(text)}
    return any(not is_empty(word) and not word.isdigit() and word not in told for word in theirs - mine)


def _has_words(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _elsewhere(wanted: Description, seen: Description) -> str:
    """The text that names its row tells which it is; of a control that had others like it, the row does, else the
    group, else the heading."""
    if (keyed := in_its_keyed_row(wanted, seen)) is not None:
        return "" if keyed else "it stands in another row"
    if wanted.alike <= 1:
        return ""
    if wanted.row:
        return "" if in_its_row(wanted, seen) else "it stands in another row"
    for field in ("group", "heading") if called(wanted) else ():
        mine, theirs = getattr(wanted, field), getattr(seen, field)
        if mine:
            return f"it stands under another {field}" if theirs and text_likeness(mine, theirs) < _SAME_PLACE else ""
    return ""


def _tied(said: Mapping[str, float]) -> bool:
    """Whether something that programmers name joins the two; of those that share a name attribute, the value does."""
    ties = [kind for kind in _TIES if kind != "name attribute" or said.get("value", 0.0) >= 0]
    return any(said.get(kind, 0.0) >= _TIED for kind in ties)
