"""How long whoever gives wrong tokens waits."""

from __future__ import annotations

from itertools import pairwise

from review.throttle import Throttle


def _after(wrong: int, at: float = 100.0) -> Throttle:
    throttle = Throttle()
    for _ in range(wrong):
        throttle.failed(["ada"], at)
    return throttle


def test_a_few_wrong_tries_cost_nothing() -> None:
    assert _after(4).wait_s(["ada"], 100.0) == 0


def test_each_wrong_try_after_those_doubles_the_wait_up_to_a_quarter_of_an_hour() -> None:
    waits = [_after(wrong).wait_s(["ada"], 100.0) for wrong in range(5, 13)]
    assert all(longer == 2 * shorter for shorter, longer in pairwise(waits))
    assert _after(50).wait_s(["ada"], 100.0) == 900


def test_the_wait_passes_and_is_another_keys_of_no_concern() -> None:
    throttle = _after(6)
    assert throttle.wait_s(["ada"], 100.0 + 60) <= 0
    assert throttle.wait_s(["bob"], 100.0) == 0
    assert throttle.wait_s(["bob", "ada"], 100.0) > 0


def test_a_right_try_and_an_hour_without_wrong_ones_are_a_new_beginning() -> None:
    righted, rested = _after(8), _after(8)
    righted.passed(["ada"])
    rested.failed(["ada"], 100.0 + 2 * 3600)
    assert righted.wait_s(["ada"], 100.0) == 0
    assert rested.wait_s(["ada"], 100.0 + 2 * 3600) == 0


def test_whoever_tries_from_ever_other_places_does_not_fill_the_memory() -> None:
    throttle = Throttle()
    for number in range(12_000):
        throttle.failed([f"place {number}"], 100.0)
    assert len(throttle) == 10_000
