"""Recording and inputs to a Plan: every value filled in, every address moved, before anything runs; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recordings.blocks import Repeat
from recordings.errors import InputInvalidError, InputMissingError, InputUnknownError
from recordings.inputs import HIDDEN, Input, InputRef, Literally, SecretRef, Value
from recordings.recording import Gesture, Recording, done_with, values_of
from recordings.scene import Change
from recordings.selectors import selectors_of
from recordings.signals import Navigated, Requested, Signal
from recordings.steps import Assert, AssertEquals, Check, Click, Navigate, Step, with_targets
from recordings.target import Box, Description, Target
from recordings.urls import rebased
from recordings.veil import is_lost
from replayer.redact import Redactor
from replayer.rows import names_its_row
from replayer.secrets import Secrets, SecretSource, secrets_of

_SHORTEST = 3
_LONGEST_TOLD = 60
_OF_THE_GROUP = ("name", "role")
_OF_ANY = ("role",)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file to give to a page: kept with the recording (``content``) or on disk (``path``)."""

    name: str
    content: bytes | None = None
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with its values for this run, "" where a secret stands until it is typed. ``shown`` is what records may
    say of them; ``gestures`` are the raw ones where it is done by them."""

    step: Step
    gestures: tuple[Gesture, ...] = ()
    values: tuple[str, ...] = ()
    files: tuple[UploadedFile, ...] = ()
    secret: bool = False
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run will do, or one row's turn in a loop of it: then ``steps`` are those of the loop. ``inputs`` are the
    values used, without ``secrets``; ``from_disk``: they may name files of this machine."""

    recording: Recording
    start: str
    steps: tuple[PlannedStep, ...]
    inputs: dict[str, str]
    secrets: Secrets
    base_url: str = ""
    from_disk: bool = True

    @property
    def redactor(self) -> Redactor:
        """Takes the secrets of the run out of what is written."""
        return self.secrets.redactor


def plan_of(
    recording: Recording,
    inputs: Mapping[str, str] | None = None,
    base_url: str | None = None,
    secrets: SecretSource | None = None,
    *,
    from_disk: bool = True,
) -> Plan:
    """Fill in a recording's values.

    Args:
        inputs: Values by name; secrets may be among them.
        base_url: Takes the place of the recorded origin; a path in it becomes a prefix.
        secrets: Asked for each secret that is not among ``inputs``.
        from_disk: Whether a file may be given by its path on this machine, and not only as one that the recording has.

    Raises:
        InputMissingError, InputUnknownError, InputInvalidError, SecretMissingError: Before anything runs.
    """
    given = dict(inputs or {})
    kept = secrets_of(recording, given, base_url, secrets)
    values = _input_values(recording, {name: value for name, value in given.items() if name not in kept.given})
    changed = changed_texts(recording.inputs, values)
    known = _as_shown(recording, values)
    shown = (*recording.steps[:known], *(unlike(step) for step in recording.steps[known:]))
    return Plan(
        recording,
        rebased(recording.start, recording.start, base_url),
        filled(shown, recording, values, changed, base_url or "", from_disk=from_disk),
        values,
        kept,
        base_url or "",
        from_disk,
    )


def filled(
    steps: Sequence[Step],
    recording: Recording,
    values: Mapping[str, str],
    changed: Mapping[str, str],
    base_url: str,
    *,
    from_disk: bool,
) -> tuple[PlannedStep, ...]:
    """Steps of a recording with all values in them; ``changed`` are the demonstration's texts that are others now."""
    named = _changed_names(recording.inputs, values)

    def again(step: Step) -> Step:
        return _retold(_rechosen(step, values, recording.inputs), changed, named)

    moved = (_moved(again(step), recording.start, base_url or None) for step in steps)
    return tuple(_planned(step, recording, values, from_disk=from_disk) for step in moved)


