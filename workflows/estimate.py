"""How long each stage takes, as a guess made of its steps, until traces tell it better; pure."""

from __future__ import annotations

from math import ceil

from workflows.rows import AppRows, WrittenRows
from workflows.scope import Known
from workflows.workflow import RunStage, Stage


def estimates(known: Known) -> dict[str, float]:
    """The steps that come one after another in each stage, by its name.

    Of recordings side by side the longest counts; rows count where they are written in the workflow, in turns of
    ``agents``. An approval and a collect are 1.
    """
    return {stage.name: float(_steps(known, stage)) for stage in known.workflow.stages}


def _steps(known: Known, stage: Stage) -> int:
    if not isinstance(stage, RunStage):
        return 1
    lengths = [sum(not step.disabled for step in each.steps) for each in known.recordings_of(stage)]
    match stage.for_each:
        case WrittenRows(rows=rows):
            count = len(rows)
        case AppRows(apps=apps):
            count = len(apps)
        case _:
            count = 1
    return max(lengths, default=1) * ceil(count / (1 if stage.mode == "sequential" else stage.agents))
