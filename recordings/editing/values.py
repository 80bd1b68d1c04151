"""What a step types, chooses or expects: another value, an input in its place, and a check of what it acted on."""

from __future__ import annotations

import re

from recordings.editing.checked import changed
from recordings.editing.inputs import with_values
from recordings.editing.insert import free_id
from recordings.editing.membership import moves_told, regrouped
from recordings.editing.steps import Edited, step_named
from recordings.editing.tabs import check_tabs
from recordings.errors import EditRefusedError
from recordings.inputs import NAME_PATTERN, Input, InputRef, Literally, SecretRef, Value
from recordings.recording import Recording, done_with
from recordings.steps import Assert, AssertEquals, Check, Choose, Click, Fill, Select, Step, Type, Upload, target_of

_LONGEST = 300
_CHOICES = (Select, Choose, Click, Check)


def with_value(recording: Recording, step: str, text: str) -> Recording:
    """A step with another value written in it. What came of the old one is not expected of it any more.

    Raises:
        EditRefusedError: It has no value of its own to change: that of an input or a secret is given elsewhere.
    """
    chosen = step_named(recording, step)
    old = _own_value(chosen)
    if isinstance(chosen, (Click, Check, Upload)):
        raise EditRefusedError(
            f"The value of step {chosen.id} ({chosen.words}) says which element or file it is.",
            f"Make it an input first: input {chosen.id} NAME. Then it can be given another default.",
        )
    if not text.strip() and not isinstance(chosen, (Fill, Type)):
        raise EditRefusedError("The value of this step cannot be empty.", "Write what is chosen or expected.")
    if text == old.text:
        return recording
    # What the page came to, and showed before, held the old value or may have.
    again = with_values(chosen, lambda value: value.model_copy(update={"text": text}) if value is old else value)
    update: dict[str, object] = {"changes": (), "words": chosen.words.replace(f"'{old.text}'", f"'{text}'", 1)}
    if isinstance(chosen, Type):
        update["holds"] = ""
    return _with_step(recording, chosen, again.model_copy(update=update))


def with_input(recording: Recording, step: str, name: str) -> Recording:
    """A step whose value is an input from now on; what is written in it now is the default.

    Raises:
        EditRefusedError: It has no value written in it, or the name is unusable or taken.
    """
    chosen = step_named(recording, step)
    old = _own_value(chosen)
    if not re.fullmatch(NAME_PATTERN, name):
        raise EditRefusedError(
            f"An input cannot be called '{name[:40]}'.", "Small letters, digits and _: customer_name."
        )
    if name in {item.name for item in recording.inputs} | {item.name for item in recording.secrets}:
        raise EditRefusedError(f"There is an input or secret '{name}' already.", "Choose another name.")
    target = target_of(chosen)
    label = (target.description.label or target.description.name) if target is not None else ""
    kind = "file" if isinstance(chosen, Upload) else "choice" if isinstance(chosen, _CHOICES) else "text"
    again = with_values(chosen, lambda value: InputRef(name=name) if value is old else value)
    if isinstance(chosen, Type):
        again = again.model_copy(update={"holds": ""})
    made = Input.model_validate({"name": name, "label": label[:80], "kind": kind, "default": old.text})
    return _with_step(recording, chosen, again, inputs=(*recording.inputs, made))


def with_check(recording: Recording, step: str, text: str) -> Edited:
    """A step put after another: its element must say ``text`` then, or hold it if it is a field. Where that is what an
    input of the step says now, it is what the input says in each run.

    Raises:
        EditRefusedError: The step acts on no element, or on a secret field; the text is empty or very long.
    """
    chosen, text = step_named(recording, step), " ".join(text.split())
    target = target_of(chosen)
    if target is None:
        raise EditRefusedError(
            f"Step {chosen.id} ({chosen.words}) acts on no element that could say something.",
            "Choose another step; or have the next one wait for a text.",
        )
    if target.description.secret:
        raise EditRefusedError("What a secret field holds cannot be checked.", "Choose another step.")
    if not text or len(text) > _LONGEST:
        raise EditRefusedError("A text to check for is needed, of a few words.", "Write it as the page says it.")
    seen = target.description
    what = f"{seen.role or seen.tag} '{(seen.label or seen.name)[:40]}'" if seen.label or seen.name else "it"
    made = Assert(
        id=free_id(recording),
        words=f"Check that {what} says '{text[:60]}'",
        page=chosen.page,
        target=target,
        text=_said(recording, chosen, text),
    )
    place = recording.steps.index(chosen) + 1
    steps = (*recording.steps[:place], made, *recording.steps[place:])
    check_tabs(recording.steps, steps)
    blocks = regrouped(recording.blocks, steps, {made.id: chosen.id})
    notes = tuple(moves_told(recording.blocks, blocks, made.id))
    return Edited(changed(recording, steps=steps, blocks=blocks), notes)


def own_text(step: Step) -> str | None:
    """What is written in the step itself and can be changed there; None where nothing is."""
    try:
        return _own_value(step).text
    except EditRefusedError:
        return None


def _own_value(step: Step) -> Literally:
    values = list(done_with(step))
    written = [value for value in values if isinstance(value, Literally)]
    if len(written) == 1:
        return written[0]
    if not values or isinstance(step, AssertEquals):
        raise EditRefusedError(f"Step {step.id} ({step.words}) has no value of its own.", "Choose another step.")
    if written:
        raise EditRefusedError(f"Step {step.id} ({step.words}) has several values.", "Record it anew to change them.")
    names = ", ".join(value.name for value in values if isinstance(value, (InputRef, SecretRef)))
    raise EditRefusedError(
        f"The value of step {step.id} ({step.words}) is given by {names}.",
        'An input is given another default: default INPUT "VALUE".',
    )


def _said(recording: Recording, step: Step, text: str) -> Value:
    """The step's own input, where it says ``text`` in the demonstration; else the text."""
    defaults = {item.name: item.default for item in recording.inputs if item.kind != "file"}
    for value in done_with(step):
        if isinstance(value, InputRef) and defaults.get(value.name) == text:
            return value
    return Literally(text=text)


def _with_step(recording: Recording, old: Step, new: Step, **changes: object) -> Recording:
    steps = tuple(new if other is old else other for other in recording.steps)
    return changed(recording, steps=steps, **changes)
