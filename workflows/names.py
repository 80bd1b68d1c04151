"""The names in a workflow, and the lists that its file may write in a short form."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from recordings.inputs import NAME_PATTERN

WORDS_OF_CEL = frozenset(
    {
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
    }
)
"""What the language of expressions keeps for itself, so nothing that expressions speak of may be called so."""


def _not_reserved(name: str) -> str:
    if name in WORDS_OF_CEL:
        raise PydanticCustomError("reserved_name", "'{name}' is a word of the expressions", {"name": name})
    return name


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _one_or_more(item: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "uniqueItems": True}]})


Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=60), AfterValidator(_not_reserved)]
"""What a stage, an input or a figure is called, so that expressions can speak of it."""

Names = Annotated[
    tuple[Name, ...], BeforeValidator(_as_list), _one_or_more({"type": "string", "pattern": NAME_PATTERN})
]
Texts = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=1)], ...],
    BeforeValidator(_as_list),
    Field(min_length=1),
    _one_or_more({"type": "string", "minLength": 1}),
]
"""One text, or a list of them."""

_FILE = r"^.*\.(csv|json|jsonl|html)$"
Files = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=_FILE)], ...],
    BeforeValidator(_as_list),
    _one_or_more({"type": "string", "pattern": _FILE}),
]
"""One file for a table, or several: CSV, JSON, JSON lines, HTML."""

Text = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""A text; a number or a truth value in the file is taken as it is written there."""
