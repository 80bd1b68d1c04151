"""Pointing at the right element in a run's picture: where none was found, and where another one was."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from recordings.inputs import Input
from recordings.recording import Recording
from recordings.target import Description, Target
from recordings.trace import Trace
from replayer import Replayer
from replayer.choices import offered
from replayer.untold import run_values
from tests.pages.axe import serious
from tests.pages.console import Served, served_console
from tests.pages.site import Site
from tests.pages.stage import BRIEF, Stage, fresh

_ANOTHER = "Ask a librarian"


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield await served.page(context)
    await context.close()


async def _failed(served: Served, stage: Stage, name: str) -> Trace:
    """A run of a recording that presses Help, on a release that calls it otherwise."""
    stage.site.variant = None
    shown = await stage.show("releases.html", lambda human: human.click("#help"))
    recording = shown.recording.model_copy(update={"name": name})
    recording.save(served.settings.recordings / name)
    stage.site.variant = {"release": 2, "helped": _ANOTHER}
    return await _run(served, stage, name)


async def _run(served: Served, stage: Stage, name: str) -> Trace:
    async with fresh(stage.browser) as context:
        recording = Recording.load(served.settings.recordings / name)
        return await Replayer(context, sink=served.store, waits=BRIEF).replay(recording)


async def test_what_was_not_found_is_pointed_at_in_the_picture_tried_and_found_from_then_on(
    served: Served, stage: Stage, site: Site, page: Page
) -> None:
    trace = await _failed(served, stage, "pointed")
    assert trace.steps[-1].choices, (trace.failure, trace.steps[-1])
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await page.get_by_role("link", name="Point at the right element").click()
    choice = page.get_by_role("radio", name=_ANOTHER)
    await expect(choice).to_be_visible()
    assert await serious(page) == []
    number = await choice.get_attribute("value")
    await page.locator(f"[data-spot='{number}']").click()
    await expect(choice).to_be_checked()
    await page.get_by_role("button", name="It is this one").click()
    await expect(page.get_by_text("As a person pointed at it")).to_be_visible()
    await expect(page.get_by_text("finds nothing: it was called otherwise then")).to_be_visible(timeout=20_000)
    assert await serious(page) == []
    await page.keyboard.press("a")
    await expect(page.locator(".top .state.accepted")).to_be_visible(timeout=20_000)
    assert (await _run(served, stage, "pointed")).status == "passed"


async def test_another_element_than_was_found_is_pointed_at_by_keys_and_taken_only_if_insisted_on(
    served: Served, stage: Stage, site: Site, page: Page
) -> None:
    site.variant = None
    shown = await stage.show("releases.html", lambda human: human.click("tr:has-text('River Song') button"))
    shown.recording.model_copy(update={"name": "drop"}).save(served.settings.recordings / "drop")
    site.variant = {"release": 2}
    await _run(served, stage, "drop")
    (heal,) = await served.store.heals("drop")
    await page.goto(f"{served.origin}/heals/{heal.id}")
    await expect(page.locator(".crop")).to_have_count(2)
    assert await page.evaluate("Promise.all([...document.images].map((each) => each.decode())).then(() => true)")
    await page.keyboard.press("p")
    await expect(page.get_by_role("radio").first).to_be_visible()
    assert await serious(page) == []
    await page.get_by_role("radio").first.focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("As a person pointed at it")).to_be_visible()
    assert (await served.store.heal(heal.id)).status == "refused"
    insists = page.get_by_role("checkbox", name="accept it all the same")
    await expect(insists).to_be_visible(timeout=20_000)
    await insists.check()
    await page.keyboard.press("a")
    await expect(page.locator(".top .state.accepted")).to_be_visible(timeout=20_000)


async def test_a_heal_of_which_nothing_is_left_is_shown_all_the_same(
    served: Served, stage: Stage, site: Site, page: Page
) -> None:
    trace = await _failed(served, stage, "gone")
    shutil.rmtree(served.settings.recordings / "gone")
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await expect(page.get_by_text("What was closest")).to_be_visible()
    await expect(page.get_by_role("link", name="Point at the right element")).to_have_count(0)
    async with served.client() as client:
        answer = await client.get(f"/runs/{trace.trace_id}/point/{len(trace.steps)}")
    assert (answer.status_code, "Traceback" in answer.text) == (409, False)


def test_what_a_run_was_given_is_in_no_choice() -> None:
    wanted = Description(tag="button", role="button", name="Delete", row="Harbour Lights On loan", key="Harbour Lights")
    there = [
        wanted.model_copy(update={"name": "Drop", "row": "River Song On loan", "key": "River Song"}),
        Description(tag="button", role="button", name="River Song by Ada"),
        Description(tag="button", role="button", name="Help", near=("hunter2",)),
        Description(tag="input", role="textbox", name="Code"),
    ]
    values = run_values((Input(name="title", default="Harbour Lights"),), {"title": "River Song"}, ("hunter2",))
    choices = offered(Target(description=wanted), wanted, there, values, (0, 0))
    assert {choice.element.name for choice in choices} == {"Drop", "Help", "Harbour Lights by Ada"}
    told = " ".join(choice.element.model_dump_json() for choice in choices)
    assert "River Song" not in told
    assert "hunter2" not in told
