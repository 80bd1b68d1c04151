"""Which rules for alerts hold for what was seen; pure. Others tell it on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from recordings.batch import Breaker
from recordings.figures import percentile
from scheduler.alert_rules import (
    BreakerRule,
    ErrorRateRule,
    LatencyRule,
    Rule,
    StalledRule,
    rule_text,
    time_text,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """An item that ended by a run, ``at`` seconds since the epoch: whether it passed, and how long it took."""

    at: float
    ok: bool
    took_s: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known at ``now`` of a batch that is not paused. Times are seconds since the epoch.

    ``since`` is when it began, or went on. ``ended`` reaches back as far as the longest window, in any order. ``left``
    is how many items have no end yet. ``baseline_s`` is the 95th percentile of its first items, None if unknown.
    """

    now: float
    since: float
    ended: Sequence[Ended] = ()
    left: int = 0
    baseline_s: float | None = None
    breakers: Sequence[Breaker] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that holds, as it is written (``rule_text``); ``about`` is the application, if it is about one.

    An alert that goes on has the same ``rule`` and ``about`` each time, while its message changes with the numbers.
    """

    rule: str
    message: str
    about: str = ""


def firing(rules: Sequence[Rule], seen: Seen) -> tuple[Alert, ...]:
    """What holds now, in the order of the rules; a breaker rule gives an alert for each application."""
    return tuple(alert for rule in rules for alert in _alerts(rule, seen))


def _alerts(rule: Rule, seen: Seen) -> list[Alert]:
    match rule:
        case ErrorRateRule():
            message = _too_many_errors(rule, seen)
        case LatencyRule():
            message = _too_slow(rule, seen)
        case BreakerRule():
            return [_left_alone(rule, breaker) for breaker in seen.breakers if breaker.state != "closed"]
        case StalledRule():
            message = _stands_still(rule, seen)
        case _:
            assert_never(rule)
    return [Alert(rule_text(rule), message)] if message else []


def _too_many_errors(rule: ErrorRateRule, seen: Seen) -> str:
    recent = _within(rule.window_s, seen)
    wrong = sum(not ended.ok for ended in recent)
    if len(recent) < rule.at_least or wrong / len(recent) <= rule.over:
        return ""
    return f"{wrong} of {len(recent)} items that ended within {time_text(rule.window_s)} did not pass."


def _too_slow(rule: LatencyRule, seen: Seen) -> str:
    recent = _within(rule.window_s, seen)
    p95_s = percentile(sorted(ended.took_s for ended in recent), 95)
    if p95_s is None or len(recent) < rule.at_least or not seen.baseline_s or p95_s <= rule.times * seen.baseline_s:
        return ""
    return f"One item in twenty takes {p95_s:.1f} s or more, {p95_s / seen.baseline_s:.1f} times as long as at first."


def _left_alone(rule: BreakerRule, breaker: Breaker) -> Alert:
    said = "tried by one item again" if breaker.state == "half-open" else "left alone"
    return Alert(rule_text(rule), f"{breaker.app} failed again and again, and is {said}.", breaker.app)


def _stands_still(rule: StalledRule, seen: Seen) -> str:
    still_s = seen.now - max((ended.at for ended in seen.ended), default=seen.since)
    still_s = min(still_s, seen.now - seen.since)
    if not seen.left or still_s < rule.after_s:
        return ""
    return f"Nothing ended for {still_s:.0f} s, and {seen.left} items have no end yet."


def _within(window_s: float, seen: Seen) -> list[Ended]:
    return [ended for ended in seen.ended if seen.now - ended.at < window_s]
