"""The graph of stages: order, circles, levels, the critical path; and where a drawing puts them."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.graph import (
    Edge,
    Graph,
    critical_path,
    cycles,
    graph_of,
    levels,
    only_row_by_row,
    ordered,
    side_by_side,
)
from workflows.layout import laid_out
from workflows.load import workflow_in

NAMES = tuple("abcdefg")


def graph(text: str, stages: str = "") -> Graph:
    """``a>b a~c``: b waits for a, and c row by row."""
    edges = tuple(Edge(part[0], part[2], part[1] == "~") for part in text.split())
    return Graph(tuple(stages) or tuple(sorted({name for edge in edges for name in (edge.before, edge.after)})), edges)


def some_edges(forward: bool) -> st.SearchStrategy[tuple[Edge, ...]]:
    pairs = [(one, other) for one, other in product(NAMES, NAMES) if not forward or one < other]
    edge = st.builds(lambda pair, each: Edge(pair[0], pair[1], each), st.sampled_from(pairs), st.booleans())
    return st.lists(edge, max_size=14, unique_by=lambda each: (each.before, each.after)).map(tuple)


ACYCLIC = st.builds(lambda names, edges: Graph(tuple(names), edges), st.permutations(NAMES), some_edges(forward=True))
ANY = st.builds(lambda names, edges: Graph(tuple(names), edges), st.permutations(NAMES), some_edges(forward=False))


def test_stages_come_after_what_they_need_and_else_in_the_files_order() -> None:
    assert ordered(graph("c>a", "abc")) == ("b", "c", "a")


def test_a_circle_is_told_from_its_first_stage_in_the_file() -> None:
    assert cycles(graph("a>b b>c c>b c>d")) == [("b", "c")]
    assert cycles(graph("a>a")) == [("a",)]


def test_levels_are_how_many_come_before() -> None:
    assert levels(graph("a>c b>c c>d a>d")) == [("a", "b"), ("c",), ("d",)]


def test_the_critical_path_is_the_one_that_takes_longest() -> None:
    path = critical_path(graph("a>b a>c b>d c>d"), {"a": 1, "b": 5, "c": 2, "d": 1})
    assert (path.stages, path.length) == (("a", "b", "d"), 7)


def test_rows_are_done_before_all_of_a_stage_is_only_where_every_way_goes_row_by_row() -> None:
    assert only_row_by_row(graph("a~b b~c a>d b>e e~f"), "a") == {"b", "c"}
    assert only_row_by_row(graph("a~b a>c c>b"), "a") == frozenset()


def test_stages_that_wait_row_by_row_may_be_at_work_at_once() -> None:
    assert set(side_by_side(graph("a~b a>c"))) == {("a", "b"), ("b", "c")}


def test_results_that_are_taken_are_waited_for() -> None:
    text = """
format: 1
name: w
stages:
  - {name: a, recording: r}
  - {name: b, recording: r, for_each: {stage: a, start: each}}
  - {name: c, needs: a, collect: {stages: [a, b]}}
"""
    edges = graph_of(workflow_in("w", text.encode()).workflow).edges
    assert set(edges) == {Edge("a", "b", True), Edge("a", "c"), Edge("b", "c")}


@settings(max_examples=300, deadline=None)
@given(ACYCLIC)
def test_without_a_circle_all_stages_come_once_each_after_what_it_needs(found: Graph) -> None:
    order = ordered(found)
    assert sorted(order) == sorted(found.stages) and not cycles(found)
    assert all(order.index(edge.before) < order.index(edge.after) for edge in found.edges)


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_what_is_left_out_of_the_order_is_in_a_circle_or_after_one(found: Graph) -> None:
    circles = cycles(found)
    for circle in circles:
        assert all(
            (one, other) in {(e.before, e.after) for e in found.edges} for one, other in pairwise((*circle, circle[0]))
        )
    in_circles = {name for name in found.stages if name in found.ancestors(name)}
    after = {name for name in found.stages if found.ancestors(name) & in_circles}
    assert set(found.stages) - set(ordered(found)) == in_circles | after
    assert bool(circles) == bool(in_circles)
    # Each group of stages that wait for each other is told once.
    groups = {frozenset(o for o in found.ancestors(n) if n in found.ancestors(o)) for n in in_circles}
    assert len(groups) == len(circles)


@settings(max_examples=200, deadline=None)
@given(ACYCLIC, st.lists(st.integers(0, 9), min_size=7, max_size=7))
def test_no_way_through_the_graph_takes_longer_than_the_critical_path(found: Graph, lengths: list[int]) -> None:
    took = dict(zip(NAMES, map(float, lengths), strict=True))
    path = critical_path(found, took)
    assert path.length == max(sum(took[name] for name in way) for way in ways(found))
    assert path.length == sum(took[name] for name in path.stages)
    assert all(before in found.before(after) for before, after in pairwise(path.stages))


def ways(found: Graph) -> list[tuple[str, ...]]:
    """All ways through the graph, by trying them."""

    def on(way: tuple[str, ...]) -> list[tuple[str, ...]]:
        return [way, *(longer for name in found.after(way[-1]) for longer in on((*way, name)))]

    return [way for name in found.stages for way in on((name,))]


@settings(max_examples=200, deadline=None)
@given(ACYCLIC)
def test_no_two_stages_stand_in_one_place_and_each_is_right_of_what_it_needs(found: Graph) -> None:
    layout = laid_out(found)
    spots = list(layout.spots.values())
    assert len(set(spots)) == len(spots) == len(found.stages)
    assert all(layout.spots[edge.before].column < layout.spots[edge.after].column for edge in found.edges)
    for edge, way in layout.ways.items():
        assert [spot.column for spot in way] == list(range(way[0].column, way[-1].column + 1))
        assert not set(way[1:-1]) & set(spots), f"{edge} goes through a box"


@settings(max_examples=200, deadline=None)
@given(ANY)
def test_a_graph_with_circles_is_drawn_without_them(found: Graph) -> None:
    assert set(laid_out(found).spots) == set(ordered(found))


@pytest.mark.parametrize("count", [0, 1, 200])
def test_graphs_of_any_size_are_ordered(count: int) -> None:
    names = tuple(f"s{number}" for number in range(count))
    assert ordered(Graph(names, tuple(Edge(*pair) for pair in pairwise(names)))) == names
