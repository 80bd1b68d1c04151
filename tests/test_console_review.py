"""The queue of review: runs that look alike are one pile, decided on once for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Route, expect

from recordings.trace import StepRecord, Trace
from review.reviewing.looks import Look, alike, apart, look_of
from review.reviewing.piles import sorted_into
from store.review_queue import Open
from store.run_list import Line
from tests.pages.axe import serious
from tests.pages.console import Served, served_console
from tests.pages.kept import keep_run, picture


@pytest.fixture
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        for number in range(1, 41):
            await keep_run(running.store, number, failure=f"Not found: Person {number}", steps=2)
        for number in range(41, 46):
            await keep_run(running.store, number, failure="Not found", steps=2, shade=60)
        await keep_run(running.store, 50, how="similar", steps=2)
        await keep_run(running.store, 51, steps=2)
        yield running


async def test_runs_that_look_alike_are_one_pile_that_is_decided_on_once(served: Served, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    page = await served.page(context, "/review")
    await expect(page.locator(".top")).to_contain_text("46 runs, 3 piles")
    assert await serious(page) == []
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    await expect(page.locator("#notices")).to_contain_text("40 runs refused")
    await expect(page.locator(".top")).to_contain_text("6 runs, 2 piles")
    await page.goto(served.origin + "/runs?verdict=refused")
    await expect(page.get_by_text("40 runs")).to_be_visible()
    await page.goto(served.origin + "/review")
    await page.keyboard.press("u")
    await expect(page.locator("#notices")).to_contain_text("Taken back: 40 runs")
    await expect(page.locator(".top")).to_contain_text("46 runs, 3 piles")
    await context.close()


async def test_what_was_decided_is_said_though_news_took_the_pile_away_before_the_answer(
    served: Served, browser: Browser
) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    page = await served.page(context, "/review")
    before = await page.locator("[data-pile]").count()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        await expect(page.locator("[data-pile]")).to_have_count(before - 1)
        await route.fulfill(response=answer)

    await page.route("**/review", lambda route: late(route) if route.request.method == "POST" else route.continue_())
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    await expect(page.locator("#notices")).to_contain_text("runs refused")
    await page.keyboard.press("u")
    await expect(page.locator("[data-pile]")).to_have_count(before)
    await context.close()


async def test_a_decision_that_was_changed_since_is_not_taken_back(served: Served) -> None:
    async with served.client() as client:
        await client.get("/review")
        (pile, *_) = await served.store.piles.counts()
        await client.post("/review", data={"pile": pile.id, "verdict": "refused"})
        (decision,) = await served.store.piles.lately(5)
        await client.post(f"/runs/{7:032x}/verdict", data={"verdict": "accepted"})
        answer = await client.post("/review/back", data={"at": str(decision.at)})
    assert "39 runs wait" in answer.headers["hx-trigger"]
    line = await served.store.runs.line(f"{7:032x}")
    assert line is not None
    assert line.decided is not None


async def test_a_pile_that_was_decided_on_meanwhile_is_said(served: Served) -> None:
    async with served.client() as client:
        answer = await client.post("/review", data={"pile": "f" * 32, "verdict": "accepted"})
        strange = await client.post("/review", data={"pile": f"{40:032x}", "verdict": "maybe"})
    assert (answer.status_code, strange.status_code) == (409, 422)


def _open(number: int, picture_id: str, step_id: str = "s1") -> Open:
    trace = Trace(trace_id=f"{number:032x}", recording="add", started_at=float(number), status="failed")
    step = StepRecord(
        trace_id=trace.trace_id,
        span_id="0" * 16,
        index=1,
        step_id=step_id,
        kind="click",
        started_at=0.0,
        outcome="failed",
        picture=picture_id,
    )
    return Open(Line(trace, healed=False), step)


def test_another_step_or_another_look_is_another_pile() -> None:
    bright, dark = look_of(picture(230)), look_of(picture(60, 8))
    assert bright is not None
    assert dark is not None
    found = [_open(1, "a"), _open(2, "b"), _open(3, "c"), _open(4, "a", "s2"), _open(5, "gone"), _open(6, "")]
    sorting = sorted_into((), found, {"a": bright, "b": bright, "c": dark})
    assert sorted(Counter(sorting.placed.values()).values()) == [1, 1, 2, 2]
    again = sorted_into(sorting.founded, [_open(7, "b")], {"b": bright})
    assert (again.founded, again.placed) == ([], {f"{7:032x}": f"{1:032x}"})


def test_a_picture_is_like_itself_and_unlike_another() -> None:
    one, other = look_of(picture(230, 1)), look_of(picture(90, 9))
    assert isinstance(one, Look)
    assert isinstance(other, Look)
    assert (apart(one, one), round(alike(one, one), 6)) == (0, 1)
    assert alike(one, other) < 0.8
    assert look_of(b"no picture") is None


async def test_what_is_being_written_and_where_one_is_outlasts_what_changes_meanwhile(
    served: Served, browser: Browser
) -> None:
    context = await browser.new_context()
    page = await served.page(context, "/review")
    note = page.get_by_label("Note").nth(1)
    await note.fill("Known since Mon")
    await keep_run(served.store, 60, recording="later", failure="Not found", steps=2)
    await expect(page.locator(".top")).to_contain_text("47 runs, 4 piles")
    await page.keyboard.type("day")
    await expect(note).to_have_value("Known since Monday")
    await context.close()
