"""Runs of the console that wait for a person: opened live, helped, and gone on with; or left, paused and cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from agents.live.help import Help
from recordings.batch import FINAL, Batch, BatchSettings, Item
from recordings.recording import Recording
from recordings.steps import target_of
from tests.pages.afar import opened_help
from tests.pages.axe import serious
from tests.pages.console import Served, served_console
from tests.pages.site import Site
from tests.pages.stage import Stage
from tests.pages.stuck import CODE, recorded

T = TypeVar("T")
SOON_S = 40
QUICK = {"step_s": 5, "retries": 0, "pictures": "steps"}
"""For runs that get stuck at one step, which waits it out; the others must come through in that time."""


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home"), agents=1) as running:
        yield running


@pytest.fixture(scope="module")
def known() -> dict[str, Recording]:
    return {}


@pytest.fixture
async def stuck(served: Served, stage: Stage, known: dict[str, Recording]) -> Recording:
    """The recording, as it was shown, in the console's folder."""
    recording = await recorded(stage, known)
    recording.save(served.settings.recordings / "stuck")
    return recording


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield made
    await made.close()


@asynccontextmanager
async def begun(served: Served, help_s: float = 60) -> AsyncIterator[tuple[Batch, Help]]:
    """A run that waits for a person; cancelled at the end if it is not over."""
    batch = await served.console.work.run_once("stuck", {}, BatchSettings(help_s=help_s, **QUICK))
    try:
        yield batch, (await until(waiting_in(served)))[0]
    finally:
        if (await the_item(served, batch)).status not in FINAL:
            await served.console.work.cancel_batch(batch.id)
            await ended(served, batch)


async def the_item(served: Served, batch: Batch) -> Item:
    return (await served.store.batches.items(batch.id))[0]


async def ended(served: Served, batch: Batch) -> Item:
    """The item once it is over."""

    async def over() -> Item | None:
        item = await the_item(served, batch)
        return item if item.status in FINAL else None

    return await until(over)


async def until(ask: Callable[[], Awaitable[T | None]]) -> T:
    """The first answer that is one."""
    async with asyncio.timeout(SOON_S):
        while not (answer := await ask()):  # noqa: ASYNC110 - others write what is asked for
            await asyncio.sleep(0.05)
    return answer


def waiting_in(served: Served) -> Callable[[], Awaitable[list[Help]]]:
    async def waiting() -> list[Help]:
        return served.console.desk.waiting

    return waiting


async def test_an_ambiguous_element_is_pointed_at_and_the_next_run_passes_alone(
    served: Served, stuck: Recording, site: Site, context: BrowserContext
) -> None:
    site.variant = {"twins": True}
    async with begun(served) as (batch, waiting):
        human, tab = await opened_help(served, context, waiting)
        await tab.get_by_role("button", name="Point at the element").click()
        await human.click("[data-testid=check-invoice]")
        await expect(tab.locator("#pointed")).to_contain_text("button 'Check'")
        await tab.get_by_label("Use it from now on").check()
        await tab.get_by_role("button", name="This is the element: go on").click()
        await tab.wait_for_url(f"**/runs/{waiting.need.trace_id}")
        item = await ended(served, batch)
    assert (item.status, site.posts) == ("passed", ["ada"])
    accepted = await until(lambda: served.store.heals(status="accepted"))
    kept = Recording.load(served.settings.recordings / "stuck")
    assert [target_of(step) for step in kept.steps if step.id == accepted[0].step_id] == [accepted[0].new]
    alone = await served.console.work.run_once("stuck", {}, BatchSettings(**QUICK))
    assert ((await ended(served, alone)).status, site.posts) == ("passed", ["ada", "ada"])


async def test_a_run_that_waits_for_help_is_told_from_those_that_run(
    served: Served, stuck: Recording, site: Site, context: BrowserContext
) -> None:
    site.variant = {"twins": True}
    async with begun(served) as (batch, _):
        tab = await served.page(context, f"/batches/{batch.id}")
        await expect(tab.locator("#rows .state")).to_have_text("waits for help")
        await tab.get_by_role("link", name="waits for help").click()
        await expect(tab.locator("#rows tbody tr")).to_have_count(1)
        await tab.goto(f"{served.origin}/batches")
        await expect(tab.get_by_text("1 waits for help")).to_be_visible()
        await tab.goto(f"{served.origin}/runs")
        await tab.get_by_label("Status").select_option("waits for help")
        await tab.get_by_role("button", name="Filter").click()
        await tab.wait_for_url("**status=*")
        await expect(tab.locator("#found tbody tr")).to_have_count(1)
        await expect(tab.locator("#found .state.waiting")).to_have_text("waits for help")
        assert await serious(tab) == []


async def test_on_a_touch_screen_the_element_is_pointed_at_by_a_tap(
    served: Served, stuck: Recording, site: Site, browser: Browser
) -> None:
    site.variant = {"twins": True}
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    async with begun(served) as (_, waiting):
        human, tab = await opened_help(served, context, waiting)
        await tab.get_by_role("button", name="Point at the element").tap()
        spot = await human.page.locator("[data-testid=check-invoice]").bounding_box()
        await tab.locator("#hands").scroll_into_view_if_needed()
        field = await tab.locator("#hands").bounding_box()
        assert spot is not None and field is not None
        scale = field["width"] / 1280
        x, y = (spot["x"] + spot["width"] / 2) * scale, (spot["y"] + spot["height"] / 2) * scale
        await tab.touchscreen.tap(field["x"] + x, field["y"] + y)
        await expect(tab.locator("#pointed")).to_contain_text("button 'Check'")
        assert "checked" not in await human.page.locator("body").inner_text()
    await context.close()


