"""Proposals for a reader: a line each, and one with the recorded target beside the new one."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from recordings.heal import Heal
from recordings.heal_words import called, told_rows
from recordings.trace import Trace
from showonce.terminal import SHORT_ID

if TYPE_CHECKING:
    from recordings.kept_heals import Standing

_HOW = {
    "": "by a person, who pointed at it",
    "hint": "as an earlier run found it",
    "similar": "by likeness",
    "picture": "by its picture",
    "person": "by a person, who was asked for help",
}
_STATUS = {"proposed": "yellow", "accepted": "green", "refused": "dim", "taken back": "yellow", "overtaken": "dim"}


def heals_table(heals: Sequence[Heal], standings: Mapping[int, Standing]) -> Table:
    """Proposals, a line each, and how they stand, by their ids."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right")
    for name in ("Recording", "Step"):
        table.add_column(name, no_wrap=True)
    table.add_column("Recorded", ratio=2)
    table.add_column("Found now", ratio=2)
    table.add_column("Sure", justify="right")
    table.add_column("Seen", justify="right")
    table.add_column("")
    for heal in heals:
        table.add_row(
            str(heal.id),
            Text(heal.recording),
            heal.step_id,
            Text(called(heal.old.description)),
            Text(called(heal.new.description)),
            f"{heal.score:.2f}",
            f"{heal.seen} ×",
            Text(standings[heal.id], _STATUS[standings[heal.id]]),
        )
    return table


def heal_view(heal: Heal, trace: Trace | None, standing: Standing) -> RenderableType:
    """One proposal: what it is for, both targets, what changed, and what speaks for it.

    Args:
        trace: The run that it came of; None where that is no longer kept.
    """
    head = Text.assemble((f"Proposal {heal.id}", "bold"), f" for {heal.recording}, step {heal.step_id}: {heal.words}  ")
    head.append(standing, _STATUS[standing])
    rows = list(told_rows(heal.old, heal.new))
    changed = [name for name, old, new in rows if old != new]
    lines = [
        f"Changed: {', '.join(changed) or 'nothing that is said here'}",
        f"Found {_HOW.get(heal.how, 'by what is left of its selectors')}, sure {heal.score:.2f}; {_times(heal)}",
        *(f"  {reason}" for reason in heal.evidence),
        _run_words(heal, trace),
    ]
    return Group(head, _side_by_side(rows), *(Text(line) for line in lines))


def proposed_line(count: int, name: str) -> Text:
    """After a run: how many of its proposals wait for a decision, and the command that lists them."""
    what = "1 proposal" if count == 1 else f"{count} proposals"
    line = Text(f"{what} for the recording, where the page has changed; nothing was changed in it.", "yellow")
    return line.append(f" See: showonce heal list --recording {shlex.quote(name)}")


def _side_by_side(rows: Sequence[tuple[str, str, str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    table.add_column("Recorded", ratio=1)
    table.add_column("Found now", ratio=1)
    for name, old, new in rows:
        style = "" if old == new else "yellow"
        table.add_row(Text(name, "dim"), Text(old or "–", style), Text(new or "–", style))
    return table


def _times(heal: Heal) -> str:
    last = datetime.fromtimestamp(heal.last_at).strftime("%Y-%m-%d %H:%M")
    return "seen once" if heal.seen == 1 else f"seen {heal.seen} times, last {last}"


def _run_words(heal: Heal, trace: Trace | None) -> str:
    short = heal.trace_id[:SHORT_ID]
    if trace is None:
        return f"Run {short} is no longer kept."
    came = {"passed": "passed", "failed": "failed later on", "running": "has not ended, or was ended"}[trace.status]
    return f"The run {came}: showonce trace {short}"
