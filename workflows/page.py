"""A workflow as one HTML page: its drawing, its stages in words, what is wrong, and what is kept apart; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from workflows.conflicts import Apart, told
from workflows.findings import Finding
from workflows.graph import Path, ordered
from workflows.scope import Known
from workflows.stage_words import does, marks, rows_words

_STYLE = """
:root { color-scheme: light dark; } body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem;
padding: 0 1rem; } figure { margin: 0; overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; vertical-align: top; border-bottom: 1px solid #8884; }
.error { color: light-dark(#b3261e, #ff8a80); } .warning { color: light-dark(#8a5a00, #ffca66); }
"""


def page(known: Known, svg: str, findings: Sequence[Finding], critical: Path, apart: Sequence[Apart]) -> str:
    """The page's document; it needs nothing beside it and runs no script."""
    name = escape(known.workflow.name)
    note = f"<p>{escape(known.workflow.note)}</p>" if known.workflow.note else ""
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{name}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{name}</h1>{note}",
        f"<figure>{svg}</figure>",
        *_findings(findings),
        *_stages(known, critical),
        *_apart(apart),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield "<h2>Findings</h2><ul>"
    for each in findings:
        yield f'<li class="{each.level}">Line {each.line}: {escape(each.message)} {escape(each.mend)}</li>'
    yield "</ul>"


def _stages(known: Known, critical: Path) -> Iterator[str]:
    yield "<h2>Stages</h2><table><tr><th>Stage<th>Does<th>For<th>After<th>When a row fails<th></tr>"
    for name in ordered(known.graph):
        if (stage := known.workflow.stage(name)) is None:
            continue
        cells = [
            f"{name} ★" if name in critical.stages else name,
            does(stage),
            rows_words(stage) or "once",
            ", ".join(known.graph.before(name)),
            known.workflow.on_failure_of(stage),
            ", ".join(marks(stage)),
        ]
        yield "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells) + "</tr>"
    yield "</table><p>★ is on the critical path.</p>"


def _apart(apart: Sequence[Apart]) -> Iterator[str]:
    if not apart:
        return
    yield "<h2>At once</h2><ul>"
    for pairs, reason in told(apart):
        yield f"<li>{escape(pairs)} {reason.verdict}. {escape(reason.words)}</li>"
    yield "</ul>"
