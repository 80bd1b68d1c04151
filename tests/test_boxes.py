"""What cannot be seen of itself: the browser's own box under one that a page draws, a copy that no press reaches."""

from __future__ import annotations

from demo.human import Human
from recordings.target import Description
from replayer.plan import _seen_anew
from tests.pages.stage import BRIEF, Stage, for_another_page


async def print_a_label(human: Human) -> None:
    await human.click("#P")


async def test_a_box_of_no_size_is_found_by_likeness_and_set_by_its_label(stage: Stage) -> None:
    shown = await stage.show("boxes.html", print_a_label)
    stage.site.variant = {"styled": True, "names": ["Gift wrapping", "Print label", "Newsletter"]}
    done = await stage.replay(for_another_page(shown.recording), wanted=[])
    assert (done.trace.status, done.state[0]["noted"]) == ("passed", ["set Print label"]), done.trace.failure
    assert done.trace.steps[0].how == "similar"


async def test_a_box_of_no_size_that_is_another_is_not_set(stage: Stage) -> None:
    shown = await stage.show("boxes.html", print_a_label)
    stage.site.variant = {"styled": True, "names": ["Gift wrapping", "Newsletter"]}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF)
    assert (done.why, done.clicks) == ("ElementNotFound", 0), done.trace.failure


async def test_what_is_nothing_like_the_box_is_not_named_as_one_that_could_be_meant(stage: Stage) -> None:
    shown = await stage.show("boxes.html", print_a_label)
    stage.site.variant = {"buttons": True}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF)
    assert (done.why, done.clicks) == ("ElementNotFound", 0), done.trace.failure


def test_what_is_offered_beside_a_choice_does_not_change_with_the_choice() -> None:
    seen = Description(tag="input", near=("Light", "Shade Half sun Full sun"), heading="Half sun", name="Half sun")
    anew = _seen_anew(seen, {"Half sun": "Full sun"})
    assert (anew.near, anew.heading, anew.name) == (seen.near, "Full sun", "Full sun")


async def test_a_box_is_not_set_by_the_link_in_its_label(stage: Stage) -> None:
    async def accept(human: Human) -> None:
        await human.page.mouse.click(*await _start_of(human, "label"))

    stage.site.variant = {"linked": True}
    shown = await stage.show("boxes.html", accept)
    assert shown.kinds == ["check"]
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure
    assert shown.state[0]["noted"] == ["set I accept the terms of use of this shop and of its partners"]


async def _start_of(human: Human, selector: str) -> tuple[float, float]:
    box = await human.page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + 8, box["y"] + 10


async def complain(human: Human) -> None:
    await human.click("button:text('Complaint')")


async def test_a_tab_is_pressed_rather_than_the_copy_that_no_press_would_reach(stage: Stage) -> None:
    shown = await stage.show("tabs.html", complain)
    stage.site.variant = {"copy": True}
    done = await stage.replay(for_another_page(shown.recording), wanted=[])
    assert (done.trace.status, done.state[0]["noted"]) == ("passed", ["tab Complaint"]), done.trace.failure


async def test_a_tab_of_which_only_the_copy_is_left_is_not_found(stage: Stage) -> None:
    shown = await stage.show("tabs.html", complain)
    stage.site.variant = {"copy": True, "names": ["Order", "Stock"]}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF)
    assert (done.why, done.clicks) == ("ElementNotFound", 0), done.trace.failure
