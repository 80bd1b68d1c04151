"""A batch in numbers, and the text in which Prometheus asks for them."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from recordings.batch import Batch, BatchSettings, Breaker, ItemStatus
from recordings.figures import Fact, Figures, figures_of, percentile
from scheduler.metrics import Measured, prometheus_text

LABELS = ("batch", "app", "status", "quantile")
QUEUED = Fact("queued", 0, None, None)


def ended(status: ItemStatus, at: float, took_s: float = 2, attempts: int = 1) -> Fact:
    return Fact(status, attempts, at - took_s, at)


def measured(id_: str, app: str, figures: Figures) -> Measured:
    settings = BatchSettings(agents=4)
    batch = Batch(id=id_, trace_id="t", recording="r", version="v", app=app, settings=settings, created_at=0)
    return Measured(batch, figures)


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Values by name and labels, in the order of ``LABELS``."""
    return {
        (sample.name, *(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_items_are_counted_by_what_became_of_them() -> None:
    facts = [QUEUED, QUEUED, Fact("running", 2, 90, None), ended("passed", 95), ended("failed", 99, attempts=3)]
    figures = figures_of(facts, now=100)
    assert figures.counts == {"queued": 2, "running": 1, "passed": 1, "failed": 1}
    assert (figures.running, figures.retries, figures.queued, figures.timed, figures.sum_s) == (1, 3, 2, 2, 4)


def test_errors_are_the_share_of_run_items_that_did_not_pass() -> None:
    kinds: list[ItemStatus] = ["passed", "passed", "failed", "waiting", "skipped", "cancelled", "running", "queued"]
    assert figures_of([ended(kind, 10) for kind in kinds], now=10).error_rate == 0.5


def test_the_pace_is_that_of_the_last_minutes_and_tells_how_long_the_rest_takes() -> None:
    facts = [ended("passed", 10, took_s=10), *(ended("passed", at) for at in (410, 450, 499)), QUEUED, QUEUED]
    figures = figures_of(facts, now=500, window_s=120)
    assert (figures.per_minute, figures.eta_s) == (1.5, 80)
    assert figures_of(facts, now=500, window_s=math.inf).per_minute == 4 * 60 / 500


def test_a_batch_that_began_a_moment_ago_is_measured_from_its_first_item() -> None:
    assert figures_of([ended("passed", 10, took_s=10)], now=10).per_minute == 6


def test_a_batch_that_is_over_keeps_the_pace_of_its_own_time_however_long_ago() -> None:
    facts = [ended("passed", 10, took_s=10), ended("failed", 40), ended("passed", 60)]
    assert figures_of(facts, now=90_000, over=True).per_minute == 3
    assert figures_of([QUEUED], now=90_000, over=True).per_minute == 0


@pytest.mark.parametrize(
    ("facts", "eta_s"), [([], 0), ([QUEUED], None), ([ended("passed", 5)], 0)], ids=["none", "not begun", "done"]
)
def test_what_is_left_takes_no_time_or_an_unknown_one(facts: list[Fact], eta_s: float | None) -> None:
    assert figures_of(facts, now=9).eta_s == eta_s


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 10), (95, 19), (100, 20)])
def test_percentiles_are_by_nearest_rank(percent: float, value: float) -> None:
    assert percentile(range(1, 21), percent) == value
    assert percentile([], percent) is None


@given(st.lists(st.floats(0, 1e6), min_size=1).map(sorted), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(rising: Sequence[float], percent: int) -> None:
    found = percentile(rising, percent)
    assert found is not None and found in rising
    assert sum(value <= found for value in rising) * 100 >= percent * len(rising)
    assert sum(value < found for value in rising) * 100 < percent * len(rising)


def test_ten_thousand_items_are_counted_in_a_blink() -> None:
    chosen = random.Random(1)
    facts = [ended("passed", chosen.uniform(0, 1000), chosen.uniform(1, 9)) for _ in range(10_000)]
    before = time.process_time()
    figures_of(facts, now=1000)
    assert time.process_time() - before < 0.2


def test_prometheus_is_told_of_every_batch_and_application() -> None:
    first = figures_of([QUEUED, *(ended("passed", 100, took_s=s) for s in (1, 2, 3)), ended("failed", 100, 4, 3)], 100)
    second = figures_of([QUEUED, QUEUED, Fact("running", 1, 9, None), ended("waiting", 9)], 100)
    text = prometheus_text(
        [measured("b1", "https://one", first), measured("b2", "https://one", second)],
        [Breaker(app="https://two", state="half-open")],
    )
    told = samples(text)
    assert told["showonce_items_total", "b1", "https://one", "passed"] == 3
    assert told["showonce_items_total", "b1", "https://one", "failed"] == 1
    assert told["showonce_retries_total", "b1", "https://one"] == 2
    assert told["showonce_item_seconds", "b1", "https://one", "0.5"] == 2
    assert told["showonce_item_seconds", "b1", "https://one", "0.95"] == 4
    assert told["showonce_item_seconds_count", "b1", "https://one"] == 4
    assert told["showonce_item_seconds_sum", "b1", "https://one"] == 10
    assert told["showonce_error_ratio", "b1", "https://one"] == 0.25
    assert told["showonce_agents_busy", "b2", "https://one"] == 1
    assert told["showonce_agents_cap", "b2", "https://one"] == 4
    assert told["showonce_items_waiting", "b2", "https://one"] == 1
    assert told["showonce_queue_depth", "https://one"] == 3
    assert (told["showonce_breaker_open", "https://one"], told["showonce_breaker_open", "https://two"]) == (0, 1)


def test_a_batch_of_which_nothing_ended_has_no_quantiles() -> None:
    told = samples(prometheus_text([measured("b1", "", figures_of([QUEUED], 5))]))
    assert not any(key[0] == "showonce_item_seconds" for key in told)
    assert told["showonce_item_seconds_count", "b1", ""] == 0


@given(st.text())
def test_an_applications_name_cannot_break_the_text(app: str) -> None:
    told = samples(prometheus_text([measured("b1", app, figures_of([QUEUED], 5))]))
    assert told["showonce_queue_depth", app] == 1
