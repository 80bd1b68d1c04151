"""Opinions in words, and how many of them do not hang together; pure."""

from __future__ import annotations

from collections.abc import Mapping

from recordings.target import Description
from replayer.naming import called

# Kinds that hang together are one witness: what is called the same is labelled the same.
_WITNESSES = (
    ("name", "exact name", "label", "placeholder", "telling words"),
    ("link", "test id", "id", "name attribute", "name in id", "value"),
    ("row", "own row"),
    ("group", "heading", "landmark", "neighbours", "text beside it"),
    ("icon", "icon without a name", "choices"),
    ("structure", "class"),
    ("place", "size", "ordinal"),
    ("type", "role"),
)
_SPEAKS = 0.3
_SAME = 0.8
_OTHER = -0.2
_WORDS = {
    "name": "name",
    "test id": "test id",
    "link": "link",
    "id": "id",
    "name attribute": "field name",
    "icon": "icon",
    "choices": "choices",
    "group": "group",
    "heading": "heading",
    "neighbours": "neighbours",
    "landmark": "part of the page",
    "place": "place",
}


def independent(said: Mapping[str, float]) -> int:
    """How many independent kinds of evidence speak for the candidate."""
    return sum(any(said.get(kind, 0.0) >= _SPEAKS for kind in kinds) for kinds in _WITNESSES)


def in_words(wanted: Description, seen: Description, said: Mapping[str, float]) -> tuple[str, ...]:
    """What agreed and what had changed, for a reader."""
    same = [word for kind, word in _WORDS.items() if said.get(kind, 0.0) >= _SAME]
    other = [word for kind, word in _WORDS.items() if said.get(kind, 0.0) <= _OTHER]
    reasons = []
    if said.get("row", 0.0) >= _SAME:
        same.append(f"row '{seen.row[:30]}'")
    if same:
        reasons.append(f"same {', '.join(same[:5])}")
    if called(wanted) and called(seen) and not said.get("exact name"):
        reasons.append(f"'{called(wanted)[:40]}' is now called '{called(seen)[:40]}'")
    if other:
        reasons.append(f"changed: {', '.join(other[:5])}")
    return tuple(reasons)