async def test_a_code_is_typed_by_a_person_and_kept_nowhere(
    served: Served, stuck: Recording, site: Site, context: BrowserContext, caplog: pytest.LogCaptureFixture
) -> None:
    site.variant = {"code": True}
    async with begun(served) as (batch, waiting):
        human, tab = await opened_help(served, context, waiting)
        await human.type("#code", CODE)
        await human.press("Enter")
        await tab.get_by_role("button", name="Try again").click()
        await tab.wait_for_url("**/runs/*")
        item = await ended(served, batch)
    trace = await served.store.trace(item.trace_id)
    assert (item.status, site.posts) == ("passed", ["ada"]), trace.failure
    assert [each.did for step in trace.steps for each in step.helped] == ["again"]
    assert (_holding(served.settings.home, CODE), CODE in caplog.text) == ([], False)


async def test_on_a_phone_a_run_that_waits_is_seen_from_every_room(
    served: Served, stuck: Recording, site: Site, context: BrowserContext
) -> None:
    page = await served.page(context, "/runs")
    await page.set_viewport_size({"width": 390, "height": 844})
    site.variant = {"lost": True}
    async with begun(served):
        await expect(page.locator("#asking .badge")).to_be_in_viewport(ratio=1)
        for path in ("/users", "/recordings"):
            await page.goto(served.origin + path)
            await expect(page.locator("#asking .badge")).to_be_in_viewport(ratio=1)
            await expect(page.locator(".bar nav [aria-current]")).to_be_in_viewport(ratio=1)


@pytest.mark.slow
async def test_what_a_person_saves_in_the_live_page_is_saved_once(
    served: Served, stuck: Recording, site: Site, context: BrowserContext
) -> None:
    site.variant = {"called": "Keep it all"}
    async with begun(served) as (batch, waiting):
        human, tab = await opened_help(served, context, waiting)
        await human.click("text=Keep it all")
        await tab.get_by_role("button", name="I did this step: go on").click()
        await tab.wait_for_url("**/runs/*")
        item = await ended(served, batch)
    assert (item.status, site.posts) == ("passed", ["ada"])
    assert [commit.state for commit in await served.store.ledger.commits(item.id)] == ["done"]


@pytest.mark.slow
async def test_a_press_that_made_the_way_free_is_kept_as_an_optional_step(
    served: Served, stuck: Recording, site: Site, context: BrowserContext
) -> None:
    site.variant = {"covered": True}
    async with begun(served) as (batch, waiting):
        human, tab = await opened_help(served, context, waiting)
        await human.click("text=Close the news")
        await tab.get_by_label("keep what I pressed as optional steps").check()
        await tab.get_by_role("button", name="Try again").click()
        await tab.wait_for_url("**/runs/*")
        assert (await ended(served, batch)).status == "passed"
    kept = await until(lambda: _with_more_steps(served, stuck))
    (added,) = [step for step in kept.steps if step.optional]
    assert (added.kind, "Close the news" in added.words) == ("click", True)
    for release in ({"covered": True}, None):
        site.variant = release
        alone = await served.console.work.run_once("stuck", {}, BatchSettings(**QUICK))
        assert (await ended(served, alone)).status == "passed"
    assert site.posts == ["ada"] * 3


async def _with_more_steps(served: Served, before: Recording) -> Recording | None:
    kept = Recording.load(served.settings.recordings / "stuck")
    return kept if len(kept.steps) > len(before.steps) else None


@pytest.mark.slow
async def test_where_nobody_comes_the_row_waits_and_the_agent_goes_on(
    served: Served, stuck: Recording, site: Site
) -> None:
    site.variant = {"lost": True}
    async with begun(served, help_s=0.5) as (batch, waiting):
        item = await ended(served, batch)
    assert (item.status, item.note.partition(".")[0]) == ("waiting", "Nobody came to help within 0")
    assert (waiting.is_over, served.console.desk.waiting) == (True, [])
    site.variant = None
    after = await served.console.work.run_once("stuck", {}, BatchSettings(**QUICK))
    assert (await ended(served, after)).status == "passed"


@pytest.mark.slow
@pytest.mark.parametrize("what", ["cancelled", "stopped"])
async def test_a_run_that_waits_can_be_ended(
    served: Served, stuck: Recording, site: Site, context: BrowserContext, what: str
) -> None:
    site.variant = {"lost": True}
    async with begun(served) as (batch, waiting):
        if what == "cancelled":
            await served.console.work.cancel_batch(batch.id)
        else:
            _, tab = await opened_help(served, context, waiting)
            await tab.get_by_role("button", name="Stop the run").click()
            await tab.get_by_role("button", name="Stop it").click()
            await tab.wait_for_url("**/runs/*")
        item = await ended(served, batch)
    assert (item.status, site.posts) == ("cancelled" if what == "cancelled" else "failed", [])


@pytest.mark.slow
async def test_one_has_it_in_hand_and_the_other_looks_on_until_they_leave(
    served: Served, stuck: Recording, site: Site, context: BrowserContext
) -> None:
    site.variant = {"code": True}
    async with begun(served) as (_, waiting):
        _, first = await opened_help(served, context, waiting)
        assert await serious(first) == []
        human, second = await opened_help(served, context, waiting)
        await expect(second.locator("#not-yours")).to_be_visible()
        await expect(second.get_by_role("button", name="Try again")).to_be_disabled()
        assert await serious(second) == []
        await first.close()
        await expect(second.locator("#not-yours")).to_be_hidden()
        await human.type("#code", CODE)
        await human.press("Enter")
        await second.get_by_role("button", name="Try again").click()
        await second.wait_for_url("**/runs/*")


def _holding(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]
