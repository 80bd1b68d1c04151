"""What a replay does of steps that an edit marked: optional, disabled, waiting for texts."""

from __future__ import annotations

from typing import Any

import pytest

from demo.human import Human
from recordings.editing import with_disabled, with_optional, with_waits
from recordings.recording import Recording
from recordings.trace import StepRecord
from tests.pages.stage import BRIEF, Done, Stage


async def shop(human: Human) -> None:
    for name in ("Accept cookies", "Load", "Buy"):
        await human.click(human.page.get_by_role("button", name=name))


@pytest.fixture
async def shopping(stage: Stage) -> Recording:
    """Cookies accepted (s01), stock loaded (s02), bought (s03)."""
    return (await stage.show("banner.html", shop)).recording


def outcomes(done: Done) -> list[str]:
    return [record.outcome for record in done.trace.steps]


def notes_of(record: StepRecord) -> str:
    return " ".join(record.notes)


def noted(done: Done) -> list[str]:
    return [text.split()[0] for text in done.state[0]["noted"]]


async def test_an_optional_step_is_done_where_its_element_is_there(stage: Stage, shopping: Recording) -> None:
    done = await stage.replay(with_optional(shopping, "s01"))
    assert (outcomes(done), noted(done)) == (["passed"] * 3, ["accepted", "loading", "bought"])


async def test_an_optional_step_is_skipped_where_its_element_is_missing(stage: Stage, shopping: Recording) -> None:
    stage.site.variant = {"banner": False}
    done = await stage.replay(with_optional(shopping, "s01"), waits=BRIEF)
    assert (done.trace.status, outcomes(done)) == ("passed", ["skipped", "passed", "passed"]), done.trace.failure
    assert noted(done) == ["loading", "bought"]
    assert "optional" in notes_of(done.trace.steps[0])


async def test_a_missing_element_fails_where_the_step_is_not_optional(stage: Stage, shopping: Recording) -> None:
    stage.site.variant = {"banner": False}
    done = await stage.replay(shopping, waits=BRIEF)
    assert (done.why, done.clicks) == ("ElementNotFound", 0)


async def test_a_disabled_step_is_not_done_and_keeps_its_number(stage: Stage, shopping: Recording) -> None:
    done = await stage.replay(with_disabled(shopping, "s02"))
    assert (outcomes(done), noted(done)) == (["passed", "skipped", "passed"], ["accepted", "bought"])
    assert "disabled" in notes_of(done.trace.steps[1])


@pytest.mark.parametrize(
    "variant",
    [{}, {"late_ms": 700}, {"late_ms": 100, "shadow": True}, {"frame": True}, {"style": "text-transform: uppercase"}],
    ids=["at once", "late", "in a shadow root", "in a frame", "in capitals"],
)
async def test_a_step_waits_until_its_text_is_seen(stage: Stage, shopping: Recording, variant: dict[str, Any]) -> None:
    stage.site.variant = variant
    done = await stage.replay(with_waits(shopping, "s03", ["3 in stock"]))
    assert (done.trace.status, noted(done)) == ("passed", ["accepted", "loading", "bought"]), done.trace.failure
    assert "3 in stock" in notes_of(done.trace.steps[2])


@pytest.mark.parametrize(
    "variant",
    [{"stock": "never"}, {"style": "display: none"}, {"style": "visibility: hidden"}, {"style": "opacity: 0"}],
    ids=["never", "not rendered", "hidden", "transparent"],
)
async def test_a_step_whose_text_is_not_seen_fails_and_does_nothing(
    stage: Stage, shopping: Recording, variant: dict[str, Any]
) -> None:
    stage.site.variant = variant
    done = await stage.replay(with_waits(shopping, "s03", ["3 in stock"]), waits=BRIEF)
    assert (done.why, outcomes(done)) == ("EvidenceMissing", ["passed", "passed", "failed"])
    assert noted(done) == ["accepted", "loading"]
    assert done.trace.failure is not None
    assert "'3 in stock'" in done.trace.failure.message
