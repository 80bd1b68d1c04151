"""Charts as geometry: where bars and points stand, in a box of ``WIDE`` by a height, for templates to draw; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recordings.figures import Mark, percentile

WIDE = 720
HIGH = 120
_PARTS = 48


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and what it says; ``run`` is the id of the run that it stands for, "" for none."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    words: str
    run: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side over time, each over ``part_s``; ``top`` is what the highest says."""

    title: str
    bars: tuple[Bar, ...]
    top: str
    span_s: float
    part_s: float


def charts_of(items: Sequence[Mark], now: float) -> list[Chart]:
    """Throughput, how long items took (95 of 100 were faster), and how many went wrong, over the time of a batch."""
    ended = [item for item in items if item.ended_at is not None and item.begun_at is not None]
    if len(ended) < 2:
        return []
    first = min(item.begun_at or now for item in ended)
    span_s = max(max(item.ended_at or now for item in ended) - first, 1e-3)
    parts: list[list[Mark]] = [[] for _ in range(min(_PARTS, len(ended)))]
    for item in ended:
        at = int(((item.ended_at or now) - first) / span_s * len(parts))
        parts[min(at, len(parts) - 1)].append(item)
    width_s = span_s / len(parts)
    done = [len(part) * 60 / width_s for part in parts]
    took = [percentile(sorted(_took(item) for item in part), 95) or 0.0 for part in parts]
    wrong = [float(sum(item.status in ("failed", "waiting") for item in part)) for part in parts]
    return [
        _chart("Rows a minute", done, "passed", "{:.0f} a minute", span_s),
        _chart("Seconds a row, 95th percentile", took, "running", "{:.1f} s", span_s),
        _chart("Rows that did not pass", wrong, "failed", "{:.0f}", span_s),
    ]


def _took(item: Mark) -> float:
    return max(0.0, (item.ended_at or 0.0) - (item.begun_at or 0.0))


def _chart(title: str, values: Sequence[float], kind: str, form: str, span_s: float) -> Chart:
    top = max(values) or 1.0
    wide = WIDE / len(values)
    bars = tuple(
        Bar(at * wide, HIGH - value / top * HIGH, max(wide - 1, 0.5), value / top * HIGH, kind, form.format(value))
        for at, value in enumerate(values)
    )
    return Chart(title, bars, form.format(max(values)), span_s, span_s / len(values))
