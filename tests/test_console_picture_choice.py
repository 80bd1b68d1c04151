"""Pictures of failures or of every step, chosen wherever the console begins something."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from demo.examples import FOLDER
from demo.flows import PASSWORD
from tests.pages.axe import serious
from tests.pages.console import Served, served_console

_FLOW = """
format: 1
name: New people
inputs:
  people: {kind: rows, default: people.csv}
stages:
  - name: add
    recording: add
    for_each: {input: people}
"""
_TABLE = "full_name,email\nEva Roth,eva@example.com\n"


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """A console without agents: what is begun stays queued."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(FOLDER / "add-customer", home / "recordings" / "add")
    for folder, file, text in (("workflows", "people.yaml", _FLOW), ("workflows", "people.csv", _TABLE)):
        (home / folder).mkdir(exist_ok=True)
        (home / folder / file).write_text(text)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", PASSWORD)
        async with served_console(home) as running:
            yield running


_RUN = {"input.full_name": "Eva Roth", "input.email": "eva@example.com"}


@pytest.mark.parametrize(("asked", "kept"), [({}, "marked"), ({"pictures": "failure"}, "failure")])
async def test_a_run_keeps_the_pictures_that_were_asked_for(served: Served, asked: dict[str, str], kept: str) -> None:
    async with served.client() as client:
        answer = await client.post("/uploads/recordings/add/run", data={**_RUN, **asked})
        assert (await client.post("/uploads/recordings/add/run", data={**_RUN, "pictures": "all"})).status_code == 409
    batch = await served.store.batches.batch(answer.headers["HX-Redirect"].rpartition("/")[2])
    assert batch.settings.pictures == kept


@pytest.mark.parametrize(("asked", "kept"), [({}, "failure"), ({"pictures": "steps"}, "steps")])
async def test_a_table_and_a_workflow_too(served: Served, asked: dict[str, str], kept: str) -> None:
    async with served.client() as client:
        table = {"table": ("people.csv", _TABLE.encode())}
        batch_at = await client.post(
            "/uploads/recordings/add/rows", data={"again": "yes", "pictures": kept}, files=table
        )
        flow_at = await client.post("/workflows", data={"file": "people.yaml", **asked})
    batch = await served.store.batches.batch(batch_at.headers["HX-Redirect"].rpartition("/")[2])
    flow = await served.store.flows.flow(flow_at.headers["HX-Redirect"].rpartition("/")[2])
    assert (batch.settings.pictures, flow.settings.pictures) == (kept, kept)


async def test_the_form_of_schedules_asks_which(served: Served, browser: Browser) -> None:
    (served.settings.home / "tables").mkdir()
    (served.settings.home / "tables" / "people.csv").write_text(_TABLE)
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await served.page(context, "/schedules")
    await page.get_by_label("Name").fill("morning")
    await page.get_by_label("Table").fill(str(served.settings.home / "tables" / "people.csv"))
    await expect(page.get_by_label("Pictures")).to_have_value("failure")
    await page.get_by_label("Pictures").select_option("of every step")
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.get_by_text("pictures of every step")).to_be_visible()
    kept = await served.store.schedules.get("morning")
    assert kept is not None
    assert kept.document["settings"]["pictures"] == "steps"
    assert await serious(page) == []
    await context.close()
