"""Review of a workflow: its stages, rows and runs on one time axis, as one HTML file that needs nothing beside it.

workflow → stage → item → run → step, each with when it began and how long it took
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from recordings.batch import Item
from recordings.flow import Flow, StageRun
from recordings.trace import Trace
from review.durations import duration_words
from review.last_pictures import Pictures

MOST_ITEMS = 300
"""Of a stage with more rows, those that did not pass and the first of the others are drawn."""


@dataclass(frozen=True, slots=True)
class StagePart:
    """A stage as the page is given it: in words what it does, its rows, and their runs by trace id."""

    name: str
    does: str
    run: StageRun
    items: Sequence[Item] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time, in percent of the whole; ``words`` say when and how long."""

    left: float
    width: float
    words: str


@dataclass(frozen=True, slots=True)
class _Scale:
    begin: float
    end: float

    def bar(self, began: float | None, ended: float | None) -> Bar | None:
        if began is None:
            return None
        until = self.end if ended is None else ended
        length = max(self.end - self.begin, 0.001)
        words = f"{_time(began)}, {duration_words(max(0.0, until - began))}"
        return Bar(100 * (began - self.begin) / length, max(0.15, 100 * (until - began) / length), words)


def flow_page(
    flow: Flow, stages: Sequence[StagePart], undoing: Sequence[Item], runs: Mapping[str, Trace], pictures: Pictures
) -> str:
    """The page.

    Args:
        undoing: The rows that undid others, in order.
        runs: The runs of rows that are drawn, by trace id, with their steps.
        pictures: What the runs of rows that did not pass saw last.
    """
    ends = [flow.ended_at, *(run.ended_at for run in runs.values()), *(part.run.ended_at for part in stages)]
    scale = _Scale(flow.created_at, max([end for end in ends if end is not None], default=flow.created_at))
    return _template().render(
        flow=flow,
        stages=[_stage(part, scale, runs) for part in stages],
        undoing=[_item(item, scale, runs) for item in undoing],
        began=_time(flow.created_at),
        lasted=duration_words(flow.ended_at - flow.created_at) if flow.ended_at else "",
        ticks=_ticks(scale),
        pictures=pictures,
    )


def drawn(items: Sequence[Item]) -> list[Item]:
    """The rows of a stage that are drawn, in their order."""
    if len(items) <= MOST_ITEMS:
        return list(items)
    amiss = [item for item in items if item.status not in ("passed", "skipped")][:MOST_ITEMS]
    kept = {item.id for item in [*amiss, *items][:MOST_ITEMS]}
    return [item for item in items if item.id in kept]


def _stage(part: StagePart, scale: _Scale, runs: Mapping[str, Trace]) -> dict[str, object]:
    run = part.run
    return {
        "name": part.name,
        "does": part.does,
        "run": run,
        "bar": scale.bar(run.began_at, run.ended_at),
        "items": [_item(item, scale, runs) for item in part.items],
        "more": max(0, part.total - len(part.items)),
        "columns": list(dict.fromkeys(name for row in run.table for name in row)),
    }


def _item(item: Item, scale: _Scale, runs: Mapping[str, Trace]) -> dict[str, object]:
    run = runs.get(item.trace_id)
    steps = [] if run is None else run.steps
    return {
        "item": item,
        "bar": scale.bar(item.begun_at, item.ended_at),
        "row": ", ".join(f"{name} {value}" for name, value in (item.row or item.inputs).items()),
        "why": " ".join(filter(None, [item.failure.message if item.failure else "", item.note])),
        "steps": [
            {"words": step.words, "outcome": step.outcome, "bar": scale.bar(step.started_at, _end_of(steps, at, run))}
            for at, step in enumerate(steps)
        ],
    }


def _end_of(steps: Sequence[object], at: int, run: Trace | None) -> float | None:
    """A step lasts until the next, the last until the run's end."""
    assert run is not None
    return run.steps[at + 1].started_at if at + 1 < len(steps) else run.ended_at


def _ticks(scale: _Scale) -> list[tuple[float, str]]:
    length = scale.end - scale.begin
    return [(25.0 * part, duration_words(length * part / 4) if part else "0") for part in range(5)]


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")


@cache
def _template() -> Template:
    loader = PackageLoader("review", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "flow.html"
    )
