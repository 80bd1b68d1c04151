"""Drags and holds: recorded from trusted input, done again along the same way, onto the same thing."""

from __future__ import annotations

import pytest

from demo.human import Human
from recordings.steps import Click
from tests.pages.stage import BRIEF, Gesture, Stage


async def onto_done(human: Human) -> None:
    await drag(human, "#task", (40, 20), ".zone >> nth=1", (90, 25))


async def the_box(human: Human) -> None:
    await drag(human, "#box", (30, 30), "#box", (190, 90))


async def a_stroke(human: Human) -> None:
    box = await human.page.locator("#paper").bounding_box()
    assert box
    await human.page.mouse.move(box["x"] + 20, box["y"] + 30)
    await human.page.mouse.down()
    for x, y in ((60, 160), (120, 40), (250, 90)):
        await human.page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
    await human.page.mouse.up()


async def drag(human: Human, start: str, at: tuple[float, float], end: str, to: tuple[float, float]) -> None:
    a, b = await human.page.locator(start).bounding_box(), await human.page.locator(end).bounding_box()
    assert a
    assert b
    await human.page.mouse.move(a["x"] + at[0], a["y"] + at[1])
    await human.page.mouse.down()
    await human.page.mouse.move(b["x"] + to[0], b["y"] + to[1], steps=8)
    await human.page.mouse.up()


@pytest.mark.parametrize("gesture", [onto_done, the_box, a_stroke], ids=["native", "pointer", "stroke"])
async def test_a_drag_is_done_again(stage: Stage, gesture: Gesture) -> None:
    stage.site.variant = None
    shown = await stage.show("drags.html", gesture)
    assert shown.kinds == ["drag"]
    assert len(shown.state[0]["noted"]) == 1
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def test_a_drag_goes_onto_the_thing_it_was_for_wherever_that_is(stage: Stage) -> None:
    stage.site.variant = None
    shown = await stage.show("drags.html", onto_done)
    stage.site.variant = {"zones": ["Done", "Idle", "Doing"]}
    done = await stage.replay(shown, wanted=shown.state)
    assert done.state[0]["noted"] == ["dropped on Done one"]


async def test_a_drag_onto_what_is_gone_is_not_begun(stage: Stage) -> None:
    stage.site.variant = None
    shown = await stage.show("drags.html", onto_done)
    stage.site.variant = {"zones": ["Doing", "Idle"]}
    done = await stage.replay(shown, waits=BRIEF)
    assert (done.trace.status, done.clicks, done.state[0]["noted"]) == ("failed", 0, [])


async def test_a_slider_comes_to_the_value_it_was_dragged_to(stage: Stage) -> None:
    stage.site.variant = None
    shown = await stage.show("drags.html", lambda human: drag(human, "#volume", (20, 8), "#volume", (100, 8)))
    assert shown.kinds == ["fill"]
    done = await stage.replay(shown)
    assert done.state == shown.state != shown.before


async def test_a_button_is_held_as_long_as_it_was(stage: Stage) -> None:
    stage.site.variant = None
    shown = await stage.show("drags.html", hold)
    (step,) = shown.recording.steps
    assert isinstance(step, Click) and step.hold_ms >= 450
    done = await stage.replay(shown)
    assert (done.trace.status, done.state[0]["noted"]) == ("passed", ["held"])


async def hold(human: Human) -> None:
    await human.page.locator("#hold").click(delay=450)


async def test_the_wheel_over_what_takes_it_is_turned_again(stage: Stage) -> None:
    stage.site.variant = None
    shown = await stage.show("drags.html", turn_twice)
    assert shown.kinds == ["wheel"]
    done = await stage.replay(shown)
    assert done.state[0]["noted"] == shown.state[0]["noted"] == ["turned -100", "turned -100"]


async def turn_twice(human: Human) -> None:
    await human.page.locator("#paper").hover()
    for _ in range(2):
        await human.page.mouse.wheel(0, -100)
    await human.page.wait_for_function("JSON.parse(globalThis.__state()).noted.length === 2")


async def test_a_list_that_shows_other_rows_as_it_scrolls_is_scrolled_before_the_press(stage: Stage) -> None:
    stage.site.variant = None
    shown = await stage.show("drags.html", open_record_50)
    assert shown.kinds == ["scroll", "click"]
    done = await stage.replay(shown)
    assert done.state[0]["noted"] == ["opened 50"]


async def open_record_50(human: Human) -> None:
    await human.page.locator("#rows").hover()
    await human.page.mouse.wheel(0, 1960)
    await human.page.get_by_text("Record 50").wait_for()
    await human.click(human.page.get_by_text("Record 50"))


async def test_a_slow_double_click_is_not_a_hold(stage: Stage) -> None:
    stage.site.variant = None
    shown = await stage.show("drags.html", lambda human: human.page.locator("#hold").dblclick(delay=250))
    (step,) = shown.recording.steps
    assert isinstance(step, Click)
    assert (step.clicks, step.hold_ms) == (2, 0)


async def test_formatting_keys_in_rich_text_are_pressed_again(stage: Stage) -> None:
    shown = await stage.show("fields.html", bold_letter)
    done = await stage.replay(shown)
    assert shown.kinds == ["click", "type"]
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def bold_letter(human: Human) -> None:
    await human.type("#letter", "Dear ")
    await human.page.keyboard.press("Control+b")
    await human.page.keyboard.type("Ada")
