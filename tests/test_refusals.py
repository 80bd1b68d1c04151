"""A replay that is not sure does nothing; one whose effect does not come has not passed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest

from demo.human import Human
from recordings.trace import Trace
from tests.pages.cases import across
from tests.pages.stage import BRIEF, Done, Gesture, Shown, Stage, for_another_page

NAMES = ["Ada", "Grace", "Hedy", "Joan"]
GONE = {"others": ["Ada", "Hedy"], "one": ["Ada"], "similar name": ["Ada", "Grete"]}
SHAPES = ["table", "list", "cards", "sections"]
JPEG = b"\xff\xd8"
Rows = dict[tuple[str, ...], Shown]
ShowRows = Callable[[str, list[str]], Awaitable[Shown]]


async def open_grace(human: Human) -> None:
    await human.click(human.page.get_by_role("button", name="Open").nth(1))


@pytest.mark.parametrize("shape", SHAPES)
async def test_one_of_many_open_buttons_is_found_by_its_row_in_any_order(
    stage: Stage, rows: ShowRows, shape: str
) -> None:
    shown = await rows(shape, NAMES)
    for seed in range(5):
        stage.site.variant = {"shape": shape, "names": Random(seed).sample([*NAMES, "Mary", "Rosa"], 6)}
        done = await stage.replay(shown)
        assert (done.trace.status, done.state[0]["noted"]) == ("passed", ["opened Grace"]), stage.site.variant


@pytest.mark.parametrize("shape", SHAPES)
async def test_one_of_two_open_buttons_is_found_when_they_swap(stage: Stage, rows: ShowRows, shape: str) -> None:
    shown = await rows(shape, ["Ada", "Grace"])
    stage.site.variant = {"shape": shape, "names": ["Grace", "Ada"]}
    done = await stage.replay(shown)
    assert (done.trace.status, done.state[0]["noted"]) == ("passed", ["opened Grace"]), done.trace.failure


@pytest.mark.parametrize(("shape", "others"), across(SHAPES, GONE))
async def test_an_open_button_whose_row_is_gone_is_not_replaced_by_another(
    stage: Stage, rows: ShowRows, shape: str, others: str
) -> None:
    shown = await rows(shape, ["Ada", "Grace"])
    stage.site.variant = {"shape": shape, "names": GONE[others]}
    assert_nothing_done(await stage.replay(shown, waits=BRIEF))


@pytest.mark.parametrize("shape", SHAPES)
async def test_two_rows_of_the_same_name_are_ambiguous(stage: Stage, rows: ShowRows, shape: str) -> None:
    shown = await rows(shape, ["Ada", "Grace"])
    stage.site.variant = {"shape": shape, "names": ["Grace", "Ada", "Grace"]}
    assert_nothing_done(await stage.replay(shown, waits=BRIEF))


@pytest.fixture(scope="module")
def kept_rows() -> Rows:
    return {}


@pytest.fixture
def rows(stage: Stage, kept_rows: Rows) -> ShowRows:
    """Shows how Grace is opened among others; each shape is shown once for all tests here."""

    async def show(shape: str, names: list[str]) -> Shown:
        key = (shape, *names)
        if key not in kept_rows:
            stage.site.variant = {"shape": shape, "names": names}
            kept_rows[key] = await stage.show("rows.html", open_grace)
        assert kept_rows[key].state[0]["noted"] == ["opened Grace"]
        return kept_rows[key]

    return show


async def save(human: Human) -> None:
    async with human.page.expect_response("**/api/save"):
        await human.click(human.page.get_by_role("button", name="Save", exact=True))


async def cancel(human: Human) -> None:
    await human.click(human.page.get_by_role("button", name="Cancel"))


REMOVED: dict[str, tuple[Gesture, list[str], list[str]]] = {
    "all buttons": (save, ["Save", "Cancel"], []),
    "Save, Cancel stays": (save, ["Save", "Cancel"], ["Cancel"]),
    "Save, Delete in its place": (save, ["Save", "Cancel"], ["Delete", "Cancel"]),
    "Save, Save and add another in its place": (save, ["Save", "Cancel"], ["Save and add another", "Cancel"]),
    "Save, its neighbour stays": (save, ["Save", "Save as template", "Cancel"], ["Save as template", "Cancel"]),
    "Cancel, Save stays": (cancel, ["Save", "Cancel"], ["Save"]),
}


@pytest.mark.parametrize(("gesture", "then", "now"), REMOVED.values(), ids=REMOVED)
async def test_a_removed_button_is_not_found_and_nothing_is_clicked(
    stage: Stage, gesture: Gesture, then: list[str], now: list[str]
) -> None:
    stage.site.variant = {"buttons": then}
    shown = await stage.show("actions.html", gesture)
    stage.site.variant, stage.site.posts[:] = {"buttons": now}, []
    done = await stage.replay(shown, waits=BRIEF)
    assert_nothing_done(done)
    assert not stage.site.posts


async def test_a_refusal_has_a_picture_and_at_most_three_candidates(stage: Stage, rows: ShowRows) -> None:
    shown = await rows("table", NAMES)
    stage.site.variant = {"shape": "table", "names": ["Ada", "Hedy", "Joan", "Mary", "Rosa"]}
    done = await stage.replay(shown, waits=BRIEF)
    (step,) = done.trace.steps
    assert done.pictures[0].startswith(JPEG)
    assert 1 <= len(step.candidates) <= 3
    assert step.failure is not None
    assert "Open" in step.failure.message


async def test_a_removed_field_is_not_found_and_no_other_is_filled(stage: Stage) -> None:
    shown = await stage.show("fields.html", lambda human: human.type("#name", "Ada"))
    other = shown.recording.model_copy(update={"start": stage.site.url("keys.html")})
    done = await stage.replay(other, waits=BRIEF)
    assert_nothing_done(done)
    assert done.state[0]["fields"] == {"query": "", "remark": ""}


async def archive(human: Human) -> None:
    await human.click("#archive")
    await human.click(human.page.locator("dialog[open] button").last)


@pytest.mark.parametrize("variant", [None, {"both": True}], ids=["one shown", "both shown"])
async def test_the_button_of_the_recorded_dialog_is_clicked(stage: Stage, variant: Any) -> None:
    stage.site.variant = variant
    shown = await stage.show("dialogs.html", archive)
    done = await stage.replay(shown)
    assert shown.state[0]["noted"] == ["confirmed archiving"]
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def test_both_dialogs_shown_where_there_was_one_is_no_reason_to_guess(stage: Stage) -> None:
    shown = await stage.show("dialogs.html", archive)
    stage.site.variant = {"both": True}
    done = await stage.replay(shown, waits=BRIEF)
    assert done.state[0]["noted"] in ([], ["confirmed archiving"])
    assert (done.trace.status == "passed") == bool(done.state[0]["noted"])


async def test_the_same_button_in_another_dialog_is_not_clicked(stage: Stage) -> None:
    shown = await stage.show("dialogs.html", archive)
    stage.site.variant = {"wrong": True}
    done = await stage.replay(shown, waits=BRIEF)
    assert done.state[0]["noted"] == []
    assert done.why in ("ElementNotFound", "ElementAmbiguous", "EffectMissing")


async def fill_and_save(human: Human) -> None:
    await human.type("#name", "Ada Lovelace")
    await save(human)


BROKEN: dict[str, tuple[dict[str, Any], int | None, str]] = {
    "the button posts no more": ({"post": False}, None, "EffectMissing"),
    "the server answers 500": ({}, 500, "EffectMissing"),
    "the server answers 422": ({}, 422, "EffectMissing"),
    "the field keeps three letters": ({"limit": 3}, None, "EffectMissing"),
    "a confirm() comes": ({"confirm": True}, None, "EffectMissing"),
}


@pytest.mark.parametrize(("variant", "status", "code"), BROKEN.values(), ids=BROKEN)
async def test_a_step_without_its_effect_has_failed(
    stage: Stage, variant: dict[str, Any], status: int | None, code: str
) -> None:
    shown = await stage.show("actions.html", fill_and_save)
    stage.site.variant, stage.site.status = variant, status
    done = await stage.replay(shown, waits=BRIEF)
    assert (done.trace.status, done.why) == ("failed", code)


async def test_an_unexpected_confirm_is_dismissed_and_told(stage: Stage) -> None:
    shown = await stage.show("actions.html", fill_and_save)
    stage.site.variant, stage.site.posts[:] = {"confirm": True}, []
    done = await stage.replay(shown, waits=BRIEF)
    assert done.state[0]["noted"] == ["kept"]
    assert not stage.site.posts
    assert "Overwrite the other Ada?" in message_of(done.trace)


async def test_a_confirm_is_also_unexpected_after_a_click_that_had_no_effect_of_its_own(stage: Stage) -> None:
    shown = await stage.show("actions.html", cancel)
    stage.site.variant = {"confirm": True}
    done = await stage.replay(shown, waits=BRIEF)
    assert done.state[0]["noted"] == ["kept"]
    assert done.why == "EffectMissing"


async def send_form(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.click(human.page.get_by_role("button", name="Save"))
    await human.page.wait_for_url("**/saved.html")


async def test_a_form_that_is_answered_500_where_it_was_303_has_failed(stage: Stage) -> None:
    shown = await stage.show("answers.html", send_form)
    stage.site.status = 500
    done = await stage.replay(shown, waits=BRIEF)
    assert (done.trace.status, done.why) == ("failed", "EffectMissing")
    assert "500" in message_of(done.trace)


async def test_a_form_that_comes_back_with_200_where_it_was_303_has_failed(stage: Stage) -> None:
    shown = await stage.show("answers.html", send_form)
    stage.site.status = 200
    done = await stage.replay(shown, waits=BRIEF)
    assert (done.trace.status, done.why) == ("failed", "EffectMissing")


async def test_a_choice_that_is_not_in_the_list_is_named(stage: Stage) -> None:
    shown = await stage.show("fields.html", lambda human: human.choose("#country", 2))
    done = await stage.replay(shown.recording, {"country": "Atlantis"}, waits=BRIEF)
    assert (done.trace.status, done.why) == ("failed", "ActionFailed")
    assert "no option 'Atlantis'" in message_of(done.trace)


async def test_a_run_ends_at_the_step_that_failed(stage: Stage) -> None:
    shown = await stage.show("actions.html", fill_and_save)
    stage.site.variant = {"limit": 3}
    stage.site.posts.clear()
    done = await stage.replay(shown, waits=BRIEF)
    assert [step.outcome for step in done.trace.steps] == ["failed"]
    assert not stage.site.posts


def message_of(trace: Trace) -> str:
    assert trace.failure is not None
    return trace.failure.message


def assert_nothing_done(done: Done) -> None:
    """The run stopped, said that nothing was surely it, kept a picture, and touched nothing."""
    assert done.state[0]["noted"] == []
    assert done.clicks == 0
    assert done.trace.status == "failed"
    assert done.why in ("ElementNotFound", "ElementAmbiguous")
    assert len(done.trace.steps[-1].candidates) <= 3
    assert done.pictures


async def test_a_page_that_is_still_being_put_together_is_waited_for(stage: Stage) -> None:
    shown = await stage.show("unsettled.html", lambda human: human.click("#send"))
    stage.site.variant = {"moving": True}
    done = await stage.replay(for_another_page(shown.recording), wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert done.state[0]["noted"] == ["sent when settled"]