def check_inputs(recording: Recording, inputs: Mapping[str, str], *, from_disk: bool = True) -> None:
    """See that a plan can be made with these values, without making it; secrets are not asked for.

    Raises:
        InputMissingError, InputUnknownError, InputInvalidError: It cannot.
    """
    values = _input_values(recording, dict(inputs))
    for step in recording.steps:
        if step.kind == "upload" and not step.disabled:
            for ref in done_with(step):
                _file(ref, recording, values, from_disk=from_disk)


def _as_shown(recording: Recording, values: Mapping[str, str]) -> int:
    """How many of the first steps are given what the demonstration gave: after those, pages may show other things."""
    given = {item.name for item in recording.inputs if values.get(item.name) == item.used}
    given -= {block.input for block in recording.blocks if isinstance(block, Repeat)}
    return next(
        (
            number
            for number, step in enumerate(recording.steps)
            if any(isinstance(value, InputRef) and value.name not in given for value in values_of(step))
        ),
        len(recording.steps),
    )


def unlike(step: Step) -> Step:
    """The step without what its page showed in the demonstration."""
    return step.model_copy(update={"scene": None})


def _input_values(recording: Recording, given: dict[str, str]) -> dict[str, str]:
    known = {item.name: item for item in recording.inputs}
    for block in recording.blocks:
        if isinstance(block, Repeat) and block.input in given:
            raise InputInvalidError(block.input, "a loop over rows gives it, row by row")
    for name in given:
        if name not in known:
            raise InputUnknownError(name, [*known, *(secret.name for secret in recording.secrets)])
    asleep = _only_in_disabled(recording)
    values = {}
    for name, item in known.items():
        value = given.get(name, item.default)
        if value is None and name in asleep:
            continue
        if value is None:
            raise InputMissingError(name)
        if not isinstance(value, str):
            raise InputInvalidError(name, f"it is {type(value).__name__}, not text")
        if is_lost(value):
            raise InputInvalidError(name, "only the hash of a personal value is left of it, or nothing")
        values[name] = value
    return values


def _only_in_disabled(recording: Recording) -> set[str]:
    """Inputs that no step asks for which is done."""
    used: dict[bool, set[str]] = {True: set(), False: set()}
    for step in recording.steps:
        used[step.disabled] |= {value.name for value in values_of(step) if isinstance(value, InputRef)}
    return used[True] - used[False]


def changed_texts(inputs: Sequence[Input], values: Mapping[str, str]) -> dict[str, str]:
    """Texts of the demonstration that are others in this run, the longest first."""
    return _changed(values, {item.name: item.used for item in inputs if item.kind != "file"})


def _changed_names(inputs: Sequence[Input], values: Mapping[str, str]) -> dict[str, str]:
    """The same of the words of steps, which say the defaults."""
    return _changed(values, {item.name: item.default for item in inputs if item.kind != "file"})


def _changed(values: Mapping[str, str], said: Mapping[str, str | None]) -> dict[str, str]:
    pairs = [(text, values[name]) for name, text in said.items() if name in values and text and len(text) >= _SHORTEST]
    return {old: new for old, new in sorted(pairs, key=lambda pair: -len(pair[0])) if old != new}


def _retold(step: Step, changed: Mapping[str, str], named: Mapping[str, str]) -> Step:
    """Where the demonstration's input stood in the target's texts (its row, its name), this run's input stands."""
    step = step.model_copy(update={"words": replaced(step.words, named), "waits": replaced(step.waits, named)})
    if changed:
        step = step.model_copy(update={"changes": tuple(_expected(change, changed) for change in step.changes)})
    if isinstance(step, Assert) and isinstance(step.text, Literally):
        step = step.model_copy(update={"text": Literally(text=replaced(step.text.text, changed))})
    if isinstance(step, AssertEquals) and isinstance(step.to, Literally):
        step = step.model_copy(update={"to": Literally(text=replaced(step.to.text, changed))})
    return with_targets(step, lambda target: told(target, changed)) if changed else step


