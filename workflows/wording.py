"""What pydantic finds, in the words of the file: the line, what is wrong, and the mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from recordings.inputs import NAME_PATTERN
from workflows.findings import Finding, did_you_mean
from workflows.workflow import Workflow
from workflows.yaml_text import Place, named, place_of

_WANTED = {
    "string_type": "a text",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
}
_NAME_MEND = "Use small letters, digits and '_', and begin with a letter: new_customers."


def finding_of(error: ErrorDetails, places: Place) -> Finding:
    """One of pydantic's errors as a finding."""
    where = [part for part in error["loc"] if not (isinstance(part, str) and part.startswith("<"))]
    line = place_of(places, where).line
    field = str(where[-1]) if error["type"] == "missing" else _last_name(list(named(places, where)))
    message, mend = _words(error, field)
    return Finding("error", line, message, mend)


def _words(error: ErrorDetails, field: str) -> tuple[str, str]:
    kind, given, ctx = error["type"], error.get("input"), error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"There is no field '{field}' here.", did_you_mean(field, _fields_at(error["loc"][:-1]), "There are")
    if kind == "missing":
        return _missing(field)
    if field == "[key]" or (kind == "string_pattern_mismatch" and ctx.get("pattern") == NAME_PATTERN):
        return f"'{_short(given)}' cannot be a name.", _NAME_MEND
    if kind == "string_pattern_mismatch":
        return f"'{field}' cannot be '{_short(given)}'.", _FORMS.get(field, "Correct it.")
    if kind == "literal_error" and given is not None:
        expected = [each.strip().strip("'") for each in ctx["expected"].replace(" or ", ",").split(",")]
        return f"'{field}' cannot be '{_short(given)}'.", f"It may be {', '.join(expected)}."
    if kind in _WANTED or given is None:
        wanted = _WANTED.get(kind, "a value")
        told = "is empty" if given is None else f"is {_what(given)}"
        return f"'{field}' {told}, and must be {wanted}.", "Correct it, or leave it out."
    if kind in ("too_short", "string_too_short"):
        return f"'{field}' is empty.", "Give at least one, or leave it out."
    if kind == "reserved_name":
        return f"{error['msg']}.", "Choose another name."
    if kind in ("duration", "rate"):
        said, _, mend = error["msg"].partition("; ")
        return f"'{field}': {said}.", f"{mend[:1].upper()}{mend[1:]}."
    return f"'{field}': {error['msg'][:1].lower()}{error['msg'][1:]}.", f"It is '{_short(given)}'; correct it."


_FORMS = {
    "python": "Write the function as package.module:name.",
    "write": "Name a file that ends with .csv, .json or .jsonl.",
    "base_url": "Write a full address: https://app.example.com",
}
_MISSING = {
    "recording": ("It is not said what the stage does.", "Add 'recording', 'approval' or 'collect'."),
    "file": ("It is not said what it is done for.", "Add 'file', 'rows', 'input', 'stage' or 'apps'."),
}


def _missing(field: str) -> tuple[str, str]:
    return _MISSING.get(field, (f"'{field}' is missing.", f"Add '{field}: …'."))


def _last_name(where: Sequence[str | int]) -> str:
    return next((str(part) for part in reversed(where) if isinstance(part, str)), "the file")


def _what(given: Any) -> str:
    if isinstance(given, dict):
        return "a mapping"
    return "a list" if isinstance(given, list) else f"'{_short(given)}'"


def _short(given: Any) -> str:
    text = str(given)
    return text if len(text) <= 60 else text[:59] + "…"


def _fields_at(loc: Sequence[str | int]) -> list[str]:
    """The names of the fields that may stand at a place, found by going the same way through the models."""
    at: list[Any] = [Workflow]
    for part in loc:
        tagged = isinstance(part, str) and part.startswith("<")
        inner = list(_tagged(at, part)) if tagged else [each for one in at for each in _inside(one, part)]
        at = inner or at
    return sorted({name for one in at for model in _models(one) for name in model.model_fields})


def _tagged(at: Sequence[Any], tag: str | int) -> Iterator[Any]:
    from pydantic import Tag

    for one in at:
        for choice in _choices(one):
            if any(isinstance(each, Tag) and each.tag == tag for each in getattr(choice, "__metadata__", ())):
                yield choice


def _choices(kind: Any) -> Iterator[Any]:
    """The members of a union, at any depth of annotations."""
    if get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _choices(each)
        return
    yield kind
    if get_origin(kind) is Annotated:
        yield from _choices(get_args(kind)[0])


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    for choice in _choices(kind):
        if isinstance(choice, type) and issubclass(choice, BaseModel):
            yield choice


def _inside(kind: Any, part: str | int) -> Iterator[Any]:
    """What stands in a value of this kind under ``part``."""
    for choice in _choices(kind):
        if isinstance(choice, type) and issubclass(choice, BaseModel):
            if isinstance(part, str) and part in choice.model_fields:
                field = choice.model_fields[part]
                yield Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        elif get_origin(choice) is dict:
            yield get_args(choice)[1]
        elif get_origin(choice) is tuple:
            yield get_args(choice)[0]
