"""Teaching from a browser tab: what is done in the live page is recorded as in a window, and kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from bench.teach_same import differing, told, tried
from bench.zoo_cases.base import CASES
from bench.zoo_cases.server import serve_cases
from demo.human import Human
from recordings.recording import Recording
from tests.pages.afar import taught
from tests.pages.console import Served, served_console
from tests.pages.site import Site
from tests.pages.stage import Stage


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield made
    await made.close()


async def _fill_the_form(human: Human) -> None:
    await human.type("#name", "Ada Löve 42!")
    await human.type("#note", "two words")
    await human.click("#news")
    await human.click("#team")
    await human.choose("#country", 2)
    await human.click("#hello")


async def test_a_demonstration_in_the_tab_gives_the_steps_of_one_in_a_window(
    served: Served, stage: Stage, site: Site, context: BrowserContext
) -> None:
    local = await stage.show("fields.html", _fill_the_form)
    async with taught(served, context, site.url("fields.html"), "form") as (human, tab, lesson):
        await _fill_the_form(human)
        await expect(tab.locator("#steps li")).to_have_count(len(local.recording.steps))
        await tab.locator("[data-command=stop]").click()
        await tab.wait_for_url("**/recordings/form", timeout=60_000)
    assert (lesson.stage, lesson.trouble) == ("saved", "")
    kept = Recording.load(served.settings.recordings / "form")
    assert differing([told(step) for step in local.recording.steps], [told(step) for step in kept.steps]) == []


ZOO = [name for name, case in CASES.items() if not case.libs]
"""Those that need no npm module."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ZOO)
async def test_a_case_of_the_zoo_is_the_same_steps_in_the_tab(served: Served, browser: Browser, name: str) -> None:
    with serve_cases(seeded=True) as origin:
        at, lines = await tried(browser, served, CASES[name], f"{origin}/case/{name}")
    assert at, lines


async def test_what_the_page_asks_is_asked_of_the_person(
    served: Served, site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    (tmp_path / "c.txt").write_text("a contract")
    site.variant = {"confirm": True}
    async with taught(served, context, site.url("fields.html"), "asked") as (human, tab, lesson):
        await human.click("#country")
        await tab.get_by_role("button", name="Denmark").click()
        await expect(tab.locator("#steps")).to_contain_text("Denmark")
        await human.click("#file")
        await expect(tab.locator("#page-files-input")).to_be_visible()
        await tab.locator("#page-files-input").set_input_files(tmp_path / "c.txt")
        await expect(tab.locator("#steps")).to_contain_text("c.txt")
        await tab.locator("#where").fill(site.url("actions.html"))
        await tab.locator("#where").press("Enter")
        await expect(tab.locator("#tabs")).to_contain_text("Actions")
        await human.click("text=Save")
        await expect(tab.locator("#page-says-words")).to_have_text("Overwrite the other Ada?")
        await tab.locator("#page-says-yes").click()
        await expect(tab.locator("#page-says")).to_be_hidden()
        assert lesson.controller is not None
        steps = lesson.controller.situation.understood.steps
    kinds = [step.kind for step in steps if step.kind != "navigate"]
    assert kinds == ["select", "upload", "click"]
    answered = [signal for signal in steps[-1].signals if signal.kind == "dialog"]
    assert [signal.accepted for signal in answered] == [True]


async def test_a_value_to_read_is_pointed_at_at_once_and_its_name_is_asked_after(
    served: Served, site: Site, context: BrowserContext
) -> None:
    async with taught(served, context, site.url("reading.html"), "read") as (human, tab, lesson):
        await tab.get_by_role("button", name="Read value").click()
        await expect(tab.locator("#pointing-what")).to_have_text("Press the value that each run shall read.")
        await human.click("#total")
        await expect(tab.get_by_label("What to call it")).to_be_focused()
        await tab.keyboard.type("due in all")
        await tab.keyboard.press("Enter")
        await expect(tab.locator("#steps .words")).to_contain_text(["Read due_in_all"])
        assert lesson.controller is not None
        assert [step.kind for step in lesson.controller.situation.understood.steps] == ["read"]


async def test_a_paste_comes_out_as_in_a_window(served: Served, site: Site, context: BrowserContext) -> None:
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    async with taught(served, context, site.url("fields.html"), "paste") as (human, tab, lesson):
        await tab.evaluate("navigator.clipboard.writeText('Grüße\\nzwei')")
        await human.click("#note")
        await human.press("Control+v")
        await expect(tab.locator("#steps")).to_contain_text("Grüße")
        assert await human.page.evaluate("document.getElementById('note').value") == "Grüße\nzwei"
        assert lesson.controller is not None
        assert [step.kind for step in lesson.controller.situation.understood.steps] == ["fill"]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "chrome://settings", "javascript:alert(1)"])
async def test_only_the_web_is_opened(served: Served, address: str) -> None:
    async with served.client() as client:
        answer = await client.post("/teach", data={"address": address, "name": "x"}, headers={"hx-request": "true"})
    assert (answer.status_code, "cannot be opened" in answer.headers["hx-trigger"]) == (409, True)


async def test_both_screens_can_be_used_by_everybody(served: Served, site: Site, context: BrowserContext) -> None:
    begin = await served.page(context, "/teach")
    assert await _grave(begin) == []
    async with taught(served, context, site.url("fields.html"), "axe") as (human, tab, _):
        await human.click("#news")
        await expect(tab.locator("#steps li")).not_to_have_count(0)
        assert await _grave(tab) == []


async def _grave(page: Page) -> list[str]:
    found = (await Axe().run(page)).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]
