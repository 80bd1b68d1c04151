"""Files in the console: a person sends one for a run; who did not start the console has none of its machine read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from demo.human import Human
from recordings.recording import Recording
from recordings.roles import Role
from review.work.acts import NewSchedule
from scheduler.rows import RowsBadError
from tests.pages.console import Served, served_console
from tests.pages.site import Site
from tests.pages.stage import Stage

_PATIENCE_S = 20
_TEXT = b"of the person who sends it"


@pytest.fixture
async def served(tmp_path: Path, stage: Stage, site: Site) -> AsyncIterator[Served]:
    """A console that knows how a paper is sent in."""
    paper = tmp_path / "paper.txt"
    paper.write_bytes(b"as it was shown")

    async def shown(human: Human) -> None:
        await human.upload("#paper", str(paper))
        await human.click("text=Send")
        await human.page.wait_for_url("**/saved.html")

    recording = (await stage.show("sent.html", shown)).recording
    site.reset()
    recording.save(tmp_path / "home" / "recordings" / "papers")
    async with served_console(tmp_path / "home", agents=1) as running:
        yield running


@pytest.fixture
async def operator(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with await served.signed_in("olga", Role.OPERATOR) as client:
        yield client


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A file of the console's machine."""
    path = tmp_path / "home" / "private.key"
    path.write_text("of the machine")
    return path


async def passed(served: Served, answer: httpx.Response) -> None:
    """Wait until the batch that an answer leads to passed."""
    assert answer.status_code == 204, answer.text
    batch = answer.headers["HX-Redirect"].rpartition("/")[2]
    for _ in range(_PATIENCE_S * 10):
        if (await served.store.tallies.counts(batch)).get("passed"):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(await served.store.tallies.counts(batch))


async def test_a_person_sends_the_file_for_a_run(
    served: Served, site: Site, browser: Browser, operator: httpx.AsyncClient
) -> None:
    context = await browser.new_context()
    cookies = [{"name": name, "value": value, "url": served.origin} for name, value in operator.cookies.items()]
    await context.add_cookies(cookies)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(served.origin + "/recordings/papers")
    await page.keyboard.press("x")
    dialog = page.get_by_role("dialog")
    sent = {"name": "..\\mine \u00fc.txt", "mimeType": "text/plain", "buffer": _TEXT}
    await dialog.locator("input[type=file]").set_input_files(sent)  # type: ignore[arg-type]
    await dialog.get_by_role("button", name="Run", exact=True).click()
    await page.wait_for_url("**/batches/*")
    await expect(page.get_by_text("passed").first).to_be_visible(timeout=20_000)
    await context.close()
    (body,) = site.bodies
    assert _TEXT in body and "mine \u00fc.txt".encode() in body


async def test_without_one_that_of_the_demonstration_is_sent(
    served: Served, site: Site, operator: httpx.AsyncClient
) -> None:
    answer = await operator.post("/uploads/recordings/papers/run", files={"input.paper": ("", b"")})
    await passed(served, answer)
    assert b"as it was shown" in site.bodies[0]


async def test_who_did_not_start_the_console_names_no_file_of_its_machine(
    served: Served, operator: httpx.AsyncClient, private: Path
) -> None:
    answer = await operator.post("/uploads/recordings/papers/run", data={"input.paper": str(private)})
    assert (answer.status_code, "may not be read" in answer.text) == (409, True)
    table = {"table": ("rows.csv", f"paper\n{private}\n".encode())}
    answer = await operator.post("/uploads/recordings/papers/rows", files=table)
    assert (answer.status_code, "may not be read" in answer.text) == (409, True)
    assert await served.store.batches.list(100) == []


async def test_who_may_not_read_a_file_does_not_learn_whether_it_is_there(
    operator: httpx.AsyncClient, private: Path
) -> None:
    async def told(path: Path) -> str:
        table = {"table": ("rows.csv", f"paper\n{path}\n".encode())}
        answer = await operator.post("/uploads/recordings/papers/preview", files=table)
        return answer.text.replace(str(path), "")

    assert await told(private) == await told(private.with_name("none.key"))


async def test_who_started_the_console_may_name_files_of_its_machine(served: Served, site: Site, private: Path) -> None:
    async with served.client() as client:
        answer = await client.post(
            "/uploads/recordings/papers/rows", files={"table": ("rows.csv", f"paper\n{private}\n".encode())}
        )
    await passed(served, answer)
    assert b"of the machine" in site.bodies[0]


async def test_the_rows_of_a_schedule_of_somebody_else_name_no_files_either(served: Served, private: Path) -> None:
    tables = served.settings.home / "tables"
    tables.mkdir()
    (tables / "rows.csv").write_text(f"paper\n{private}\n")
    schedule = NewSchedule("each-day", "papers", "rows.csv", "0 7 * * *", "UTC")
    with pytest.raises(RowsBadError, match="may not be read"):
        await served.console.work.add_schedule(schedule)


async def test_who_edits_a_recording_has_no_file_of_the_machine_sent_by_others(
    served: Served, operator: httpx.AsyncClient, private: Path
) -> None:
    folder = served.settings.recordings / "papers"
    before = Recording.load(folder)
    given = {"do": "default", "input": before.inputs[0].name, "text": str(private), "sign": ""}
    answer = await operator.post("/recordings/papers/edit", data=given)
    assert (answer.status_code, "names a file of the console" in answer.text) == (409, True), answer.text
    assert Recording.load(folder) == before
