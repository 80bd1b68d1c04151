"""A batch's page over what is in the store: many rows, hostile texts, rows found by text, its report as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Request, expect

from recordings.batch import Batch, Item, ItemStatus
from recordings.trace import Failure
from tests.pages.axe import serious
from tests.pages.console import Served, served_console
from tests.pages.kept import HOSTILE, keep_run

BATCH, LARGE = "a" * 12, "b" * 12
WRONG = Failure(code="ElementNotFound", message=f"No button {HOSTILE}", mend="Look.")


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        await keep_run(running.store, 1, failure="gone")
        await _keep(running, BATCH, [_item(BATCH, n, "waiting" if n == 2 else "passed") for n in range(1, 61)])
        await _keep(running, LARGE, [_item(LARGE, n, "passed") for n in range(1, 10_001)])
        yield running


@pytest.fixture
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield await served.page(context, f"/batches/{BATCH}")
    await context.close()


def _item(batch: str, number: int, status: ItemStatus) -> Item:
    began = 1_790_000_000.0 + number // 4
    return Item(
        batch_id=batch,
        number=number,
        key=f"{batch}{number}",
        inputs={"name": HOSTILE if number == 2 else f"Person {number}"},
        status=status,
        attempts=1,
        trace_id=f"{1:032x}" if status == "waiting" else "",
        worker=f"w{number % 4}",
        failure=WRONG if status == "waiting" else None,
        note="It may have been sent." if status == "waiting" else "",
        begun_at=began,
        ended_at=began + 0.9,
    )


async def _keep(served: Served, batch_id: str, items: list[Item]) -> None:
    batch = Batch(id=batch_id, trace_id="c" * 32, recording="add", version="v", app="http://desk.test", created_at=1.0)
    await served.store.batches.add(batch, items, again=True)
    await served.store.batches.set_status(batch_id, "paused")


async def test_a_row_that_waits_has_its_picture_and_its_note_beside_the_question(page: Page) -> None:
    row = page.get_by_role("row", name="Row 2 ").or_(page.locator("tr", has_text="It may have been sent."))
    await expect(row.get_by_role("button", name="It is there")).to_be_visible()
    await expect(row.locator("img")).to_have_js_property("naturalWidth", 640)
    assert await page.title() != "taken"
    assert await serious(page) == []


async def test_rows_are_found_by_what_they_say(page: Page) -> None:
    await page.get_by_label("Text in values or errors").fill("person 4")
    await page.keyboard.press("Enter")
    await expect(page.locator("#rows tbody tr")).to_have_count(11)


async def test_the_charts_are_told_as_tables_too(page: Page) -> None:
    await page.get_by_text("As a table").first.click()
    await expect(page.get_by_role("columnheader", name="Rows a minute")).to_be_visible()


async def test_ten_thousand_rows_have_their_charts_and_are_paged(served: Served) -> None:
    async with served.client() as client:
        text = (await client.get(f"/batches/{LARGE}")).text
    assert ("Rows a minute" in text, "the first 9000 rows are left out" in text) == (True, True)
    assert text.count("data-list>") == 1
    assert text.count('class="state passed">passed<') == 50


async def test_the_report_opens_from_disk_alone_and_runs_nothing(
    served: Served, browser: Browser, tmp_path: Path
) -> None:
    async with served.client() as client:
        (tmp_path / "report.html").write_text((await client.get(f"/batches/{BATCH}/report.html")).text)
    context = await browser.new_context()
    page, asked = await context.new_page(), list[str]()

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await page.goto((tmp_path / "report.html").as_uri())
    await expect(page.locator("tbody img")).to_have_count(1)
    await page.get_by_text("Picture", exact=True).click()
    assert await page.locator("tbody img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    assert [each for each in asked if not each.startswith(("file:", "data:"))] == []
    assert await page.title() == f"add, batch {BATCH}"
    await context.close()
