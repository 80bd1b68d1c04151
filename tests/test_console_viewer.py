"""The console's page of a run, its steps large: what is seen of them, decided on there, and kept out of reports."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from recordings.cover import END
from recordings.trace import Pictures, StepRecord, Trace
from replayer import Replayer
from review.covering import report_of
from tests.pages.console import Served, served_console
from tests.pages.kept import HOSTILE, keep_run
from tests.pages.stage import SOON, Stage, fresh


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
async def page(served: Served, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    yield await served.page(context)
    await context.close()


async def opened(served: Served, page: Page, trace: Trace) -> None:
    """The first step of a run, large."""
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator("#viewer-words")).to_contain_text("1. ")


async def test_a_picture_that_is_gone_leaves_the_others_to_be_seen(served: Served, page: Page) -> None:
    trace = await keep_run(served.store, 1, shade=70)
    path = await served.store.picture_path((await served.store.trace(trace.trace_id)).steps[0].picture)
    assert path is not None
    path.unlink()
    await opened(served, page, trace)
    gone = page.locator("#viewer-stage").get_by_text("This picture is not kept any more.")
    await expect(gone).to_have_count(2)
    await expect(gone.first).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#viewer-under")).to_be_visible()
    await expect(page.locator("#viewer-under")).to_have_js_property("naturalWidth", 640)
    await expect(gone.first).to_be_hidden()
    await page.keyboard.press("ArrowLeft")
    await expect(gone.first).to_be_visible()
    await page.get_by_role("button", name="After").click()
    await expect(page.locator("#viewer-under")).to_be_visible()


@pytest.mark.parametrize(("pictures", "marked"), [("marked", True), ("steps", False)])
async def test_what_differs_is_shown_or_why_it_is_not(
    served: Served, page: Page, stage: Stage, pictures: Pictures, marked: bool
) -> None:
    recording = (await stage.show("answers.html", lambda human: human.click("#store"))).recording
    recording.save(served.settings.recordings / recording.name)
    async with fresh(stage.browser) as context:
        replayer = Replayer(context, sink=served.store, pictures=pictures, waits=SOON, unwatched=True)
        trace = await replayer.replay(recording)
    await opened(served, page, trace)
    await page.get_by_role("button", name="Difference").click()
    picture, why = page.locator("#viewer-under"), page.locator("#viewer-stage").get_by_text("drawn at half its size")
    await expect(picture if marked else why.first).to_be_visible()
    await expect(why.first if marked else picture).to_be_hidden()


async def test_what_is_decided_on_a_run_that_is_over_is_seen_at_once_and_taken_back_by_a_key(
    served: Served, page: Page
) -> None:
    trace = await keep_run(served.store, 2)
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    decision = page.locator("#decision")
    await page.get_by_label("Note").fill("as it was <b>told</b>")
    await page.get_by_role("button", name="Accept").click()
    await expect(decision).to_contain_text("Decided: accepted")
    await expect(decision).to_contain_text("as it was <b>told</b>")
    await expect(page.get_by_role("button", name="Accept")).to_be_focused()
    for key in ("u", "r"):
        await page.keyboard.press(key)
        await expect(decision.locator(".state")).to_have_text(["refused"] if key == "r" else [])
    found = await served.store.runs.line(trace.trace_id)
    assert found is not None and found.decided is not None and found.decided.verdict == "refused"


async def test_a_run_is_decided_on_with_a_step_large(served: Served, page: Page) -> None:
    trace = await keep_run(served.store, 3)
    await opened(served, page, trace)
    for key, states in (("a", ["accepted"]), ("u", []), ("r", ["refused"])):
        await page.keyboard.press(key)
        await expect(page.locator("#decision .state")).to_have_text(states)


async def dragged_across(page: Page, picture: str) -> None:
    """Its middle, and that kept out of reports."""
    await expect(page.locator(picture)).to_have_js_property("naturalWidth", 640)
    await expect(page.locator(picture)).to_have_js_property("complete", True)
    box = await page.locator(picture).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    await page.mouse.move(x - 50, y)
    await page.mouse.down()
    await page.mouse.move(x + 50, y + 60, steps=3)
    await page.mouse.up()
    await page.get_by_role("button", name="Paint over").click()
    await expect(page.locator("#notices")).to_contain_text("painted over in every report")


async def test_a_part_that_was_seen_after_a_step_is_kept_out_of_the_picture_it_was_seen_in(
    served: Served, page: Page
) -> None:
    trace = await keep_run(served.store, 4, recording="after")
    await opened(served, page, trace)
    await page.get_by_role("button", name="After", exact=True).click()
    await page.get_by_text("Keep a part out of reports").first.click()
    await expect(page.locator("#viewer-cover")).to_contain_text("the step after this one")
    await dragged_across(page, "#viewer-under")
    assert list(await served.store.covers.of("after")) == ["s1"]


async def test_keys_in_a_field_of_the_viewer_are_the_fields(served: Served, page: Page) -> None:
    await opened(served, page, await keep_run(served.store, 5))
    await page.get_by_text("Keep a part out of reports").first.click()
    await page.get_by_label("Width").fill("20")
    for key in ("ArrowLeft", "Backspace", "ArrowRight", "p", "a", "j"):
        await page.keyboard.press(key)
    await expect(page.locator("#viewer-words")).to_contain_text("1. ")
    await expect(page.get_by_label("Width")).to_have_value("0")
    await expect(page.locator("#decision .state")).to_have_count(0)
    await page.locator("#viewer-next").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#viewer-words")).to_contain_text("2. ")


@pytest.mark.parametrize("first", ["dialog", "notice"])
async def test_a_notice_is_seen_and_closed_above_an_open_dialog(served: Served, page: Page, first: str) -> None:
    trace = await keep_run(served.store, 6 if first == "dialog" else 7)
    if first == "dialog":
        await opened(served, page, trace)
        await page.evaluate("say('Something is wrong.', true)")
    else:
        await page.goto(f"{served.origin}/runs/{trace.trace_id}")
        await page.evaluate("say('Something is wrong.', true)")
        await page.keyboard.press("p")
    notice = page.locator("#notices .notice")
    await expect(page.locator("#viewer")).to_be_visible()
    await notice.get_by_role("button", name="Close").click()
    await expect(notice).to_have_count(0)
    await page.evaluate("say('Something is wrong.', true)")
    await page.locator("#viewer").get_by_role("button", name="Close").first.click()
    await expect(page.locator("#viewer")).to_be_hidden()
    await expect(notice).to_be_visible()
    await notice.get_by_role("button", name="Close").click()


async def test_what_the_page_answered_is_seen_beside_its_step_and_in_the_report(served: Served, page: Page) -> None:
    trace = await keep_run(served.store, 8, words=HOSTILE)
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await expect(page.locator("#step-3 .answers li")).to_have_text(
        ["POST /customers, answered 303", f"went to /customers/{HOSTILE}"]
    )
    await expect(page.locator("#step-1 .answers")).to_have_count(0)
    async with served.client() as client:
        report = (await client.get(f"/runs/{trace.trace_id}/report.html")).text
    assert "POST /customers, answered 303; went to /customers/&lt;img" in report


async def test_what_came_of_the_last_step_is_seen_and_a_part_of_it_kept_out_of_reports(
    served: Served, page: Page
) -> None:
    trace = await keep_run(served.store, 9, recording="ended", end=True)
    await opened(served, page, trace)
    for key in ("ArrowRight", "ArrowRight"):
        await page.keyboard.press(key)
    await page.get_by_role("button", name="After", exact=True).click()
    last = (await served.store.trace(trace.trace_id)).steps[-1]
    await expect(page.locator("#viewer-under")).to_have_attribute("src", f"/pictures/{last.after}")
    before = await report_of(served.store, trace_with(trace, last), None)
    await page.get_by_text("Keep a part out of reports").first.click()
    await expect(page.locator("#viewer-cover")).to_contain_text("the picture of the end")
    await dragged_across(page, "#viewer-under")
    assert list(await served.store.covers.of("ended")) == [END]
    after = await report_of(served.store, trace_with(trace, last), None)
    assert ("The page when the run was over" in after, before.split("figure")[1] == after.split("figure")[1]) == (
        True,
        True,
    )
    assert before != after


def trace_with(trace: Trace, step: StepRecord) -> Trace:
    return trace.model_copy(update={"steps": (step,)})


async def test_a_run_without_pictures_is_no_film_of_the_demonstrations(served: Served, page: Page) -> None:
    trace = await keep_run(served.store, 90, pictures=False)
    await page.goto(f"{served.origin}/runs/{trace.trace_id}")
    await page.keyboard.press("p")
    await expect(page.get_by_text("No pictures were taken in this run.")).to_be_visible()
    await expect(page.locator("#viewer")).to_be_hidden()
