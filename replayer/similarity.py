"""How like two descriptions are, field by field; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from urllib.parse import urlsplit

from recordings.target import Description
from replayer.commons import SPECIFIC_TYPES
from replayer.naming import called, contradicts, name_likeness
from replayer.rows import in_its_keyed_row, is_keyed
from replayer.wording import text_likeness


@dataclass(frozen=True, slots=True)
class Likeness:
    """``score`` from 0 to 1 over the fields the target has; ``agreed`` and ``changed`` name them."""

    score: float
    agreed: tuple[str, ...]
    changed: tuple[str, ...]
    row: float | None = None


def likeness(wanted: Description, seen: Description) -> Likeness:
    """Compare two descriptions.

    Each field that ``wanted`` has adds its weight times how alike it is; the score is the share of
    the weight. Weights follow which evidence survived releases (../shared: role and name 77 %, name
    attribute 76 %, href 72 %, row 61 %, id 56 %, class 52 %, XPath 21 %).
    """
    if _facts(wanted) == _facts(seen):
        return Likeness(1.0, ("everything",), (), 1.0 if wanted.row else None)
    total = got = 0.0
    agreed: list[str] = []
    changed: list[str] = []
    row = None
    for label, weight, compare in _PARTS:
        alike = compare(wanted, seen)
        if alike is None:
            continue
        total += weight
        got += weight * alike
        (agreed if alike >= 0.8 else changed).append(label)
        if label == "row":
            row = alike
    return Likeness(got / total if total else 0.0, tuple(agreed), tuple(changed), row)


_MEASURES = {"box", "ordinal", "alike", "visible", "enabled"}


def _facts(seen: Description) -> dict[str, object]:
    """All that says what and where the element is; measures may differ between two loads of one page."""
    return {name: value for name, value in seen if name not in _MEASURES}


def _text(get: Callable[[Description], str]) -> Callable[[Description, Description], float | None]:
    def compare(wanted: Description, seen: Description) -> float | None:
        return text_likeness(get(wanted), get(seen)) if get(wanted) else None

    return compare


def _exact(get: Callable[[Description], str]) -> Callable[[Description, Description], float | None]:
    def compare(wanted: Description, seen: Description) -> float | None:
        return float(get(wanted) == get(seen)) if get(wanted) else None

    return compare


def _attribute(name: str) -> Callable[[Description, Description], float | None]:
    return _text(lambda seen: seen.attributes.get(name, ""))


def _name(wanted: Description, seen: Description) -> float | None:
    """How alike the names are; one that says something else to do ("Save and add another") is another control's."""
    if not called(wanted):
        return None
    alike = name_likeness(wanted, seen)
    return alike * 0.5 if contradicts(wanted, seen) else alike


def _label(wanted: Description, seen: Description) -> float | None:
    """A label may become a placeholder or an aria-label in the next release."""
    return text_likeness(wanted.label, seen.label or called(seen)) if wanted.label else None


def _row(wanted: Description, seen: Description) -> float | None:
    if not wanted.row and not is_keyed(wanted):
        return None
    alike = text_likeness(wanted.row, seen.row) if wanted.row else 0.0
    there = in_its_keyed_row(wanted, seen)
    return alike if there is None else float(there)


def _test_id(seen: Description) -> str:
    return next((v for k, v in seen.attributes.items() if k.startswith("data-")), "")


def _kind_of_field(wanted: Description, seen: Description) -> float | None:
    """A date field stays a date field, whatever it is called; that a field is plain text says little."""
    return float(wanted.type == seen.type) if wanted.tag == "input" and wanted.type in SPECIFIC_TYPES else None


def _href(wanted: Description, seen: Description) -> float | None:
    href = wanted.attributes.get("href")
    if not href or href == "#":
        return None
    other = seen.attributes.get("href", "")
    if href == other:
        return 1.0
    return 0.5 * float(urlsplit(href).path == urlsplit(other).path)


def _classes(wanted: Description, seen: Description) -> float | None:
    left, right = (
        set(wanted.attributes.get("class", "").split()),
        set(seen.attributes.get("class", "").split()),
    )
    return len(left & right) / len(left | right) if left else None


def _near(wanted: Description, seen: Description) -> float | None:
    if not wanted.near:
        return None
    if wanted.near == seen.near:
        return 1.0
    return sum(max((text_likeness(n, o) for o in seen.near), default=0.0) for n in wanted.near) / len(wanted.near)


def _place(wanted: Description, seen: Description) -> float | None:
    away = hypot(wanted.box.x - seen.box.x, wanted.box.y - seen.box.y)
    return max(0.0, 1 - away / 600)


def _size(wanted: Description, seen: Description) -> float | None:
    if not (wanted.box.width and seen.box.width and wanted.box.height and seen.box.height):
        return None
    ratios = (wanted.box.width / seen.box.width, wanted.box.height / seen.box.height)
    return min(min(r, 1 / r) for r in ratios)


_PARTS: tuple[tuple[str, float, Callable[[Description, Description], float | None]], ...] = (
    ("name", 3.0, _name),
    ("label", 1.0, _label),
    ("test id", 2.0, _exact(_test_id)),
    ("name attribute", 1.5, _attribute("name")),
    ("type", 0.7, _exact(lambda seen: seen.type)),
    ("kind of field", 1.5, _kind_of_field),
    ("id", 0.5, _attribute("id")),
    ("link", 1.2, _href),
    ("value", 1.0, _attribute("value")),
    ("row", 2.0, _row),
    ("group", 0.6, _text(lambda seen: seen.group)),
    ("heading", 0.6, _text(lambda seen: seen.heading)),
    ("landmark", 0.3, _text(lambda seen: seen.landmark)),
    ("neighbours", 0.8, _near),
    ("role", 0.5, _exact(lambda seen: seen.role)),
    ("tag", 0.3, _exact(lambda seen: seen.tag)),
    ("class", 0.3, _classes),
    ("structure", 0.4, _exact(lambda seen: seen.css)),
    ("place", 0.3, _place),
    ("size", 0.2, _size),
)
