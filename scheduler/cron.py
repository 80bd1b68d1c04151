"""When a schedule is due: cron lines read in a time zone, with its changes of the clock; pure.

A time that the clock leaps over comes when it has leapt; one that it shows twice comes the first time alone, unless the
cron line names no hours (``*`` or ``*/2``): such a line goes by hours that pass. So does Vixie's cron.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from itertools import takewhile
from zoneinfo import ZoneInfo, available_timezones

from croniter import CroniterBadDateError, CroniterError, croniter

from recordings.errors import CouldNotStartError

_EXAMPLES = "Write minute, hour, day, month, weekday: '0 7 * * 1-5' is at 7:00 from Monday to Friday."
_AT_RANDOM = re.compile(r"(^|[\s,])[rh](?![a-z])", re.IGNORECASE)
"""croniter's own: another time at each look."""


class CronBadError(CouldNotStartError):
    """A cron line that cannot be read, or whose time never comes."""

    def __init__(self, cron: str, reason: str) -> None:
        super().__init__(f"'{cron}' is no cron line: {reason}.", _EXAMPLES)
        self.cron = cron


class ZoneBadError(CouldNotStartError):
    """A time zone that nobody knows."""

    def __init__(self, tz: str) -> None:
        near = get_close_matches(tz, available_timezones(), 3)
        super().__init__(
            f"There is no time zone '{tz}'.",
            f"Is it {' or '.join(near)}?" if near else "Write it like Europe/Brussels, or UTC.",
        )
        self.tz = tz


def next_after(cron: str, tz: str, at: float) -> float:
    """The first time after ``at`` that the line names; both are seconds since the epoch.

    Args:
        cron: Five fields, or six, of which the last are seconds; or ``@daily`` and the like.

    Raises:
        CronBadError, ZoneBadError: They cannot be read.
    """
    return next(_times(cron, tz, at))


def times_between(cron: str, tz: str, first: float, last: float, most: int) -> list[float]:
    """The times from ``first`` to ``last``, both included, oldest first; of more than ``most`` the latest."""
    span_s = 2.0 * most  # two of them are a second apart or more
    while True:
        start = max(first, last - span_s)
        found = list(takewhile(lambda time: time <= last, _times(cron, tz, start - 0.5)))
        if len(found) >= most or start == first:
            return found[-most:]
        span_s *= 4


def _times(cron: str, tz: str, at: float) -> Iterator[float]:
    zone = _zone(tz)
    fields = cron.split()
    if len(fields) not in (5, 6) and not cron.startswith("@"):
        raise CronBadError(cron, f"it has {len(fields)} fields, not five, or six with seconds at the end")
    if _AT_RANDOM.search(cron):
        raise CronBadError(cron, "it asks for a time by chance")
    by_hours = fields[:1] == ["@hourly"] or (len(fields) > 1 and fields[1].startswith("*"))
    try:
        line = croniter(cron, datetime.fromtimestamp(at, zone), ret_type=datetime)
        while True:
            time: datetime = line.get_next(datetime)
            if by_hours or not time.fold:
                yield time.timestamp()
    except CroniterBadDateError as error:
        raise CronBadError(cron, "its time never comes") from error
    except (CroniterError, ValueError) as error:
        raise CronBadError(cron, str(error).strip(" .").replace(f"[{cron}] ", "a field of it ")) from error


def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError) as error:  # a name like a path is a ValueError, a folder's an OSError
        raise ZoneBadError(tz) from error
