"""Inputs turned into secrets: their values go from all that a recording says and shows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from recordings.editing.checked import changed
from recordings.editing.inputs import SHORTEST, Clean, check_known, mapped, with_values
from recordings.editing.secret_blocks import cleaned_blocks
from recordings.errors import EditRefusedError
from recordings.inputs import HIDDEN, Input, InputRef, Literally, Secret, SecretRef, Value
from recordings.known_secrets import SHORTEST as SAID_BY_CHANCE
from recordings.known_secrets import KnownSecrets, forms_of
from recordings.recording import Gesture, Recording, values_of
from recordings.signals import DialogAnswered, Downloaded, Signal
from recordings.steps import Assert, AssertEquals, Navigate, Step, Type, targets_of, with_targets
from recordings.target import Description, Selector, Target

_WORDS_KEPT = 39
_QUOTED = re.compile(rf"(['\"]){HIDDEN}…?\1")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A recording after inputs became secrets: the files taken out, and what to look at by eye."""

    recording: Recording
    removed: tuple[str, ...]
    notes: tuple[str, ...]


def with_secrets(recording: Recording, names: Sequence[str]) -> Hidden:
    """Inputs turned into secrets, their values taken out of all that the recording says and shows.

    Their defaults go, and wherever the values stand in words, targets, signals and gestures. Pictures and
    page texts from the first step that types one are taken out whole: they could show it.

    Raises:
        InputUnknownError: There is no such input.
        EditRefusedError: It is not typed text.
    """
    chosen = [_typed_input(recording, name) for name in dict.fromkeys(names)]
    texts = [text for item in chosen for text in (item.default, item.shown) if text]
    hidden = {item.name for item in chosen}
    first = next((n for n, step in enumerate(recording.steps) if hidden & _used(step)), len(recording.steps))
    clean = cleaner(texts)
    steps = tuple(
        _hidden(step, hidden, clean, blind=place >= first or _shows(recording, step, texts))
        for place, step in enumerate(recording.steps)
    )
    kept = files_of(steps, recording)
    result = changed(
        recording,
        inputs=tuple(item for item in recording.inputs if item.name not in hidden),
        secrets=(*recording.secrets, *(Secret(name=item.name, label=item.label) for item in chosen)),
        steps=steps,
        blocks=cleaned_blocks(
            recording.blocks, hidden, clean, lambda target: _clean_target(target, clean, False, True)
        ),
        warnings=tuple(clean(warning) for warning in recording.warnings),
        gestures=_without_keys(recording, hidden),
        files=kept,
    )
    removed = tuple(sorted(recording.files.keys() - kept.keys()))
    deaf = [old.id for old, new in zip(recording.steps, result.steps, strict=True) if old.waits != new.waits]
    lost = [f"Step {step} no longer waits for a text that held the value." for step in deaf]
    return Hidden(result, removed, (*lost, *_left(result, texts)))


def without_values(recording: Recording, values: Iterable[str]) -> Recording:
    """A recording without the values of its secrets, where the application said them again.

    A step that says one, or whose page showed one, loses it from its texts, with its pictures, its page's text, and
    what came of it. An input that was given one has no default. What pages said before any secret was typed is a word
    of theirs, if a poor secret, and stays. So does an input that only has it within a word, as an address has a name.
    """
    values = list(values)
    texts = [text for text in values if len(text) >= SAID_BY_CHANCE and not _said_before(recording, text)]
    known, clean = KnownSecrets(), cleaner(texts)
    known.learn(*texts)

    def without(step: Step) -> Step:
        if known.cleaned(step) == step and not _shows(recording, step, texts):
            return step
        return known.cleaned(_hidden(step, (), clean, blind=True))

    steps = tuple(map(without, recording.steps))
    same = set(values)
    held = {item.name for item in recording.inputs if {item.default, item.shown, *_words_of(item)} & same}
    if steps == recording.steps and not held:
        return recording
    forgotten = {"default": None, "shown": None}
    inputs = tuple(item.model_copy(update=forgotten) if item.name in held else item for item in recording.inputs)
    lost = (f"Input '{name}' was given a secret, which is not kept; give it at each run." for name in sorted(held))
    warnings = (*recording.warnings, *lost)
    return changed(recording, steps=steps, inputs=inputs, warnings=warnings, files=files_of(steps, recording))


