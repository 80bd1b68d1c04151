"""Loops over what is no table, and over rows that are called by what is pressed in them."""

from __future__ import annotations

from typing import Any

import pytest

from demo.human import Human
from tests.pages.stage import Stage, for_another_page
from tests.test_loops import FOUR, edited


@pytest.mark.parametrize(
    "variant", [{}, {"items": True}, {"link": True}, {"items": True, "link": True}],
    ids=["cards", "a list", "cards named by links", "a list named by links"],
)  # fmt: skip
async def test_each_of_a_list_s_things_is_done_though_what_is_done_goes(stage: Stage, variant: dict[str, Any]) -> None:
    async def approve(human: Human) -> None:
        await human.click(".card:has-text('Grace Hopper') button:text('Approve')")
        await human.page.get_by_text("Grace Hopper").wait_for(state="detached")

    stage.site.variant = variant
    shown = for_another_page((await stage.show("cards.html", approve)).recording)
    stage.site.posts.clear()
    stage.site.variant = {**variant, "names": ["Anna Berg", "Bo Dahl", "Carl Ek", "Dora Falk"]}
    done = await stage.replay(edited(shown, "repeat 1 for rows"), wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == ["Anna Berg", "Bo Dahl", "Carl Ek", "Dora Falk"]


async def test_a_row_may_be_called_by_the_link_that_is_pressed(stage: Stage) -> None:
    async def approve(human: Human) -> None:
        await human.click("#rows a:text('INV-103')")
        await human.click("#approve")
        await human.page.get_by_text("Approved", exact=True).wait_for()
        await human.click("#back")
        await human.page.locator("#rows tr").first.wait_for()

    stage.site.variant = {"links": True}
    shown = for_another_page((await stage.show("loops.html", approve)).recording)
    stage.site.posts.clear()
    done = await stage.replay(edited(shown, "repeat 1-3 for rows"), wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == [f"approve {number}" for number in FOUR]
