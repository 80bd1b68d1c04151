"""How many agents at once: more while the application bears it, fewer when it does not; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recordings.figures import percentile

_LEAST = 4
"""Ended items without which nothing is changed: one failure of three says little."""

_RISES_TO = 0.05
_RISES_TO_TIMES = 2.0
_FALLS_FROM = 0.2
_FALLS_FROM_TIMES = 3.0
"""Error rates (0 to 1), and 95th percentiles in times of the baseline. Between rising and falling the cap stays, so
that it does not swing."""


@dataclass(frozen=True, slots=True)
class Finished:
    """An item that ended by a run: whether it passed, and how long it took."""

    ok: bool
    took_s: float


def cap_after(cap: int, ramp: tuple[int, ...], recent: Sequence[Finished], baseline_s: float | None) -> int:
    """The number of items that may be at work from now on.

    The newest ``2 × cap`` of ``recent`` (at least 4) decide: as many as that are needed to rise, 4 to fall.

    Args:
        cap: What it is now; 0 before the first.
        ramp: The numbers to go through, the first also the least ever; () leaves the cap as it is.
        recent: What ended since the cap last changed, oldest first. Whoever keeps the cap begins a new list when it
            changes, so that each cap is judged by what it did.
        baseline_s: ``baseline_s_of`` what ran at the first cap; None, and times do not count.
    """
    numbers = sorted({number for number in ramp if number >= ramp[0]})
    if not numbers:
        return cap
    now = min(max(cap, numbers[0]), numbers[-1])
    enough = max(_LEAST, 2 * now)
    newest = recent[-enough:]
    if len(newest) < _LEAST:
        return now
    wrong = sum(not finished.ok for finished in newest) / len(newest)
    times = _times(newest, baseline_s)
    if wrong > _FALLS_FROM or times > _FALLS_FROM_TIMES:
        return max((number for number in numbers if number < now), default=now)
    if len(newest) == enough and wrong <= _RISES_TO and times <= _RISES_TO_TIMES:
        return min((number for number in numbers if number > now), default=now)
    return now


def baseline_s_of(first: Sequence[Finished]) -> float | None:
    """The 95th percentile of what items took that passed; None for fewer than 4 of them."""
    took = sorted(finished.took_s for finished in first if finished.ok)
    return percentile(took, 95) if len(took) >= _LEAST else None


def _times(newest: Sequence[Finished], baseline_s: float | None) -> float:
    """How many times the baseline the 95th percentile is; 1 where there is none."""
    p95_s = percentile(sorted(finished.took_s for finished in newest), 95)
    return p95_s / baseline_s if p95_s is not None and baseline_s else 1.0
