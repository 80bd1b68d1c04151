"""Texts with expressions in them: ``Dear ${ row.full_name }``; ``$${`` is the two signs themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.expressions import ExpressionError, Names, compiled, text_of

_QUOTES = "'\""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text, or (``expression``) what stands between ``${`` and ``}``; ``line`` counts from 1."""

    text: str
    expression: bool
    line: int


def parts_of(text: str) -> list[Part]:
    """A text taken apart, in order.

    Raises:
        ExpressionError: A ``${`` is not closed.
    """
    return list(_parts(text))


def filled(text: str, names: Names, values: Mapping[str, Any]) -> str:
    """The text with its expressions replaced by what they come to.

    Raises:
        ExpressionError: One is not allowed, or has no value that is a text.
    """
    return "".join(
        text_of(compiled(part.text, names).value(values)) if part.expression else part.text for part in parts_of(text)
    )


def _parts(text: str) -> Iterator[Part]:
    plain: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith("$${", at):
            plain.append("${")
            at += 3
        elif text.startswith("${", at):
            line = text.count("\n", 0, at) + 1
            end = _end(text, at + 2)
            if end < 0:
                raise ExpressionError(text[at:], "is not closed", "Add the '}', or write $${ for the signs.", line=line)
            if plain:
                yield Part("".join(plain), False, 1)
                plain = []
            yield Part(text[at + 2 : end].strip(), True, line)
            at = end + 1
        else:
            plain.append(text[at])
            at += 1
    if plain:
        yield Part("".join(plain), False, 1)


def _end(text: str, at: int) -> int:
    """Where the expression that begins at ``at`` is closed, or -1: at a ``}`` in no text that closes no ``{``."""
    deep, quote = 0, ""
    while at < len(text):
        sign = text[at]
        if quote:
            at += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign == "{":
            deep += 1
        elif sign == "}":
            if not deep:
                return at
            deep -= 1
        at += 1
    return -1
