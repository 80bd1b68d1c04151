"""An exam for a reader: a line a step, the weak ones with why and what would mend it, and a bar while it goes on."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Group, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from recordings.steps import Step
from replayer.exam import Case, StepExam, usefulness
from showonce.terminal import mark, screen

_CASES_TOLD = 3


def exam_view(exams: Sequence[StepExam]) -> RenderableType:
    """The table of steps and the line below it."""
    return Group(_table(exams), summary(exams))


def summary(exams: Sequence[StepExam]) -> Text:
    """What came of all cases, on one line."""
    cases = [case for exam in exams for case in exam.cases]
    count = Counter(case.grade for case in cases)
    needless = sum(case.grade == "refuses" and not case.right for case in cases)
    line = Text(f"{len(cases)} changes tried: {count['survives']} found again, {count['refuses']} refused ")
    line.append(f"({count['refuses'] - needless} of them rightly), ")
    line.append(f"{count['wrong']} would click wrong", "bold red" if count["wrong"] else "bold green")
    return line.append(f"  U {usefulness(cases):.3f}", "dim")


def brief_line(exams: Sequence[StepExam], name: str) -> Text:
    """After recording: how many steps are weak, the first of them with why, and the command that says more."""
    done = [exam for exam in exams if exam.cases]
    weak = [exam for exam in done if exam.weak]
    steps = "1 step" if len(done) == 1 else f"{len(done)} steps"
    line = Text(f"Examined {steps} with {sum(len(exam.cases) for exam in done)} changes of the pages: ")
    if not weak:
        return line.append("none is weak.")
    line.append("1 is weak" if len(weak) == 1 else f"{len(weak)} are weak", "yellow")
    if (weakness := weak[0].weakness) is not None:
        line.append(f", {weak[0].step} since {weakness.lacks}")
    return line.append(f". See: showonce exam {shlex.quote(name)}")


@contextmanager
def examining(name: str, total: int) -> Iterator[Callable[[Step, Case], None]]:
    """A bar of cases done; a page may not allow all that were meant."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed} changes, {task.fields[wrong]} would click wrong"),
        TimeRemainingColumn(),
    )
    wrong = 0
    console = screen()
    with Progress(*columns, console=console, transient=True, auto_refresh=console.is_terminal) as progress:
        task = progress.add_task(name, total=total, wrong=0)

        def on_case(_: Step, case: Case) -> None:
            nonlocal wrong
            wrong += case.grade == "wrong"
            progress.update(task, advance=1, wrong=wrong)

        yield on_case


def _table(exams: Sequence[StepExam]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    table.add_column("Step", ratio=5)
    for name in ("Tried", "Found again", "Refused", "Wrong"):
        table.add_column(name, justify="right", no_wrap=True)
    for exam in exams:
        count = Counter(case.grade for case in exam.cases)
        share = f"{exam.survival:.0%}" if exam.survival is not None else ""
        table.add_row(
            _sign(exam),
            _step(exam),
            str(len(exam.cases) or ""),
            share,
            str(count["refuses"]) if exam.cases else "",
            Text(str(exam.wrong) if exam.cases else "", "bold red" if exam.wrong else ""),
        )
    return table


def _sign(exam: StepExam) -> Text:
    if exam.unfit:
        return mark("skipped")
    if exam.wrong:
        return mark("failed")
    return Text("!", "yellow") if exam.weak else mark("passed")


def _step(exam: StepExam) -> Text:
    line = Text(f"{exam.step}  {exam.words}")
    if exam.unfit:
        return line.append(f"\nnot examined: {exam.unfit}", "yellow")
    for case in [case for case in exam.cases if case.grade == "wrong"][:_CASES_TOLD]:
        line.append(f"\nwould take {case.got} where {case.mutation.kind.says}", "red")
    if (weakness := exam.weakness) is not None:
        line.append(f"\nweak: {weakness.lacks}; {weakness.proposal}", "yellow")
    return line
