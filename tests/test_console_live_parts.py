"""Parts of the console's pages that news replace: what has the focus or is written there outlasts it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from demo.examples import FOLDER
from review.work.acts import NewSchedule
from tests.pages.console import Served, served_console
from tests.test_console_heals import proposed


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(FOLDER / "add-customer", home / "recordings" / "add")
    (home / "people.csv").write_text("full_name,email\nEva Roth,eva@example.com\n")
    async with served_console(home) as running:
        for name in ("first", "second"):
            schedule = NewSchedule(name, "add", str(home / "people.csv"), "0 7 1 1 *", "UTC", confined=False)
            await running.console.work.add_schedule(schedule)
        yield running


@pytest.fixture
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield await served.page(context)
    await context.close()


async def replaced(served: Served, page: Page, part: str, topic: str) -> None:
    """Have news come of a topic, and wait until all that was in the part is gone."""
    await page.locator(part).evaluate("part => { for (const each of part.children) each.dataset.old = 'yes' }")
    served.console.news.tell(topic)
    await expect(page.locator("[data-old]")).to_have_count(0)


async def test_a_button_that_has_no_id_keeps_the_focus(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/schedules")
    button = page.get_by_role("row", name="second").get_by_role("button", name="Pause")
    await button.focus()
    await replaced(served, page, "#schedules", "schedules")
    await expect(button).to_be_focused()


async def test_a_tick_in_what_comes_by_a_second_request_stays(served: Served, page: Page) -> None:
    heal = await proposed(served, "add", less=0)
    await page.goto(f"{served.origin}/heals/{heal.id}")
    tick = page.get_by_label("I have looked at both pictures")
    await tick.check(timeout=20_000)
    await replaced(served, page, "#heal", "heals")
    await expect(tick).to_be_checked(timeout=20_000)
