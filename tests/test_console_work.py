"""Batches, workflows and schedules in the console: begun, looked at while they run, stopped, answered and repeated."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.async_api import Browser, Page, expect

from demo.examples import FOLDER
from demo.flows import PASSWORD
from recordings.batch import BatchSettings
from recordings.session import SavedSession
from review.work.acts import Rows
from showonce.sessions import shelf_of
from tests.pages.axe import serious
from tests.pages.console import Served, served_console
from tests.pages.faulty import Faulty, faulty_desk

_ASKS = """
format: 1
name: New people
inputs:
  people: {kind: rows, default: people.csv}
stages:
  - name: ask
    approval: {who: [ada@example.com], message: "May they be added?", timeout: 1d, default: refuse}
  - name: add
    needs: [ask]
    recording: add
    for_each: {input: people}
"""


@pytest.fixture(scope="module")
async def desk() -> AsyncIterator[Faulty]:
    async with faulty_desk() as running:
        yield running


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(FOLDER / "add-customer", home / "recordings" / "add")
    (home / "workflows").mkdir()
    (home / "workflows" / "people.yaml").write_text(_ASKS)
    (home / "workflows" / "people.csv").write_text("full_name,email\nEva Roth,eva@example.com\n")
    (home / "workflows" / "broken.yaml").write_text("format: 1\nname: <b>Broken</b>\nstages: []\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", PASSWORD)
        async with served_console(home, agents=2) as running:
            yield running


@pytest.fixture(scope="module")
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    page = await served.page(context)
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    await context.close()


def _settings(desk: Faulty) -> BatchSettings:
    return BatchSettings(agents=2, retries=0, step_s=5, settle_s=1, base_url=desk.url)


async def test_a_batch_is_seen_to_its_end_and_a_row_that_was_lost_is_answered_for(
    served: Served, desk: Faulty, page: Page
) -> None:
    desk.lose = 1
    rows = Rows(b"full_name,email\nAda <b>One</b>,a1@example.com\nAda Two,a2@example.com\n", "people.csv")
    batch = await served.console.work.run_rows("add", rows, _settings(desk))
    await page.goto(f"{served.origin}/batches/{batch.id}")
    await expect(page.get_by_text("2 of 2")).to_be_visible(timeout=60_000)
    await expect(page.get_by_text("1 waiting")).to_be_visible()
    await expect(page.get_by_text("Ada <b>One</b>")).to_be_visible()
    async with served.client() as client:
        queue = (await client.get("/review")).text
    assert "Say what became of it" in queue
    await page.get_by_role("button", name="It is there").click()
    await expect(page.get_by_text("It is kept as done.")).to_be_visible()
    await expect(page.get_by_text("2 passed")).to_be_visible()
    await expect(page.locator("#rows .state.passed")).to_have_count(2)
    assert await serious(page) == []


async def test_a_row_is_repeated_alone_and_the_others_stay_held(served: Served, desk: Faulty, page: Page) -> None:
    work, batches = served.console.work, served.store.batches
    rows = Rows(b"full_name,email\nOdd One,no address\nHeld One,h1@example.com\n", "people.csv")
    settings = _settings(desk).model_copy(update={"mode": "sequential", "on_failure": "stop", "step_s": 2})
    batch = await work.run_rows("add", rows, settings)
    await page.goto(f"{served.origin}/batches/{batch.id}")
    await expect(page.locator(".top .state.stopped")).to_be_visible(timeout=60_000)
    before = (await batches.item(f"{batch.id}:1")).trace_id
    with desk.keeping("GET /login"):
        await page.get_by_role("button", name="Again").press("Enter")
        await expect(page.get_by_text("Only row 1 is repeated")).to_be_visible()
    await expect(page.locator(".top .state.stopped")).to_be_visible(timeout=60_000)
    assert (await batches.item(f"{batch.id}:1")).trace_id != before
    assert (await batches.item(f"{batch.id}:2")).status == "queued"
    await work.cancel_batch(batch.id)


async def test_rows_are_taken_away_as_files_that_no_spreadsheet_runs(served: Served, desk: Faulty) -> None:
    rows = Rows(b"full_name,email\n=1+2,f@example.com\n", "people.csv")
    batch = await served.console.work.run_rows("add", rows, _settings(desk))
    await served.console.work.pause_batch(batch.id)
    async with served.client() as client:
        at = f"/batches/{batch.id}/report"
        csv, told, junit = [(await client.get(f"{at}.{kind}")).text for kind in ("csv", "json", "xml")]
    assert "'=1+2" in csv
    assert json.loads(told)["items"][0]["inputs"]["full_name"] == "=1+2"
    assert ElementTree.fromstring(junit)[0].attrib["tests"] == "1"
    await served.console.work.cancel_batch(batch.id)


async def test_a_workflow_is_begun_answered_and_done_by_the_consoles_own_agents(
    served: Served, desk: Faulty, page: Page
) -> None:
    recording = served.settings.recordings / "add" / "recording.json"
    was = json.loads(recording.read_text())
    recording.write_text(recording.read_text().replace(was["start"].rpartition("/")[0], desk.url))
    await page.goto(served.origin + "/workflows")
    await expect(page.get_by_text("stages").first).to_be_visible()
    await page.get_by_role("form", name="Begin people.yaml").get_by_role("button", name="Begin").click()
    await expect(page.get_by_text("May they be added?")).to_be_visible(timeout=20_000)
    assert await serious(page) == []
    await page.get_by_role("button", name="Approve").press("Enter")
    await expect(page.get_by_text("Kept: approved by ada@example.com.")).to_be_visible()
    await expect(page.locator(".top .state.passed")).to_be_visible(timeout=60_000)
    assert (await desk.stored())["Eva Roth"] == 1


async def test_a_schedule_is_kept_run_now_and_taken_away(served: Served, page: Page, tmp_path: Path) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("Who,email\nNow One,n@example.com\n")
    await page.goto(served.origin + "/schedules")
    await page.get_by_label("Name").fill("morning")
    await page.get_by_label("Table").fill(str(data))
    await page.get_by_label("When").fill("never")
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.locator(".notice.trouble").last).to_be_visible()
    await page.get_by_label("When").fill("0 7 * * mon")
    await page.get_by_label("Begin also while").press("Space")
    await page.get_by_text("Columns, and what tells rows apart").press("Enter")
    await page.get_by_label("Columns that are called otherwise").fill("Who = full_name")
    await page.get_by_label("The input that tells rows apart").fill("email")
    await page.get_by_label("Recording that finds what a row makes").select_option("add")
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.get_by_role("cell", name="morning")).to_be_visible()
    kept = await served.store.schedules.get("morning")
    assert kept is not None
    assert (kept.document["overlap"], kept.document["skip_bad"]) == (True, False)
    assert (kept.document["columns"], kept.document["key"]) == ({"Who": "full_name"}, "email")
    assert kept.document["probe"].endswith("/add")
    assert await serious(page) == []
    await page.get_by_role("button", name="Run now").click()
    await expect(page.get_by_text("1 rows are queued")).to_be_visible(timeout=20_000)
    (batch,) = await served.store.batches.list(1)
    await served.console.work.cancel_batch(batch.id)
    await page.get_by_role("button", name="Pause").press("Enter")
    await expect(page.locator("#schedules .state.paused")).to_be_visible()
    held = await served.store.schedules.get("morning")
    assert held is not None
    assert held.next_at is None
    await page.get_by_role("button", name="Go on").press("Enter")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    again = await served.store.schedules.get("morning")
    assert again is not None
    assert again.next_at == kept.next_at
    await page.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("No schedules yet")).to_be_visible()


async def test_a_schedule_begins_signed_in_by_a_saved_session_that_is_chosen(
    served: Served, page: Page, tmp_path: Path
) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("full_name,email\nNow One,n@example.com\n")
    await page.goto(served.origin + "/schedules")
    await expect(page.get_by_label("Begin signed in")).to_have_count(0)  # there is none to choose
    kept = SavedSession(url="https://desk.example.com/login", version="1", signed_in_at=1, saved_at=1)
    await shelf_of(served.store, served.settings).put("desk@ada", kept)
    await page.reload()
    await page.get_by_label("Name").fill("signed in")
    await page.get_by_label("Table").fill(str(data))
    await page.get_by_label("Begin signed in").select_option("desk@ada")
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.get_by_role("cell", name="signed in")).to_contain_text("desk@ada")
    schedule = await served.store.schedules.get("signed in")
    assert schedule is not None
    assert schedule.document["settings"]["session"] == "desk@ada"
    await served.store.schedules.remove("signed in")


@pytest.mark.parametrize("session", ["/etc/passwd", "home/state.json", "gone"])
async def test_a_schedule_with_a_session_that_is_not_kept_is_refused(
    served: Served, session: str, tmp_path: Path
) -> None:
    data = tmp_path / "rows.csv"
    data.write_text("full_name,email\nNow One,n@example.com\n")
    given = {"name": "x", "recording": "add", "data": str(data), "cron": "0 7 * * mon", "session": session}
    async with served.client() as client:
        answer = await client.post("/schedules", data=given)
    assert answer.status_code == 409 and "session" in answer.text
    assert await served.store.schedules.get("x") is None


async def test_workflows_are_a_page_at_a_time(served: Served) -> None:
    async with served.client() as client:
        answer = await client.get("/workflows?page=2")
        strange = await client.post("/schedules", data={"name": "x", "recording": "add", "columns": "nothing"})
    assert "There are no older ones" in answer.text
    assert (strange.status_code, "says no column" in strange.text) == (409, True)


@pytest.mark.parametrize("path", ["/batches/0000", "/workflows/0000", "/batches/'x"])
async def test_what_is_not_there_is_said(served: Served, path: str) -> None:
    async with served.client() as client:
        answer = await client.get(path)
    assert (answer.status_code, "Traceback" in answer.text) == (404, False)
