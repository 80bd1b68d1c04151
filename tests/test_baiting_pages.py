"""Pages that hide fields where a secret would be typed, and titles that are no text."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from demo.human import Human
from tests.pages.cases import every
from tests.pages.console import served_console
from tests.pages.stage import BRIEF, Shown, Stage, for_another_page

PASSWORD = "Zq9x-w7Kp+Jf"


async def sign_in(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.type("#secret", PASSWORD)
    await human.click("#go")


@pytest.fixture
async def shown(stage: Stage) -> Shown:
    return await stage.show("forging.html", sign_in)


# A transparent field with the id of the one that was shown is the one that was shown, by all that is asked of a page.
_BAITS: dict[str, tuple[object, ...]] = {
    f"{bait}, {'with its id' if takes else 'beside it'}": (bait, takes)
    for bait in ("outside", "transparent", "of no size", "not shown", "invisible")
    for takes in (True, False)
    if (bait, takes) != ("transparent", True)
}


@pytest.mark.parametrize(("bait", "takes"), every(4, _BAITS))
async def test_a_secret_is_not_caught_by_a_field_that_nobody_sees(stage: Stage, bait: str, takes: bool) -> None:
    stage.site.variant = {"forge": False}
    shown = await stage.show("forging.html", sign_in)
    stage.site.variant = {"forge": False, "bait": bait, "takes": takes}
    done = await stage.replay(for_another_page(shown.recording), {"password": PASSWORD}, waits=BRIEF)
    assert [said for frame in done.state for said in frame["noted"] if said.startswith("caught")] == []


async def test_a_title_with_markup_is_text_in_the_console(shown: Shown, browser: Browser, tmp_path: Path) -> None:
    shown.recording.save(tmp_path / "recordings" / "shown")
    async with served_console(tmp_path) as served:
        context = await browser.new_context()
        page = await served.page(context, "/recordings/shown")
        await expect(page.locator("main")).to_contain_text("Go")
        assert await page.locator("img[src=x]").count() == 0
        await context.close()
