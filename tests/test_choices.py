"""Choices in lists that pages make themselves: one step each, an input each, and another option at replay."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import pytest

from demo.human import Human
from recorder import Recorder
from recordings.inputs import InputRef
from recordings.steps import Choose
from tests.pages.cases import across
from tests.pages.stage import BRIEF, Gesture, Stage, for_another_page, fresh, opened


async def by_role(human: Human) -> None:
    await human.click("#room")
    await human.click(".item:text('Room B')")


async def by_a_slow_hand(human: Human) -> None:
    await human.click("#room")
    await human.page.locator(".item:text('Room B')").hover()
    await human.page.mouse.down()
    await human.page.wait_for_timeout(600)
    await human.page.mouse.up()


async def by_text_alone(human: Human) -> None:
    await human.click("#service")
    await human.click(".item:text('Express')")


async def by_typing_and_enter(human: Human) -> None:
    await human.click("#country")
    await human.page.keyboard.type("Belgium", delay=10)
    await human.page.locator(".item").wait_for()
    await human.press("Enter")


async def by_typing_a_part(human: Human) -> None:
    await human.click("#country")
    await human.page.keyboard.type("den", delay=10)
    await human.page.wait_for_timeout(150)
    await human.click(".item:text('Denmark')")


async def in_the_field_itself(human: Human) -> None:
    await human.type("#city", "gh")
    await human.page.wait_for_timeout(150)  # the list comes anew after each letter
    await human.click(".item:text('Ghent')")


async def in_a_field_of_marked_items(human: Human) -> None:
    await human.click("#dish")
    await human.click("button.item[aria-label='Pho']")


async def in_a_long_list(human: Human) -> None:
    await human.click("#year")
    await human.click(".item:text('Year 1903')")


async def by_searching_at_once(human: Human) -> None:
    await human.click("#country")
    await human.page.keyboard.type("d")
    await human.click(".item:text('Denmark')")


CHOICES: dict[str, tuple[Gesture, str, str, str]] = {
    "by role": (by_role, "room", "Room B", "Room C"),
    "by a slow hand": (by_a_slow_hand, "room", "Room B", "Room C"),
    "by text alone": (by_text_alone, "service", "Express", "Overnight"),
    "typed, then Enter": (by_typing_and_enter, "country", "Belgium", "Chile"),
    "a part typed": (by_typing_a_part, "country", "Denmark", "Austria"),
    "in the field itself": (in_the_field_itself, "city", "Ghent", "Bruges"),
    "marked items": (in_a_field_of_marked_items, "dish", "Pho", "Paella"),
    "in a long list": (in_a_long_list, "year", "Year 1903", "Year 2077"),
}
QUICK = {**CHOICES, "searched for": (by_searching_at_once, "country", "Denmark", "Austria")}


async def settled(human: Human, gesture: Gesture) -> None:
    """The gesture, and a moment after it, as a person takes before the recording ends."""
    await gesture(human)
    await human.page.wait_for_timeout(400)


@pytest.mark.parametrize("case", CHOICES)
async def test_a_choice_is_one_step_and_an_input(stage: Stage, case: str) -> None:
    gesture, name, shown_option, other = CHOICES[case]
    shown = await stage.show("lists.html", lambda human: settled(human, gesture))
    assert shown.kinds == ["choose"], [step.words for step in shown.recording.steps]
    step = shown.recording.steps[0]
    assert isinstance(step, Choose)
    assert step.option == InputRef(name=name)
    assert [(item.name, item.default) for item in shown.recording.inputs] == [(name, shown_option)]
    again = await stage.replay(shown)
    assert (again.trace.status, again.state) == ("passed", shown.state), again.trace.failure
    done = await stage.replay(shown, {name: other}, wanted=with_text(shown.state, shown_option, other))
    assert done.trace.status == "passed", done.trace.failure
    assert noted(done.state) == [f"took {other}"]


LARGE, RESTLESS = {"crowd": 6000}, {"restless": True}
SIZES: dict[str, Mapping[str, object]] = {"large": LARGE, "never still": RESTLESS, "small": {}}


@pytest.mark.parametrize(("case", "page"), across(["by role", "by text alone", "searched for", "marked items"], SIZES))
async def test_a_choice_is_one_step_however_quick_the_hand_is(stage: Stage, case: str, page: str) -> None:
    gesture, _, shown_option, _ = QUICK[case]

    async def and_on(human: Human) -> None:
        await gesture(human)
        await human.click("h1")

    stage.site.variant = SIZES[page]
    shown = await stage.show("lists.html", and_on, pause_ms=0)
    assert shown.kinds == ["choose", "click"], [step.words for step in shown.recording.steps]
    assert [item.default for item in shown.recording.inputs] == [shown_option]


async def test_a_choice_is_one_step_where_the_pointer_opens_the_next(stage: Stage) -> None:
    async def and_what_opens(human: Human) -> None:
        await by_role(human)
        await human.page.locator("#more").hover()
        await human.page.wait_for_timeout(200)  # a hover is one that dwells
        await human.click("#more button")

    stage.site.variant = RESTLESS
    shown = await stage.show("lists.html", and_what_opens)
    assert shown.kinds == ["choose", "hover", "click"], [step.words for step in shown.recording.steps]


async def test_that_presses_were_a_choice_is_told_when_the_page_has_shown_it(stage: Stage) -> None:
    """Whoever shows the steps asks for them anew where ``changes`` are others."""
    async with fresh(stage.browser) as context, Recorder(context, name="shown", verify=False) as demo:
        page = await opened(context, stage.site.url("lists.html"))
        await by_role(Human(page, 0))
        told: dict[tuple[int, int], str] = {}
        async with asyncio.timeout(10):
            while told.get(demo.changes) != "choose":
                kinds = " ".join(step.kind for step in demo.so_far().steps)
                assert told.setdefault(demo.changes, kinds) == kinds
                await page.wait_for_timeout(5)


async def test_an_option_that_is_not_there_stops_the_run(stage: Stage) -> None:
    shown = await stage.show("lists.html", lambda human: settled(human, by_role))
    done = await stage.replay(shown, {"room": "Room D"}, waits=BRIEF)
    assert done.why == "ActionFailed"
    assert done.trace.failure is not None
    assert "no option 'Room D'" in done.trace.failure.message
    assert "Room A, Room B, Room C" in done.trace.failure.message
    assert noted(done.state) == []


async def test_two_options_alike_stop_the_run(stage: Stage) -> None:
    shown = await stage.show("lists.html", lambda human: settled(human, by_role))
    stage.site.variant = {"names": {"Room A": "Room B"}}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF)
    assert done.why == "ActionFailed"
    assert noted(done.state) == []


async def test_a_menu_of_things_to_do_is_no_choice(stage: Stage) -> None:
    async def archive(human: Human) -> None:
        await human.click("#actions")
        await human.click(".item:text('Archive')")

    shown = await stage.show("lists.html", lambda human: settled(human, archive))
    assert shown.kinds == ["click", "click"]
    assert not shown.recording.inputs
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def test_a_search_is_no_choice(stage: Stage) -> None:
    async def seek(human: Human) -> None:
        await human.type("#search", "Ada")
        await human.press("Enter")

    shown = await stage.show("lists.html", lambda human: settled(human, seek))
    assert shown.kinds == ["fill", "press"]


@pytest.mark.parametrize(
    ("box", "given", "there"),
    [
        ("#receiver", {"payer": "Sender"}, {"sender": True, "receiver": False}),
        ("#insurance", {"choice": "Signature"}, {"insurance": False, "signature": True}),
    ],
)
async def test_one_of_a_group_is_an_input(
    stage: Stage, box: str, given: Mapping[str, str], there: Mapping[str, bool]
) -> None:
    shown = await stage.show("lists.html", lambda human: human.click(box))
    assert shown.kinds == ["check"]
    again = await stage.replay(shown)
    assert (again.trace.status, again.state) == ("passed", shown.state), again.trace.failure
    name = shown.recording.inputs[0].name
    done = await stage.replay(shown, {name: next(iter(given.values()))}, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert done.state[0]["fields"] | dict(there) == done.state[0]["fields"]


async def test_one_of_a_group_that_is_not_there_is_refused(stage: Stage) -> None:
    shown = await stage.show("lists.html", lambda human: human.click("#receiver"))
    name = shown.recording.inputs[0].name
    done = await stage.replay(shown, {name: "Nobody"}, waits=BRIEF)
    assert done.why in ("ElementNotFound", "ElementAmbiguous")
    assert done.state[0]["fields"]["sender"] is False


async def test_taking_a_choice_back_takes_all_of_it(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        async with Recorder(context, name="shown", verify=False) as demo:
            page = await opened(context, stage.site.url("lists.html"))
            human = Human(page, 5)
            await human.click("#actions")
            await settled(human, by_role)
            await human.click("#search")
            await demo.undo()
            await demo.undo()
        assert [step.kind for step in demo.recording.steps] == ["click"]


def with_text(state: list[object], old: str, new: str) -> list[object]:
    told: list[object] = json.loads(json.dumps(state).replace(old, new))
    return told


def noted(state: list[object]) -> list[str]:
    first = state[0]
    assert isinstance(first, dict)
    return list(first["noted"])
