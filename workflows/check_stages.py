"""Checks of the stages by themselves: names, what they wait for, circles, and what never begins."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.findings import Finding, did_you_mean
from workflows.graph import cycles, ordered
from workflows.load import Source
from workflows.rows import InputRows, StageRows
from workflows.scope import Known
from workflows.workflow import ApprovalStage, CollectStage, RunStage, Stage


def stage_findings(source: Source, known: Known) -> Iterator[Finding]:
    """What is wrong with names, order and settings."""
    names = [stage.name for stage in known.workflow.stages]
    for number, stage in enumerate(known.workflow.stages):
        if stage.name in names[:number]:
            line = source.line("stages", number, "name")
            message = f"There are two stages '{stage.name}'."
            yield Finding("error", line, message, "Give one of them another name.")
        yield from _needs(source, known, number, stage)
        if isinstance(stage, RunStage):
            yield from _rows(source, known, number, stage)
            yield from _settings(source, number, stage)
        if isinstance(stage, ApprovalStage) and stage.approval.other_person and stage.approval.default == "approve":
            line = source.line("stages", number, "approval", "default")
            message = f"Stage '{stage.name}' asks another person, and would be approved by nobody."
            yield Finding("error", line, message, "Say 'default: refuse'.")
    yield from _inputs(source, known)
    yield from _circles(source, known)


def _needs(source: Source, known: Known, number: int, stage: Stage) -> Iterator[Finding]:
    for at, name in enumerate(stage.needs):
        if known.workflow.stage(name) is None:
            yield _unknown(source.line("stages", number, "needs", at), name, known)


def _unknown(line: int, name: str, known: Known) -> Finding:
    stages = [stage.name for stage in known.workflow.stages]
    return Finding("error", line, f"There is no stage '{name}'.", did_you_mean(name, stages, "There are"))


def _rows(source: Source, known: Known, number: int, stage: RunStage) -> Iterator[Finding]:
    line = source.line("stages", number, "for_each")
    match stage.for_each:
        case StageRows(stage=name, start=start):
            yield from _stage_rows(source.line("stages", number, "for_each", "stage"), known, stage, name, start)
        case InputRows(input=name):
            given = known.workflow.inputs.get(name)
            rows = [key for key, each in known.workflow.inputs.items() if each.kind == "rows"]
            if given is None:
                mend = (
                    did_you_mean(name, rows, "Those of kind rows are") or f"Add it: inputs: {{{name}: {{kind: rows}}}}."
                )
                yield Finding("error", line, f"The workflow has no input '{name}'.", mend)
            elif given.kind != "rows":
                message = f"Input '{name}' is a {given.kind}, and a stage is done for each of rows."
                yield Finding("error", line, message, f"Say 'kind: rows' at the input '{name}'.")
        case _:
            pass


def _stage_rows(line: int, known: Known, stage: RunStage, name: str, start: str) -> Iterator[Finding]:
    before = known.workflow.stage(name)
    match before:
        case None:
            yield _unknown(line, name, known)
        case ApprovalStage():
            message = f"Stage '{name}' is an approval, which has no results to go through."
            yield Finding("error", line, message, f"Say 'needs: {name}', and take the rows of another stage.")
        case CollectStage(collect=collect) if start == "each" and collect.per != "chunk":
            message = f"Stage '{name}' has its rows all at once, so none comes before the others."
            yield Finding("error", line, message, "Say 'start: all', or 'per: chunk' at the collect.")
        case _ if start == "each" and name in stage.needs:
            message = f"'needs: {name}' has this stage wait for all of '{name}', so 'start: each' is without effect."
            yield Finding("warning", line, message, f"Take '{name}' out of needs.")
        case _:
            pass


def _settings(source: Source, number: int, stage: RunStage) -> Iterator[Finding]:
    if stage.mode == "sequential" and stage.agents > 1 and "agents" in stage.model_fields_set:
        line = source.line("stages", number, "agents")
        yield Finding("warning", line, "A sequential stage has one agent, whatever 'agents' says.", "Leave it out.")
    if stage.shared_session and not stage.session:
        line = source.line("stages", number, "shared_session")
        yield Finding("warning", line, "There is no 'session' that could be shared.", "Add it, or leave this out.")


def _inputs(source: Source, known: Known) -> Iterator[Finding]:
    for name, given in known.workflow.inputs.items():
        line = source.line("inputs", name)
        if given.columns and given.kind != "rows":
            message = f"Input '{name}' is a {given.kind}, which has no columns."
            yield Finding("error", line, message, "Say 'kind: rows', or leave the columns out.")
        if given.kind == "number" and given.default is not None and not _is_number(given.default):
            message = f"The default of '{name}' is '{given.default}', which is no number."
            yield Finding("error", source.line("inputs", name, "default"), message, "Write a number, or 'kind: text'.")
        if given.kind == "rows" and (error := known.lost.get(given.default or "")) is not None:
            yield Finding("error", source.line("inputs", name, "default"), error.message, error.mend)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _circles(source: Source, known: Known) -> Iterator[Finding]:
    names = [stage.name for stage in known.workflow.stages]
    circles = cycles(known.graph)
    for circle in circles:
        line = source.line("stages", names.index(circle[0]), "needs")
        if len(circle) == 1:
            yield Finding("error", line, f"Stage '{circle[0]}' waits for itself.", "Take it out of what it needs.")
            continue
        round_ = " → ".join((*circle, circle[0]))
        yield Finding("error", line, f"The stages wait for each other: {round_}.", "Take one 'needs' away.")
    begun = set(ordered(known.graph))
    for name in known.graph.stages:
        waits = known.graph.ancestors(name)
        if name not in begun and name not in waits:
            blocker = next(other for other in known.graph.stages if other in waits - begun)
            message = f"Stage '{name}' never begins: it waits for '{blocker}', which is in a circle or after one."
            yield Finding("error", source.line("stages", names.index(name)), message, "Mend the circle.")
