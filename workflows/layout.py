"""Where each stage stands in a drawing: levels from left to right, few crossings, lines between the boxes; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workflows.graph import Edge, Graph, levels

_SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """A column from the left and a row from the top; a row may lie between others."""

    column: int
    row: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the stages stand, and the ways of the edges from box to box. What is in a circle is not drawn."""

    spots: Mapping[str, Spot]
    ways: Mapping[Edge, tuple[Spot, ...]]
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class _Bend:
    """The place that an edge takes in a level that it passes."""

    edge: Edge
    level: int


_Node = str | _Bend


def laid_out(graph: Graph) -> Layout:
    """Layers after Sugiyama (1981): each edge has a place in every level that it passes, and each level is put in the
    order of the middle of its neighbours, a few times forth and back."""
    found = levels(graph)
    level = {name: number for number, names in enumerate(found) for name in names}
    edges = [edge for edge in graph.edges if edge.before in level and edge.after in level]
    chains = {edge: _chain(edge, level) for edge in edges}
    rows: list[list[_Node]] = [list(names) for names in found]
    for chain in chains.values():
        for node in chain:
            if isinstance(node, _Bend):
                rows[node.level].append(node)
    _untangled(rows, chains)
    highest = max(map(len, rows), default=0)
    spots = {
        node: Spot(column, at + (highest - len(nodes)) / 2)
        for column, nodes in enumerate(rows)
        for at, node in enumerate(nodes)
    }
    ways = {edge: tuple(spots[node] for node in chain) for edge, chain in chains.items()}
    return Layout({name: spots[name] for name in level}, ways, len(rows), highest)


def _chain(edge: Edge, level: Mapping[str, int]) -> tuple[_Node, ...]:
    bends = (_Bend(edge, number) for number in range(level[edge.before] + 1, level[edge.after]))
    return edge.before, *bends, edge.after


def _untangled(rows: list[list[_Node]], chains: Mapping[Edge, Sequence[_Node]]) -> None:
    """Put each level in the order of its neighbours' middles, in place."""
    neighbours: dict[_Node, list[_Node]] = {}
    for chain in chains.values():
        for one, other in pairwise(chain):
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
    for sweep in range(_SWEEPS):
        for nodes in rows if sweep % 2 == 0 else reversed(rows):
            at = {node: place for row in rows for place, node in enumerate(row)}
            middle = {node: _middle([at[other] for other in neighbours.get(node, ())], at[node]) for node in nodes}
            nodes.sort(key=middle.__getitem__)


def _middle(places: Sequence[int], own: int) -> float:
    return sum(places) / len(places) if places else float(own)
