"""A workflow paused in the console: rows at work end, no others begin, and it goes on where it was."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from demo.examples import FOLDER
from demo.flows import PASSWORD
from recordings.recording import Recording
from tests.pages.console import Served, served_console
from tests.pages.faulty import Faulty, faulty_desk

_ROWS = 5
_FLOW = """
format: 1
name: New people
inputs:
  people: {kind: rows, default: people.csv}
stages:
  - name: add
    recording: add
    agents: 1
    for_each: {input: people}
"""


@pytest.fixture
async def desk() -> AsyncIterator[Faulty]:
    async with faulty_desk() as running:
        yield running


@pytest.fixture
async def served(tmp_path: Path, desk: Faulty) -> AsyncIterator[Served]:
    recording = Recording.load(FOLDER / "add-customer")
    shutil.copytree(FOLDER / "add-customer", tmp_path / "recordings" / "add")
    document = tmp_path / "recordings" / "add" / "recording.json"
    document.write_text(document.read_text().replace(recording.start.rpartition("/")[0], desk.url))
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "people.yaml").write_text(_FLOW)
    rows = "".join(f"Person {number},p{number}@example.com\n" for number in range(1, _ROWS + 1))
    (tmp_path / "workflows" / "people.csv").write_text(f"full_name,email\n{rows}")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", PASSWORD)
        async with served_console(tmp_path, agents=2) as running:
            yield running


@pytest.fixture
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield await served.page(context)
    await context.close()


async def _until(ask: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await ask():  # noqa: ASYNC110 - others write what is asked for
            await asyncio.sleep(0.05)


async def test_a_paused_workflow_ends_what_is_at_work_begins_no_more_and_goes_on_where_it_was(
    served: Served, desk: Faulty, page: Page
) -> None:
    async def counts() -> dict[str, int]:
        batches = [each.id for each in await served.store.flows.batches(flow_id)]
        found = await served.store.tallies.counts_of(batches)
        return {
            status: sum(each.get(status, 0) for each in found.values()) for status in ("running", "queued", "passed")
        }

    async def at_work() -> bool:
        return (await counts())["running"] > 0

    async def at_rest() -> bool:
        flow = await served.store.flows.flow(flow_id)
        return not (await counts())["running"] and not flow.worker

    with desk.holding():
        flow_id = await served.console.work.begin_flow("people.yaml", {}, "ada", from_disk=True)
        await _until(at_work)
        await page.goto(f"{served.origin}/workflows/{flow_id}")
        await page.get_by_role("button", name="Pause").click()
        await expect(page.locator(".top .state.paused")).to_be_visible()
        await expect(page.get_by_text("Paused by ")).to_be_visible()
    await _until(at_rest)
    assert await counts() == {"running": 0, "queued": _ROWS - 1, "passed": 1}
    assert {batch.status for batch in await served.store.flows.batches(flow_id)} == {"paused"}
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator(".top .state.passed")).to_be_visible(timeout=60_000)
    stored = await desk.stored()
    assert [stored[f"Person {number}"] for number in range(1, _ROWS + 1)] == [1] * _ROWS