def _words_of(item: Input) -> set[str]:
    return set(f"{item.default or ''} {item.shown or ''}".split())


def _said_before(recording: Recording, value: str) -> bool:
    """Whether a page said a text before the first secret was typed."""
    for step in recording.steps:
        if value in recording.files.get(step.dom, b"").decode(errors="replace"):
            return True
        if any(isinstance(each, SecretRef) for each in values_of(step)):
            return False
    return False


def _typed_input(recording: Recording, name: str) -> Input:
    check_known(recording, name)
    item = next((item for item in recording.inputs if item.name == name), None)
    if item is None:
        raise EditRefusedError(f"'{name}' is a secret already.")
    if item.kind != "text":
        raise EditRefusedError(
            f"'{name}' is a {item.kind}, which everyone sees on the page.", "Only typed text can be a secret."
        )
    return item


def _used(step: Step) -> set[str]:
    return {value.name for value in values_of(step) if isinstance(value, InputRef)}


def _forms(text: str) -> set[str]:
    """A value as words, folded texts, addresses and cut texts write it."""
    folded = " ".join(text.split())
    forms = {text, folded, repr(text)[1:-1], quote(text, safe=""), quote_plus(text), quote(text)}
    return forms | forms_of(text) | {form[:_WORDS_KEPT] for form in (text, folded) if len(form) > _WORDS_KEPT} - {""}


