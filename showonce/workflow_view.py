"""What the terminal shows of a workflow: its stages level by level, what is found, and what is kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from workflows.conflicts import Apart, Reason, told
from workflows.graph import levels
from workflows.report import Report
from workflows.scope import Known
from workflows.stage_words import does, marks, rows_words
from workflows.workflow import Stage


def report_told(report: Report, source: str) -> RenderableType:
    """Warnings, what is kept apart, and the sum; errors are said where they stop."""
    warnings = [each for each in report.findings if each.level == "warning"]
    errors = len(report.findings) - len(warnings)
    parts: list[RenderableType] = [Text(each.said(source), "yellow") for each in warnings]
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
    apart = [reason for reason in reasons if reason.apart]
    may = not apart
    always = [reason for reason in apart if not reason.depends]
    head = f"{one} and {other} {(always or apart)[0].verdict if apart else 'may run together'}."
    lines = [Text(f"  {reason.words}", "" if reason.apart else "dim") for reason in reasons]
    return Group(Text(head, "green" if may else "yellow"), *lines)


def _stage_line(known: Known, stage: Stage, critical: bool) -> Text:
    before = known.graph.before(stage.name)
    told = [does(stage), rows_words(stage), *marks(stage), f"after {', '.join(before)}" if before else ""]
    sign = ("★ ", "yellow") if critical else ("· ", "dim")
    return Text.assemble(sign, (stage.name, "bold yellow" if critical else "bold"), "  ", "; ".join(filter(None, told)))


def _apart_told(apart: Sequence[Apart]) -> Iterator[Text]:
    for pairs, reason in told(apart):
        yield Text(f"{pairs[:1].upper()}{pairs[1:]} {reason.verdict}. {reason.words}", "" if reason.apart else "dim")
