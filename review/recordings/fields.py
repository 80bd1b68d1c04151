"""The fields of the form that runs a recording: for each input, what it is typed or chosen with; pure.

A field of the form is as the page's own was, since the browser gives the same text for both: a date is ``2026-05-10``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recordings.blocks import Repeat
from recordings.inputs import Input, InputRef
from recordings.recording import Recording, done_with
from recordings.steps import Check, Choose, Click, Fill, Select, Step, Type, target_of
from recordings.target import Description

_BETWEEN_CHOICES = " | "
"""As ``choices.ts`` writes them."""
_LONGEST_CHOICES = 120
"""Characters of all choices that ``choices.ts`` keeps: at this length the last one may be cut."""
_LONG = 80
_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?"
_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_WRITTEN = {
    "date": _DAY,
    "time": _TIME,
    "datetime-local": f"{_DAY}T{_TIME}",
    "month": r"\d{4}-(0[1-9]|1[0-2])",
    "week": r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])",
    "color": r"#[0-9a-f]{6}",
    "number": r"-?\d+(\.\d+)?",
    "email": r"[^\s@,]+@[^\s@,]+",
    "url": r"[a-z][a-z0-9+.-]*:\S+",
    "tel": r".*",
}
"""Types of fields that the form has, too, and how what they hold is written. A browser shows a field of such a type as
empty where it holds anything else, so then it is a plain one."""
_KEYS = {"number": "decimal", "email": "email", "url": "url", "tel": "tel"}
"""The keys that a phone shows for them."""


@dataclass(frozen=True, slots=True)
class Field:
    """An input as the form asks for it. ``type`` is that of an HTML field, or 'long' for several lines, 'choice' for
    one of ``choices``, 'file'. ``keys`` is its ``inputmode``, ``step`` how fine what it holds may be."""

    input: Input
    type: str = "text"
    keys: str = ""
    step: str = ""
    choices: tuple[str, ...] = ()


def fields_of(recording: Recording) -> list[Field]:
    """The fields, in the order of the inputs; without those that loops give row by row, so that nobody else does."""
    given = {block.input for block in recording.blocks if isinstance(block, Repeat)}
    return [_field(item, list(_uses(recording, item.name))) for item in recording.inputs if item.name not in given]


def _uses(recording: Recording, name: str) -> Iterator[tuple[Step, Description]]:
    """The steps that type or choose what an input holds, each with what it does that on."""
    for step in recording.steps:
        target = target_of(step)
        if target is None or not isinstance(step, (Fill, Type, Select, Choose, Click, Check)):
            continue
        if any(isinstance(value, InputRef) and value.name == name for value in done_with(step)):
            yield step, target.description


def _field(item: Input, uses: list[tuple[Step, Description]]) -> Field:
    if item.kind == "file":
        return Field(item, "file")
    typed = [seen for step, seen in uses if isinstance(step, (Fill, Type))]
    if not typed and (choices := _choices(item, [seen for _, seen in uses])):
        return Field(item, "choice", choices=choices)
    types = {seen.type if seen.tag == "input" else "" for seen in typed}
    kind = types.pop() if len(types) == 1 and len(typed) == len(uses) else ""
    default = item.default or ""
    if kind in _WRITTEN and (not default or re.fullmatch(_WRITTEN[kind], default)):
        return Field(item, kind, _KEYS.get(kind, ""), _step(kind, default))
    if any(seen.tag != "input" for seen in typed) or "\n" in default or len(default) > _LONG:
        return Field(item, "long")
    return Field(item, keys=_KEYS.get(kind, ""))


def _step(kind: str, default: str) -> str:
    """Numbers as fine as anybody wants; times by the second where the demonstration's were."""
    if kind in ("time", "datetime-local"):
        return {1: "", 2: "1"}.get(default.count(":"), "") if "." not in default else "0.001"
    return "any" if kind == "number" else ""


def _choices(item: Input, seen: list[Description]) -> tuple[str, ...]:
    """What the page offered, as far as it was kept, and what is usual."""
    found: dict[str, None] = {}
    for told in (each.choices for each in seen if each.choices):
        offered = told.split(_BETWEEN_CHOICES)
        found |= dict.fromkeys(offered if len(told) < _LONGEST_CHOICES else offered[:-1])
    if found and item.default == "":
        return ("", *filter(None, found))
    if found and item.default:
        usual = {" ".join(each.split()): each for each in found}.get(" ".join(item.default.split()))
        names = [item.default if each == usual else each for each in found]
        return tuple(names if usual is not None else [*names, item.default])
    return tuple(each for each in found if each)
