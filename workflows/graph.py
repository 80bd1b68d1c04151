"""The stages as a graph: what comes before what, in which order, where it turns in a circle, and what takes longest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflows.rows import StageRows
from workflows.workflow import ApprovalStage, CollectStage, RunStage, Stage, Workflow


@dataclass(frozen=True, slots=True)
class Edge:
    """``after`` waits for ``before``: for all of it, or (``each``) row by row."""

    before: str
    after: str
    each: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """Stages by name, in the file's order, and the edges between those that exist."""

    stages: tuple[str, ...]
    edges: tuple[Edge, ...] = ()

    def before(self, name: str) -> tuple[str, ...]:
        """What a stage waits for itself, in the file's order."""
        found = {edge.before for edge in self.edges if edge.after == name}
        return tuple(stage for stage in self.stages if stage in found)

    def after(self, name: str) -> tuple[str, ...]:
        """What waits for a stage itself, in the file's order."""
        found = {edge.after for edge in self.edges if edge.before == name}
        return tuple(stage for stage in self.stages if stage in found)

    def ancestors(self, name: str) -> frozenset[str]:
        """All that a stage waits for, at any distance; with a circle it may be among them."""
        return _reached(name, {stage: self.before(stage) for stage in self.stages})

    def descendants(self, name: str) -> frozenset[str]:
        """All that waits for a stage, at any distance."""
        return _reached(name, {stage: self.after(stage) for stage in self.stages})


@dataclass(frozen=True, slots=True)
class Path:
    """The stages that take longest one after another, in order, and how long."""

    stages: tuple[str, ...]
    length: float


def waits_for(stage: Stage) -> dict[str, bool]:
    """The stages that a stage waits for, and whether row by row: its ``needs``, and those whose results it takes."""
    found = dict.fromkeys(stage.needs, False)
    match stage:
        case RunStage(for_each=StageRows(stage=name, start=start)) if name not in found:
            found[name] = start == "each"
        case CollectStage(collect=collect):
            found.update((name, collect.per == "chunk") for name in collect.stages if name not in found)
        case RunStage() | ApprovalStage() | _:
            pass
    return found


def graph_of(workflow: Workflow) -> Graph:
    """The graph of a workflow; names of stages that do not exist are left out."""
    names = tuple(dict.fromkeys(stage.name for stage in workflow.stages))
    edges = (
        Edge(before, stage.name, each)
        for stage in workflow.stages
        for before, each in waits_for(stage).items()
        if before in names
    )
    return Graph(names, tuple(dict.fromkeys(edges)))


def cycles(graph: Graph) -> list[tuple[str, ...]]:
    """The circles, one for each group of stages that wait for each other, each from its first stage in the file."""
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for stage in graph.stages:
        if stage in seen or stage not in (waiting := graph.descendants(stage)):
            continue
        seen |= {other for other in waiting if stage in graph.descendants(other)} | {stage}
        found.append(_way_round(graph, stage))
    return found


def ordered(graph: Graph) -> tuple[str, ...]:
    """The stages so that each comes after all that it waits for; of those that may come next the file's first.

    What is in a circle, and what waits for it, is left out.
    """
    done: list[str] = []
    while ready := next((s for s in graph.stages if s not in done and set(graph.before(s)) <= set(done)), None):
        done.append(ready)
    return tuple(done)


def levels(graph: Graph) -> list[tuple[str, ...]]:
    """The stages by how many come one after another before them; those of one level wait for nothing of each other."""
    level: dict[str, int] = {}
    for stage in ordered(graph):
        level[stage] = max((level[before] + 1 for before in graph.before(stage)), default=0)
    return [tuple(s for s in level if level[s] == number) for number in range(max(level.values(), default=-1) + 1)]


def critical_path(graph: Graph, durations: Mapping[str, float]) -> Path:
    """The way through the graph that takes longest, which the workflow cannot be faster than.

    Stages that go row by row count as if one began when the other ended: an upper bound. Of ways that are equally
    long it is the file's first.

    Args:
        durations: How long each stage takes, in any unit; 0 where it is not said.
    """
    longest: dict[str, Path] = {}
    for stage in ordered(graph):
        before = max((longest[name] for name in graph.before(stage)), key=_length, default=Path((), 0.0))
        longest[stage] = Path((*before.stages, stage), before.length + durations.get(stage, 0.0))
    return max(longest.values(), key=_length, default=Path((), 0.0))


def _length(path: Path) -> float:
    return path.length


def _reached(start: str, steps: Mapping[str, Sequence[str]]) -> frozenset[str]:
    found: set[str] = set()
    left: list[str] = list(steps.get(start, ()))
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += steps.get(name, ())
    return frozenset(found)


def _way_round(graph: Graph, start: str) -> tuple[str, ...]:
    """The shortest way from a stage back to itself."""
    came_from: dict[str, str] = {}
    left = [start]
    for name in left:
        for after in graph.after(name):
            if after == start:
                return _back(came_from, name)
            if after not in came_from:
                came_from[after] = name
                left.append(after)
    return (start,)


def _back(came_from: Mapping[str, str], name: str) -> tuple[str, ...]:
    way: list[str] = [name]
    while way[-1] in came_from:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def only_row_by_row(graph: Graph, start: str) -> frozenset[str]:
    """The stages after ``start`` of which rows may be done before all of ``start`` is: each way to them goes row by
    row."""
    waits: set[str] = set()
    for edge in graph.edges:
        if not edge.each and (edge.before == start or edge.before in graph.descendants(start)):
            waits |= {edge.after, *graph.descendants(edge.after)}
    return graph.descendants(start) - waits


def side_by_side(graph: Graph) -> Iterable[tuple[str, str]]:
    """The pairs of stages that may be at work at once: neither waits for all of the other."""
    for number, one in enumerate(graph.stages):
        for other in graph.stages[number + 1 :]:
            apart = (other in graph.descendants(one) and other not in only_row_by_row(graph, one)) or (
                one in graph.descendants(other) and one not in only_row_by_row(graph, other)
            )
            if not apart:
                yield one, other
