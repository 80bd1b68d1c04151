"""The console on stores as they come: empty, of an older version, written meanwhile, and with pictures gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from recordings.trace import StepRecord, Trace
from store import open_store
from tests.pages.console import Served, served_console
from tests.pages.kept import keep_run, picture
from tests.pages.older import made_by

EMPTY = {
    "/runs": "No runs yet",
    "/review": "Nothing waits to be looked at",
    "/heals": "No proposals wait for a decision",
    "/recordings": "No recordings yet",
    "/batches": "No batches yet",
    "/workflows": "No workflow was begun yet",
    "/schedules": "No schedules yet",
}
LISTS = tuple(EMPTY)


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield await served.page(context)
    await context.close()


async def test_an_empty_store_says_on_each_screen_what_to_do_first(tmp_path: Path) -> None:
    async with served_console(tmp_path) as fresh, fresh.client() as client:
        answers = {path: await client.get(path) for path in EMPTY}
    told = {path: (answer.status_code, EMPTY[path] in answer.text) for path, answer in answers.items()}
    assert told == dict.fromkeys(EMPTY, (200, True))


async def test_a_store_of_an_older_version_is_shown_as_any(tmp_path: Path) -> None:
    made_by("0004", tmp_path / "showonce.db")
    async with served_console(tmp_path) as older, older.client() as client:
        answers = {path: (await client.get(path)).status_code for path in LISTS}
        runs = (await client.get("/runs")).text
    assert answers == dict.fromkeys(LISTS, 200)
    assert "/runs/" + "c" * 32 in runs


async def test_all_screens_answer_while_another_process_writes(served: Served) -> None:
    async def write() -> None:
        async with open_store(served.settings.home) as other:
            for number in range(1, 40):
                await keep_run(other, number, recording="busy", failure="Not found", steps=2)

    async with served.client() as client:
        writing = asyncio.create_task(write())
        codes: set[int] = set()
        while not writing.done():
            codes |= {(await client.get(path)).status_code for path in LISTS}
        await writing
    assert codes == {200}


async def test_a_picture_that_is_gone_is_said_in_its_place(served: Served, page: Page) -> None:
    trace = await keep_run(served.store, 101, shade=77, steps=1)
    (step,) = (await served.store.trace(trace.trace_id)).steps
    path = await served.store.picture_path(step.picture)
    assert path is not None
    path.unlink()
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await expect(page.locator(".shown")).to_have_text("This picture is not kept any more.")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator("#viewer-stage")).to_contain_text("This picture is not kept any more.")


async def test_the_steps_of_a_run_appear_as_they_are_done_and_what_is_open_stays(served: Served, page: Page) -> None:
    trace = Trace(trace_id=f"{102:032x}", recording="live", started_at=1_790_000_000.0, total_steps=2)
    await served.store.begin(trace)
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await expect(page.get_by_text("They appear here as they are done.")).to_be_visible()
    await _done(served, trace, 0)
    await expect(page.locator("[data-frame]")).to_have_count(1)
    await page.locator("[data-frame]").focus()
    await _done(served, trace, 1)
    await expect(page.locator("[data-frame]")).to_have_count(2)
    await expect(page.locator("#step-1")).to_be_focused()
    async with page.expect_response(lambda answer: answer.status == 286):  # the last one: it asks no more
        await served.store.finish(trace.model_copy(update={"status": "passed", "ended_at": 1_790_000_009.0}))
    await expect(page.locator(".top .state")).to_have_text("Passed")


async def _done(served: Served, trace: Trace, index: int) -> None:
    record = StepRecord(
        trace_id=trace.trace_id,
        span_id=f"{index:016x}",
        index=index,
        step_id=f"s{index}",
        kind="click",
        words=f"Step {index}",
        started_at=trace.started_at + index,
        outcome="passed",
    )
    await served.store.add_step(record, picture(200, index))
    await served.store.flush(trace.trace_id)
