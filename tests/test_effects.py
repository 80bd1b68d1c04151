"""What counts as the effect of a step, and what only came of where the pointer was taken afterwards."""

from __future__ import annotations

import pytest

from demo.human import Human
from tests.pages.stage import Stage


async def test_a_menu_that_opens_where_the_pointer_goes_next_is_no_effect_of_the_step(stage: Stage) -> None:
    async def click_and_pass_by(human: Human) -> None:
        await human.click("#text")
        await human.page.wait_for_timeout(400)
        await human.page.locator("#hovering").hover()
        await human.page.wait_for_timeout(500)
        assert await human.page.locator("#first").is_visible()
        await human.click("#more")

    stage.site.variant = None
    shown = await stage.show("fuzz.html", click_and_pass_by, verify=True)
    assert shown.recording.warnings == ()
    assert shown.recording.checked == len(shown.recording.steps)
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def test_a_menu_that_closed_on_the_way_to_the_press_is_no_effect_of_the_press(stage: Stage) -> None:
    async def press_a_key_under_the_menu_and_open_a_list(human: Human) -> None:
        await human.page.locator("#hovering").hover()
        await human.page.wait_for_timeout(400)
        assert await human.page.locator("#first").is_visible()
        await human.page.keyboard.press("ArrowDown")
        await human.page.wait_for_timeout(400)
        box = await human.page.locator("label:has(#country)").bounding_box()
        assert box
        await human.page.mouse.click(box["x"] + 6, box["y"] + box["height"] / 2)
        await human.page.wait_for_timeout(400)

    shown = await stage.show("fuzz.html", press_a_key_under_the_menu_and_open_a_list, verify=True)
    pressed = shown.recording.steps[1]
    assert (pressed.words, [change.gone for change in pressed.changes]) == ("Click 'Country'", [()])
    assert shown.recording.warnings == ()
    assert shown.recording.checked == len(shown.recording.steps)
    done = await stage.replay(shown)
    assert done.trace.status == "passed", done.trace.failure


async def delete_sanditon(human: Human, stage: Stage, after: dict[str, list[str]] | None) -> None:
    await human.click("a")
    await human.page.wait_for_timeout(300)  # looked at, before the pointer is over something else
    await human.click("button:text('Sanditon')")
    await human.page.wait_for_timeout(300)
    await human.click("#delete")
    await human.page.wait_for_timeout(300)
    stage.site.variant = after


@pytest.mark.slow
async def test_what_the_demonstration_itself_deleted_is_no_doubt(stage: Stage) -> None:
    async def delete(human: Human) -> None:
        await delete_sanditon(human, stage, {"names": ["Emma", "Persuasion"]})

    shown = (await stage.show("shelf.html", delete, verify=True)).recording
    assert (shown.warnings, shown.checked) == ((), 1)


async def test_a_step_that_does_not_come_out_on_the_page_as_it_was_is_in_doubt(stage: Stage) -> None:
    async def choose_what_is_not_there_again(human: Human) -> None:
        await human.page.evaluate("document.querySelector('li button').textContent = 'Lady Susan'")
        await human.page.wait_for_timeout(400)
        await human.click("button:text('Lady Susan')")
        await human.page.wait_for_timeout(300)
        await human.click("#delete")

    shown = (await stage.show("shelf.html?list", choose_what_is_not_there_again, verify=True)).recording
    assert shown.steps[0].doubt
