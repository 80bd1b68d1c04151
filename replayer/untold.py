"""The reverse of a plan: what a run saw, told with the demonstration's values in the place of its own; pure.

A recording may hold what was shown, never what a run was given. Where a run's value cannot be told back for sure, there
is no target to be had.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordings.inputs import Input
from recordings.selectors import selectors_of
from recordings.target import Description, Target
from replayer.plan import changed_texts, told
from replayer.wording import says_words

_WORDS = re.compile(r"[^\W_]+")
_DATE = re.compile(r"(\d{4})-\d{2}-0?(\d{1,2})")
_SHORTEST = 3
_RUN_ON = 6
_BEGINNING = 4
_IDENTITY = ("name", "text", "label", "placeholder", "key", "row")
_CONTEXT = ("heading", "group", "landmark", "block", "column", "icon", "choices")
_TOLD = ("name", "text", "key", "heading", "group")
_PLACES = ("css", "xpath")
Places = dict[str, str]


@dataclass(frozen=True, slots=True)
class RunValues:
    """What a run was given: ``forth`` has its text for each of the demonstration's, ``back`` the demonstration's for
    each of its; ``shown`` are all of the demonstration's, ``strange`` those of the run in whose place it had none, or
    several; ``secrets`` never show."""

    forth: Mapping[str, str]
    back: Mapping[str, str]
    shown: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def run_values(inputs: Sequence[Input], values: Mapping[str, str], secrets: Sequence[str]) -> RunValues:
    """What a run was given, beside what the demonstration used.

    Args:
        values: By name of input.
        secrets: As they are, and as addresses write them.
    """
    given: dict[str, set[str]] = defaultdict(set)
    for item in inputs:
        value, default = _folded(values.get(item.name, "")), _folded(item.used or "")
        if item.kind == "file":
            value, default = Path(value).name, Path(default).name
        if value and value != default:
            given[value].add(default if item.kind != "file" else "")
    back = {value: next(iter(was)) for value, was in given.items() if len(was) == 1 and "" not in was}
    longest_first = dict(sorted(back.items(), key=lambda pair: -len(pair[0])))
    strange = tuple(value for value in given if value not in back)
    shown = tuple(default for item in inputs if len(default := _folded(item.used or "")) >= _SHORTEST)
    return RunValues(changed_texts(inputs, values), longest_first, shown, strange, tuple(secrets))


def untold(recorded: Target, seen: Description, rivals: Sequence[Description], values: RunValues) -> Target | None:
    """The target that would be recorded for ``seen``, had the demonstration been given there.

    Args:
        recorded: The target as it stands in the recording. What of ``seen`` is as it was there is the page's own.

    Returns:
        None where a value of the run stands in it that cannot be told back.
    """
    was = dict(_texts(recorded.description))
    back: dict[str, str] = {}
    for value, default in values.back.items():
        if _is_its_own(seen, value, was):
            continue
        if not _can_go_back(recorded.description, seen, value, default):
            return None
        back[value] = default
    as_seen = Target(description=seen, selectors=selectors_of(seen), rivals=tuple(rivals))
    target = told(as_seen, back) if back else as_seen
    if not _comes_again(target, seen, values.forth):
        return None
    strangers = (*back, *values.strange)
    kept = _without(_of_any_row(target.description, values), strangers, values.secrets, was)
    if kept is None or not (selectors := selectors_of(kept)):
        return None
    others = (_without(rival, (*values.back, *values.strange), values.secrets, {}) for rival in target.rivals)
    return Target(
        description=kept,
        selectors=selectors,
        frame=recorded.frame,
        crop=recorded.crop,
        rivals=tuple(other for other in others if other is not None),
    )


def inputs_said(target: Target, inputs: Sequence[Input]) -> dict[str, str]:
    """The inputs whose values in the demonstration stand in a target, with those values."""
    texts = [text for seen in (target.description, *target.rivals) for _, text in _texts(seen)]
    return {
        item.name: item.used
        for item in inputs
        if item.used and len(item.used) >= _SHORTEST and any(tells(text, item.used) for text in texts)
    }


def tells(text: str, value: str) -> bool:
    """Whether a text says a value, whatever the case and the signs between its words (``Ada Li`` in ``/ada-li/7``), cut
    off after some words, or a date (YYYY-MM-DD) in other words."""
    words, wanted = _WORDS.findall(text.casefold()), _WORDS.findall(value.casefold())
    if not wanted:
        return bool(value) and value in text
    if says_words(words, wanted) or (len(wanted) > _BEGINNING and says_words(words, wanted[:_BEGINNING])):
        return True
    run_on = "".join(wanted)
    if len(run_on) >= _RUN_ON and any(run_on in word for word in words):
        return True
    date = _DATE.fullmatch(value)
    return date is not None and date[1] in words and bool({date[2], f"0{date[2]}"} & set(words))


def _texts(seen: Description) -> Iterator[tuple[str, str]]:
    """All texts of a description, by where they stand; a neighbour stands by itself."""
    for field in (*_IDENTITY, *_CONTEXT, *_PLACES):
        yield field, getattr(seen, field)
    for text in seen.near:
        yield f"near {text}", text
    for name, value in seen.attributes.items():
        yield f"attribute {name}", value


def _said(seen: Description, value: str) -> dict[str, str]:
    """The texts that say a value, by where. A short one stands in too many attributes and paths by chance."""
    short = len(value) < _SHORTEST
    return {
        place: text
        for place, text in _texts(seen)
        if tells(text, value) and not (short and (place in _PLACES or place.startswith("attribute")))
    }


def _is_its_own(seen: Description, value: str, was: Places) -> bool:
    """Whether the value stands nowhere but where the demonstration's page said the same."""
    return all(was.get(place) == text for place, text in _said(seen, value).items())


