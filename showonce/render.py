"""What the terminal shows of steps, runs and checks; it prints nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from rich.table import Table
from rich.text import Text

from recordings.block_words import entered
from recordings.inputs import Input, InputRef, Literally, SecretRef
from recordings.recording import values_of
from recordings.signals import (
    DialogAnswered,
    Downloaded,
    Navigated,
    PageClosed,
    PopupOpened,
    Requested,
    Signal,
)
from recordings.steps import Step
from recordings.trace import StepRecord, Trace
from recordings.urls import url_pattern
from review.durations import duration_words
from showonce.step_text import step_text
from showonce.terminal import SHORT_ID, mark

if TYPE_CHECKING:
    from browser.health import Check

_INDENT = "   "


def steps_table(steps: Sequence[Step], inputs: Sequence[Input], last: int | None = None) -> Table:
    """A recording's steps: number, action, value, what the page answered.

    Args:
        last: Show only so many, the latest, and say how many came before.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right", style="dim")
    table.add_column("Step", ratio=5)
    table.add_column("Value", ratio=3, style="cyan")
    table.add_column("The page answered", ratio=3, style="dim")
    defaults = {item.name: item.default or "" for item in inputs}
    hidden = max(0, len(steps) - last) if last is not None else 0
    if hidden:
        table.add_row("", Text(f"… {hidden} more before these", "dim"), "", "")
    for number, step in enumerate(steps, 1):
        if number > hidden:
            table.add_row(str(number), step_text(step), Text(value_words(step, defaults)), Text(signal_words(step)))
    return table


def value_words(step: Step, defaults: dict[str, str]) -> str:
    """A step's values for a reader: ``Ada (full_name)``; secrets are only named."""
    said = []
    for value in values_of(step):
        match value:
            case Literally():
                said.append(value.text)
            case InputRef():
                said.append(f"{_short(defaults.get(value.name, ''))} ({value.name})".strip())
            case SecretRef():
                said.append(f"••• ({value.name}, secret)")
    return ", ".join(said)


def signal_words(step: Step) -> str:
    """What the page answered, short, each thing once: ``POST /customers 303, → /customers``."""
    return ", ".join(dict.fromkeys(_signal(signal) for signal in step.signals))


def inputs_table(inputs: Sequence[Input]) -> Table:
    """The inputs of a recording with the values they were shown with."""
    table = Table("Input", "Kind", "Default", "Label", box=None, pad_edge=False, header_style="bold")
    for item in inputs:
        default = Text("none: must be given", "yellow") if item.default is None else Text(item.default, "cyan")
        table.add_row(Text(item.name), item.kind, default, Text(item.label, "dim"))
    return table


def step_line(record: StepRecord, total: int) -> Text:
    """One step of a run on one line: status, number, words, value, how it was found."""
    indent = _INDENT * len(record.within)
    line = Text.assemble(indent, mark(record.outcome), f" {record.index + 1:>{len(str(total))}}  {record.words}")
    if record.value and record.value not in record.words:
        line.append(f"  {_short(record.value)}", "cyan")
    if record.outcome == "skipped":
        line.append(f"  {record.notes[-1]}" if record.notes else "  skipped", "yellow")
    if how := how_words(record):
        line.append(f"  {how}", "dim" if record.how == "selectors" else "yellow")
    return line


def head_line(depth: int, head: str) -> Text:
    """A block that a run comes into."""
    return Text(f"{_INDENT * depth}{head}", "magenta")


def how_words(record: StepRecord) -> str:
    """How the element was found, in a few words; see ``review.report.found_words`` for all of them."""
    match record.how:
        case "":
            return ""
        case "selectors":
            return "as recorded"
        case "hint":
            return "as an earlier run found it"
        case "similar":
            return f"by likeness {record.score:.2f}"
        case "picture":
            return f"by its picture {record.score:.2f}"
        case "person":
            return "by a person"


