"""The expressions of a workflow: CEL, the Common Expression Language, checked before anything runs.

CEL reads values and computes; it cannot loop without end, call Python or reach an object's attributes. Google's own
runtime (``cel-expr-python``) checks types and names when an expression is compiled, and gives up beyond 10,000
iterations. An expression here has at most 1,000 characters. See https://cel.dev.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from recordings.errors import ShowonceError

LONGEST = 1_000

Kind = Literal["text", "whole", "number", "rows", "row"]
"""``number`` may be compared with whole numbers too; ``row`` is one whose columns are not known beforehand."""

Names = Mapping[str, Kind]
"""What an expression may speak of, by full name: ``inputs.country``, ``stages.find.counts.failed``."""

_AT = re.compile(r"ERROR: [^:]*:(-?\d+):(-?\d+): (.*)")


class ExpressionError(ShowonceError):
    """An expression is not allowed, or has no value: ``line`` counts from 1 within it; ``unknown`` is a name in it that
    is not known, "" where that is not the reason."""

    def __init__(self, text: str, reason: str, mend: str = "", *, line: int = 1, unknown: str = "") -> None:
        folded = " ".join(text.split())
        shown = folded if len(folded) <= 80 else folded[:79] + "…"
        super().__init__(f"The expression '{shown}' {reason}.", mend)
        self.line, self.unknown = line, unknown


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; ``result`` is what CEL says that it gives: ``BOOL``, ``STRING``, ``DYN``, …"""

    text: str
    names: Names
    result: str
    program: Any

    def value(self, values: Mapping[str, Any]) -> Any:
        """What it comes to; ``values`` are nested as expressions name them: ``{"inputs": {"country": "Belgium"}}``.

        Raises:
            ExpressionError: It has no value, such as a column that a row lacks, or a text that is no number.
        """
        spoken = "".join(self.text.split())  # a list that is not spoken of need not be handed over
        kinds = {name: kind for name, kind in self.names.items() if name in spoken}
        flat = {name: found for name, kind in kinds.items() if (found := _found(values, name, kind)) is not None}
        try:
            came = self.program.eval(data=flat)
            plain = came.plain_value()
        except _RUNTIME as error:
            raise ExpressionError(self.text, f"has no value: {_first_line(error)}") from error
        if came.type().name() == "ERROR":
            raise ExpressionError(self.text, f"has no value: {_without_code(str(plain))}", "Correct it or the values.")
        return plain


_RUNTIME = (RuntimeError, TypeError, ValueError, OverflowError, RecursionError)


def compiled(text: str, names: Names) -> Expression:
    """Check an expression against the names it may speak of.

    Raises:
        ExpressionError: Its syntax, a type in it or a name is wrong.
    """
    if len(text) > LONGEST:
        raise ExpressionError(text, f"has more than {LONGEST:,} characters", "Make it shorter.")
    return _compiled(text, tuple(names.items()))


@lru_cache(maxsize=500)
def _compiled(text: str, kinds: tuple[tuple[str, Kind], ...]) -> Expression:
    from cel_expr_python import cel

    names = dict(kinds)
    try:
        text.encode("utf-8")
        program = cel.NewEnv(variables={name: _cel_type(kind) for name, kind in names.items()}).compile(text)
    except _RUNTIME as error:
        raise _refused(text, error) from error
    return Expression(text, names, str(program.return_type().name()), program)


def speaks_of_row(text: str, names: Names) -> bool:
    """Whether an expression asks for something of the row: whether it is wrong without it, and right with it."""
    rest = {name: kind for name, kind in names.items() if name.partition(".")[0] != "row"}
    try:
        compiled(text, names)
    except ExpressionError as error:
        return error.unknown.partition(".")[0] == "row"
    try:
        compiled(text, rest)
    except ExpressionError:
        return True
    return False


def text_of(value: Any) -> str:
    """A value as a text for a recording's input.

    Raises:
        ExpressionError: It is a list or a mapping.
    """
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case _:
            what = {list: "a list", dict: "a mapping", type(None): "nothing"}.get(type(value), type(value).__name__)
            raise ExpressionError(str(value), f"is {what}, where a text is wanted", "Choose one value of it.")


def _cel_type(kind: Kind) -> Any:
    from cel_expr_python.cel import Type

    row = Type.Map(Type.STRING, Type.STRING)
    types = {"text": Type.STRING, "whole": Type.INT, "number": Type.DYN, "row": row, "rows": Type.List(row)}
    return types[kind]


def _found(values: Mapping[str, Any], name: str, kind: Kind) -> Any:
    at: Any = values
    for part in name.split("."):
        if not isinstance(at, Mapping) or part not in at:
            return None
        at = at[part]
    return float(at) if kind == "number" else at


def _refused(text: str, error: Exception) -> ExpressionError:
    told = [(int(line), said) for line, _, said in _AT.findall(str(error))]
    line, said = min(told, key=lambda each: each[0] < 1) if told else (1, _first_line(error))
    if (name := re.search(r"undeclared reference to '([^']*)'", said)) is not None:
        return ExpressionError(text, f"speaks of '{name[1]}', which is not known", line=line, unknown=name[1])
    if "no matching overload" in said:
        return ExpressionError(text, f"mixes types: {_overload(said)}", _TYPES, line=max(line, 1))
    if said.startswith("Syntax error") or "recursion" in said:
        return ExpressionError(text, f"cannot be read: {_plain(said)}", _SYNTAX, line=max(line, 1))
    return ExpressionError(text, f"is not allowed: {_plain(said)}", _SYNTAX, line=max(line, 1))


_TYPES = 'Columns and text inputs are texts: compare with "texts", or make numbers of them with int(…) or double(…).'
_SYNTAX = "Expressions are CEL, like: stages.find.counts.failed == 0 && row.country == 'Belgium'."
_SIGNS = {"_==_": "==", "_!=_": "!=", "_<_": "<", "_>_": ">", "_<=_": "<=", "_>=_": ">=", "_+_": "+", "_-_": "-"}


def _overload(said: str) -> str:
    found = re.search(r"overload for '([^']*)' applied to '([^']*)'", said)
    return f"{_SIGNS.get(found[1], found[1].strip('_'))} of {found[2]}" if found else said


def _plain(said: str) -> str:
    return (
        re.sub(r" expecting \{.*\}", "", said.removeprefix("Syntax error: ")).rstrip(".").replace("'<EOF>'", "the end")
    )


def _first_line(error: Exception) -> str:
    return _without_code(str(error).partition("\n")[0])


def _without_code(said: str) -> str:
    """Without the status that stands before and after what the runtime says."""
    return re.sub(r"^[A-Z_]+: |\s*\[[A-Z_]+\]$", "", said.partition("\n")[0]).rstrip(".")
