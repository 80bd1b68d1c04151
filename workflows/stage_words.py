"""A stage in a few words, for whoever draws it."""

from __future__ import annotations

from typing import assert_never

from workflows.rows import AppRows, FileRows, ForEach, InputRows, StageRows, WrittenRows
from workflows.workflow import ApprovalStage, CollectStage, RunStage, Stage


def does(stage: Stage) -> str:
    """What it does: ``find-customer``, ``asks ada``, ``joins on email``."""
    match stage:
        case RunStage(recording=recordings):
            return " | ".join(name.rstrip("/").rpartition("/")[2] for name in recordings)
        case ApprovalStage(approval=approval):
            return f"asks {', '.join(approval.who)}"
        case CollectStage(collect=collect):
            if collect.python:
                return f"calls {collect.python}"
            how = f"joins on {collect.join}" if collect.join else "collects"
            return f"{how} → {', '.join(collect.write)}" if collect.write else how
        case _:
            assert_never(stage)


def rows_words(stage: Stage) -> str:
    """What it is done for: ``each of people.csv``, "" where it is done once."""
    match stage:
        case RunStage(for_each=rows) if rows is not None:
            order = ", in order" if stage.mode == "sequential" else ""
            return f"{_each(rows)}{order}"
        case CollectStage(collect=collect) if collect.per == "chunk":
            return "each chunk"
        case _:
            return ""


def marks(stage: Stage) -> tuple[str, ...]:
    """What else a reader should see: a condition, and that it can be undone."""
    found = ["if " + " ".join(stage.when.split())] if stage.when else []
    if isinstance(stage, RunStage) and stage.compensate not in (None, "nothing"):
        found.append("can be undone")
    return tuple(found)


def _each(rows: ForEach) -> str:
    match rows:
        case FileRows(file=file):
            return f"each of {file}"
        case WrittenRows(rows=written):
            return f"{len(written)} rows" if len(written) > 1 else "1 row"
        case InputRows(input=name):
            return f"each of inputs.{name}"
        case StageRows(stage=name, start=start):
            return f"each of {name}" + (", at once" if start == "each" else "")
        case AppRows(apps=apps):
            return "in " + ", ".join(app.name for app in apps)
        case _:
            assert_never(rows)
