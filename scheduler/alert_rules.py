"""When to call somebody, as a person writes it: texts to rules and back; pure."""

from __future__ import annotations

import re
from typing import Annotated, Literal, assert_never

from pydantic import Field

from recordings.document import Document
from recordings.errors import CouldNotStartError

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_NUMBER = r"\d{1,12}(?:\.\d{1,12})?"
_WINDOW_S = 600.0
_ERROR_RATE = re.compile(rf"error-rate>({_NUMBER})(%?)(?:/({_NUMBER})([smh]))?", re.ASCII)
_LATENCY = re.compile(rf"latency>({_NUMBER})x(?:/({_NUMBER})([smh]))?", re.ASCII)
_STALLED = re.compile(rf"stalled>({_NUMBER})([smh])", re.ASCII)


class ErrorRateRule(Document):
    """The share (0 to 1) of items that did not pass is over ``over``, of at least ``at_least`` that ended within
    ``window_s``."""

    kind: Literal["error_rate"] = "error_rate"
    over: float = Field(ge=0, lt=1)
    window_s: float = Field(default=_WINDOW_S, gt=0)
    at_least: int = Field(default=5, ge=1)


class LatencyRule(Document):
    """The 95th percentile of what items took is over ``times`` the baseline, of at least ``at_least`` that ended within
    ``window_s``."""

    kind: Literal["latency"] = "latency"
    times: float = Field(gt=0)
    window_s: float = Field(default=_WINDOW_S, gt=0)
    at_least: int = Field(default=5, ge=1)


class BreakerRule(Document):
    """An application is left alone because it failed again and again."""

    kind: Literal["breaker"] = "breaker"


class StalledRule(Document):
    """Nothing ended for ``after_s`` seconds, while something waits or is at work."""

    kind: Literal["stalled"] = "stalled"
    after_s: float = Field(gt=0)


Rule = Annotated[ErrorRateRule | LatencyRule | BreakerRule | StalledRule, Field(discriminator="kind")]


class AlertRuleBadError(CouldNotStartError):
    """A rule that cannot be read, or never holds."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"'{text}' is no rule for alerts.",
            "Write error-rate>0.2/10m (a share from 0 to 1, within 10 minutes), latency>3x, breaker, or stalled>5m.",
        )
        self.text = text


def parse_rule(text: str) -> Rule:
    """The rule that a person wrote: ``error-rate>0.2/10m``, ``error-rate>20%``, ``latency>3x/1h``, ``breaker``,
    ``stalled>5m``. Windows are 10 minutes where none is given.

    Raises:
        AlertRuleBadError: It is none of these, or a number in it makes no sense.
    """
    asked = re.sub(r"\s", "", text).lower()
    try:
        if asked == "breaker":
            return BreakerRule()
        if found := _ERROR_RATE.fullmatch(asked):
            over = float(found[1]) / (100 if found[2] else 1)
            return ErrorRateRule(over=over, window_s=_seconds(found[3], found[4]))
        if found := _LATENCY.fullmatch(asked):
            return LatencyRule(times=float(found[1]), window_s=_seconds(found[2], found[3]))
        if found := _STALLED.fullmatch(asked):
            return StalledRule(after_s=_seconds(found[1], found[2]))
    except ValueError as error:  # pydantic's is one
        raise AlertRuleBadError(text) from error
    raise AlertRuleBadError(text)


def rule_text(rule: Rule) -> str:
    """As a person writes it: what ``parse_rule`` reads. ``at_least`` is not told."""
    match rule:
        case ErrorRateRule():
            return f"error-rate>{_plain(rule.over)}/{time_text(rule.window_s)}"
        case LatencyRule():
            return f"latency>{_plain(rule.times)}x/{time_text(rule.window_s)}"
        case BreakerRule():
            return "breaker"
        case StalledRule():
            return f"stalled>{time_text(rule.after_s)}"
        case _:
            assert_never(rule)


def time_text(seconds: float) -> str:
    """``10m``: in the greatest unit that gives a whole number."""
    unit = next((unit for unit in ("h", "m") if seconds % _SECONDS[unit] == 0), "s")
    return f"{_plain(seconds / _SECONDS[unit])}{unit}"


def _seconds(number: str | None, unit: str | None) -> float:
    return float(number) * _SECONDS[unit] if number and unit else _WINDOW_S


def _plain(number: float) -> str:
    """All its digits, without an exponent, which nobody writes."""
    return f"{number:.12f}".rstrip("0").rstrip(".")
