"""What is to be done of what a schedule has due, and what is passed over; pure."""

from __future__ import annotations

from dataclasses import dataclass

from recordings.schedule import Schedule
from scheduler.cron import next_after, times_between

GRACE_S = 60.0
"""What was due so lately is not missed: a worker that was started anew is there in less."""

MOST_CAUGHT_UP = 100

NOT_OVER = "The batch before was not over."
MISSED = "No worker was there."
TOO_MANY = f"No worker was there, and only the last {MOST_CAUGHT_UP} are caught up."


@dataclass(frozen=True, slots=True)
class Turn:
    """What was ``due`` is to be done, or skipped because ``why``; the schedule is due again at ``next_at``."""

    due: float
    next_at: float
    why: str = ""


def due(schedule: Schedule, next_at: float, now: float) -> tuple[float, ...]:
    """The fires to be done of those from ``next_at``, the first that nobody has done, to ``now``; oldest first.

    A schedule that skips what was missed does what was due within the last minute; one that catches up does all, but
    at most the last 100.

    Raises:
        CronBadError, ZoneBadError: It names no times.
    """
    if next_at > now:
        return ()
    first = max(next_at, now - GRACE_S) if schedule.missed == "skip" else next_at
    return tuple(times_between(schedule.cron, schedule.tz, first, now, MOST_CAUGHT_UP))


def turn_of(schedule: Schedule, next_at: float, now: float, *, busy: bool) -> Turn | None:
    """One fire, or why there is none; None where nothing is due, or it waits.

    Args:
        busy: Whether the batch of the fire before is not over.

    Raises:
        CronBadError, ZoneBadError: It names no times.
    """
    if next_at > now:
        return None
    waits = busy and not schedule.overlap
    if waits and schedule.missed == "catch-up":
        return None
    fires = due(schedule, next_at, now)
    if not fires:
        return Turn(next_at, next_after(schedule.cron, schedule.tz, now), MISSED)
    if fires[0] > next_at:
        return Turn(next_at, fires[0], MISSED if schedule.missed == "skip" else TOO_MANY)
    return Turn(next_at, next_after(schedule.cron, schedule.tz, next_at), NOT_OVER if waits else "")
