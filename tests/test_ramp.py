"""The number of agents rises while the application bears it, and falls when it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.ramp import Finished, baseline_s_of, cap_after

RAMP = (1, 2, 4, 8)
finished = st.builds(Finished, ok=st.booleans(), took_s=st.floats(0, 100))


def ended(passed: int, failed: int = 0, took_s: float = 1) -> list[Finished]:
    return [Finished(True, took_s)] * passed + [Finished(False, took_s)] * failed


@pytest.mark.parametrize(
    ("cap", "recent", "becomes"),
    [
        (2, ended(3), 2),
        (2, ended(4), 4),
        (4, ended(7), 4),
        (4, ended(8), 8),
        (8, ended(99), 8),
        (4, ended(8, took_s=2), 8),
        (4, ended(8, took_s=2.1), 4),
        (4, ended(8, took_s=3.1), 2),
        (8, ended(15, 1), 8),
        (4, ended(4, 1), 4),
        (4, ended(3, 1), 2),
        (4, ended(100, 2), 2),
        (4, ended(0, 3), 4),
        (1, ended(0, 9), 1),
    ],
    ids=[
        "too few to rise",
        "four are enough",
        "too few for the cap",
        "twice the cap is enough",
        "at the top",
        "twice as slow",
        "slower than that",
        "three times as slow",
        "an error of 16",
        "an error of 5",
        "an error of 4",
        "the newest count",
        "too few to fall",
        "at the bottom",
    ],
)
def test_the_cap_rises_stays_or_falls(cap: int, recent: list[Finished], becomes: int) -> None:
    assert cap_after(cap, RAMP, recent, baseline_s=1) == becomes


def test_without_a_baseline_times_do_not_count() -> None:
    assert cap_after(2, RAMP, ended(4, took_s=1000), None) == 4


def test_without_a_ramp_the_cap_stays() -> None:
    assert cap_after(3, (), ended(0, 50), 1) == 3


def test_a_batch_that_has_no_cap_yet_begins_with_the_first() -> None:
    assert cap_after(0, RAMP, [], None) == 1


@pytest.mark.parametrize(("cap", "becomes"), [(3, 4), (5, 8)])
def test_a_cap_that_is_not_of_the_ramp_rises_to_the_next(cap: int, becomes: int) -> None:
    assert cap_after(cap, RAMP, ended(50), 1) == becomes


@given(
    st.integers(0, 40),
    st.lists(st.integers(1, 30), min_size=1, max_size=5).map(tuple),
    st.lists(finished, max_size=80),
    st.none() | st.floats(0, 100),
)
def test_the_cap_never_leaves_the_ramp_and_moves_one_number_at_a_time(
    cap: int, ramp: tuple[int, ...], recent: list[Finished], baseline_s: float | None
) -> None:
    after = cap_after(cap, ramp, recent, baseline_s)
    assert ramp[0] <= after <= max(ramp)
    within = min(max(cap, ramp[0]), max(ramp))
    assert not any(min(within, after) < number < max(within, after) for number in ramp)


def test_the_baseline_is_what_passed_items_took() -> None:
    assert baseline_s_of([*ended(3), Finished(True, 2), *ended(0, 5, took_s=30)]) == 2
    assert baseline_s_of(ended(3, 9)) is None
