"""A workflow drawn as SVG: boxes from left to right, the critical path marked; it needs nothing beside it, runs no
script, and follows the reader's light or dark screen; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from workflows.conflicts import Apart
from workflows.graph import Edge, Path
from workflows.layout import Layout, Spot, laid_out
from workflows.scope import Known
from workflows.stage_words import does, marks, rows_words
from workflows.workflow import ApprovalStage, CollectStage, Stage

_WIDE, _HIGH, _ACROSS, _DOWN, _EDGE = 216, 86, 72, 26, 24
_SIGNS = 31
_TITLE = 34
_LEGEND = 30

_STYLE = """
.wf { font: 13px system-ui, sans-serif; --ink: #1d2129; --quiet: #5b6472; --box: #ffffff; --ground: #f6f7f9;
  --line: #9aa4b2; --critical: #b4540a; --apart: #b3261e; }
@media (prefers-color-scheme: dark) { .wf { --ink: #e8eaed; --quiet: #a3acb9; --box: #23272f; --ground: #16191e;
  --line: #6b7686; --critical: #ffa65c; --apart: #ff8a80; } }
.wf .ground { fill: var(--ground); } .wf text { fill: var(--ink); } .wf .quiet { fill: var(--quiet); font-size: 12px; }
.wf .title { font-size: 16px; font-weight: 600; } .wf .name { font-weight: 600; }
.wf .box { fill: var(--box); stroke: var(--line); } .wf .critical .box { stroke: var(--critical); stroke-width: 2.5; }
.wf .edge { fill: none; stroke: var(--line); stroke-width: 1.5; } .wf .edge.each { stroke-dasharray: 6 4; }
.wf .edge.critical { stroke: var(--critical); stroke-width: 2.5; }
.wf .apart { fill: none; stroke: var(--apart); stroke-width: 1.5; stroke-dasharray: 1 5; stroke-linecap: round; }
.wf .head { fill: var(--line); } .wf .head.critical { fill: var(--critical); }
"""


def drawn(known: Known, critical: Path, apart: Sequence[Apart] = ()) -> str:
    """The SVG document of a workflow whose graph has no circle."""
    layout = laid_out(known.graph)
    wide = max(2 * _EDGE + layout.columns * (_WIDE + _ACROSS) - _ACROSS, 560)
    high = _EDGE + _TITLE + layout.rows * (_HIGH + _DOWN) + _LEGEND
    title = escape(known.workflow.name)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wf" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="img" aria-label="The stages of {title}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{wide}" height="{high}"/>',
        f'<text class="title" x="{_EDGE}" y="{_EDGE + 12}">{title}</text>',
        *_edges(layout, critical),
        *_ties(layout.spots, apart),
        *(_box(stage, layout.spots[stage.name], critical) for stage in _drawable(known, layout)),
        _legend(high, critical, _pairs(layout.spots, apart)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _drawable(known: Known, layout: Layout) -> list[Stage]:
    return [stage for name in layout.spots if (stage := known.workflow.stage(name)) is not None]


def _corner(spot: Spot) -> tuple[float, float]:
    return _EDGE + spot.column * (_WIDE + _ACROSS), _EDGE + _TITLE + spot.row * (_HIGH + _DOWN)


def _box(stage: Stage, spot: Spot, critical: Path) -> str:
    x, y = _corner(spot)
    round_ = 26 if isinstance(stage, ApprovalStage) else 3 if isinstance(stage, CollectStage) else 10
    own = " critical" if stage.name in critical.stages else ""
    told = [does(stage), *filter(None, [rows_words(stage)]), *marks(stage)][:3]
    more = "".join(
        f'<text class="quiet" x="{x + 14:g}" y="{y + 42 + 17 * at:g}">{_cut(text, _SIGNS)}</text>'
        for at, text in enumerate(told)
    )
    full = escape("\n".join([stage.name, *told, *filter(None, [stage.note])]))
    return (
        f'<g class="stage{own}"><title>{full}</title>'
        f'<rect class="box" x="{x:g}" y="{y:g}" width="{_WIDE}" height="{_HIGH}" rx="{round_}"/>'
        f'<text class="name" x="{x + 14:g}" y="{y + 23:g}">{_cut(stage.name, 25)}</text>{more}</g>'
    )


def _edges(layout: Layout, critical: Path) -> Iterator[str]:
    """Lines and their heads, those of the critical path last, so that they lie above."""
    steps = set(zip(critical.stages, critical.stages[1:], strict=False))

    def on_it(edge: Edge) -> bool:
        return (edge.before, edge.after) in steps

    for edge in sorted(layout.ways, key=on_it):
        own = (" each" if edge.each else "") + (" critical" if on_it(edge) else "")
        yield f'<path class="edge{own}" d="{_way(layout.ways[edge])}"/>'
        x, y = _corner(layout.ways[edge][-1])
        y += _HIGH / 2
        head = f"M{x - 9:g} {y - 5:g}L{x:g} {y:g}L{x - 9:g} {y + 5:g}Z"
        yield f'<path class="head{" critical" if on_it(edge) else ""}" d="{head}"/>'


def _way(spots: Sequence[Spot]) -> str:
    """Curves from the right side of the first box to the left side of the last, straight through the levels between."""
    first, *bends = [(x, y + _HIGH / 2) for x, y in map(_corner, spots)]
    at = (first[0] + _WIDE, first[1])
    path = [f"M{at[0]:g} {at[1]:g}"]
    for number, (x, y) in enumerate(bends):
        path.append(f"C{at[0] + _ACROSS / 2:g} {at[1]:g} {x - _ACROSS / 2:g} {y:g} {x:g} {y:g}")
        last = number == len(bends) - 1
        path += [] if last else [f"H{x + _WIDE:g}"]
        at = (x + _WIDE, y)
    return "".join(path)


def _pairs(spots: Mapping[str, Spot], apart: Sequence[Apart]) -> list[tuple[str, str, str]]:
    """Different stages that are kept apart, and why."""
    return [
        (each.one, each.other, "\n".join(reason.words for reason in each.reasons if reason.apart))
        for each in apart
        if each.one != each.other
        and any(reason.apart for reason in each.reasons)
        and {each.one, each.other} <= {*spots}
    ]


def _ties(spots: Mapping[str, Spot], apart: Sequence[Apart]) -> Iterator[str]:
    for one, other, why in _pairs(spots, apart):
        (x1, y1), (x2, y2) = _corner(spots[one]), _corner(spots[other])
        x1, y1, x2, y2 = x1 + _WIDE - 20, y1 + _HIGH / 2, x2 + _WIDE - 20, y2 + _HIGH / 2
        bow = _WIDE / 2 if x1 == x2 else 0
        path = f"M{x1:g} {y1:g}C{x1 + bow:g} {y1:g} {x2 + bow:g} {y2:g} {x2:g} {y2:g}"
        yield f'<path class="apart" d="{path}"><title>{escape(why)}</title></path>'


def _legend(high: float, critical: Path, pairs: Sequence[tuple[str, str, str]]) -> str:
    told = [f"Critical path: {' → '.join(critical.stages)}"] if critical.stages else []
    told += ["dashed: row by row"] + (["dotted: kept apart"] if pairs else [])
    return f'<text class="quiet" x="{_EDGE}" y="{high - 12:g}">{_cut("   ·   ".join(told), 400)}</text>'


def _cut(text: str, most: int) -> str:
    return escape(text if len(text) <= most else text[: most - 1] + "…")
