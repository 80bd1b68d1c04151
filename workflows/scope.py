"""What a stage knows: the columns of its rows and of its results, and the names that its expressions may speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import assert_never

from recordings.errors import ShowonceError
from recordings.recording import Recording
from recordings.steps import Read, ReadRows
from recordings.typed import names_of
from workflows.collect import Collect
from workflows.expressions import Kind
from workflows.graph import Graph, graph_of, ordered
from workflows.names import WORDS_OF_CEL
from workflows.rows import AppRows, FileRows, ForEach, InputRows, StageRows, WrittenRows
from workflows.workflow import ApprovalStage, CollectStage, RunStage, Stage, Workflow

Columns = tuple[str, ...] | None
"""Names of columns in order; None where they are known only when it runs."""

STATUS = "status"
"""The column of a result that says what became of its row: ``passed`` or ``failed``."""

CHUNK = "chunk"
"""The column that says which chunk a result is of, from 1."""

COUNTS = ("total", "passed", "failed", "skipped")


@dataclass(frozen=True)
class Known:
    """A workflow with what it speaks of, by the texts that name it there: recordings, the columns of files, and
    (``lost``) why one of these cannot be used. What is in none of them was not looked for."""

    workflow: Workflow
    recordings: Mapping[str, Recording] = field(default_factory=dict)
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lost: Mapping[str, ShowonceError] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        return graph_of(self.workflow)

    @cached_property
    def results(self) -> dict[str, Columns]:
        """The columns of each stage's results, by its name; None also in a circle."""
        found: dict[str, Columns] = dict.fromkeys(self.graph.stages)
        for name in ordered(self.graph):
            if (stage := self.workflow.stage(name)) is not None:
                found[name] = self._results(stage, found)
        return found

    def row(self, stage: Stage) -> Columns:
        """The columns of the rows that a stage is done for; () where it is done once."""
        return self._row(stage, self.results)

    def recordings_of(self, stage: RunStage) -> list[Recording]:
        """Those that are there."""
        return [self.recordings[name] for name in stage.recording if name in self.recordings]

    def names(self, stage: Stage) -> dict[str, Kind]:
        """What the expressions of a stage may speak of."""
        return {**self._inputs(), **self._row_names(stage), **self._before(stage)}

    def _inputs(self) -> dict[str, Kind]:
        kinds: dict[str, Kind] = {"text": "text", "number": "number", "rows": "rows"}
        return {f"inputs.{name}": kinds[given.kind] for name, given in self.workflow.inputs.items()}

    def _row_names(self, stage: Stage) -> dict[str, Kind]:
        if not isinstance(stage, RunStage) or stage.for_each is None:
            return {}
        columns = self.row(stage)
        if columns is None:
            return {"row": "row"}
        return {f"row.{name}": "text" for name in columns if _can_be_named(name)}

    def _before(self, stage: Stage) -> dict[str, Kind]:
        found: dict[str, Kind] = {}
        for name in self.graph.ancestors(stage.name) - {stage.name}:
            before = self.workflow.stage(name)
            if before is not None:
                found |= _told_by(before)
        return found

    def _row(self, stage: Stage, results: Mapping[str, Columns]) -> Columns:
        match stage:
            case RunStage(for_each=rows) if rows is not None:
                return self._columns(rows, results)
            case _:
                return ()

    def _columns(self, rows: ForEach, results: Mapping[str, Columns]) -> Columns:
        match rows:
            case FileRows(file=file, columns=names):
                return _renamed(self.tables.get(file), names)
            case WrittenRows(rows=written):
                return tuple(dict.fromkeys(name for row in written for name in row))
            case InputRows(input=name, columns=names):
                given = self.workflow.inputs.get(name)
                if given is None:
                    return None
                return _renamed(given.columns or self.tables.get(given.default or ""), names)
            case StageRows(stage=name):
                return results.get(name)
            case AppRows(apps=apps):
                return tuple(dict.fromkeys(["app", *(name for app in apps for name in app.values)]))
            case _:
                assert_never(rows)

    def _results(self, stage: Stage, results: Mapping[str, Columns]) -> Columns:
        match stage:
            case RunStage():
                return self._run_results(stage, self._row(stage, results))
            case CollectStage(collect=collect):
                return self._collected(collect, results)
            case ApprovalStage():
                return ()
            case _:
                assert_never(stage)

    def _run_results(self, stage: RunStage, row: Columns) -> Columns:
        """The row's columns, then what is given to the recordings, what they read, and what became of it."""
        if row is None or any(name not in self.recordings for name in stage.recording):
            return None
        several = ["recording"] if len(stage.recording) > 1 else []
        read = [name for recording in self.recordings_of(stage) for name in reads(recording)]
        return tuple(dict.fromkeys([*row, *several, *stage.inputs, *read, STATUS]))

    def _collected(self, collect: Collect, results: Mapping[str, Columns]) -> Columns:
        if collect.per == "chunk" and collect.figures:
            return (CHUNK, *collect.figures)
        together = self._together(collect, results)
        return (CHUNK, *together) if collect.per == "chunk" and together is not None else together

    def _together(self, collect: Collect, results: Mapping[str, Columns]) -> Columns:
        if collect.python:
            return None
        each = {name: results.get(name) for name in collect.stages}
        known = {name: columns for name, columns in each.items() if columns is not None}
        if len(known) < len(each):
            return None
        everything = [column for columns in known.values() for column in columns]
        if not collect.join:
            return tuple(dict.fromkeys(everything))
        return tuple(dict.fromkeys([collect.join, *self._joined(collect, known, everything)]))

    def together(self, collect: Collect) -> Columns:
        """The columns of what is brought together, before numbers are made of it."""
        return self._together(collect, self.results)

    def _joined(self, collect: Collect, known: Mapping[str, Iterable[str]], everything: list[str]) -> Iterable[str]:
        for name, columns in known.items():
            parts = self.parts_of(name)
            for column in columns:
                if column in (collect.join, *_WHICH):
                    continue
                if parts:
                    yield from (f"{part}_{column}" for part in parts)
                else:
                    yield f"{name}_{column}" if everything.count(column) > 1 else column

    def parts_of(self, name: str) -> tuple[str, ...]:
        """What one stage's results come from: its applications, or its recordings; () where it is one."""
        match self.workflow.stage(name):
            case RunStage(for_each=AppRows(apps=apps)) if len(apps) > 1:
                return tuple(name_of_part(app.name) for app in apps)
            case RunStage(recording=recordings) if len(recordings) > 1:
                return tuple(name_of_part(recording) for recording in recordings)
            case _:
                return ()


