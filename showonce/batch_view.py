"""What the terminal shows of batches: their progress, their figures, their items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.console import Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from recordings.batch import FINAL, Batch, BatchStatus, Item, ItemStatus
from recordings.figures import Figures
from review.durations import duration_words
from showonce.terminal import SHORT_ID, mark, screen

_ORDER: tuple[ItemStatus, ...] = ("passed", "running", "queued", "failed", "waiting", "skipped", "cancelled")
_SAID: dict[ItemStatus, str] = {"waiting": "waiting for a person", "skipped": "asked for before"}
_COLOURS: dict[BatchStatus, str] = {"running": "yellow", "done": "green", "cancelled": "red", "stopped": "red"}

Show = Callable[[Item], None]


@contextmanager
def progress_of(batch: Batch, counts: Mapping[ItemStatus, int]) -> Iterator[Show]:
    """A bar of items that came to an end, and of how many did not pass; on the screen while they are done."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[said]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    now = {status: counts.get(status, 0) for status in _ORDER}
    console = screen()
    # Where nobody looks on, a bar that is drawn ten times a second is only CPU.
    with Progress(*columns, console=console, transient=True, auto_refresh=console.is_terminal) as progress:
        done = sum(now[status] for status in FINAL)
        task = progress.add_task(batch.recording, total=batch.total, completed=done, said=counts_words(now))

        def show(item: Item) -> None:
            now[item.status] += 1
            done = {status: now[status] for status in FINAL}
            progress.update(task, advance=1, said=counts_words(done))

        yield show


def counts_words(counts: Mapping[ItemStatus, int]) -> str:
    """``12 passed, 1 failed``: what there is of each."""
    told = [f"{counts[status]} {_SAID.get(status, status)}" for status in _ORDER if counts.get(status)]
    return ", ".join(told) or "nothing yet"


def items_table(items: Sequence[Item], *, whole_ids: bool = False) -> Table:
    """Items, a line each: where they stand in the data, their run, how long it took, and what is to be known."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    table.add_column("Item", justify="right")
    table.add_column("Line", justify="right")
    table.add_column("Trace", no_wrap=True)
    table.add_column("Took", justify="right", no_wrap=True)
    table.add_column("What is to be known", overflow="fold")
    for item in items:
        took = duration_words(item.ended_at - item.begun_at) if item.ended_at and item.begun_at else ""
        name = f"{item.batch_id[:SHORT_ID]}:{item.number}" if whole_ids else str(item.number)
        table.add_row(mark(item.status), name, str(item.line), item.trace_id[:SHORT_ID], took, Text(item_words(item)))
    return table


def item_words(item: Item) -> str:
    """Why an item failed or waits, and what else there is to say of it."""
    told = [item.note] if item.note else []
    if item.failure is not None and item.status != "waiting":  # whose note says it
        told.insert(0, item.failure.message)
    if item.status == "passed" and item.attempts > 1:
        told.append(f"Attempt {item.attempts}.")
    if item.status == "waiting" and not told:
        told.append("It may have been sent.")
    return " ".join(told)


def batches_table(rows: Sequence[tuple[Batch, Mapping[ItemStatus, int]]]) -> Table:
    """Batches, a line each, the newest first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Batch", "Recording", "Begun", "Status", "Rows"):
        table.add_column(name, no_wrap=name not in ("Recording", "Rows"), overflow="fold")
    for batch, counts in rows:
        at = datetime.fromtimestamp(batch.created_at).astimezone()
        table.add_row(
            batch.id,
            Text(batch.recording),
            f"{at:%Y-%m-%d %H:%M}",
            Text(batch.status, _COLOURS.get(batch.status, "")),
            Text(counts_words(counts)),
        )
    return table


def batch_panel(batch: Batch, figures: Figures, shown: Sequence[Item]) -> Group:
    """A batch as it stands, with its figures, and the items given."""
    head = Text.assemble(
        f"Batch {batch.id}  {batch.recording}  ", (batch.status, _COLOURS.get(batch.status, "")), f"  {batch.app}"
    )
    lines = [head, Text(f"{batch.total} rows: {counts_words(figures.counts)}"), Text(_speed(batch, figures))]
    return Group(*(line for line in lines if line.plain), *([items_table(shown)] if shown else []))


def _speed(batch: Batch, figures: Figures) -> str:
    told = []
    if figures.p50_s is not None and figures.p95_s is not None:
        told.append(f"half take {duration_words(figures.p50_s)}, 95 % at most {duration_words(figures.p95_s)}")
    if figures.per_minute:
        told.append(f"{figures.per_minute:.1f} a minute")
        if batch.status == "running" and figures.eta_s:
            told.append(f"about {duration_words(figures.eta_s)} left")
    if figures.retries:
        told.append("1 retry" if figures.retries == 1 else f"{figures.retries} retries")
    return "; ".join(told)


def ended_lines(batch: Batch, counts: Mapping[ItemStatus, int]) -> list[Text]:
    """How a batch ended, and what can be done about what did not pass."""
    lines = [Text(f"Batch {batch.id} is {batch.status}: {counts_words(counts)}")]
    if batch.status in ("paused", "stopped"):
        lines.append(Text(f"Go on with: showonce resume {batch.id}"))
    if counts.get("failed"):
        lines.append(Text("See a run with: showonce trace TRACE --open"))
        lines.append(Text(f"Repeat one with: showonce rerun {batch.id}:ITEM"))
    if counts.get("waiting"):
        lines.append(Text("What waits needs a person, and says why. Look in the application, then say which it is:"))
        lines.append(Text(f"showonce rerun {batch.id}:ITEM --there  or  --not-there"))
    return lines
