"""A field becomes a secret after it was typed into: its value leaves every event that was heard, and all that come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from recorder.events import BrowserEvent, CapturedEvent, Forgotten
from recorder.page_events import KeyDown, KeyUp, PageEvent, Typed
from recordings.editing import cleaner
from recordings.inputs import HIDDEN
from recordings.known_secrets import KNOWN
from recordings.target import Description

# What a secret field may still tell of keys, as capture.ts has it.
_KEPT_KEYS = {"Enter", "Tab", "Escape"}
# Words of ours and of HTML, never of the person.
_OURS = {"kind", "doc", "tag", "type", "role", "code", "purpose"}
_PATHS = {"css", "xpath"}
Field = tuple[str, int]
T = TypeVar("T")
Clean = Callable[[str], str]


@dataclass(slots=True)
class Hidden:
    """Fields that became secrets, by document and element, and the values they held: never written anywhere."""

    fields: set[Field] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    _down: set[str] = field(default_factory=set)
    _clean: Clean | None = None

    def add(self, fields: Iterable[Field], values: Iterable[str]) -> None:
        """Hide these too."""
        self.fields |= set(fields)
        self.values |= set(values)
        KNOWN.learn(*self.values)
        self._clean = cleaner(self.values) if self.values else None

    def shown_in(self, text: str) -> bool:
        """Whether a text holds one of the values."""
        return self._clean is not None and self._clean(text) != text

    def without(self, what: PageEvent | BrowserEvent) -> PageEvent | BrowserEvent:
        """The event as it would have been told, had the field been a secret from the start."""
        if not self.fields:
            return what
        if isinstance(what, KeyDown) and (what.doc, what.ref) in self.fields and what.key not in _KEPT_KEYS:
            self._down.add(what.code)
            return Forgotten()
        if isinstance(what, KeyUp) and (what.code in self._down or (what.doc, what.ref) in self.fields):
            # A quick typist lets the last key go when the next field has the focus already.
            self._down.discard(what.code)
            return Forgotten() if what.key not in _KEPT_KEYS else what
        if isinstance(what, Typed) and (what.doc, what.ref) in self.fields:
            what = what.model_copy(update={"value": "", "secret": True, "element": _secret(what.element)})
        return _scrubbed(what, self._clean) if self._clean is not None else what


def held_values(events: Sequence[CapturedEvent], fields: set[Field]) -> set[str]:
    """What fields came to hold, without what was only half typed or half erased."""
    found: set[str] = set()
    for name in fields:
        told = [e.what.value for e in events if isinstance(e.what, Typed) and (e.what.doc, e.what.ref) == name]
        found |= {value for n, value in enumerate(told) if value and not _half(told, n)}
    return found


def fields_holding(events: Sequence[CapturedEvent], values: set[str]) -> set[Field]:
    """Every field into which one of the values was typed."""
    typed = (event.what for event in events if isinstance(event.what, Typed))
    return {(what.doc, what.ref) for what in typed if any(value and value in what.value for value in values)}


def with_elements(events: Sequence[CapturedEvent], fields: set[Field]) -> Iterator[CapturedEvent]:
    """The events, each typing into these fields with its element: the key that told it may be forgotten."""
    known: dict[Field, Description] = {}
    for event in events:
        what = event.what
        name = (getattr(what, "doc", ""), getattr(what, "ref", 0))
        if name in fields and (element := getattr(what, "element", None)) is not None:
            known[name] = element
        elif isinstance(what, Typed) and name in known:
            yield replace(event, what=what.model_copy(update={"element": known[name]}))
            continue
        yield event


def _half(told: Sequence[str], n: int) -> bool:
    last = n == len(told) - 1
    return not last and (told[n + 1].startswith(told[n]) or (n > 0 and told[n - 1].startswith(told[n])))


def _secret(seen: Description | None) -> Description | None:
    return seen.model_copy(update={"secret": True}) if seen is not None else None


def _scrubbed(value: T, clean: Clean) -> T:
    """The value with every text in it cleaned; paths that held a secret are left out, since they find nothing now."""
    if isinstance(value, str):
        return cast(T, clean(value))
    if isinstance(value, tuple):
        return cast(T, tuple(_scrubbed(item, clean) for item in value))
    if isinstance(value, dict):
        return cast(T, {name: _scrubbed(item, clean) for name, item in value.items()})
    if isinstance(value, BaseModel):
        update = {name: _part(name, getattr(value, name), clean) for name in type(value).model_fields}
        return cast(T, value.model_copy(update=update))
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: _part(f.name, getattr(value, f.name), clean) for f in fields(value)}
        return cast(T, replace(value, **parts))
    return value


def _part(name: str, value: Any, clean: Clean) -> Any:
    if name in _OURS:
        return value
    done = _scrubbed(value, clean)
    return "" if name in _PATHS and done != value and HIDDEN in done else done
