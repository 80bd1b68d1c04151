"""What is told of batches and workflows: as JUnit for CI servers, as HTML with pictures, over time."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from playwright.async_api import Browser, Request, expect

from recordings.batch import ItemStatus
from recordings.cover import Cover, Covers
from recordings.flow import StageRun
from tests.pages.axe import serious
from tests.pages.console import Served, served_console
from tests.pages.kept import keep_run
from tests.pages.kept_work import BEGAN, keep_batch, keep_flow, row

_ASKED = StageRun(status="running", message="May it be paid?", asked_at=BEGAN + 9, began_at=BEGAN + 9)
_REFUSED = StageRun(
    status="failed",
    message="May it be paid?",
    decision="refused",
    decided_by="ada",
    note="not this week",
    began_at=BEGAN + 9,
    ended_at=BEGAN + 20,
)
_FOUND = StageRun(status="passed", closed=True, began_at=BEGAN, ended_at=BEGAN + 9)


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


async def _told(served: Served, address: str) -> ElementTree.Element:
    async with served.client() as client:
        return ElementTree.fromstring((await client.get(f"{address}/report.xml")).text)


def _counted(told: ElementTree.Element) -> dict[str, tuple[str, str, str]]:
    """Of each suite its cases, failures and skipped ones."""
    names = ("tests", "failures", "skipped")
    return {suite.attrib["name"]: (*(suite.attrib[name] for name in names),) for suite in told}  # type: ignore[misc]


async def test_a_batch_under_way_has_neither_failures_nor_negative_times_for_ci(served: Served) -> None:
    statuses: tuple[ItemStatus, ...] = ("passed", "running", "queued")
    await keep_batch(served.store, "1" * 12, [row("1" * 12, at, status) for at, status in enumerate(statuses, 1)])
    told = await _told(served, f"/batches/{'1' * 12}")
    assert _counted(told) == {"find-customer": ("3", "0", "2")}
    assert [skipped.attrib["message"] for skipped in told.iter("skipped")] == ["Not over yet.", "Not begun yet."]
    assert [float(case.attrib["time"]) for case in told.iter("testcase")] == [0.5, 0, 0]


async def test_a_workflow_whose_approval_was_refused_fails_in_ci_and_says_why(served: Served) -> None:
    await keep_batch(served.store, "2" * 12, [row("2" * 12, 1, "passed")], status="done", flow="a" * 12, stage="find")
    pay = StageRun(status="skipped", why="What it needs was skipped, or refused.")
    await keep_flow(served.store, "a" * 12, status="failed", find=_FOUND, ask=_REFUSED, pay=pay)
    told = await _told(served, f"/workflows/{'a' * 12}")
    assert _counted(told) == {
        "Pay: find": ("1", "0", "0"),
        "Pay: ask": ("1", "1", "0"),
        "Pay: pay": ("1", "0", "1"),
        "Pay": ("1", "1", "0"),
    }
    assert [failure.text for failure in told.iter("failure")] == ["Refused by ada: not this week", "It failed."]


async def test_a_workflow_under_way_has_what_is_not_over_as_skipped(served: Served) -> None:
    rows = [row("3" * 12, 1, "passed"), row("3" * 12, 2, "running")]
    await keep_batch(served.store, "3" * 12, rows, flow="b" * 12, stage="find")
    await keep_flow(served.store, "b" * 12, find=StageRun(status="running", began_at=BEGAN), ask=_ASKED)
    told = await _told(served, f"/workflows/{'b' * 12}")
    assert sum(int(suite.attrib["failures"]) for suite in told) == 0
    said = ["Not over yet.", "Waits for an answer.", "Not begun yet.", "Not over yet."]
    assert [skipped.attrib["message"] for skipped in told.iter("skipped")] == said
    assert all(float(case.attrib["time"]) >= 0 for case in told.iter("testcase"))


async def test_a_batch_that_is_over_says_the_pace_that_it_had(served: Served) -> None:
    rows = [row("4" * 12, number, "passed") for number in range(1, 11)]
    await keep_batch(served.store, "4" * 12, rows, status="done")
    async with served.client() as client:
        page = (await client.get(f"/batches/{'4' * 12}")).text
    assert "<dt>Pace</dt><dd>63.2 a minute</dd>" in page


async def _failed_flow(served: Served, flow_id: str, batch_id: str, run: int) -> None:
    """One whose first row passed with a picture of each of its 3 steps, and whose second failed in its third."""
    traces = [(await keep_run(served.store, run + at, failure="gone" if at else "")).trace_id for at in (0, 1)]
    rows = [row(batch_id, 1, "passed", traces[0]), row(batch_id, 2, "failed", traces[1])]
    await keep_batch(served.store, batch_id, rows, status="done", flow=flow_id, stage="find")
    find = StageRun(status="failed", closed=True, began_at=BEGAN, ended_at=BEGAN + 9)
    await keep_flow(served.store, flow_id, status="failed", find=find)


async def _report(served: Served, address: str) -> str:
    async with served.client() as client:
        return (await client.get(f"{address}/report.html")).text


async def test_a_workflows_report_has_the_pictures_of_rows_that_failed_and_asks_nobody_else(
    served: Served, browser: Browser, tmp_path: Path
) -> None:
    await _failed_flow(served, "c" * 12, "5" * 12, 11)
    (tmp_path / "flow.html").write_text(await _report(served, f"/workflows/{'c' * 12}"))
    page, asked = await browser.new_page(), list[str]()

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    await page.goto((tmp_path / "flow.html").as_uri())
    await page.locator(".item .name.failed").click()
    await page.get_by_text("What its run saw last").click()
    await expect(page.get_by_role("img", name="What the run of row 2 saw last")).to_have_js_property(
        "naturalWidth", 640
    )
    await expect(page.get_by_text("one has the last picture of the run in here. 5 other pictures")).to_be_visible()
    assert [each for each in asked if not each.startswith(("file:", "data:"))] == []
    await page.close()


async def test_what_is_covered_is_covered_in_a_workflows_report(served: Served) -> None:
    await _failed_flow(served, "d" * 12, "6" * 12, 21)
    await served.store.covers.put("add", "s2", Covers(parts=(Cover(x=0, y=0, width=1, height=1),)))
    told = (await _report(served, f"/workflows/{'d' * 12}")).partition("data:image/jpeg;base64,")[2].partition('"')[0]
    image = cv2.imdecode(np.frombuffer(b64decode(told), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    assert np.ptp(image) < 8


async def test_a_batchs_report_says_how_many_pictures_are_left_out(served: Served) -> None:
    await _failed_flow(served, "e" * 12, "7" * 12, 31)
    assert "5 other pictures were taken" in await _report(served, f"/batches/{'7' * 12}")


async def test_bars_over_time_say_stage_recording_row_and_state_and_lead_to_the_run(
    served: Served, browser: Browser
) -> None:
    await _failed_flow(served, "f" * 12, "8" * 12, 41)
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await served.page(context, f"/workflows/{'f' * 12}")
    gantt = page.get_by_role("figure")
    await expect(gantt.get_by_text("find", exact=True)).to_be_visible()
    await expect(gantt.locator("text.tick")).to_have_text(
        ["0", "200 ms", "400 ms", "600 ms", "800 ms", "1.0 s", "1.2 s", "1.4 s"]
    )
    await expect(gantt.get_by_role("list", name="What the colours say")).to_have_text(
        re.compile(r"\s*passed\s*failed\s*")
    )
    graph = page.get_by_role("link", name="find: find-customer; failed, 2 of 2 rows")
    await expect(graph).to_have_attribute("href", f"/batches/{'8' * 12}")
    await expect(
        page.get_by_label("Stages", exact=True).get_by_role("link", name="find-customer", exact=True)
    ).to_be_visible()
    assert await serious(page) == []
    await gantt.get_by_role("link", name="find, find-customer, row 2: failed, 500 ms").click()
    await expect(page).to_have_url(re.compile(f"/runs/{42:032x}$"))
    await context.close()
