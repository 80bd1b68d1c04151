"""What the terminal shows of a workflow: its stages level by level, what is found, and what is kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from workflows.conflicts import Apart, Reason
from workflows.graph import levels
from workflows.report import Report
from workflows.scope import Known
from workflows.stage_words import does, marks, rows_words
from workflows.workflow import Stage

_COLOURS = {"error": "red", "warning": "yellow"}


def report_told(known: Known, report: Report, source: str) -> RenderableType:
    """The drawing, then warnings, what is kept apart, and the sum; errors are said where they stop."""
    warnings = [each for each in report.findings if each.level == "warning"]
    errors = len(report.findings) - len(warnings)
    parts: list[RenderableType] = [drawing(known, report.critical.stages)]
    parts += [Text(f"{each.said(source)}", _COLOURS[each.level]) for each in warnings]
    parts += list(_apart_told(report.apart))
    if not errors:
        parts.append(Text("It can be run.", "green"))
    return Group(*parts)


def drawing(known: Known, critical: Sequence[str]) -> Tree:
    """Levels from top to bottom; stages of one level wait for nothing of each other."""
    tree = Tree(Text(known.workflow.name, "bold"), guide_style="dim")
    for number, names in enumerate(levels(known.graph), 1):
        together = " side by side" if len(names) > 1 else ""
        level = tree.add(Text(f"{number}{together}", "dim"))
        for name in names:
            if (stage := known.workflow.stage(name)) is not None:
                level.add(_stage_line(known, stage, name in critical))
    if critical:
        tree.add(Text(f"★ critical path: {' → '.join(critical)}", "yellow"))
    return tree


def reasons_told(one: str, other: str, reasons: Sequence[Reason]) -> RenderableType:
    """Whether two items may be at work at once, and why."""
    may = not any(reason.apart for reason in reasons)
    head = f"{one} and {other} {'may run together' if may else 'are kept apart'}."
    lines = [Text(f"  {reason.words}", "" if reason.apart else "dim") for reason in reasons]
    return Group(Text(head, "green" if may else "yellow"), *lines)


def _stage_line(known: Known, stage: Stage, critical: bool) -> Text:
    before = known.graph.before(stage.name)
    told = [does(stage), rows_words(stage), *marks(stage), f"after {', '.join(before)}" if before else ""]
    sign = ("★ ", "yellow") if critical else ("· ", "dim")
    return Text.assemble(sign, (stage.name, "bold yellow" if critical else "bold"), "  ", "; ".join(filter(None, told)))


def _apart_told(apart: Sequence[Apart]) -> Iterator[Text]:
    for each in apart:
        pair = f"Rows of {each.one}" if each.one == each.other else f"{each.one} and {each.other}"
        for reason in each.reasons:
            how = "are kept apart" if reason.apart else "may run together"
            yield Text(f"{pair} {how}: {reason.words}", "" if reason.apart else "dim")
