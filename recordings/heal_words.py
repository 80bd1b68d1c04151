"""A heal in words: what is said of the recorded target, beside the new one; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recordings.target import Description, Selector, Target

_FIELDS = {
    "role": "kind",
    "name": "called",
    "label": "label",
    "text": "says",
    "placeholder": "placeholder",
    "type": "type",
    "group": "group",
    "heading": "under",
    "landmark": "part of the page",
    "row": "row",
    "key": "row's name",
    "icon": "icon",
}
_BY = {"test_id": "test id", "css": "CSS", "xpath": "XPath"}


def called(seen: Description) -> str:
    """An element in a few words: ``button 'Save'``."""
    name = seen.name or seen.label or seen.text or seen.placeholder or seen.attributes.get("id", "")
    row = f" in '{seen.row[:40]}'" if seen.row else ""
    return f"{seen.role or seen.tag} '{name[:40]}'{row}"


def told_rows(old: Target, new: Target) -> Iterator[tuple[str, str, str]]:
    """What is said of either: name, recorded, new."""
    for field, name in _FIELDS.items():
        yield from _row(name, getattr(old.description, field), getattr(new.description, field))
    yield from _row("beside", ", ".join(old.description.near), ", ".join(new.description.near))
    was, now = old.description.attributes, new.description.attributes
    for name in dict.fromkeys([*was, *now]):
        yield from _row(f"attribute {name}", was.get(name, ""), now.get(name, ""))
    found_by, finds = _by_kind(old.selectors), _by_kind(new.selectors)
    for kind in dict.fromkeys([*found_by, *finds]):
        yield from _row(f"by {_BY.get(kind, kind)}", found_by.get(kind, ""), finds.get(kind, ""))


def _row(name: str, old: str, new: str) -> Iterator[tuple[str, str, str]]:
    if old or new:
        yield name, old, new


def _by_kind(selectors: Sequence[Selector]) -> dict[str, str]:
    return {s.kind: f"{s.role} '{s.name}'" if s.kind == "role" else s.value for s in selectors}
