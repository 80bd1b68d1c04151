"""What says nothing about itself is found again by how it looks, or not at all; what changed under way is let be."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from playwright.async_api import Error

from demo.human import Human
from recordings.recording import Recording
from recordings.steps import target_of
from recordings.target import Target
from replayer.locate import locate_within
from replayer.people import is_silent
from replayer.pictures import Camera
from replayer.tab_sessions import TabSessions
from tests.pages.stage import BRIEF, SOON, Shown, Stage, for_another_page, fresh


async def press_ring(human: Human) -> None:
    await human.click(human.page.locator("button").nth(1))


@pytest.mark.parametrize("order", [["ring", "cross", "star"], ["cross", "star", "ring"]], ids=["first", "last"])
async def test_a_button_that_only_its_picture_tells_is_found_by_its_picture(stage: Stage, order: list[str]) -> None:
    shown = await shown_ring(stage)
    stage.site.variant = {"order": order, "lead": 2}
    done = await stage.replay(shown)
    assert (done.trace.status, done.state[0]["noted"]) == ("passed", ["pressed ring"]), done.trace.failure
    assert done.trace.steps[-1].how == "picture"


async def test_a_button_is_found_by_its_outline_in_another_theme(stage: Stage) -> None:
    shown = await shown_ring(stage)
    stage.site.variant = {"order": ["cross", "star", "ring"], "lead": 2, "dark": True}
    done = await stage.replay(shown)
    assert (done.trace.status, done.state[0]["noted"]) == ("passed", ["pressed ring"]), done.trace.failure
    assert done.trace.steps[-1].how == "picture"


@pytest.mark.parametrize(
    "variant",
    [
        {"order": ["star", "cross", "cross"], "dark": True},
        {"order": ["star", "cross", "cross"]},
        {"order": ["ring", "star", "ring"], "lead": 1},
        {"order": []},
    ],
    ids=["gone, in another theme", "gone", "two", "no buttons"],
)
async def test_a_picture_that_is_nowhere_or_twice_is_not_pressed(stage: Stage, variant: dict[str, Any]) -> None:
    shown = await shown_ring(stage)
    stage.site.variant = variant
    done = await stage.replay(shown, waits=BRIEF)
    assert (done.trace.status, done.state[0]["noted"], done.clicks) == ("failed", [], 0)


async def shown_ring(stage: Stage) -> Shown:
    stage.site.variant = None
    shown = await stage.show("icons.html", press_ring)
    assert shown.state[0]["noted"] == ["pressed ring"]
    return shown


async def test_a_button_that_becomes_another_after_it_was_found_is_not_pressed(stage: Stage) -> None:
    stage.site.variant = None
    shown = await stage.show("actions.html", lambda human: human.click("button >> nth=0"))
    async with fresh(stage.browser) as context:
        page = await context.new_page()
        await page.goto(stage.site.url("actions.html"))
        found = await locate_within(page, first_target(shown.recording), waits=BRIEF)
        await page.evaluate("document.querySelector('button').textContent = 'Delete'")
        with pytest.raises(Error, match="Save"):
            await found.control.click(timeout=500)
        assert await page.evaluate("JSON.parse(globalThis.__state()).noted") == []


def first_target(recording: Recording) -> Target:
    target = target_of(recording.steps[0])
    assert target is not None
    return target


@pytest.mark.parametrize("picture", [True, False], ids=["seen elsewhere", "seen nowhere"])
async def test_a_control_that_is_seen_elsewhere_is_not_taken_for_another_of_its_kind(
    stage: Stage, picture: bool
) -> None:
    stage.site.variant = None
    shown = await stage.show("pictured.html", lambda human: human.click("#send"))
    stage.site.variant = {"drawn": True, "picture": picture}
    done = await stage.replay(for_another_page(shown.recording), waits=BRIEF if picture else SOON)
    noted = [] if picture else ["submitted"]
    assert done.state[0]["noted"] == noted, (done.trace.failure, done.trace.steps[-1].score)


async def test_a_small_picture_of_what_a_secret_shows_is_not_a_frame_old(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replayer.pictures._FRAME_S", 10)
    async with fresh(stage.browser) as context:
        page, camera = await context.new_page(), Camera(TabSessions(context))
        for grey in [0, 255] * 10:
            await page.evaluate("grey => { document.body.style.background = `rgb(${grey}, ${grey}, ${grey})` }", grey)
            taken = await camera.take(page, None, (), half=True, sure=True)
            assert taken is not None
            image = cv2.imdecode(np.frombuffer(taken, np.uint8), cv2.IMREAD_GRAYSCALE)
            assert image is not None
            assert abs(int(image[50, 50]) - grey) < 8
            assert page.viewport_size is not None
            assert image.shape[1] == page.viewport_size["width"] // 2


async def test_a_page_is_silent_where_it_says_no_secret_and_nothing_in_it_changed(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        page = await context.new_page()

        def says(text: str) -> bool:
            return "walrus" in text

        await page.set_content("<p>Good day</p><input type=password value=walrus>")
        await page.wait_for_function("performance.now() > 200")
        assert await is_silent(page, says, 0.0)
        assert not await is_silent(page, says, 3600.0)
        await page.evaluate("document.querySelector('p').textContent = 'Good day, walrus'")
        assert not await is_silent(page, says, 0.0)
        await page.evaluate("document.querySelector('p').textContent = 'Good day'")
        assert await is_silent(page, says, 0.0)
        await page.evaluate("document.querySelector('p').attachShadow({mode: 'open'}).innerHTML = 'Good night'")
        assert not await is_silent(page, says, 0.01)