def end_line(trace: Trace) -> Text:
    """How a run ended, on one line, with the command that shows more."""
    short = trace.trace_id[:SHORT_ID]
    if trace.status == "passed":
        took = duration_words(trace.duration_s or 0)
        steps = "1 step" if len(trace.steps) == 1 else f"{len(trace.steps)} steps"
        steps += f" ({trace.skipped} skipped)" if trace.skipped else ""
        return Text.assemble(("passed", "bold green"), f" in {took}, {steps}, trace {short}")
    if trace.status == "running":
        return Text.assemble(("not finished", "bold yellow"), f": under way, or it was ended, {where(trace)}")
    return Text.assemble(("failed", "bold red"), f" {where(trace)}: {why(trace)} See: showonce trace {short} --open")


def where(trace: Trace) -> str:
    """``at step 5``, or before the first."""
    failed = next((step.index + 1 for step in trace.steps if step.outcome == "failed"), None)
    if failed is not None:
        return f"at step {failed}"
    return f"after step {len(trace.steps)}" if trace.steps else "before the first step"


def why(trace: Trace) -> str:
    """Why a run failed, in a sentence."""
    if trace.failure is None:
        return "" if trace.status != "failed" else "it was stopped."
    return trace.failure.message.rstrip(".") + "."


def runs_table(traces: Sequence[Trace]) -> Table:
    """Runs, a line each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for name in ("Trace", "Started", "Recording", "Took", "Why it failed"):
        table.add_column(name, no_wrap=name not in ("Recording", "Why it failed"), overflow="fold")
    for trace in traces:
        began = datetime.fromtimestamp(trace.started_at).strftime("%Y-%m-%d %H:%M:%S")
        took = duration_words(trace.duration_s) if trace.duration_s is not None else "not finished"
        table.add_row(
            mark(trace.status), trace.trace_id[:SHORT_ID], began, Text(trace.recording), took, Text(why(trace))
        )
    return table


def trace_table(trace: Trace) -> Table:
    """One run, a line a step."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    table.add_column("", justify="right", style="dim")
    table.add_column("Step", ratio=5)
    table.add_column("Value", ratio=2, style="cyan")
    table.add_column("Found", ratio=2)
    table.add_column("Took", justify="right", no_wrap=True)
    within: tuple[str, ...] = ()
    for record in trace.steps:
        for depth, head in entered(within, record.within):
            table.add_row("", "", head_line(depth, head))
        within = record.within
        timing = record.timing
        took_s = (timing.locate_ms + timing.picture_ms + timing.act_ms + timing.settle_ms) / 1000
        words = Text(f"{_INDENT * len(within)}{record.words}")
        for note in (record.failure.message if record.failure else "", *record.notes):
            words.append(f"\n{_INDENT * len(within)}{note}" if note else "", "red" if record.failure else "yellow")
        found = Text(how_words(record), "" if record.how == "selectors" else "yellow")
        table.add_row(
            mark(record.outcome),
            str(record.index + 1),
            words,
            Text(record.value),
            found,
            duration_words(took_s),
        )
    return table


def checks_table(checks: Sequence[Check], only_to_record: frozenset[str]) -> Table:
    """What was found on this machine, and each mend below it."""
    table = Table("", "Check", box=None, pad_edge=False, header_style="bold")
    table.add_column("Found", overflow="fold")
    for check in checks:
        sign = mark("passed" if check.ok else "failed")
        if not check.ok and check.name in only_to_record:
            sign = Text("!", "yellow")
        found = Text(check.found)
        if check.mend:
            found.append(f"\n{check.mend}", "yellow")
        table.add_row(sign, check.name, found)
    return table


def _signal(signal: Signal) -> str:
    match signal:
        case Navigated():
            return f"→ {_path(signal.url)}"
        case PopupOpened():
            return f"opened tab {signal.page + 1}"
        case PageClosed():
            return f"closed tab {signal.page + 1}"
        case Downloaded():
            return f"download {signal.filename}"
        case DialogAnswered():
            return f"{signal.type} {'accepted' if signal.accepted else 'dismissed'}"
        case Requested():
            status = "no answer" if signal.status is None else str(signal.status)
            return f"{signal.method} {_path(signal.url)} {status}"
        case _:
            assert_never(signal)


def _path(url: str) -> str:
    pattern = url_pattern(url)
    return "/" + pattern.split("://", 1)[-1].partition("/")[2]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"
