"""The live page on a touch screen: fingers that go further scroll it, a finger that taps presses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.pages.afar import had, taught
from tests.pages.console import Served, served_console
from tests.pages.site import Site

PHONE = {"width": 390, "height": 844}
Spot = tuple[float, float]


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    made = await browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, has_touch=True, is_mobile=True
    )
    yield made
    await made.close()


async def _dragged(session: CDPSession, ways: Sequence[tuple[Spot, Spot]], parts: int = 8) -> None:
    """A finger for each way, from its begin to its end."""
    for part in range(parts + 1):
        points = [
            {"x": a[0] + (b[0] - a[0]) * part / parts, "y": a[1] + (b[1] - a[1]) * part / parts, "id": number}
            for number, (a, b) in enumerate(ways)
        ]
        await session.send(
            "Input.dispatchTouchEvent", {"type": "touchMove" if part else "touchStart", "touchPoints": points}
        )
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def _box(tab: Page) -> tuple[float, float, float]:
    box = await tab.locator("#hands").bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"]


@pytest.mark.parametrize("fingers", [1, 2])
async def test_fingers_that_go_up_scroll_the_live_page_and_press_nothing(
    served: Served, site: Site, context: BrowserContext, fingers: int
) -> None:
    async with taught(served, context, site.url("fields.html"), f"fingers {fingers}") as (human, tab, lesson):
        assert lesson.screen is not None
        await human.page.evaluate("document.body.style.paddingBottom = '3000px'")
        x, y, width = await _box(tab)
        ways = [((x + 60 + 40 * n, y + 150), (x + 60 + 40 * n, y + 30)) for n in range(fingers)]
        await _dragged(await context.new_cdp_session(tab), ways)
        gone = 120 * 1280 / width  # as far as the finger went, in the page's own pixels
        await human.page.wait_for_function(f"Math.abs(scrollY - {gone}) < 60")
        await had(tab, lesson.screen)
        assert await human.page.evaluate("scrollX") == 0
        assert lesson.controller is not None
        assert {step.kind for step in lesson.controller.situation.understood.steps} <= {"scroll"}


async def test_a_tap_on_the_live_page_is_a_click_though_the_finger_trembles(
    served: Served, site: Site, context: BrowserContext
) -> None:
    async with taught(served, context, site.url("fields.html"), "tap") as (human, tab, _):
        spot = await human.page.locator("#news").bounding_box()
        assert spot is not None
        x, y, width = await _box(tab)
        scale = width / 1280
        place = (x + (spot["x"] + spot["width"] / 2) * scale, y + (spot["y"] + spot["height"] / 2) * scale)
        await _dragged(await context.new_cdp_session(tab), [(place, (place[0] + 2, place[1] + 2))], parts=2)
        await expect(tab.locator("#steps li")).to_have_count(1)
        assert await human.page.evaluate("news.checked")
        assert await human.page.evaluate("scrollY") == 0
