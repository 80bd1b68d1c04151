"""A fan-in carried out: results brought together, handed to a function of the user's, counted, and written to files."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from recordings.flow import StageRun
from scheduler.table_files import CollectFailedError, Table, written
from workflows.advance import Gather
from workflows.chunks import only
from workflows.scope import CHUNK, Known
from workflows.state import Row, State
from workflows.together import brought_together, figures_of
from workflows.workflow import CollectStage, RunStage


async def gather(
    known: Known, state: State, stage: CollectStage, run: StageRun, action: Gather, folder: Path
) -> StageRun:
    """What the stage becomes: its table, its figures, and the files that were written in ``folder``.

    Raises:
        NotANumberError: A figure cannot be made.
        CollectFailedError: The function failed, or a file could not be written.
    """
    collect = stage.collect
    if collect.per == "stage":
        table = await _made(known, state, stage, folder)
        files = written(collect.write, table, folder)
        return run.model_copy(update={"table": table, "figures": figures_of(table, collect.figures), "files": files})
    source = known.workflow.stage(collect.stages[0])
    size = source.chunk if isinstance(source, RunStage) else 1
    for chunk in action.chunks:
        before = state.of(collect.stages[0])
        part = State(state.inputs, {**state.stages, collect.stages[0]: only(before, chunk, size)})
        rows = await _made(known, part, stage, folder)
        files = written([_of_chunk(name, chunk) for name in collect.write], rows, folder)
        run = _with_chunk(run, stage, chunk, rows, files)
    if not action.ends:
        return run
    return run.model_copy(update={"figures": _all_figures(run.table, stage)})


def _with_chunk(run: StageRun, stage: CollectStage, chunk: int, rows: Table, files: tuple[str, ...]) -> StageRun:
    figures = figures_of(rows, stage.collect.figures)
    told = [{name: _text(number) for name, number in figures.items()}] if figures else rows
    table = (*run.table, *({CHUNK: str(chunk), **row} for row in told))
    return run.model_copy(update={"table": table, "files": (*run.files, *files), "chunks": (*run.chunks, chunk)})


def _all_figures(table: Table, stage: CollectStage) -> dict[str, float]:
    """The figures of all chunks: sums and counts are added up, least and most compared."""
    made: dict[str, Callable[[list[float]], float]] = {"sum": sum, "count": sum, "min": min, "max": max}
    return {
        name: made[figure.of]([float(row[name]) for row in table]) if table else 0.0
        for name, figure in stage.collect.figures.items()
    }


def _text(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


async def _made(known: Known, state: State, stage: CollectStage, folder: Path) -> Table:
    rows = brought_together(known, state, stage.collect) or ()
    if not stage.collect.python:
        return tuple(dict(row) for row in rows)
    return await _by_function(stage.collect.python, rows, folder)


async def _by_function(name: str, rows: Sequence[Row], folder: Path) -> Table:
    """What the user's function makes of the rows; it is looked for beside the workflow, too."""
    function = _function(name, folder)
    try:
        came = await asyncio.to_thread(function, [dict(row) for row in rows])
    except Exception as error:
        raise CollectFailedError(
            f"'{name}' failed: {type(error).__name__}: {error}.", "Correct the function."
        ) from error
    if not isinstance(came, (list, tuple)) or not all(isinstance(row, dict) for row in came):
        raise CollectFailedError(
            f"'{name}' returned {type(came).__name__}, where rows are wanted.", "Return a list of dictionaries."
        )
    return tuple({str(key): _plain(value) for key, value in row.items()} for row in came)


def _function(name: str, folder: Path) -> Callable[[list[dict[str, str]]], Any]:
    module, _, attribute = name.partition(":")
    sys.path.insert(0, str(folder))
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise CollectFailedError(
            f"'{name}' cannot be imported: {error}.",
            "It is looked for beside the workflow, and among installed modules.",
        ) from error
    finally:
        sys.path.remove(str(folder))
    if not callable(found):
        raise CollectFailedError(f"'{name}' is no function.", "Name a function that takes rows and returns rows.")
    return found  # type: ignore[no-any-return]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, default=str)


def _of_chunk(name: str, chunk: int) -> str:
    head, dot, suffix = name.rpartition(".")
    return f"{head}-{chunk}{dot}{suffix}"
