"""What could be taken for an element is recorded with it, however slow or large the page is."""

from __future__ import annotations

import pytest

from demo.human import Human
from recordings.steps import target_of
from tests.pages.stage import Stage

MANY = [f"Book {number}" for number in range(3000)]


async def _keys(stage: Stage, title: str, rate: int = 1) -> set[str]:
    """The rows of the recorded rivals of the button of a row, the page slowed down by ``rate`` when it is pressed."""

    async def press(human: Human) -> None:
        button = human.page.locator("tr", has=human.page.get_by_text(title, exact=True)).get_by_role("button")
        await button.scroll_into_view_if_needed()
        devtools = await human.page.context.new_cdp_session(human.page)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        await human.click(button)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        await human.page.wait_for_function("globalThis.__state().includes('deleted')")

    shown = await stage.show("releases.html", press)
    target = target_of(shown.recording.steps[0])
    assert target is not None
    return {rival.key for rival in target.rivals if rival.name == "Delete"}


@pytest.mark.parametrize("rate", [1, 20])
async def test_the_buttons_of_other_rows_are_kept_also_where_the_page_is_slow(stage: Stage, rate: int) -> None:
    assert await _keys(stage, "Harbour Lights", rate) == {"River Song", "Night Ferry"}


async def test_of_thousands_those_around_it_are_kept(stage: Stage) -> None:
    stage.site.variant = {"titles": MANY}
    assert {"Book 2499", "Book 2501"} <= await _keys(stage, "Book 2500")