def _expected(change: Change, changed: Mapping[str, str]) -> Change:
    """The change with this run's inputs, where what appeared said those of the demonstration."""
    told = [
        " ".join(new.split())
        for old, new in changed.items()
        if new.strip() and len(new) <= _LONGEST_TOLD and any(replaced(f, {old: ""}) != f for f in change.appeared)
    ]
    return change.model_copy(update={"expects": tuple(told)})


def _rechosen(step: Step, values: Mapping[str, str], inputs: Sequence[Input]) -> Step:
    """Where another of several is taken than in the demonstration: the one that is called so, and nothing that tells
    of the one that was taken then."""
    if not isinstance(step, (Click, Check)) or not isinstance(step.choice, InputRef):
        return step
    name = step.choice.name
    old, new = next(item.used for item in inputs if item.name == name) or "", " ".join(values[name].split())
    return step if old == new else step.model_copy(update={"target": _another(step.target, old, new)})


def _another(target: Target, old: str, new: str) -> Target:
    seen = target.description
    called = {field: new for field in ("name", "text", "label") if getattr(seen, field) == old}
    kept = _OF_THE_GROUP if _is_offered_elsewhere(target, old, new) else _OF_ANY
    attributes = {name: value for name, value in seen.attributes.items() if name in kept}
    others = {"attributes": attributes, "css": "", "xpath": "", "near": (), "box": Box(), "ordinal": 0, "row": ""}
    description = seen.model_copy(update={**called, **others})
    selectors = tuple(s for s in selectors_of(description) if s.kind in ("role", "label", "text"))
    return Target(description=description, selectors=selectors, frame=target.frame)


def _is_offered_elsewhere(target: Target, old: str, new: str) -> bool:
    """Whether only its name attribute tells the group from another that offered the same; else that attribute may be
    another in the next release, or boxes of one group may each have a name of their own. Of two groups that offer the
    same by then, neither is taken."""
    seen, name = target.description, target.description.attributes.get("name", "")
    if seen.group or not name:
        return False
    others = [rival for rival in target.rivals if rival.type == seen.type and rival.attributes.get("name") != name]
    return not target.rivals or any({rival.name, rival.label} & {old, new} for rival in others)


def told(target: Target, changed: Mapping[str, str]) -> Target:
    """The target with texts of the demonstration (keys of ``changed``) in the words of this run (its values)."""
    description = _seen_anew(target.description, changed)
    if description.row != target.description.row or description.key != target.description.key:
        target = _in_another_row(target, changed)
        description = _seen_anew(target.description, changed)
    selectors = tuple(
        selector.model_copy(update={"name": replaced(selector.name, changed)})
        if selector.kind == "role"
        else selector.model_copy(update={"value": replaced(selector.value, changed)})
        if selector.kind == "text"
        else selector
        for selector in target.selectors
    )
    others = [rival for rival in target.rivals if not any(_tells(rival, new) for new in changed.values())]
    rivals = tuple(_seen_anew(rival, changed) for rival in others)
    return Target(description=description, selectors=selectors, frame=target.frame, crop=target.crop, rivals=rivals)


def _seen_anew(seen: Description, changed: Mapping[str, str]) -> Description:
    own = {field: replaced(getattr(seen, field), changed) for field in ("name", "text", "row", "key")}
    around = {field: _replaced_around(getattr(seen, field), changed) for field in ("near", "group", "heading")}
    return seen.model_copy(update=own | around)


def _replaced_around(value: Any, changed: Mapping[str, str]) -> Any:
    """Texts that hold the run's value already tell of both: all that is offered, say, not what was taken."""
    whole = " ".join((value,) if isinstance(value, str) else value)
    return replaced(value, {old: new for old, new in changed.items() if old in whole and not _holds(whole, new)})


def _holds(text: str, value: str) -> bool:
    wanted = " ".join(value.split())
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) is not None