def _can_go_back(recorded: Description, seen: Description, value: str, default: str) -> bool:
    """A value that the recorded target says of itself is something else there; one in what the element is called must
    stand where the demonstration's stood, since a label may say the same word."""
    said = _said(seen, value)
    if _said(recorded, value).keys() & {*_IDENTITY, *_TOLD}:
        return False
    return not said.keys() & set(_IDENTITY) or bool(_said(recorded, default))


def _of_any_row(seen: Description, values: RunValues) -> Description:
    """Without attributes that say which row it is in (``/books/harbour-lights``), where that is given at each run."""
    rows = [text for text in values.shown if tells(seen.key, text) or tells(seen.row, text)]
    kept = {name: said for name, said in seen.attributes.items() if not any(tells(said, text) for text in rows)}
    return seen.model_copy(update={"attributes": kept})


def _comes_again(target: Target, seen: Description, forth: Mapping[str, str]) -> bool:
    """Whether a run with the same values would look for just what was seen."""
    again = told(target, forth).description if forth else target.description
    asked = target.description
    return all(getattr(again, field) == getattr(seen, field) for field in _TOLD if getattr(asked, field))


def _without(seen: Description, values: Sequence[str], secrets: Sequence[str], was: Places) -> Description | None:
    """The description without what still says a value; None where that tells what the element is."""
    says = {place for value in values for place, text in _said(seen, value).items() if was.get(place) != text}
    says |= {place for secret in secrets for place, text in _texts(seen) if secret in text or tells(text, secret)}
    if says & set(_IDENTITY):
        return None
    update: dict[str, object] = {field: "" for field in (*_CONTEXT, *_PLACES) if field in says}
    update["near"] = tuple(text for text in seen.near if f"near {text}" not in says)
    update["attributes"] = {name: text for name, text in seen.attributes.items() if f"attribute {name}" not in says}
    return seen.model_copy(update=update)


def _folded(text: str) -> str:
    return " ".join(text.split())
