"""What the terminal shows of schedules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from recordings.schedule import Fire, FireState, Schedule

_COLOURS: dict[FireState, str] = {"made": "green", "failed": "red", "skipped": "yellow"}


def schedules_table(rows: Sequence[tuple[Schedule, float | None]]) -> Table:
    """Schedules, a line each, with when each is due next and what came of it last."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Schedule", "When", "Recording", "Next", "Last"):
        table.add_column(name)
    for schedule, next_at in rows:
        table.add_row(
            Text(schedule.name),
            Text(f"{schedule.cron} {schedule.tz}"),
            Text(schedule.recording.rpartition("/")[2]),
            _next(schedule, next_at),
            fire_words(schedule.fires[-1], schedule.tz) if schedule.fires else Text(""),
        )
    return table


def _next(schedule: Schedule, next_at: float | None) -> Text:
    if schedule.paused:
        return Text("paused", "yellow")
    return Text(time_words(next_at, schedule.tz)) if next_at is not None else Text("never", "red")


def fire_words(fire: Fire, tz: str) -> Text:
    """When it was due, and what came of it."""
    told = f" {fire.batch}" if fire.batch else f": {fire.said.partition(chr(10))[0]}" if fire.said else ""
    times = f" {fire.times} times" if fire.times > 1 else ""
    state = "batch" if fire.state == "made" else fire.state
    return Text.assemble(f"{time_words(fire.due, tz)} ", (f"{state}{times}", _COLOURS.get(fire.state, "")), told)


def time_words(at: float, tz: str) -> str:
    """``2026-05-10 07:00:00`` in a time zone, or in this machine's where it is not known here."""
    try:
        return f"{datetime.fromtimestamp(at, ZoneInfo(tz)):%Y-%m-%d %H:%M:%S}"
    except (KeyError, ValueError, OSError):
        return f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M:%S}"