def _in_another_row(target: Target, changed: Mapping[str, str]) -> Target:
    """The target by what it is in any row, and by the values that tell this run's row: what else the demonstration's
    row said, and where it stood, is of that row alone."""
    seen = target.description
    told = [old for old in changed if replaced(f"{seen.key} {seen.row}", {old: ""}) != f"{seen.key} {seen.row}"]
    named = seen.key in changed
    attributes = {name: value for name, value in seen.attributes.items() if not _of_one_row(value, told)}
    update = {
        "attributes": attributes, "css": "", "xpath": "", "near": (), "box": Box(), "ordinal": -1,
        "key": seen.key if named else "", "row": _row_told(seen, told, named=named),
    }  # fmt: skip
    kept = (s for s in target.selectors if s.kind not in ("css", "xpath"))
    selectors = tuple(s for s in kept if s.kind != "test_id" or not _of_one_row(s.value, told))
    return target.model_copy(update={"description": seen.model_copy(update=update), "selectors": selectors})


def _row_told(seen: Description, told: Sequence[str], *, named: bool) -> str:
    if named:
        return "" if names_its_row(seen) else seen.key
    return " ".join(told)


def _of_one_row(value: str, told: Sequence[str]) -> bool:
    """Whether an attribute may say which row it is in."""
    return any(sign.isdigit() for sign in value) or any(text in value for text in told)


def _tells(rival: Description, new: str) -> bool:
    """Whether a rival of the demonstration may be what is wanted now."""
    return any(new in text for text in (rival.name, rival.text, rival.row, rival.key, *rival.near))


def replaced(value: Any, changed: Mapping[str, str]) -> Any:
    if isinstance(value, tuple):
        return tuple(replaced(item, changed) for item in value)
    for old, new in changed.items():
        if old in value:
            whole = rf"(?<!\w){re.escape(old)}(?!\w)"
            return re.sub(whole, lambda _, new=new: " ".join(new.split()), value)  # type: ignore[misc]
    return value


def _moved(step: Step, start: str, base_url: str | None) -> Step:
    if base_url is None:
        return step
    signals = tuple(_moved_signal(signal, start, base_url) for signal in step.signals)
    update: dict[str, object] = {"signals": signals}
    if isinstance(step, Navigate):
        update["to"] = rebased(step.to, start, base_url)
    return step.model_copy(update=update)


def _moved_signal(signal: Signal, start: str, base_url: str) -> Signal:
    if isinstance(signal, (Navigated, Requested)):
        return signal.model_copy(update={"url": rebased(signal.url, start, base_url)})
    return signal


def _planned(step: Step, recording: Recording, values: Mapping[str, str], *, from_disk: bool) -> PlannedStep:
    if step.disabled:
        return PlannedStep(step)
    refs = tuple(done_with(step))
    if step.kind == "upload":
        files = tuple(_file(ref, recording, values, from_disk=from_disk) for ref in refs)
        return PlannedStep(step, files=files, shown=", ".join(file.name for file in files))
    texts = tuple(_text(ref, values) for ref in refs)
    secret = any(isinstance(ref, SecretRef) for ref in refs)
    gestures = recording.gestures.get(step.id, ()) if step.way == "gestures" else ()
    return PlannedStep(step, gestures, values=texts, secret=secret, shown=HIDDEN if secret else ", ".join(texts)[:200])


def _text(ref: Value, values: Mapping[str, str]) -> str:
    match ref:
        case Literally():
            return ref.text
        case InputRef():
            return values[ref.name]
        case SecretRef():
            return ""


def _file(ref: Value, recording: Recording, values: Mapping[str, str], *, from_disk: bool) -> UploadedFile:
    given = _text(ref, values)
    if given in recording.files:
        return UploadedFile(Path(given).name, content=recording.files[given])
    name = ref.name if isinstance(ref, InputRef) else given
    if not from_disk:
        raise InputInvalidError(name, f"it names the file {given} of this machine, which may not be read for who asks")
    path = Path(given).expanduser()
    if not path.is_file():
        raise InputInvalidError(name, f"there is no file {given}")
    return UploadedFile(path.name, path=path)
