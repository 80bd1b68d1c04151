"""Teaching from a tab, as people work: zoomed, with an input method, copying, coming back, or going away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from agents.live.lesson import Lesson, Wish, open_lessons
from demo.human import Human
from recordings.recording import Recording
from showonce.console.shelf import ConsoleShelf
from tests.pages.afar import taught
from tests.pages.cases import mostly_slow
from tests.pages.console import Served, served_console
from tests.pages.site import Site

AWAY = "nobody looks any more"
ZOOMS = {"half": (2560, 1440, 0.5), "double": (640, 480, 2.0), "a fine screen": (1280, 800, 3.0)}


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    permissions = ["clipboard-read", "clipboard-write"]
    made = await browser.new_context(viewport={"width": 1280, "height": 720}, permissions=permissions)
    yield made
    await made.close()


@pytest.mark.parametrize("zoom", mostly_slow(ZOOMS, ["double"]))
async def test_a_press_lands_where_it_is_seen_at_any_zoom(
    served: Served, site: Site, browser: Browser, zoom: str
) -> None:
    width, height, ratio = ZOOMS[zoom]
    context = await browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=ratio)
    async with taught(served, context, site.url("fields.html"), f"zoomed {zoom}") as (human, tab, _):
        await human.click("#news")
        await human.click("#team")
        await human.type("#name", "Ada")
        await expect(tab.locator("#steps li")).to_have_count(3)
        held = "[news.checked, team.checked, document.getElementById('name').value]"
        assert await human.page.evaluate(held) == [True, True, "Ada"]
    await context.close()


async def test_composed_text_comes_whole_and_once(served: Served, site: Site, context: BrowserContext) -> None:
    async with taught(served, context, site.url("fields.html"), "composed") as (human, tab, lesson):
        await human.click("#name")
        session = await context.new_cdp_session(tab)
        for text in ("k", "か", "かn", "漢字"):
            composed = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
            await session.send("Input.imeSetComposition", composed)
        await session.send("Input.insertText", {"text": "漢字"})
        await session.send("Input.insertText", {"text": "é"})
        await expect(tab.locator("#steps")).to_contain_text("漢字é")
        assert await human.page.evaluate("document.getElementById('name').value") == "漢字é"
        assert lesson.controller is not None
        assert [step.kind for step in lesson.controller.situation.understood.steps] == ["fill"]


async def test_what_is_copied_in_the_page_is_in_the_persons_clipboard(
    served: Served, site: Site, context: BrowserContext
) -> None:
    async with taught(served, context, site.url("fields.html"), "copied") as (human, tab, _):
        await human.type("#note", "Order 4711")
        await human.press("Control+a")
        await human.press("Control+c")
        await expect(tab.locator("#notices").get_by_text("Copied.")).to_be_visible()
        assert await tab.evaluate("navigator.clipboard.readText()") == "Order 4711"


async def test_a_day_a_time_and_a_colour_are_set_by_keys(served: Served, site: Site, context: BrowserContext) -> None:
    async with taught(served, context, site.url("pickers.html"), "picked") as (human, tab, lesson):
        await human.page.mouse.click(*await _begin_of(human, "#day"))
        await human.page.keyboard.type("12312026")
        await human.page.mouse.click(*await _begin_of(human, "#time"))
        await human.page.keyboard.type("0815PM")
        await human.click("#colour")
        await human.press("ArrowUp", "ArrowUp", "Enter")
        await human.click("#hello")
        await expect(tab.locator("#steps li")).to_have_count(4)
        held = await human.page.evaluate("[day, time, colour].map((each) => each.value)")
        recorded = lesson.recording()
    assert held[:2] == ["2026-12-31", "20:15"]
    assert held[2] != "#102030"
    assert [each.used for each in recorded.inputs] == held


async def _begin_of(human: Human, target: str) -> tuple[float, float]:
    """Where the first part of a field is, such as the month."""
    box = await human.page.locator(target).bounding_box()
    assert box is not None
    return box["x"] + 12, box["y"] + box["height"] / 2


async def test_a_list_in_a_frame_of_another_site_is_shown_and_chosen_from(
    served: Served, site: Site, context: BrowserContext
) -> None:
    async with taught(served, context, site.url("frame.html#cross"), "framed") as (human, tab, _):
        frame = human.page.frame_locator("#inner")
        box = await frame.locator("#country").bounding_box()
        assert box is not None
        await human.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await tab.get_by_role("button", name="Denmark").click()
        await expect(tab.locator("#steps")).to_contain_text("Denmark")
        assert await frame.locator("#country").input_value() == "Denmark"


@pytest.mark.slow
async def test_a_lesson_is_come_back_to_after_a_reload_and_from_the_list(
    served: Served, site: Site, context: BrowserContext
) -> None:
    async with taught(served, context, site.url("fields.html"), "left") as (human, tab, _):
        await human.click("#news")
        await expect(tab.locator("#steps li")).to_have_count(1)
        await tab.reload()
        await expect(tab.locator("#covered")).to_be_hidden()
        await expect(tab.locator("#steps li")).to_have_count(1)
        await tab.goto(served.origin + "/teach")
        await tab.get_by_role("link", name="left").click()
        await expect(tab.locator("#covered")).to_be_hidden()
        await human.click("#team")
        await expect(tab.locator("#steps li")).to_have_count(2)


async def test_a_password_is_in_no_log_and_no_file(
    served: Served, site: Site, context: BrowserContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with taught(served, context, site.url("order.html"), "secretive") as (human, tab, _):
        await human.type("#password", "hunter2-x9")
        await human.click("#save")
        await expect(tab.locator("#steps li")).to_have_count(2)
        await tab.locator("[data-command=stop]").click()
        await tab.wait_for_url("**/recordings/secretive", timeout=60_000)
    kept = [path.read_bytes() for path in served.settings.home.rglob("*") if path.is_file()]
    assert "hunter2-x9" not in caplog.text
    assert not any(b"hunter2-x9" in content for content in kept)


async def _shown(lesson: Lesson) -> None:
    """Somebody has pressed the checkbox."""
    await lesson.settled.wait()
    assert lesson.screen is not None
    assert lesson.screen.front is not None
    assert lesson.controller is not None
    await lesson.screen.front.page.click("#news")
    while not lesson.controller.situation.understood.steps:
        await lesson.screen.front.page.wait_for_timeout(20)


@pytest.mark.parametrize("left", mostly_slow([AWAY, "the console ends"], [AWAY]))
async def test_what_was_shown_is_kept_when(tmp_path: Path, site: Site, left: str) -> None:
    async with open_lessons(ConsoleShelf(tmp_path), None) as lessons:
        lesson = lessons.begin(Wish("left", site.url("fields.html")))
        await _shown(lesson)
        if left == AWAY:
            lesson._away_s = 0.0  # only now: nobody watches while it is shown, either
            async with asyncio.timeout(60):
                await lesson.over.wait()
    assert (lesson.stage, lesson.trouble) == ("saved", "")
    assert [step.kind for step in Recording.load(tmp_path / "left").steps] == ["check"]
