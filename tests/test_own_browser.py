"""Recording in a Chrome that somebody uses already, by its debugging address: it is watched, and never closed."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from agents.own_browser import TabUnknownError, demonstrate_in_own_browser
from browser.attach import AddressElsewhereError, AddressUnusableError, NobodyListensError, NotChromeError, attached
from browser.find import find_headed
from demo.human import Human
from recordings import Recording
from recordings.errors import CouldNotStartError
from recordings.signals import PopupOpened
from tests.pages.site import Site
from tests.pages.stage import Stage
from tests.test_cli import environment

Work = Callable[[BrowserContext], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Chrome:
    """A browser that a person started: its debugging address, and a hand of the person's in it."""

    endpoint: str
    process: asyncio.subprocess.Process
    hand: Browser

    @property
    def context(self) -> BrowserContext:
        return self.hand.contexts[0]

    async def open(self, *urls: str) -> None:
        """Tabs that are open before anybody records; the last is in front."""
        for url in urls:
            page = await self.context.new_page()
            await page.goto(url)
            await page.bring_to_front()


@pytest.fixture
async def chrome(tmp_path: Path) -> AsyncIterator[Chrome]:
    found = find_headed()  # only a full browser has tabs of which one is in front
    assert found is not None
    flags = ("--headless=new", "--no-sandbox", "--remote-debugging-port=0", f"--user-data-dir={tmp_path / 'profile'}")
    process = await asyncio.create_subprocess_exec(found.path, *flags, "about:blank", stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    try:
        said = await asyncio.wait_for(process.stderr.readuntil(b"/devtools/browser/"), 15)
        endpoint = "http://127.0.0.1:" + re.findall(rb"ws://127\.0\.0\.1:(\d+)", said)[-1].decode()
        async with async_playwright() as playwright:
            hand = await playwright.chromium.connect_over_cdp(endpoint, no_defaults=True)
            yield Chrome(endpoint, process, hand)
            if process.returncode is None:
                await (await hand.new_browser_cdp_session()).send("Browser.close")
        await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()


async def recorded(chrome: Chrome, work: Work, *, url: str = "", tab: str = "") -> Recording:
    """What is recorded while the person works; they say themselves when it is over."""
    begun, stop = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        recording = tasks.create_task(
            demonstrate_in_own_browser(
                chrome.endpoint,
                url=url,
                tab=tab,
                name="shown",
                secret_fields=(),
                stop=stop,
                on_steps=lambda _: begun.set(),
            )
        )
        await begun.wait()
        await work(chrome.context)
        stop.set()
    return recording.result()


def human_in(context: BrowserContext, part: str) -> Human:
    return Human(next(page for page in context.pages if part in page.url), 5)


async def greet(human: Human) -> None:
    await human.page.bring_to_front()
    await human.type("#name", "Ada")
    await human.click("text=Greet")


async def test_a_tab_that_was_open_is_recorded_and_replayed(chrome: Chrome, stage: Stage) -> None:
    await chrome.open(stage.site.url("fields.html"))
    shown = await recorded(chrome, lambda context: greet(human_in(context, "fields")))
    done = await stage.replay(shown)
    assert [step.kind for step in shown.steps] == ["fill", "click"]
    assert (shown.start, done.trace.status) == (stage.site.url("fields.html"), "passed")
    assert done.state[0]["noted"] == ["greeted Ada"]


async def test_frames_of_a_tab_that_was_open_are_recorded(chrome: Chrome, stage: Stage) -> None:
    await chrome.open(stage.site.url("frame.html#cross"))

    async def work(context: BrowserContext) -> None:
        human = human_in(context, "frame.html")
        await human.type(human.page.frame_locator("#inner").locator("#name"), "Ada")

    shown = await recorded(chrome, work)
    assert [(step.kind, step.page) for step in shown.steps] == [("fill", 0)]
    assert (await stage.replay(shown)).trace.status == "passed"


async def test_the_tab_that_is_named_is_the_start(chrome: Chrome, site: Site) -> None:
    await chrome.open(site.url("fields.html"), site.url("rows.html"))
    shown = await recorded(chrome, lambda context: greet(human_in(context, "fields")), tab="FIELDS")
    assert (shown.start, {step.page for step in shown.steps}) == (site.url("fields.html"), {0})


async def test_the_tab_in_front_is_the_start(chrome: Chrome, site: Site) -> None:
    await chrome.open(site.url("rows.html"), site.url("fields.html"))
    shown = await recorded(chrome, lambda context: greet(human_in(context, "fields")))
    assert shown.start == site.url("fields.html")


async def test_a_url_is_opened_in_a_tab_of_its_own(chrome: Chrome, site: Site) -> None:
    await chrome.open(site.url("rows.html"))
    shown = await recorded(chrome, lambda context: greet(human_in(context, "fields")), url=site.url("fields.html"))
    assert shown.start == site.url("fields.html")
    assert "rows.html" in "".join(page.url for page in chrome.context.pages)


async def test_another_tab_has_a_part_from_the_first_gesture_in_it(chrome: Chrome, stage: Stage) -> None:
    await chrome.open(stage.site.url("rows.html"), stage.site.url("keys.html"), stage.site.url("fields.html"))

    async def work(context: BrowserContext) -> None:
        await greet(human_in(context, "fields"))
        other = human_in(context, "keys")
        await other.page.bring_to_front()
        await other.click("input >> nth=0")
        await other.page.keyboard.type("a")

    shown = await recorded(chrome, work, tab="fields")
    assert [(step.kind, step.page) for step in shown.steps][:3] == [("fill", 0), ("click", 0), ("navigate", 1)]
    assert (await stage.replay(shown)).trace.status == "passed"


async def test_what_other_tabs_do_by_themselves_is_not_recorded(chrome: Chrome, site: Site) -> None:
    await chrome.open(site.url("saved.html"), site.url("fields.html"))

    async def work(context: BrowserContext) -> None:
        human = human_in(context, "fields")
        await human.type("#name", "Ada")
        await human_in(context, "saved").page.evaluate("fetch('/api/save', {method: 'POST'}).then(r => r.text())")
        await human.click("text=Greet")

    shown = await recorded(chrome, work)
    assert [step.signals for step in shown.steps] == [(), ()]


async def test_a_popup_belongs_to_the_recording(chrome: Chrome, stage: Stage) -> None:
    await chrome.open(stage.site.url("rows.html"), stage.site.url("answers.html"))

    async def work(context: BrowserContext) -> None:
        human = human_in(context, "answers")
        async with context.expect_page():
            await human.click("#window")

    shown = await recorded(chrome, work)
    assert PopupOpened(page=1) in shown.steps[0].signals


async def test_the_person_goes_on_with_chrome_and_its_tabs(chrome: Chrome, site: Site) -> None:
    await chrome.open(site.url("rows.html"), site.url("fields.html"))
    pages = list(chrome.context.pages)
    await recorded(chrome, lambda context: greet(human_in(context, "fields")))
    human = human_in(chrome.context, "fields")
    await greet(human)
    assert chrome.context.pages == pages
    assert (chrome.process.returncode, await human.page.evaluate("globalThis.__showonce_send")) == (None, None)


async def test_closing_the_recorded_tab_ends_it_and_no_other(chrome: Chrome, site: Site) -> None:
    await chrome.open(site.url("rows.html"), site.url("fields.html"))

    async def work(context: BrowserContext) -> None:
        await greet(human_in(context, "fields"))
        await human_in(context, "fields").page.close()

    shown = await recorded(chrome, work)
    assert len(shown.steps) == 2
    assert "rows.html" in "".join(page.url for page in chrome.context.pages)


async def test_no_tab_of_that_name_is_said_with_those_there_are(chrome: Chrome, site: Site) -> None:
    await chrome.open(site.url("rows.html"))
    with pytest.raises(TabUnknownError, match=r"'invoices'.*rows\.html"):
        await demonstrate_in_own_browser(
            chrome.endpoint,
            url="",
            tab="invoices",
            name="shown",
            secret_fields=(),
            stop=asyncio.Event(),
            on_steps=lambda _: None,
        )


REFUSED = {
    "no address": ("9222", AddressUnusableError),
    "no port": ("http://127.0.0.1", AddressUnusableError),
    "a port that is none": ("http://127.0.0.1:99999", AddressUnusableError),
    "another machine": ("http://192.168.1.7:9222", AddressElsewhereError),
    "another machine by name": ("http://chrome.example:9222", AddressElsewhereError),
}


@pytest.mark.parametrize(("endpoint", "error"), REFUSED.values(), ids=REFUSED)
async def test_an_address_that_cannot_be_used_is_refused(endpoint: str, error: type[CouldNotStartError]) -> None:
    with pytest.raises(error):
        async with attached(endpoint):
            pass


async def test_nothing_listening_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NobodyListensError, match=f"No Chrome listens at http://127.0.0.1:{port}"):
        async with attached(f"http://127.0.0.1:{port}"):
            pass


async def test_something_else_listening_there_is_said(site: Site) -> None:
    with pytest.raises(NotChromeError, match="it answers 404"):
        async with attached(site.origin):
            pass


async def test_the_command_records_until_ctrl_c(chrome: Chrome, site: Site, tmp_path: Path) -> None:
    await chrome.open(site.url("fields.html"))
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "showonce", "record", "--cdp", chrome.endpoint, "--tab", "fields", "--name", "shown",
        env=environment(tmp_path, PYTHONUNBUFFERED="1"), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert command.stdout is not None
    assert b"close the tab" in await command.stdout.readline()
    await greet(human_in(chrome.context, "fields"))
    command.send_signal(signal.SIGINT)
    _, err = await command.communicate()
    assert (command.returncode, chrome.process.returncode) == (0, None), err
    assert len(Recording.load(tmp_path / "recordings" / "shown").steps) == 2


async def test_the_command_says_that_nothing_listens_and_ends_with_2(tmp_path: Path) -> None:
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "showonce", "record", "--cdp", "http://127.0.0.1:1", "--name", "shown",
        env=environment(tmp_path), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await command.communicate()
    assert (command.returncode, b"No Chrome listens" in err) == (2, True)
