"""Checks of the expressions: their syntax, their types, and the names that they speak of."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.expressions import ExpressionError, Names, compiled
from workflows.findings import Finding, did_you_mean
from workflows.load import Source
from workflows.scope import Known
from workflows.templates import parts_of
from workflows.workflow import ApprovalStage, Compensate, RunStage, Stage

Where = tuple[str | int, ...]

_TRUTHS = ("BOOL", "DYN")
_TEXTS = ("STRING", "INT", "UINT", "DOUBLE", "BOOL", "DYN")


def expression_findings(source: Source, known: Known) -> Iterator[Finding]:
    """What is wrong with the conditions, and with the expressions in texts."""
    for number, stage in enumerate(known.workflow.stages):
        names = known.names(stage)
        for at, text in _texts(stage):
            where = ("stages", number, *at)
            scope = {**names, **_of_results(known, stage)} if at[0] == "compensate" else names
            yield from _text(source, known, stage, where, text, scope)
        if stage.when:
            yield from _condition(source, known, stage, ("stages", number, "when"), names)


def _of_results(known: Known, stage: Stage) -> Names:
    """The row as an undoing knows it: also with what the stage read."""
    columns = known.results.get(stage.name)
    return {"row": "row"} if columns is None else {f"row.{name}": "text" for name in columns}


def _texts(stage: Stage) -> Iterator[tuple[Where, str]]:
    match stage:
        case RunStage(inputs=inputs, compensate=undo):
            yield from ((("inputs", name), text) for name, text in inputs.items())
            if isinstance(undo, Compensate):
                yield from ((("compensate", "inputs", name), text) for name, text in undo.inputs.items())
        case ApprovalStage(approval=approval):
            yield ("approval", "message"), approval.message
        case _:
            pass


def _text(source: Source, known: Known, stage: Stage, at: Where, text: str, names: Names) -> Iterator[Finding]:
    line = source.text_line(*at)
    try:
        parts = parts_of(text)
    except ExpressionError as error:
        yield Finding("error", line + error.line - 1, error.message, error.mend)
        return
    for part in parts:
        if not part.expression:
            continue
        try:
            result = compiled(part.text, names).result
        except ExpressionError as error:
            yield _refused(line + part.line - 1, known, stage, names, error)
            continue
        if result not in _TEXTS:
            message = f"The expression '{part.text}' gives {_words(result)}, and a text is wanted."
            yield Finding("error", line + part.line - 1, message, "Choose one value of it.")


def _condition(source: Source, known: Known, stage: Stage, at: Where, names: Names) -> Iterator[Finding]:
    line = source.text_line(*at)
    try:
        condition = compiled(stage.when, names)
    except ExpressionError as error:
        yield _refused(line, known, stage, names, error)
        return
    if condition.result not in _TRUTHS:
        message = f"'when' gives {_words(condition.result)}, and must be true or false."
        yield Finding("error", line, message, "Compare it with something: row.country == 'Belgium'.")
        return
    try:
        always = compiled(stage.when, {}).value({})
    except ExpressionError:
        return
    if always is False:
        yield Finding("warning", line, f"Stage '{stage.name}' is never done: 'when' is always false.", "Mend 'when'.")


def _refused(line: int, known: Known, stage: Stage, names: Names, error: ExpressionError) -> Finding:
    mend = _mend(known, stage, names, error.unknown) if error.unknown else error.mend
    return Finding("error", line + error.line - 1, error.message, mend)


def _mend(known: Known, stage: Stage, names: Names, unknown: str) -> str:
    """What may stand in place of a name that is not known here."""
    first, *rest = unknown.split(".")
    if first == "row" and not any(name.partition(".")[0] == "row" for name in names):
        return "This stage has no 'for_each', so it has no row."
    if first == "stages" and rest:
        return _stage_mend(known, stage, names, rest)
    if first in ("row", "inputs"):
        own = [name.partition(".")[2] for name in names if name.startswith(f"{first}.")]
        what = "The row has" if first == "row" else "The workflow has"
        return did_you_mean(rest[0] if rest else "", own, what) or f"There are no {first}."
    close = did_you_mean(first, ["inputs", "row", "stages"])
    return close if close.startswith("Did") else "Names begin with inputs, row or stages; texts stand in quotes."


def _stage_mend(known: Known, stage: Stage, names: Names, rest: list[str]) -> str:
    stages = [each.name for each in known.workflow.stages]
    if rest[0] not in stages:
        return did_you_mean(rest[0], stages, "There are")
    prefix = f"stages.{rest[0]}."
    told = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
    if not told:
        return f"This stage does not wait for '{rest[0]}': add 'needs: {rest[0]}'."
    return did_you_mean(".".join(rest[1:]), told, f"Of '{rest[0]}' there are")


def _words(result: str) -> str:
    kinds = {"STRING": "a text", "INT": "a number", "DOUBLE": "a number", "UINT": "a number", "BOOL": "true or false"}
    return kinds.get(result, "a list" if result.startswith("LIST") else "a mapping" if "MAP" in result else result)
