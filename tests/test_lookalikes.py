"""Where what is like the target is not it, the replay presses nothing else; ``make lookalikes`` tries many more."""

from __future__ import annotations

import pytest

from bench.lookalike_pages import PAGES
from bench.lookalikes import Outcome, outcome_of, result_of
from tests.pages.cases import across
from tests.pages.stage import Stage

SEEDS = range(5)


@pytest.mark.parametrize(("page", "seed"), across(PAGES, map(str, SEEDS)))
async def test_what_is_like_the_target_is_not_pressed(stage: Stage, page: str, seed: str) -> None:
    result = await result_of(stage.browser, stage.site, PAGES[page](int(seed)))
    assert result.outcome != "wrong", result


@pytest.mark.parametrize(
    ("wanted", "noted", "passed", "outcome"),
    [
        ("Ada", ("Ada",), True, "right"),
        (None, (), False, "right"),
        ("Ada", (), False, "refused"),
        ("Ada", ("Bob",), True, "wrong"),
        ("Ada", ("Ada", "Bob"), False, "wrong"),
        (None, ("Bob",), False, "wrong"),
        ("Ada", (), True, "wrong"),
    ],
)
def test_what_was_pressed_decides(wanted: str | None, noted: tuple[str, ...], passed: bool, outcome: Outcome) -> None:
    assert outcome_of(wanted, noted, passed=passed) == outcome


@pytest.mark.parametrize("page", PAGES)
def test_variants_are_seeded_and_some_have_nothing_to_find(page: str) -> None:
    variants = [PAGES[page](seed) for seed in range(60)]
    assert variants == [PAGES[page](seed) for seed in range(60)]
    assert {variant.wanted is None for variant in variants} == {True, False}
    assert len({variant.now.html for variant in variants}) > 50
