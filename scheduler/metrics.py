"""What is at work now, as Prometheus asks for it: text made of figures, without a clock or a memory; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from recordings.batch import Batch, Breaker, ItemStatus
from recordings.figures import Figures
from scheduler.limits import cap_of

_LABELS = ("batch", "app")
_ENDED: tuple[ItemStatus, ...] = ("passed", "failed", "skipped", "cancelled")
"""The statuses that only grow, as a counter must; what waits, is queued or at work has gauges."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A batch and what it comes to."""

    batch: Batch
    figures: Figures


@dataclass(frozen=True, slots=True)
class Staff:
    """The agents of one worker: how many are at work, of how many."""

    busy: int
    agents: int


def prometheus_text(measured: Sequence[Measured], breakers: Sequence[Breaker] = (), staff: Staff | None = None) -> str:
    """The text exposition format, version 0.0.4, of these batches and applications; each at most once.

    ``showonce_breaker_open`` is 1 while an application's breaker is open or half-open, 0 while items go through;
    ``showonce_breaker_state`` is 1 for the state that it is in. ``staff`` are the agents of the worker that is asked.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told([*_of_batches(measured), *_of_apps(measured, breakers), *_of_staff(staff)]))
    return generate_latest(registry).decode()


class _Told(Collector):
    """Tells Prometheus' client what was worked out already."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _of_batches(measured: Sequence[Measured]) -> list[Metric]:
    items = CounterMetricFamily("showonce_items", "Items that came to an end, by how.", labels=(*_LABELS, "status"))
    retries = CounterMetricFamily("showonce_retries", "Runs of items after their first.", labels=_LABELS)
    times = SummaryMetricFamily("showonce_item_seconds", "How long items took that were run.", labels=_LABELS)
    waiting = GaugeMetricFamily("showonce_items_waiting", "Items that wait for a person.", labels=_LABELS)
    busy = GaugeMetricFamily("showonce_agents_busy", "Agents at work.", labels=_LABELS)
    cap = GaugeMetricFamily("showonce_agents_cap", "Agents that may be at work now.", labels=_LABELS)
    pace = GaugeMetricFamily("showonce_items_per_minute", "Items that lately ended, a minute.", labels=_LABELS)
    errors = GaugeMetricFamily("showonce_error_ratio", "Share of run items that did not pass.", labels=_LABELS)
    for one in measured:
        batch, figures = one.batch, one.figures
        labels = (batch.id, batch.app)
        for status in _ENDED:
            items.add_metric((*labels, status), figures.counts.get(status, 0))
        retries.add_metric(labels, figures.retries)
        times.add_metric(labels, figures.timed, figures.sum_s)
        for quantile, value_s in (("0.5", figures.p50_s), ("0.95", figures.p95_s)):
            if value_s is not None:
                told = {**dict(zip(_LABELS, labels, strict=True)), "quantile": quantile}
                times.add_sample("showonce_item_seconds", told, value_s)
        waiting.add_metric(labels, figures.counts.get("waiting", 0))
        busy.add_metric(labels, figures.running)
        cap.add_metric(labels, cap_of(batch))
        pace.add_metric(labels, figures.per_minute)
        errors.add_metric(labels, figures.error_rate)
    return [items, retries, times, waiting, busy, cap, pace, errors]


def _of_apps(measured: Sequence[Measured], breakers: Sequence[Breaker]) -> list[Metric]:
    depth = GaugeMetricFamily("showonce_queue_depth", "Items that wait for a place.", labels=("app",))
    is_open = GaugeMetricFamily(
        "showonce_breaker_open", "1 while an application is left alone, or tried by one item.", labels=("app",)
    )
    queued: Counter[str] = Counter()
    for one in measured:
        queued[one.batch.app] += one.figures.queued
    state = {**dict.fromkeys(queued, "closed"), **{breaker.app: breaker.state for breaker in breakers}}
    states = GaugeMetricFamily(
        "showonce_breaker_state", "1 for the state that an application's breaker is in.", labels=("app", "state")
    )
    for app in sorted(queued):
        depth.add_metric((app,), queued[app])
    for app in sorted(state):
        is_open.add_metric((app,), int(state[app] != "closed"))
        for each in ("closed", "open", "half-open"):
            states.add_metric((app, each), int(state[app] == each))
    return [depth, is_open, states]


def _of_staff(staff: Staff | None) -> list[Metric]:
    if staff is None:
        return []
    busy = GaugeMetricFamily("showonce_worker_agents_busy", "Agents of this worker that are at work.")
    agents = GaugeMetricFamily("showonce_worker_agents", "Agents of this worker.")
    busy.add_metric((), staff.busy)
    agents.add_metric((), staff.agents)
    return [busy, agents]
