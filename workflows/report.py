"""All that is said of a workflow before it runs, in one value: findings, order, critical path, conflicts, drawings."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.check import check
from workflows.conflicts import Apart, kept_apart
from workflows.draw_svg import drawn
from workflows.estimate import estimates
from workflows.findings import Finding
from workflows.graph import Path, critical_path, ordered
from workflows.load import Source
from workflows.page import page
from workflows.scope import Known


@dataclass(frozen=True, slots=True)
class Report:
    """``order`` is the stages one after another, ``critical`` the longest way through them."""

    findings: tuple[Finding, ...]
    order: tuple[str, ...]
    critical: Path
    apart: tuple[Apart, ...]
    svg: str
    html: str


def reported(source: Source, known: Known) -> Report:
    """What is found out about a workflow."""
    findings = tuple(check(source, known))
    critical = critical_path(known.graph, estimates(known))
    apart = tuple(kept_apart(known))
    svg = drawn(known, critical, apart)
    return Report(findings, ordered(known.graph), critical, apart, svg, page(known, svg, findings, critical, apart))
