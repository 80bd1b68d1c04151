"""Runs in the console: found among others, looked at step by step, decided on, and taken away as files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from playwright.async_api import Browser, Page, expect

from recordings.trace import Trace
from review.covering import covered_picture
from review.runs.difference import difference
from store import open_store
from store.run_list import Wanted
from tests.pages.axe import serious
from tests.pages.cases import across
from tests.pages.console import Served, served_console
from tests.pages.kept import HOSTILE, keep_run, picture
from tests.pages.older import made_by


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        for number in range(1, 60):
            await keep_run(running.store, number, recording="many", steps=1)
        await keep_run(running.store, 101, failure="Not found within 4 s: Save", how="selectors")
        await keep_run(running.store, 102, how="similar", app="http://shop.test")
        await keep_run(running.store, 103, recording="bad", failure=HOSTILE, words=HOSTILE)
        yield running


@pytest.fixture(scope="module")
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield await served.page(context)
    await context.close()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("recording=add", [102, 101]),
        ("status=failed", [103, 101]),
        ("healed=yes", [102]),
        ("app=http://shop.test", [102]),
        ("text=NOT+FOUND", [101]),
        ("text=%25", []),
        (f"trace={101:032x}", [101]),
        ("since=2100-01-01", []),
        ("until=2100-01-01T10:00&recording=bad", [103]),
        ("recording=add&status=passed", [102]),
        ("status=nonsense&recording=add&healed=yes", [102]),
        ("after=nonsense&recording=bad", [103]),
        ("batch=abc", []),
    ],
)
async def test_runs_are_found_by_what_is_asked_of_them(served: Served, query: str, ids: list[int]) -> None:
    async with served.client() as client:
        text = (await client.get(f"/runs?{query}")).text
    assert [number for number in (103, 102, 101) if f"/runs/{number:032x}" in text] == ids


async def test_older_runs_are_a_page_further(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/runs?recording=many")
    await expect(page.locator("[data-entry]")).to_have_count(50)
    await page.get_by_role("link", name="Older").click()
    await expect(page.locator("[data-entry]")).to_have_count(9)
    await expect(page.get_by_text("59 runs")).to_be_visible()


async def test_a_filter_is_chosen_and_a_run_opened_by_keys_alone(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/runs")
    await page.get_by_label("Recording").focus()
    await page.keyboard.type("add")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Filter").press("Enter")
    await expect(page.locator("[data-entry]")).to_have_count(2)
    await page.wait_for_load_state()
    for key in ("j", "j", "Enter"):
        await page.keyboard.press(key)
    await expect(page.get_by_text("Not found within 4 s").first).to_be_visible()


async def test_a_step_is_looked_at_large_and_the_run_refused_by_keys(served: Served, page: Page) -> None:
    await page.goto(f"{served.origin}/runs/{101:032x}")
    for key in ("j", "Enter", "ArrowRight", "ArrowRight"):
        await page.keyboard.press(key)
    await expect(page.locator("#viewer-words")).to_have_text("3. Click button 'Save'")
    await page.keyboard.press("Escape")
    await expect(page.locator("#step-3")).to_be_focused()
    await page.keyboard.press("r")
    await expect(page.get_by_text("Refused: to be looked into.")).to_be_visible()
    found = await served.store.runs.line(f"{101:032x}")
    assert found is not None
    assert found.decided is not None
    assert found.decided.verdict == "refused"


async def test_a_run_is_played_to_its_end(served: Served, page: Page) -> None:
    await page.goto(f"{served.origin}/runs/{102:032x}")
    await page.keyboard.press("p")
    await expect(page.locator("#viewer-words")).to_have_text("3. Click button 'Save'")
    await expect(page.get_by_role("button", name="▶ Play", exact=True).last).to_be_visible()


async def test_pictures_come_only_when_they_are_seen_and_are_kept_for_good(served: Served, page: Page) -> None:
    trace = await keep_run(served.store, 105, recording="long", steps=60)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    picture = page.locator(".picture img").first
    await expect(picture).to_have_js_property("complete", True)
    assert 0 < sum("/pictures/" in url for url in asked) < 50
    async with served.client() as client:
        answer = await client.get(str(await picture.get_attribute("src")))
    assert "immutable" in answer.headers["cache-control"]


async def test_a_part_that_was_dragged_across_is_painted_over_in_reports(served: Served, page: Page) -> None:
    trace = await keep_run(served.store, 106, recording="private", shade=230)
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.get_by_text("Keep a part out of reports").first.click()
    under = page.locator("#viewer-under")
    await expect(under).to_have_js_property("naturalWidth", 640)
    await expect(under).to_have_js_property("complete", True)
    box = await under.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2 - 60, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2 + 60, box["y"] + 90, steps=3)
    await page.mouse.up()
    await page.get_by_role("button", name="Paint over").press("Enter")
    await expect(page.locator("#notices")).to_contain_text(
        "One part of this step's pictures is painted over in every report"
    )
    assert await serious(page) == []
    (part,) = (await served.store.covers.of("private"))["s0"].parts
    step = (await served.store.trace(trace.trace_id)).steps[0]
    content = await covered_picture(served.store, trace, step) or b""
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    x, y = int((part.x + part.width / 2) * image.shape[1]), int((part.y + part.height / 2) * image.shape[0])
    assert abs(int(image[y, x].mean()) - 96) < 8, "it is grey where it was dragged across"
    async with served.client() as client:
        await client.post(f"/runs/{trace.trace_id}/cover/s0")
        strange = await client.post(f"/runs/{trace.trace_id}/cover/s0", data={"x": "left"})
    assert (await served.store.covers.of("private"), strange.status_code) == ({}, 422)


async def test_a_picture_that_is_gone_is_said_in_its_place(served: Served, page: Page) -> None:
    trace = await keep_run(served.store, 104, recording="gone", shade=77)
    for step in (await served.store.trace(trace.trace_id)).steps:
        path = await served.store.picture_path(step.picture)
        assert path is not None
        path.unlink()
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await expect(page.get_by_text("This picture is not kept any more.").first).to_be_visible()


async def test_what_a_hostile_page_said_is_shown_and_not_run(served: Served, page: Page) -> None:
    for path in ("/runs", f"/runs/{103:032x}"):
        await page.goto(served.origin + path)
        await expect(page.get_by_text("onerror=").first).to_be_visible()
        assert "taken" not in await page.title()
        assert await page.locator("img[src=x], main script").count() == 0


async def test_a_run_that_begins_appears_by_itself(served: Served, page: Page) -> None:
    await page.goto(served.origin + "/runs?recording=new")
    await expect(page.get_by_text("No runs like that")).to_be_visible()
    await served.store.begin(Trace(trace_id="f" * 32, recording="new", started_at=1_790_000_500.0))
    await expect(page.locator("[data-entry]")).to_have_count(1)


async def test_a_run_is_a_file_for_people_programs_and_servers(served: Served) -> None:
    at = f"/runs/{103:032x}/report"
    async with served.client() as client:
        html, told, junit = [await client.get(f"{at}.{kind}") for kind in ("html", "json", "xml")]
        assert (await client.get(f"{at}.exe")).status_code == 404
    assert "attachment" in html.headers["content-disposition"]
    assert "<script>document" not in html.text
    assert Trace.model_validate_json(told.text).trace_id == f"{103:032x}"
    assert ElementTree.fromstring(junit.text)[0].attrib["failures"] == "1"


def test_a_difference_is_a_picture_also_of_unequal_sizes_and_none_of_what_is_no_picture() -> None:
    smaller = bytes(cv2.imencode(".png", np.full((200, 320, 3), 230, np.uint8))[1].tobytes())
    assert (difference(smaller, picture(230)) or b"").startswith(b"\xff\xd8")
    assert difference(b"none", picture(230)) is None


@pytest.mark.parametrize("path", ["/runs/" + "0" * 32, "/runs/x'x", "/runs/" + "0" * 32 + "/difference/1"])
async def test_a_run_that_is_not_there_is_said(served: Served, path: str) -> None:
    async with served.client() as client:
        answer = await client.get(path)
    assert (answer.status_code, "Traceback" in answer.text) == (404, False)


@pytest.mark.parametrize(("scheme", "width"), across(["light", "dark"], ["1280", "390"]))
async def test_everybody_can_use_the_list_and_a_run(served: Served, browser: Browser, scheme: str, width: str) -> None:
    kind = {"color_scheme": scheme, "viewport": {"width": int(width), "height": 720}}
    context = await browser.new_context(**kind)  # type: ignore[arg-type]
    page = await served.page(context)
    assert await serious(page) == []
    await page.goto(f"{served.origin}/runs/{101:032x}")
    assert await serious(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off at the side"
    await context.close()


async def test_runs_of_an_older_store_are_found_by_what_stood_in_their_documents_alone(tmp_path: Path) -> None:
    made_by("0004", tmp_path / "showonce.db")
    async with open_store(tmp_path) as store:
        found = [
            len(await store.runs.page(wanted))
            for wanted in (Wanted(batch="abcdef"), Wanted(app="http://desk.test"), Wanted(batch="0000"))
        ]
    assert found == [1, 1, 0]
