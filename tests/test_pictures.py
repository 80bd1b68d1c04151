"""What says nothing about itself is found again by how it looks, or not at all; what changed under way is let be."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Error

from demo.human import Human
from recordings.recording import Recording
from recordings.steps import target_of
from recordings.target import Target
from replayer.locate import locate_within
from tests.pages.stage import BRIEF, Shown, Stage, fresh


async def press_ring(human: Human) -> None:
    await human.click(human.page.locator("button").nth(1))


@pytest.mark.parametrize("order", [["ring", "cross", "star"], ["cross", "star", "ring"]], ids=["first", "last"])
async def test_a_button_that_only_its_picture_tells_is_found_by_its_picture(stage: Stage, order: list[str]) -> None:
    shown = await shown_ring(stage)
    stage.site.variant = {"order": order, "lead": 2}
    done = await stage.replay(shown)
    assert (done.trace.status, done.state[0]["noted"]) == ("passed", ["pressed ring"]), done.trace.failure
    assert done.trace.steps[-1].how == "picture"


@pytest.mark.parametrize(
    "variant",
    [{"order": ["star", "cross", "cross"]}, {"order": ["ring", "star", "ring"], "lead": 1}, {"order": []}],
    ids=["gone", "two", "no buttons"],
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
