"""What a replay does of steps that an edit marked: optional, disabled, waiting for texts."""

from __future__ import annotations

from typing import Any

import pytest

from demo.human import Human
from recordings.editing import inserted, inserted_goto, with_default, with_disabled, with_optional, with_waits
from recordings.editing.inputs import with_values
from recordings.editing.values import with_check, with_value
from recordings.inputs import Literally
from recordings.recording import Recording
from recordings.trace import StepRecord
from tests.pages.stage import BRIEF, LATE, SKIPPING, Done, Stage, for_another_page


async def shop(human: Human) -> None:
    for name in ("Accept cookies", "Load", "Buy"):
        await human.click(human.page.get_by_role("button", name=name))


@pytest.fixture
async def shopping(stage: Stage) -> Recording:
    """Cookies accepted (s01), stock loaded (s02), bought (s03)."""
    return for_another_page((await stage.show("banner.html", shop)).recording)


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
    done = await stage.replay(with_optional(shopping, "s01"), waits=SKIPPING)
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
    [
        pytest.param({"stock": "never"}, id="never"),
        pytest.param({"style": "display: none"}, id="not rendered", marks=pytest.mark.slow),
        pytest.param({"style": "visibility: hidden"}, id="hidden", marks=pytest.mark.slow),
        pytest.param({"style": "opacity: 0"}, id="transparent"),
    ],
)
async def test_a_step_whose_text_is_not_seen_fails_and_does_nothing(
    stage: Stage, shopping: Recording, variant: dict[str, Any]
) -> None:
    stage.site.variant = variant
    done = await stage.replay(with_waits(shopping, "s03", ["3 in stock"]), waits=LATE)
    assert (done.why, outcomes(done)) == ("EvidenceMissing", ["passed", "passed", "failed"])
    assert noted(done) == ["accepted", "loading"]
    assert done.trace.failure is not None
    assert "'3 in stock'" in done.trace.failure.message


async def test_an_optional_step_is_not_done_on_something_like_it(stage: Stage, shopping: Recording) -> None:
    stage.site.variant = {"banner": False}
    done = await stage.replay(with_optional(shopping, "s01"), waits=SKIPPING)
    assert (done.trace.steps[0].how, done.clicks) == ("", 4)  # a press and a click for each of the two others


async def test_an_optional_step_that_waits_is_skipped_where_the_text_is_missing(
    stage: Stage, shopping: Recording
) -> None:
    marked = with_waits(with_optional(shopping, "s01"), "s01", ["We sell your data"])
    done = await stage.replay(marked, waits=SKIPPING)
    assert (outcomes(done), noted(done)) == (["skipped", "passed", "passed"], ["loading", "bought"])


async def test_a_text_waited_for_that_shows_an_input_is_told_anew(stage: Stage) -> None:
    async def type_name(human: Human) -> None:
        await human.type(human.page.get_by_label("Name"), "Ada Lovelace")
        await human.click(human.page.get_by_role("button", name="Store"))

    shown = (await stage.show("answers.html", type_name)).recording
    waiting = with_waits(shown, shown.steps[-1].id, ["Ada Lovelace"])
    done = await stage.replay(waiting, {shown.inputs[0].name: "Grace Hopper"})
    assert done.trace.status == "passed", done.trace.failure
    assert "'Grace Hopper'" in notes_of(done.trace.steps[-1])


async def test_a_page_is_gone_to_where_an_edit_says_so(stage: Stage, shopping: Recording) -> None:
    edited = inserted_goto(shopping, "/pages/banner.html", after="s01").recording
    done = await stage.replay(edited)
    assert (done.trace.status, noted(done)) == ("passed", ["loading", "bought"]), done.trace.failure


async def test_a_step_copied_from_another_recording_is_done(stage: Stage, shopping: Recording) -> None:
    async def fill_name(human: Human) -> None:
        await human.type(human.page.get_by_label("Name"), "Ada Lovelace")

    other = (await stage.show("answers.html", fill_name)).recording
    edited = inserted_goto(shopping, "/pages/answers.html", after="s03").recording
    edited = inserted(edited, other, "s01", after="s04").recording
    done = await stage.replay(edited, {edited.inputs[0].name: "Grace Hopper"})
    assert (done.trace.status, done.state[0]["fields"]["name"]) == ("passed", "Grace Hopper"), done.trace.failure


async def test_an_input_of_disabled_steps_alone_need_not_be_given(stage: Stage) -> None:
    async def fill_name(human: Human) -> None:
        await human.type(human.page.get_by_label("Name"), "Ada Lovelace")
        await human.page.wait_for_timeout(700)  # on a busy machine the name would else come with the press
        await human.click(human.page.get_by_role("button", name="Next view"))

    shown = (await stage.show("answers.html", fill_name)).recording
    bare = with_disabled(shown, "s01").model_copy(
        update={"inputs": tuple(item.model_copy(update={"default": None}) for item in shown.inputs)}
    )
    done = await stage.replay(bare)
    assert (outcomes(done), done.state[0]["fields"]["name"]) == (["skipped", "passed"], ""), done.trace.failure


async def test_an_edited_default_takes_another_of_a_group(stage: Stage) -> None:
    shown = await stage.show("lists.html", lambda human: human.click("#sender"))
    (item,) = shown.recording.inputs
    done = await stage.replay(with_default(shown.recording, item.name, "Receiver"))
    fields = done.state[0]["fields"]
    assert (done.trace.status, fields["sender"], fields["receiver"]) == ("passed", False, True), done.trace.failure


async def named(stage: Stage) -> Recording:
    """A name typed (s01) and stored (s02)."""

    async def type_name(human: Human) -> None:
        await human.type(human.page.get_by_label("Name"), "Ada Lovelace")
        await human.click(human.page.get_by_role("button", name="Store"))

    return (await stage.show("answers.html", type_name)).recording


async def test_a_check_that_was_added_asks_for_what_each_run_typed(stage: Stage) -> None:
    edited = with_check(await named(stage), "s01", "Ada Lovelace").recording
    done = await stage.replay(edited, {edited.inputs[0].name: "Grace Hopper"})
    assert (done.trace.status, outcomes(done)) == ("passed", ["passed"] * 3), done.trace.failure


async def test_a_check_that_was_added_stops_the_run_where_the_element_says_something_else(stage: Stage) -> None:
    edited = with_check(await named(stage), "s01", "Charles Babbage").recording
    done = await stage.replay(edited, waits=LATE)
    assert (done.why, outcomes(done)) == ("TextMissing", ["passed", "failed"])


async def test_a_value_written_in_a_step_is_typed_as_it_was_changed(stage: Stage) -> None:
    shown = await named(stage)
    written = [with_values(step, lambda _: Literally(text="Ada Lovelace")) for step in shown.steps]
    edited = with_value(shown.model_copy(update={"inputs": (), "steps": tuple(written)}), "s01", "Grace Hopper")
    done = await stage.replay(edited)
    assert (done.trace.status, done.state[0]["fields"]["name"]) == ("passed", "Grace Hopper"), done.trace.failure
