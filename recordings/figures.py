"""What a batch comes to in numbers: how many, how fast, how many wrong, how long still; pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from recordings.batch import ItemStatus

_RUN: frozenset[ItemStatus] = frozenset({"passed", "failed", "waiting"})
"""The ends that a run leads to; skipped and cancelled items say nothing of the application."""


class Fact(NamedTuple):
    """What is counted of an item; a plain tuple, since there are tens of thousands. Times as in ``Item``."""

    status: ItemStatus
    attempts: int
    begun_at: float | None
    ended_at: float | None


class Mark(NamedTuple):
    """What is drawn of an item; a plain tuple for the same reason."""

    number: int
    status: ItemStatus
    attempts: int
    worker: str
    begun_at: float | None
    ended_at: float | None
    trace_id: str = ""

    @property
    def fact(self) -> Fact:
        """What is counted of it."""
        return Fact(self.status, self.attempts, self.begun_at, self.ended_at)


@dataclass(frozen=True, slots=True)
class Figures:
    """A batch in numbers.

    ``p50_s`` and ``p95_s`` are how long items took that ended by a run, ``timed`` how many those are, ``sum_s`` what
    they took together. ``error_rate`` is the share (0 to 1) of them that did not pass: they failed, or wait for a
    person. ``retries`` counts runs after an item's first. ``per_minute`` counts items that lately ended (of a batch
    that is over all that did, from its first begin to its last end); ``eta_s`` is how long the rest takes at that pace,
    None where nothing can be told.
    """

    counts: Mapping[ItemStatus, int]
    running: int = 0
    p50_s: float | None = None
    p95_s: float | None = None
    timed: int = 0
    sum_s: float = 0
    per_minute: float = 0
    error_rate: float = 0
    retries: int = 0
    eta_s: float | None = None

    @property
    def queued(self) -> int:
        """How many wait for a place."""
        return self.counts.get("queued", 0)


def figures_of(facts: Iterable[Fact], now: float, window_s: float = 300, *, over: bool = False) -> Figures:
    """Count a batch's items.

    Args:
        now: Seconds since the epoch.
        window_s: How far back ``per_minute`` looks; less where the first item began later than that. ``math.inf`` for
            the whole batch.
        over: Nothing of it is at work any more, nor will be: now and the window do not matter.
    """
    counts: Counter[ItemStatus] = Counter()
    took: list[float] = []
    retries = lately = 0
    first, last = math.inf, -math.inf
    window_s = math.inf if over else window_s
    for status, attempts, begun_at, ended_at in facts:
        counts[status] += 1
        retries += max(0, attempts - 1)
        if begun_at is None:
            continue
        first = min(first, begun_at)
        if status in _RUN and ended_at is not None:
            took.append(max(0.0, ended_at - begun_at))
            last = max(last, ended_at)
            lately += now - ended_at < window_s
    took.sort()
    ended = sum(counts[status] for status in _RUN)
    span_s = min(window_s, (last if over else now) - first)
    per_minute = lately * 60 / span_s if span_s > 0 else 0.0
    return Figures(
        counts=dict(counts),
        running=counts["running"],
        p50_s=percentile(took, 50),
        p95_s=percentile(took, 95),
        timed=len(took),
        sum_s=math.fsum(took),
        per_minute=per_minute,
        error_rate=(ended - counts["passed"]) / ended if ended else 0.0,
        retries=retries,
        eta_s=_eta_s(counts["queued"] + counts["running"], per_minute),
    )


def percentile(rising: Sequence[float], percent: float) -> float | None:
    """The nearest-rank percentile: the least of the values that so many per cent do not exceed; None of no values.

    It is always a value that was seen. Of fewer than 20 values the 95th percentile is the greatest.

    Args:
        rising: The values, the least first.
        percent: From 0 to 100.
    """
    if not rising:
        return None
    return rising[max(0, math.ceil(len(rising) * percent / 100) - 1)]


def _eta_s(left: int, per_minute: float) -> float | None:
    if not left:
        return 0.0
    return left * 60 / per_minute if per_minute else None
