"""Which literals of a demonstration are inputs or secrets, and what they are called; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from recordings.inputs import Input, InputRef, Literally, Secret, SecretRef, Value
from recordings.references import names_of_step
from recordings.steps import (
    Assert,
    Check,
    Choose,
    Click,
    Fill,
    Read,
    ReadRows,
    Scroll,
    Select,
    Step,
    Stroke,
    Type,
    Upload,
    Wheel,
    target_of,
)
from recordings.target import Description, Target

_SHORTEST = 3
_CAPTION = 4


@dataclass(slots=True)
class Parameters:
    """Inputs and secrets found so far, with their names given out."""

    inputs: list[Input] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    read: set[str] = field(default_factory=set)

    def free_name(self, wanted: str) -> str:
        """``wanted``, or with the first number that makes it new: ``email_2``."""
        taken = {i.name for i in self.inputs} | {s.name for s in self.secrets} | self.read
        names = [wanted, *(f"{wanted}_{n}" for n in range(2, len(taken) + 3))]
        return next(name for name in names if name not in taken)

    def name_for(self, step: Read | ReadRows) -> str:
        """A name for what a step reads, given out with those of all that stands beside it."""
        name = self.free_name(step.name)
        while not self.read.isdisjoint(names := names_of_step(step.model_copy(update={"name": name}))):
            name = self.free_name(f"{name}_2")
        self.read.update(names)
        return name


def parameterize(steps: Sequence[Step]) -> tuple[tuple[Step, ...], Parameters]:
    """Turn typed, chosen and uploaded literals into inputs, and unnamed secrets into named ones."""
    found = Parameters()
    return tuple(_with_inputs(_in_row(step, found), found) for step in steps), found


def field_name(seen: Description) -> str:
    """A name for what is typed into a field, from its label or whatever else names it: ``customer_email``."""
    holds = seen.text if not seen.label else ""  # a list that is called by what is chosen in it
    named = seen.name if seen.name != holds else ""
    beside = next((text for text in seen.near[:1] if len(text.split()) <= _CAPTION), "")
    attributes = (seen.attributes.get("name"), seen.attributes.get("id"))
    for source in (seen.label, named, seen.placeholder, *((beside, *attributes) if holds else (*attributes, beside))):
        if source and (name := slug(source)):
            return name
    return "value"


def slug(text: str) -> str:
    """Lower-case words joined by underscores, starting with a letter; "" if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())[:5]
    name = "_".join(words)
    return name if name and name[0].isalpha() else f"field_{name}" if name else ""


def _with_inputs(step: Step, found: Parameters) -> Step:
    match step:
        case Fill():
            return step.model_copy(update={"value": _named(step.value, step.target.description, "text", found)})
        case Type(parts=(part,)) if not isinstance(part, Stroke):
            value = _named(part, step.target.description, "text", found)
            return step.model_copy(update={"parts": (value,), "holds": ""})
        case Select() if len(step.options) == 1:
            option = _named(step.options[0], step.target.description, "choice", found)
            return step.model_copy(update={"options": (option,)})
        case Choose():
            return step.model_copy(update={"option": _named(step.option, step.target.description, "choice", found)})
        case Click(choice=Literally() as choice) | Check(choice=Literally() as choice):
            return step.model_copy(update={"choice": _of_group(choice, step.target.description, found)})
        case Assert(text=Literally(text=text)):
            same = [item.name for item in found.inputs if item.kind != "file" and item.default == text]
            return step.model_copy(update={"text": InputRef(name=same[0])}) if len(same) == 1 else step
        case Read() | ReadRows():
            name = found.name_for(step)
            return step.model_copy(update={"name": name, "words": step.words.replace(step.name, name, 1)})
        case Upload():
            seen = step.target.description
            return step.model_copy(update={"files": tuple(_named(f, seen, "file", found) for f in step.files)})
        case _:
            return step


def _in_row(step: Step, found: Parameters) -> Step:
    """The step with what names its row as an input, where no input before it tells which row it is."""
    target = target_of(step)
    if target is None or isinstance(step, (Scroll, Wheel, ReadRows)) or getattr(step, "choice", None) is not None:
        return step
    seen = target.description
    if not _is_of_its_row(seen):
        return step
    for item in found.inputs:
        if item.default == seen.key:
            return step.model_copy(update={"row": InputRef(name=item.name)})
        if item.kind == "text" and _tells_the_row(item.default or "", target):
            return step
    name = found.free_name(slug(seen.column) or "row")
    found.inputs.append(Input(name=name, label=seen.column or "Row", default=seen.key))
    return step.model_copy(update={"row": InputRef(name=name)})


def _tells_the_row(text: str, target: Target) -> bool:
    """Whether a text that was typed before stands in the row, and in no other that is known."""
    seen = target.description
    if len(text) < _SHORTEST or not _stands_in(text, f"{seen.key} {seen.row}"):
        return False
    return not any(_stands_in(text, rival.row) for rival in target.rivals if rival.key != seen.key)


def _stands_in(text: str, whole: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", whole) is not None


def _is_of_its_row(seen: Description) -> bool:
    """Whether the row tells which it is: it is one of several alike, or the link that the row is called by."""
    if len(seen.key) < _SHORTEST:
        return False
    if seen.key in (seen.name, seen.text):
        return bool(seen.column) or "/tr" in seen.xpath or bool(re.search(r"\d", seen.attributes.get("href", "")))
    return seen.alike > 1 or bool(seen.column)


def _of_group(value: Literally, seen: Description, found: Parameters) -> InputRef:
    """What is taken of several is named by what they are together."""
    label = seen.group or (seen.heading if seen.role == "link" else "") or seen.attributes.get("name", "")
    name = found.free_name(slug(label) or "choice")
    found.inputs.append(Input(name=name, label=label, kind="choice", default=value.text))
    return InputRef(name=name)


def _named(value: Value, seen: Description, kind: Literal["text", "choice", "file"], found: Parameters) -> Value:
    label = seen.label or seen.name
    if isinstance(value, SecretRef):
        for secret in found.secrets:
            if secret.name == value.name and secret.label == label:
                return value
        secret = Secret(name=found.free_name(value.name), label=label)
        found.secrets.append(secret)
        return SecretRef(name=secret.name)
    if not isinstance(value, Literally):
        return value
    made = Input(name=found.free_name(field_name(seen)), label=label, kind=kind, default=value.text)
    found.inputs.append(made)
    return InputRef(name=made.name)
