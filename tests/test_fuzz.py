"""Random demonstrations on a page with every kind of widget come out the same; ``make fuzz`` tries many more."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.fuzz import Fuzzer, Gesture, gestures_of, minimised
from tests.pages.stage import Stage

SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3)))


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_random_demonstration_is_replayed_to_the_same_state_or_said_to_be_doubtful(
    stage: Stage, tmp_path: Path, seed: int
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a", encoding="utf-8")
    found = await Fuzzer(stage.browser, stage.site.url("fuzz.html"), file).tried(gestures_of(seed, 12))
    assert found.result in ("equal", "flagged"), found


async def test_a_failing_demonstration_is_made_as_short_as_it_can_be() -> None:
    needed = {Gesture("click", "more"), Gesture("type", "text", "a")}
    long = [*gestures_of(5, 10), Gesture("click", "more"), *gestures_of(6, 9), Gesture("type", "text", "a")]

    async def fails(gestures: list[Gesture]) -> bool:
        return needed <= set(gestures)

    assert set(await minimised(long, fails, tries=200)) == needed


async def test_what_is_taken_back_from_another_field_is_taken_back_again(stage: Stage, tmp_path: Path) -> None:
    gestures = [Gesture("type", "letter", "42"), Gesture("drag", "range", x=54, y=-1), Gesture("key", "", "Control+z")]
    found = await Fuzzer(stage.browser, stage.site.url("fuzz.html"), tmp_path / "a.txt").tried(gestures)
    assert found.result == "equal", found