def _pattern(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the values: anywhere, but the shortest only as whole words, or every 1 in a text would go."""
    forms = sorted({form for text in texts for form in _forms(text) if form}, key=len, reverse=True)
    parts = (re.escape(form) if len(form) >= SHORTEST else rf"(?<!\w){re.escape(form)}(?!\w)" for form in forms)
    return re.compile("|".join(parts)) if forms else None


def cleaner(texts: Iterable[str]) -> Clean:
    """Replaces these values, as words, addresses and cut texts write them, by ``•••``."""
    found = _pattern(texts)
    return lambda text: found.sub(HIDDEN, text) if found else text


def _shows(recording: Recording, step: Step, texts: Sequence[str]) -> bool:
    """Whether the page's text before the step holds a value: it was there before it was typed."""
    page = recording.files.get(step.dom, b"").decode(errors="replace")
    found = _pattern(text for text in texts if len(text) >= SHORTEST)
    return bool(page and found and found.search(page))


def _hidden(step: Step, names: Collection[str], clean: Clean, *, blind: bool) -> Step:
    """The step without the values; ``blind`` takes its pictures and its page's text as well."""

    def again(value: Value) -> Value:
        return SecretRef(name=value.name) if isinstance(value, InputRef) and value.name in names else value

    typed = bool(_used(step) & set(names))
    update: dict[str, object] = {
        "words": _QUOTED.sub("a secret", clean(step.words)) if typed else clean(step.words),
        "waits": tuple(text for text in step.waits if clean(text) == text),
        "signals": tuple(_clean_signal(signal, clean) for signal in step.signals),
        "note": clean(step.note),
        "doubt": clean(step.doubt),
        "scene": None,  # hashes of short texts could be guessed, and what changed may hold the value
        "changes": (),
    }
    if isinstance(step, Assert) and isinstance(step.text, Literally):
        update["text"] = mapped(step.text, ("text",), clean)
    if isinstance(step, AssertEquals) and isinstance(step.to, Literally):
        update["to"] = mapped(step.to, ("text",), clean)
    if isinstance(step, Type):
        texts = (p.model_copy(update={"text": clean(p.text)}) if isinstance(p, Literally) else p for p in step.parts)
        update |= {"parts": tuple(texts), "holds": clean(step.holds)}
    if blind:
        update |= {"picture": "", "dom": ""}
    told = with_targets(step.model_copy(update=update), lambda target: _clean_target(target, clean, typed, blind))
    return with_values(told, again)


def _clean_signal(signal: Signal, clean: Clean) -> Signal:
    """Addresses stay, since a replay waits for them; ``_left`` tells of them."""
    match signal:
        case DialogAnswered():
            return mapped(signal, ("message", "text"), clean)
        case Downloaded():
            return mapped(signal, ("filename",), clean)
        case _:
            return signal


def _clean_target(target: Target, clean: Clean, typed: bool, blind: bool) -> Target:
    """Texts lose the value; a selector that is made of it finds nothing any more and goes."""

    def without(text: str) -> str:
        return " ".join(clean(text).replace(HIDDEN, " ").split()) if clean(text) != text else text

    def cleaned(seen: Description) -> Description:
        texts = ("name", "label", "text", "placeholder", "attributes", "heading", "landmark", "group", "row", "key")
        gone = {path: "" for path in ("css", "xpath") if _quotes(getattr(seen, path), clean)}
        if any(clean(text) != text for text in (seen.row, seen.key)):
            gone |= {"row": "", "key": ""}  # a row that is called by the value is called otherwise without it
        return mapped(seen, (*texts, "column", "block", "near", "choices"), without).model_copy(update=gone)

    description = cleaned(target.description)
    if typed:
        description = description.model_copy(update={"secret": True})
    kept = tuple(selector for selector in target.selectors if not _made_of(selector, clean))
    crop = "" if blind else target.crop
    rivals = tuple(cleaned(rival) for rival in target.rivals)
    update = {"description": description, "selectors": kept, "crop": crop, "rivals": rivals}
    return target.model_copy(update=update)


def _made_of(selector: Selector, clean: Clean) -> bool:
    match selector.kind:
        case "css" | "xpath":
            return _quotes(selector.value, clean)
        case "role":
            return clean(selector.name) != selector.name
        case _:
            return clean(selector.value) != selector.value


def _quotes(path: str, clean: Clean) -> bool:
    """Whether a CSS or XPath path holds the value in a name or a quoted text; positions are not meant."""
    plain = re.sub(r"\[\d+\]|\(\d+\)", "", path)
    return clean(plain) != plain


def files_of(steps: Iterable[Step], recording: Recording) -> dict[str, bytes]:
    """The files that are still spoken of, and what was uploaded."""
    named: set[str] = set()
    for step in steps:
        named |= {step.picture, step.dom, *(target.crop for target in targets_of(step))}
    return {
        name: content
        for name, content in recording.files.items()
        if name in named or not name.startswith(("crops/", "pages/"))
    }


def _without_keys(recording: Recording, names: Collection[str]) -> dict[str, tuple[Gesture, ...]]:
    """Gestures without the keys of the steps that type, and of their neighbours: the first key of a field
    is kept with the step before, the last key's way up may be kept with the step after."""
    ids = [step.id for step in recording.steps]
    places = [place for place, step in enumerate(recording.steps) if _used(step) & set(names)]
    near = {ids[n] for place in places for n in (place - 1, place, place + 1) if 0 <= n < len(ids)}
    return {
        step: tuple(g for g in gestures if not (step in near and g.type in ("key_down", "key_up")))
        for step, gestures in recording.gestures.items()
    }


def _left(recording: Recording, texts: Sequence[str]) -> Iterable[str]:
    """What holds a value still because the recording cannot do without it."""
    found = _pattern(text for text in texts if len(text) >= SHORTEST)
    if found is None:
        return
    for item in recording.inputs:
        if any(found.search(text) for text in (item.default, item.shown) if text):
            yield f"The default of input '{item.name}' holds the same text; make it a secret as well."
    if found.search(recording.start):
        yield "The address it starts at holds the same text."
    for step in recording.steps:
        urls = [step.url, *(getattr(signal, "url", "") for signal in step.signals)]
        if isinstance(step, Navigate):
            urls.append(step.to)
        if any(found.search(url) for url in urls):
            yield f"An address of step {step.id} holds the same text; look whether it gives it away."
        if any(isinstance(value, Literally) and found.search(value.text) for value in values_of(step)):
            yield f"A value of step {step.id} holds the same text."
