"""Checks of what goes from stage to stage: the rows of files, and the results that are brought together."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.collect import Collect
from workflows.findings import Finding, did_you_mean
from workflows.load import Source
from workflows.rows import FileRows, WrittenRows
from workflows.scope import Known
from workflows.workflow import ApprovalStage, CollectStage, RunStage


def result_findings(source: Source, known: Known) -> Iterator[Finding]:
    """What is wrong with rows that are read and results that are collected."""
    written: dict[str, str] = {}
    for number, stage in enumerate(known.workflow.stages):
        if isinstance(stage, RunStage):
            yield from _rows(source, known, number, stage)
        if isinstance(stage, CollectStage):
            yield from _collect(source, known, number, stage.collect)
            for file in stage.collect.write:
                if file in written:
                    line = source.line("stages", number, "collect", "write")
                    message = f"Stage '{written[file]}' writes '{file}' too."
                    yield Finding("error", line, message, "Name another file.")
                written.setdefault(file, stage.name)


def _rows(source: Source, known: Known, number: int, stage: RunStage) -> Iterator[Finding]:
    match stage.for_each:
        case FileRows(file=file, columns=names):
            if (error := known.lost.get(file)) is not None:
                yield Finding("error", source.line("stages", number, "for_each", "file"), error.message, error.mend)
            for name in names if file in known.tables else ():
                if name not in known.tables[file]:
                    line = source.line("stages", number, "for_each", "columns", name)
                    mend = did_you_mean(name, known.tables[file], "It has")
                    yield Finding("error", line, f"'{file}' has no column '{name}'.", mend)
        case WrittenRows(rows=rows):
            for at, row in enumerate(rows):
                for name in (name for name in known.row(stage) or () if name not in row):
                    line = source.line("stages", number, "for_each", "rows", at)
                    yield Finding(
                        "warning", line, f"This row has no '{name}', and others have.", "Add it: it is empty."
                    )
        case _:
            pass


def _collect(source: Source, known: Known, number: int, collect: Collect) -> Iterator[Finding]:
    for at, name in enumerate(collect.stages):
        line = source.line("stages", number, "collect", "stages", at)
        stage = known.workflow.stage(name)
        if stage is None:
            stages = [stage.name for stage in known.workflow.stages]
            yield Finding("error", line, f"There is no stage '{name}'.", did_you_mean(name, stages, "There are"))
        elif isinstance(stage, ApprovalStage):
            message = f"Stage '{name}' is an approval, which has no results to collect."
            yield Finding("error", line, message, f"Say 'needs: {name}' instead.")
        elif collect.per == "chunk" and isinstance(stage, RunStage) and stage.chunk == 1:
            message = f"Stage '{name}' has no chunks of several rows."
            yield Finding("warning", line, message, f"Say how many with 'chunk' at '{name}'.")
    if collect.per == "chunk" and len(collect.stages) > 1:
        line = source.line("stages", number, "collect", "per")
        yield Finding("error", line, "Chunks are those of one stage, and there are several.", "Name one stage.")
    yield from _join(source, known, number, collect)
    yield from _figures(source, known, number, collect)


def _join(source: Source, known: Known, number: int, collect: Collect) -> Iterator[Finding]:
    if not collect.join:
        return
    line = source.line("stages", number, "collect", "join")
    if collect.python:
        message = "'join' and 'python' both say how rows come together."
        yield Finding("error", line, message, "Keep one of them.")
    if len(collect.stages) == 1 and known.workflow.stage(collect.stages[0]) and not known.parts_of(collect.stages[0]):
        message = f"There is nothing to join: '{collect.stages[0]}' is one stage with one recording."
        yield Finding("error", line, message, "Name several stages, or leave 'join' out.")
    for name in collect.stages:
        columns = known.results.get(name)
        if columns is not None and collect.join not in columns and known.workflow.stage(name) is not None:
            message = f"The results of '{name}' have no column '{collect.join}' to join on."
            yield Finding("error", line, message, did_you_mean(collect.join, columns, "They have"))


def _figures(source: Source, known: Known, number: int, collect: Collect) -> Iterator[Finding]:
    columns = known.together(collect)
    for name, figure in collect.figures.items():
        line = source.line("stages", number, "collect", "figures", name)
        if figure.of == "count" and figure.column:
            yield Finding("error", line, "'count' counts rows, not a column.", f"Write '{name}: count'.")
        elif figure.of != "count" and not figure.column:
            message = f"It is not said of which column '{name}' is the {figure.of}."
            yield Finding("error", line, message, f"Write '{name}: {figure.of} COLUMN'.")
        elif figure.column and columns is not None and figure.column not in columns:
            message = f"The results have no column '{figure.column}'."
            yield Finding("error", line, message, did_you_mean(figure.column, columns, "They have"))
