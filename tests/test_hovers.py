"""Where the pointer rested: a step where something opened by it, none where the page built itself meanwhile."""

from __future__ import annotations

import pytest

from demo.human import Human
from tests.pages.stage import BRIEF, Gesture, Stage, for_another_page


async def press_what_comes(human: Human) -> None:
    await human.page.wait_for_timeout(600)
    await human.click("#save")


async def rest_on_the_container_meanwhile(human: Human) -> None:
    await human.page.mouse.move(300, 300)
    await human.page.mouse.move(320, 310)
    await press_what_comes(human)


async def rest_on(human: Human, what: str) -> None:
    """As a person does: the page is seen first."""
    await human.page.locator(what).wait_for()
    await human.page.wait_for_timeout(500)
    await human.page.locator(what).hover()
    await human.page.wait_for_timeout(300)


async def open_a_menu_that_is_made_then(human: Human) -> None:
    await rest_on(human, "#menu")
    await human.click("#herbs")


async def bring_up_the_controls_of_a_player(human: Human) -> None:
    await rest_on(human, "#player")
    await human.click("#play")


SHOWN = {
    "the page builds itself under a pointer that never moved": (press_what_comes, ["click"]),
    "the page builds itself where the pointer rests": (rest_on_the_container_meanwhile, ["click"]),
    "a menu is made for the pointer": (open_a_menu_that_is_made_then, ["hover", "click"]),
    "a large player shows its controls": (bring_up_the_controls_of_a_player, ["hover", "click"]),
}


@pytest.mark.parametrize(("gesture", "kinds"), SHOWN.values(), ids=SHOWN)
async def test_a_hover_is_a_step_where_something_opened_by_it(gesture: Gesture, kinds: list[str], stage: Stage) -> None:
    shown = await stage.show("builds.html", gesture)
    assert shown.kinds == kinds
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def test_a_hover_whose_element_is_gone_is_passed_over_where_what_it_opened_is_there(stage: Stage) -> None:
    shown = await stage.show("builds.html", open_a_menu_that_is_made_then)
    stage.site.variant = {"menu": "gone"}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF, wanted=shown.state)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure
    assert [record.outcome for record in done.trace.steps] == ["skipped", "passed"]
    assert "button 'Herbs'" in done.trace.steps[0].notes[-1]


async def test_a_hover_that_cannot_be_done_is_passed_over_where_what_it_opened_is_there(stage: Stage) -> None:
    shown = await stage.show("builds.html", open_a_menu_that_is_made_then)
    stage.site.variant = {"menu": "covered"}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF, wanted=shown.state)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure
    assert "could not rest there" in done.trace.steps[0].notes[-1]


async def test_a_hover_whose_element_is_gone_stops_the_run_where_nothing_opened(stage: Stage) -> None:
    shown = await stage.show("builds.html", open_a_menu_that_is_made_then)
    stage.site.variant = {"menu": "gone", "herbs": "gone"}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF)
    assert (done.why, done.clicks) == ("ElementNotFound", 0)
