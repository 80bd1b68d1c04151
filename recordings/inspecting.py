"""A recording looked at before it is trusted: where it acts, what it gives away, and what is odd about it; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from recordings.inputs import InputRef, Literally, SecretRef, Value
from recordings.origins import allowed_origins, found_origins, host_of, is_private, origin_named
from recordings.recording import Recording, done_with
from recordings.signals import Requested
from recordings.steps import Fill, Navigate, Step, Type, Upload

_LONGEST = 80
_LONGEST_HOST = 300
_END = 100
Act = Literal["types", "types a secret", "gives a file", "sends", "opens"]


@dataclass(frozen=True, slots=True)
class Deed:
    """What a step does to the world: the step's number and id, what it does, with what, and where."""

    number: int
    step: str
    act: Act
    what: str
    where: str


def disk_files(recording: Recording) -> frozenset[str]:
    """What it uploads, where nothing else is given, that it does not hold itself: files of the machine that runs it."""
    refs = [ref for step in recording.steps if isinstance(step, Upload) for ref in step.files]
    known = {item.name: item for item in recording.inputs}
    texts = {ref.text for ref in refs if isinstance(ref, Literally)}
    named = [known[ref.name] for ref in refs if isinstance(ref, InputRef) and ref.name in known]
    texts |= {item.default or "" for item in (*named, *(each for each in known.values() if each.kind == "file"))}
    return frozenset(texts - recording.files.keys() - {""})


def deeds_of(recording: Recording) -> list[Deed]:
    """Everything that it would type, give, send and open, in order; steps that are disabled left out."""
    defaults = {item.name: item.default or "" for item in recording.inputs}
    return [
        Deed(number, step.id, act, what, where)
        for number, step in enumerate(recording.steps, 1)
        if not step.disabled
        for act, what, where in _acts(recording, step, defaults)
    ]


def doubts_of(recording: Recording) -> list[str]:
    """What a careful reader would ask about, each in a sentence; texts in it are ``visible``."""
    deeds = deeds_of(recording)
    return [
        visible(doubt)
        for doubt in (*_of_origins(recording, deeds), *_of_deeds(recording, deeds), *_of_texts(recording))
    ]


def visible(text: str) -> str:
    """The text with all that steers a terminal or turns the reading order written out: ``⟨U+202E⟩``."""
    return "".join(f"⟨U+{ord(sign):04X}⟩" if is_steering(sign) else sign for sign in text)


def is_steering(sign: str) -> bool:
    """Whether a sign is not seen but does something: control characters, marks of direction, what has no width."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def shortened(text: str) -> str:
    """On one line, not too long."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def with_its_end(text: str, longest: int = _LONGEST_HOST) -> str:
    """What must be known to its end, such as whose a host is: whole, but for what is longer than any host can be."""
    return text if len(text) <= longest else f"{text[: longest - _END - 3]} … {text[-_END:]}"


def _acts(recording: Recording, step: Step, defaults: dict[str, str]) -> Iterator[tuple[Act, str, str]]:
    where = where_done(recording, step)
    if isinstance(step, Navigate):
        yield "opens", step.to, _origin(step.to)
    for value in done_with(step) if isinstance(step, (Fill, Type, Upload)) else ():
        if isinstance(value, SecretRef):
            yield "types a secret", value.name, where
        else:
            yield ("gives a file" if isinstance(step, Upload) else "types"), _said(value, defaults), where
    for signal in step.signals:
        if isinstance(signal, Requested):
            yield "sends", f"{signal.method} {signal.url}", _origin(signal.url)


def where_done(recording: Recording, step: Step) -> str:
    """The origin of the document that a step was shown in."""
    return _origin(step.url) or _origin(recording.start)


def _said(value: Value, defaults: dict[str, str]) -> str:
    if isinstance(value, InputRef):
        return f"input {value.name}, else {defaults.get(value.name, '')!r}"
    return repr(value.text) if isinstance(value, Literally) else value.name


def _of_origins(recording: Recording, deeds: list[Deed]) -> Iterator[str]:
    allowed, used = allowed_origins(recording), set(found_origins(recording.start, recording.steps))
    for origin in allowed:
        if not origin.startswith("http"):
            yield f"It may open {origin} addresses, which are no web pages."
        elif is_private(host_of(origin)):
            yield f"It acts on {origin}, which is this machine or one of a private network."
        if origin not in used:
            yield f"It may act on {origin}, where none of its steps was shown."
    for origin in sorted({deed.where for deed in deeds if deed.act != "opens"} - set(allowed) - {""}):
        yield f"It was shown at {origin}, where it may not act: a run stops there."


def _of_deeds(recording: Recording, deeds: list[Deed]) -> Iterator[str]:
    for secret in recording.secrets:
        places = sorted({deed.where for deed in deeds if deed.act == "types a secret" and deed.what == secret.name})
        if len(places) > 1:
            yield f"Secret '{secret.name}' is typed at more than one origin: {', '.join(places)}."
        for place in places:
            if place.startswith("http://") and not is_private(host_of(place)):
                yield f"Secret '{secret.name}' is typed at {place}, where others on the way can read it."
    given = {item.name: item.default for item in recording.inputs}
    for step in recording.steps:
        for value in step.files if isinstance(step, Upload) else ():
            path = given.get(value.name) if isinstance(value, InputRef) else getattr(value, "text", "")
            if path and path not in recording.files:
                yield f"Step {step.id} gives away a file of the machine it runs on, unless another is given: {path!r}."


def _of_texts(recording: Recording) -> Iterator[str]:
    odd = [
        where
        for where, text in _texts(recording.model_dump(mode="json"), "")
        if any(is_steering(sign) and sign not in "\n\t\r\u00ad\u200d" for sign in text)
    ]
    if odd:
        more = f" and {len(odd) - 3} more" if len(odd) > 3 else ""
        yield f"Signs that are not seen but turn or steer a text stand in {', '.join(odd[:3])}{more}."
    strange = [
        name for name in recording.files if PurePosixPath(name).suffix not in _KNOWN and not name.startswith("files/")
    ]
    if strange:
        yield f"It holds files that no recorder makes: {', '.join(strange[:3])}."


_KNOWN = (".jpg", ".png", ".html", ".webp")


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Every text of a document, with where it stands."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{where}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, f"{where}[{number}]")


def _origin(url: str) -> str:
    try:
        return origin_named(url)
    except ValueError:
        return with_its_end(url)