_WHICH = ("app", "recording")


def reads(recording: Recording) -> tuple[str, ...]:
    """What a recording reads, by name, in order: values, and the columns of its first table, whose rows are results."""
    done = [step for step in recording.steps if not step.disabled]
    values = [name for step in done if isinstance(step, Read) for name in names_of(step.name, step.type)]
    table = next((step for step in done if isinstance(step, ReadRows)), None)
    return tuple(dict.fromkeys((*values, *(table.value_names if table is not None else ()))))


def reads_table(recording: Recording) -> bool:
    """Whether a recording reads tables, so that one run has many results."""
    return any(isinstance(step, ReadRows) and not step.disabled for step in recording.steps)


def _told_by(stage: Stage) -> dict[str, Kind]:
    """What may be asked of a stage that is over: ``status`` (passed, failed, skipped), ``counts`` of its rows, their
    ``results``; of a collect its ``figures``; of an approval its ``decision`` (approved, refused)."""
    at = f"stages.{stage.name}"
    found: dict[str, Kind] = {f"{at}.status": "text"}
    match stage:
        case RunStage():
            found.update((f"{at}.counts.{name}", "whole") for name in COUNTS)
            found[f"{at}.results"] = "rows"
        case CollectStage(collect=collect):
            found.update((f"{at}.figures.{name}", "number") for name in collect.figures)
            found[f"{at}.results"] = "rows"
        case ApprovalStage():
            found[f"{at}.decision"] = "text"
        case _:
            assert_never(stage)
    return found


def name_of_part(text: str) -> str:
    """What an application or a recording puts before its columns, so that expressions can speak of them: the last part
    of its path, ``find_customer`` for ``find-customer``."""
    return re.sub(r"\W", "_", text.rstrip("/").rpartition("/")[2])


def _can_be_named(column: str) -> bool:
    return column.isidentifier() and column.isascii() and column not in WORDS_OF_CEL


def _renamed(columns: tuple[str, ...] | None, names: Mapping[str, str]) -> Columns:
    return None if columns is None else tuple(names.get(column, column) for column in columns)
