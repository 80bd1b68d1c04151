"""Asking a page by Playwright and by the tab's own session: the same is said, and what a navigation takes is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count

import pytest
from playwright.async_api import Browser, Error, Page, Route

from browser.asking import LookLostError, ask, ask_by
from browser.page_script import Look, arrive, install, look
from recordings.scene import Change
from recordings.selectors import selectors_of
from recordings.target import Description
from replayer import describe
from replayer.tab_sessions import TabSessions
from tests.pages.site import Site


@pytest.fixture(params=["playwright", "session"])
async def page(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A tab that is asked in the one way or the other."""
    context = await browser.new_context(viewport={"width": 800, "height": 600})
    opened = await context.new_page()
    if request.param == "session":
        await TabSessions(context).of(opened)
    yield opened
    await context.close()


@pytest.fixture
async def session_page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context()
    opened = await context.new_page()
    await TabSessions(context).of(opened)
    yield opened
    await context.close()


async def test_both_ways_say_the_same(session_page: Page, site: Site) -> None:
    page = session_page
    await page.goto(site.url("fields.html"))
    element = await page.query_selector("input")
    assert element is not None
    seen: Description = (await describe(element)).description

    async def said() -> dict[str, object]:
        told: Look = await look(page.main_frame, selectors_of(seen), seen.tag, every=True, scene=True)
        return told.model_dump(exclude={"look", "quiet_ms"})

    by_session = await said()
    ask_by(page, None)
    assert await said() == by_session
    assert by_session["candidates"]


async def test_the_script_is_put_there_once(page: Page, site: Site) -> None:
    await page.goto(site.url("fields.html"))
    assert await ask(page.main_frame, "framePath") == "[]"
    await page.evaluate("globalThis.kept = globalThis.__showonce_page")
    assert await ask(page.main_frame, "framePath") == "[]"
    assert await page.evaluate("globalThis.kept === globalThis.__showonce_page")


async def test_what_the_script_throws_is_an_error(page: Page, site: Site) -> None:
    await page.goto(site.url("fields.html"))
    with pytest.raises(Error, match="nothingOfTheKind needs an element"):
        await ask(page.main_frame, "nothingOfTheKind")


async def test_signs_of_any_kind_come_through(page: Page) -> None:
    text = "line\u2028 \u2029 'quoted' \"twice\" </script> \\ `tick` ${no} é 漢 🙂"
    await page.set_content("<p id=p></p>")
    await page.evaluate("text => { document.querySelector('#p').textContent = text }", text)
    assert json.loads(await ask(page.main_frame, "texts", [text, "other"])) == [True, False]


async def test_a_frame_is_asked_itself(page: Page, site: Site) -> None:
    await page.goto(site.url("frame.html"))
    inner = page.frames[1]
    assert json.loads(await ask(inner, "framePath")) == [0]


async def test_while_pages_come_and_go_it_answers_or_says_that_the_document_is_lost(
    session_page: Page, site: Site
) -> None:
    """From one page to the next, and to those of another site, which the browser has in another process."""
    page = session_page
    await install(page.context)
    places = [site.url("fields.html"), _afar(site.url("fields.html")), "about:blank"]

    async def go() -> None:
        for number in count():
            await page.goto(places[number % len(places)], wait_until="commit")
            await asyncio.sleep(number % 7 / 50)

    going, answered = asyncio.create_task(go()), set[str]()
    async with asyncio.timeout(60):
        while len(answered) < len(places):
            with suppress(LookLostError):
                told = await look(page.main_frame, (), "body", every=False)
                # What the browser told of it came before the answer.
                assert told.url == page.main_frame.url
                answered.add(told.url)
            await asyncio.sleep(0)
    assert not going.done()
    going.cancel()
    with suppress(asyncio.CancelledError, Error):
        await going


@pytest.mark.parametrize("afar", [False, True], ids=["near", "another site"])
async def test_a_wait_that_a_navigation_ends_is_lost(page: Page, site: Site, afar: bool) -> None:
    await page.goto(site.url("fields.html"))
    await ask(page.main_frame, "framePath")  # with the script there, the question is one message
    change = Change(after=(), appeared=("never there",))
    waiting = asyncio.create_task(arrive(page.main_frame, change, "told", "exact", "", 20))
    await asyncio.sleep(0.3)
    await page.goto(_afar(site.url("frame.html")) if afar else site.url("frame.html"))
    with pytest.raises(LookLostError):
        async with asyncio.timeout(5):
            await waiting


async def test_a_session_that_is_ended_while_it_is_asked_is_done_without(session_page: Page, site: Site) -> None:
    page = session_page
    await page.goto(site.url("fields.html"))
    session = await page.context.new_cdp_session(page)
    ask_by(page, session)
    change = Change(after=(), appeared=("never there",))
    waiting = asyncio.create_task(arrive(page.main_frame, change, "told", "exact", "", 1))
    await asyncio.sleep(0.3)
    ask_by(page, None)
    await session.detach()
    assert not (await waiting).reached
    assert await ask(page.main_frame, "framePath") == "[]"


async def test_a_tab_that_crashes_while_it_is_asked_and_after_says_so(page: Page, site: Site) -> None:
    await page.goto(site.url("fields.html"))
    change = Change(after=(), appeared=("never there",))
    waiting = asyncio.create_task(arrive(page.main_frame, change, "told", "exact", "", 30))
    await asyncio.sleep(0.3)
    crasher = await page.context.new_cdp_session(page)
    crashing = asyncio.create_task(crasher.send("Page.crash"))
    async with asyncio.timeout(10):
        with pytest.raises(Error, match="crashed"):
            await waiting
        with pytest.raises(Error, match="crashed"):
            await ask(page.main_frame, "framePath")
    crashing.cancel()
    await asyncio.wait([crashing])


async def test_who_gives_up_asking_is_not_told_of_a_crash(session_page: Page, site: Site) -> None:
    await session_page.goto(site.url("fields.html"))
    change = Change(after=(), appeared=("never there",))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await arrive(session_page.main_frame, change, "told", "exact", "", 30)
    assert await ask(session_page.main_frame, "framePath") == "[]"


async def test_what_is_done_is_done_in_the_document_that_is_there_alone(session_page: Page, site: Site) -> None:
    """A look may come to the next document, where it says what that shows; what acts may not."""
    page, came, free = session_page, asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        came.set()
        await free.wait()
        await route.fulfill(body="at last")

    await page.goto(site.url("fields.html"))
    await ask(page.main_frame, "framePath")
    await page.route("**/slow", hold)
    going = asyncio.create_task(page.goto(_afar(f"{site.origin}/slow")))
    await came.wait()
    asking = asyncio.create_task(ask(page.main_frame, "pressed", acts=True))
    await page.context.cookies()  # the browser has the question by then; the page answers nothing while it is held
    free.set()
    with pytest.raises(LookLostError):
        await asking
    await going


async def test_of_a_tab_that_was_closed_the_error_says_so(page: Page, site: Site) -> None:
    await page.goto(site.url("fields.html"))
    frame = page.main_frame
    await page.close()
    with pytest.raises(Error, match="closed"):
        await ask(frame, "framePath")


def _afar(url: str) -> str:
    """The same page of another site."""
    return url.replace("127.0.0.1", "localhost")
