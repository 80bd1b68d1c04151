"""Live regions: what a page announces comes and goes, so an element is not known by it."""

from __future__ import annotations

import pytest

from demo.human import Human
from recordings.steps import Step, target_of
from recordings.target import Description
from replayer import describe
from tests.pages.cases import across
from tests.pages.stage import Stage, fresh

REGIONS = {
    "polite": "<div aria-live=polite>5 results are available</div>",
    "assertive, hidden as jQuery UI does": "<div role=status aria-live=assertive aria-relevant=additions "
    "style='border:0;clip:rect(0 0 0 0);height:1px;width:1px;overflow:hidden;position:absolute'>"
    "<div>5 results are available</div></div>",
    "status": "<span role=status>Saved</span>",
    "alert with a title": "<div role=alert><h4>Not saved</h4><p>Try again</p></div>",
    "log": "<div role=log><p>Joined</p><p>Left</p></div>",
    "output": "<output>12</output>",
    "within another": "<div><span role=status>Saved</span></div>",
}
PRESSED = {"a button": "#go", "in a row": "li:has-text('Ghent') button"}


@pytest.mark.parametrize(("region", "pressed"), across(REGIONS, PRESSED))
async def test_what_a_page_announces_is_no_text_around_an_element(stage: Stage, region: str, pressed: str) -> None:
    press = PRESSED[pressed]

    async def told(human: Human) -> None:
        await human.type("#city", "gh")
        await human.click(press)

    stage.site.variant = {"region": REGIONS[region]}
    quiet = await stage.show("announced.html", lambda human: human.click(press))
    announced = await stage.show("announced.html", told)
    assert _around(announced.recording.steps[-1]) == _around(quiet.recording.steps[-1])


async def test_in_what_is_announced_an_element_is_known_by_the_texts_around_it(stage: Stage) -> None:
    seen = await _described(stage, "<div role=alert><h4>Removed</h4><p>Ada's order</p><button>Undo</button></div>")
    assert (seen.near, seen.heading) == (("Ada's order", "Removed"), "Removed")


async def test_a_status_that_is_not_announced_is_a_text_like_others(stage: Stage) -> None:
    seen = await _described(stage, "<p role=status aria-live=off>Paid</p><button>Undo</button>")
    assert seen.near == ("Paid",)


async def _described(stage: Stage, body: str) -> Description:
    async with fresh(stage.browser) as context:
        page = await context.new_page()
        await page.set_content(body)
        button = await page.query_selector("button")
        assert button is not None
        return (await describe(button)).description


def _around(step: Step) -> tuple[object, ...]:
    target = target_of(step)
    assert target is not None
    seen = target.description
    return seen.near, seen.heading, seen.row, seen.key, seen.block
