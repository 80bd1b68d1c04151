"""The last filter: secret values that this process came to know leave all that it writes.

Each stage keeps secrets out of its own texts: the page script tells none, a run's ``Redactor`` cleans its records.
This stands after all of them, where something is written. It is the one thing here that a whole process shares: a
filter that each writer must be handed is missing where somebody forgot to.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar, cast, get_args
from urllib.parse import quote, quote_plus

from pydantic import BaseModel

from recordings.inputs import HIDDEN

SHORTEST = 4
"""A shorter value stands in every other text by chance; the run that types it takes it out of its own records."""
MOST = 200
"""A worker that makes a code for each sign-in would else know ever more; a secret in use is learned at each run."""
_ANYWHERE = 8
"""A value at least so long is replaced within words and ids too, a shorter one where it stands alone."""
_ENCODED = 6
_IN_A_QUERY = "!$&()*+,-./:;=?@[]\\^_`{|}~%"
# What showonce itself called things: no page and no person said it.
_OURS = frozenset(
    {"trace_id", "span_id", "step_id", "item_id", "batch_id", "recording", "picture", "after", "shown", "follows"}
) | {"tag", "type", "role", "code", "kind", "how"}

Model = TypeVar("Model", bound=BaseModel)
Clean = Callable[[str], str]


@dataclass(frozen=True)
class _Forms:
    """What is looked for, and the pattern that finds it, made when it is first needed."""

    all: frozenset[str] = frozenset()

    @cached_property
    def found(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_part, sorted(self.all, key=len, reverse=True))))


class KnownSecrets:
    """Values to be found in no text; nothing gives them back. Of very many it knows those that were learned last.

    One thread learns; any may clean.
    """

    def __init__(self) -> None:
        self._values: dict[str, set[str]] = {}
        self._forms = _Forms()

    def learn(self, *values: str) -> None:
        """Keep these out of all that is written from now on, too."""
        for value in values:
            if len(value) < SHORTEST:
                continue
            known = self._values.pop(value, None)
            self._values[value] = known or forms_of(value)
            if known is None:
                while len(self._values) > MOST:
                    del self._values[next(iter(self._values))]
                self._forms = _Forms(frozenset().union(*self._values.values()))

    def forget(self) -> None:
        """Know none."""
        self._values, self._forms = {}, _Forms()

    def shown_in(self, text: str) -> bool:
        """Whether a text holds one of the values."""
        return self.clean(text) != text

    def clean(self, text: str) -> str:
        """The text with ``•••`` where a value stood."""
        forms = self._forms  # another thread may learn meanwhile
        return forms.found.sub(HIDDEN, text) if any(form in text for form in forms.all) else text

    def cleaned(self, document: Model, only: frozenset[str] | None = None) -> Model:
        """The document without the values in its free texts; names that showonce gave, and words of a fixed choice,
        stay, so it can be read again. ``only`` are the fields that are looked at."""
        return document if not self._forms.all else _cleaned(document, self.clean, only)


KNOWN = KnownSecrets()
"""What this process knows."""


def forms_of(value: str) -> set[str]:
    """A value as texts, Python, JSON, HTML, addresses and base64 write it, the last wherever in a whole it begins."""
    written = {value, repr(value)[1:-1], json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    written |= {html.escape(value), html.escape(value, quote=False), " ".join(value.split())}
    addressed = {quote(value, safe=safe) for safe in ("", "/", "!~*'()", _IN_A_QUERY)}
    addressed |= {quote_plus(value), quote_plus(value, safe="*").replace("~", "%7E")}
    addressed |= {quote(form, safe="") for form in addressed}
    return {form for form in written | addressed | set(_as_base64(value)) if len(form) >= SHORTEST}


def _as_base64(value: str) -> Iterator[str]:
    raw = value.encode()
    for before in range(3):
        # The characters that are made of the value alone, whatever stands before and after it.
        first, end = -(-8 * before // 6), 8 * (before + len(raw)) // 6
        core = base64.b64encode(bytes(before) + raw).decode()[first:end]
        if len(core) >= _ENCODED:
            yield from (core, core.replace("+", "-").replace("/", "_"))


def _part(form: str) -> str:
    return re.escape(form) if len(form) >= _ANYWHERE else rf"(?<!\w){re.escape(form)}(?!\w)"


def _cleaned(document: Model, clean: Clean, only: frozenset[str] | None = None) -> Model:
    changed: dict[str, Any] = {}
    for name in _free_fields(type(document)) if only is None else only:
        value = getattr(document, name)
        if (done := _within(value, clean)) != value:
            changed[name] = done
    return document.model_copy(update=changed) if changed else document


def _within(value: Any, clean: Clean) -> Any:
    match value:
        case str():
            return clean(value)
        case BaseModel():
            return _cleaned(value, clean)
        case tuple():
            return tuple(_within(item, clean) for item in value)
        case dict():
            return {name: _within(item, clean) for name, item in value.items()}
        case _:
            return value


@cache
def _free_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields that may hold any text, or documents."""
    fields = model.model_fields.items()
    return tuple(n for n, info in fields if n not in _OURS and not info.metadata and _is_free(info.annotation))


def _is_free(annotation: object) -> bool:
    if annotation is str or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return True
    return any(_is_free(part) for part in cast(tuple[object, ...], get_args(annotation)))
