"""Which side of a branch is done: by what the page shows, also late, and without waiting where the other side shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from demo.human import Human
from recordings.editing import with_optional
from recordings.recording import Recording
from tests.pages.stage import LATE, SKIPPING, SOON, Done, Stage, for_another_page
from tests.test_loops import edited


async def accept_and_finish(human: Human) -> None:
    await human.click("#accept")
    await human.type("#remark", "seen")
    await human.click("#finish")


@pytest.fixture(scope="module")
def shown_once() -> dict[str, Recording]:
    return {}


@pytest.fixture
async def finishing(stage: Stage, shown_once: dict[str, Recording]) -> Recording:
    """Cookies accepted (s01), a note typed (s02), finished (s03)."""
    if "finish" not in shown_once:
        stage.site.variant = {"banner": 0}
        shown_once["finish"] = for_another_page((await stage.show("loops.html", accept_and_finish)).recording)
        stage.site.reset()
    return shown_once["finish"]


def outcomes(done: Done) -> list[str]:
    return [record.outcome for record in done.trace.steps]


def noted(done: Done) -> list[str]:
    return list(done.state[0]["noted"])


COOKIES = 'branch 1 if visible "We use cookies"'


@pytest.mark.parametrize("banner", [0, 900], ids=["at once", "late"])
@pytest.mark.parametrize("line", [COOKIES, "branch 1 if there 1"], ids=["text", "element"])
async def test_what_is_there_is_taken_as_soon_as_it_is(
    stage: Stage, finishing: Recording, line: str, banner: int
) -> None:
    stage.site.variant = {"banner": banner}
    done = await stage.replay(edited(finishing, line), wanted=[])
    assert (done.trace.status, noted(done)) == ("passed", ["accepted", "finished seen"]), done.trace.failure
    assert "Done, since " in done.trace.steps[0].notes[0]


@pytest.mark.parametrize("line", [COOKIES, "branch 1 if there 1"], ids=["text", "element"])
async def test_what_does_not_come_leaves_its_steps_out_and_says_why(
    stage: Stage, finishing: Recording, line: str
) -> None:
    done = await stage.replay(edited(finishing, line), waits=SKIPPING, wanted=[])
    assert (done.trace.status, noted(done)) == ("passed", ["finished seen"]), done.trace.failure
    assert outcomes(done) == ["skipped", "passed", "passed"]
    assert "is not " in done.trace.steps[0].notes[0]


async def test_a_negated_branch_is_done_where_it_is_not_there(stage: Stage, finishing: Recording) -> None:
    line = 'branch 2-3 if not visible "We use cookies"'
    done = await stage.replay(edited(finishing, "disable 1", line), waits=SKIPPING, wanted=[])
    assert noted(done) == ["finished seen"]
    stage.site.variant = {"banner": 0}
    shown = await stage.replay(edited(finishing, "disable 1", line), wanted=[])
    assert (shown.trace.status, noted(shown)) == ("passed", [])


@pytest.mark.parametrize(("variant", "did"), [({"banner": 0}, ["accepted"]), ({}, ["finished "])], ids=["if", "else"])
async def test_otherwise_the_other_side_is_done(
    stage: Stage, finishing: Recording, variant: dict[str, Any], did: list[str]
) -> None:
    stage.site.variant = variant
    branched = edited(finishing, "delete 2", COOKIES, "otherwise 2")
    done = await stage.replay(branched, wanted=[])
    assert (done.trace.status, noted(done)) == ("passed", did), done.trace.failure
    assert [record.within for record in done.trace.steps] == [("If 'We use cookies' is visible",), ("Otherwise",)]


async def test_the_other_side_s_own_element_decides_without_waiting_out(stage: Stage, finishing: Recording) -> None:
    branched = edited(finishing, "delete 2", COOKIES, "otherwise 2")
    done = await stage.replay(branched, waits=replace(SOON, optional_s=60, step_s=60), wanted=[])
    assert noted(done) == ["finished "]
    assert done.trace.duration_s is not None
    assert done.trace.duration_s < 60


@pytest.mark.parametrize(
    ("line", "is_done"),
    [("branch 3 if holds 2 seen", True), ("branch 3 if holds 2 other", False), ("branch 3 if empty 2", False),
     ("branch 3 if not empty 2", True)],
)  # fmt: skip
async def test_what_a_field_holds_decides(stage: Stage, finishing: Recording, line: str, is_done: bool) -> None:
    done = await stage.replay(edited(finishing, "disable 1", line), wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert noted(done) == (["finished seen"] if is_done else [])


async def test_a_branch_whose_field_is_missing_fails_at_its_first_step(stage: Stage, finishing: Recording) -> None:
    branched = edited(finishing, 'branch 3 if holds 2 "x"', "delete 2", "insert goto /pages/saved.html after 1")
    stage.site.variant = {"banner": 0}
    done = await stage.replay(branched, waits=LATE)
    assert (done.why, outcomes(done), done.trace.steps[-1].step_id) == (
        "ElementNotFound",
        ["passed"] * 2 + ["failed"],
        "s03",
    )


async def test_an_input_in_the_text_that_is_asked_for_is_told_anew(stage: Stage, finishing: Recording) -> None:
    branched = edited(finishing, "disable 1", "branch 3 if holds 2 seen")
    done = await stage.replay(branched, {"note": "looked at"}, wanted=[])
    assert noted(done) == ["finished looked at"]


@pytest.mark.parametrize("banner", [0, 600], ids=["at once", "late"])
async def test_an_optional_step_waits_for_a_banner_that_comes_late(
    stage: Stage, finishing: Recording, banner: int
) -> None:
    stage.site.variant = {"banner": banner}
    done = await stage.replay(with_optional(finishing, "s01"), wanted=[])
    assert (done.trace.status, noted(done)) == ("passed", ["accepted", "finished seen"]), done.trace.failure


async def test_an_optional_step_without_its_banner_costs_its_time_and_no_more(
    stage: Stage, finishing: Recording
) -> None:
    done = await stage.replay(with_optional(finishing, "s01"), waits=replace(SOON, step_s=60), wanted=[])
    assert outcomes(done) == ["skipped", "passed", "passed"]
    assert 2500 < done.trace.steps[0].timing.locate_ms < 60_000
