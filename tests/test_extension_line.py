"""The line between the extension and the recorder: who is heard, how it begins, breaks and ends."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest
from playwright.async_api import Page
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from demo.human import Human
from recorder.extension import EXTENSION_ID, ExtensionRecorder
from recordings import Recording
from tests.pages.own import Own
from tests.pages.stage import Stage
from tests.test_cli import environment

OURS = Origin(f"chrome-extension://{EXTENSION_ID}")


async def test_a_url_is_opened_in_a_tab_of_its_own(own: Own, stage: Stage) -> None:
    async with ExtensionRecorder(url=stage.site.url("fields.html")) as demo:
        await own.begin(demo)
        page = await _tab_at(own, "fields")
        await page.bring_to_front()
        await Human(page, 5).click("#hello")
    assert (demo.recording.start, len(demo.recording.steps)) == (stage.site.url("fields.html"), 1)


async def _tab_at(own: Own, part: str) -> Page:
    """The tab whose address has this, once it is there."""
    for page in own.context.pages:
        if part in page.url:
            return page
    opened: Page = await own.context.wait_for_event("page", lambda page: part in page.url)
    return opened


async def test_chrome_may_end_the_worker_and_nothing_is_lost(own: Own, stage: Stage) -> None:
    page = own.context.pages[0]
    await page.goto(stage.site.url("fields.html"))
    async with ExtensionRecorder() as demo:
        await own.begin(demo)
        await page.bring_to_front()
        demo._came_back.clear()
        await Human(page, 5).type("#name", "Ada")
        await own.end_worker()
        await Human(page, 5).click("#hello")
        await asyncio.wait_for(demo._came_back.wait(), 10)
    kinds = [step.kind for step in demo.recording.steps]
    assert (kinds, demo.recording.warnings) == (["fill", "click"], ())


async def test_stop_in_the_extension_ends_it_and_the_page_goes_on(own: Own, stage: Stage) -> None:
    page = own.context.pages[0]
    await page.goto(stage.site.url("fields.html"))
    async with ExtensionRecorder() as demo:
        popup = await own.pair(demo.code)
        await popup.locator("#end").wait_for()
        await page.bring_to_front()
        await Human(page, 5).click("#hello")
        await popup.bring_to_front()
        await Human(popup, 5).click("#end button")
        await asyncio.wait_for(demo.ended.wait(), 5)
    await page.bring_to_front()
    await Human(page, 5).click("#bye")
    assert len(demo.recording.steps) == 1
    assert await page.evaluate("JSON.parse(__state()).noted.length") == 2


async def test_closing_the_first_tab_ends_it(own: Own, stage: Stage) -> None:
    page = await own.context.new_page()
    await page.goto(stage.site.url("fields.html"))
    async with ExtensionRecorder() as demo:
        await own.begin(demo)
        await page.bring_to_front()
        await Human(page, 5).click("#hello")
        await page.close()
        await asyncio.wait_for(demo.ended.wait(), 5)
    assert len(demo.recording.steps) == 1


async def test_one_document_is_recorded_twice(own: Own, stage: Stage) -> None:
    page = own.context.pages[0]
    await page.goto(stage.site.url("fields.html"))
    counts = []
    for _ in range(2):
        async with ExtensionRecorder() as demo:
            await own.begin(demo)
            await page.bring_to_front()
            await Human(page, 5).click("#hello")
        counts.append(len(demo.recording.steps))
    assert counts == [1, 1]


async def test_another_code_is_refused_with_words(own: Own) -> None:
    async with ExtensionRecorder() as demo:
        popup = await own.pair(demo.code.partition("#")[0] + "#" + "0" * 32)
        await popup.get_by_text("This code is not good").wait_for()
        assert not demo.paired.is_set()


async def test_a_code_where_nobody_waits_any_more_is_refused_with_words(own: Own) -> None:
    async with ExtensionRecorder() as demo:
        code = demo.code
    popup = await own.pair(code)
    await popup.get_by_text("Nothing answers").wait_for()


async def test_what_is_no_code_is_refused_with_words(own: Own) -> None:
    popup = await own.pair("evil.example:80#" + "0" * 32)
    await popup.get_by_text("This is no code").wait_for()


@pytest.mark.parametrize("origin", [None, "http://127.0.0.1", "null", "chrome-extension://" + "a" * 32])
async def test_another_origin_is_refused(origin: str | None) -> None:
    async with ExtensionRecorder() as demo:
        with pytest.raises(InvalidStatus, match="403"):
            await connect(f"ws://{demo.code.partition('#')[0]}/", origin=Origin(origin) if origin else None)


@pytest.mark.parametrize("first", ['{"type": "resume", "session": ""}', '{"type": "stop"}', "x"])
async def test_who_does_not_know_the_token_is_refused(first: str) -> None:
    async with ExtensionRecorder() as demo:
        async with connect(f"ws://{demo.code.partition('#')[0]}/", origin=OURS) as line:
            await line.send(first)
            with pytest.raises(ConnectionClosed):
                await line.recv()
        assert not (demo.paired.is_set() or demo.ended.is_set())


async def test_a_code_is_good_once() -> None:
    async with ExtensionRecorder() as demo:
        address, token = demo.code.split("#")
        pair = json.dumps({"type": "pair", "token": token, "protocol": 1})
        async with connect(f"ws://{address}/", origin=OURS) as first:
            await first.send(pair)
            assert json.loads(await first.recv())["type"] == "paired"
            async with connect(f"ws://{address}/", origin=OURS) as second:
                await second.send(pair)
                with pytest.raises(ConnectionClosed, match="not good"):
                    await second.recv()
            await first.send('{"type": "stop"}')
            await asyncio.wait_for(demo.ended.wait(), 5)


_SPEAK = """async ([address, token]) => new Promise((resolve) => {
    const line = new WebSocket(`ws://${address}/`);
    line.onopen = () => line.send(JSON.stringify({ type: "pair", token, protocol: 1 }));
    line.onmessage = () => resolve("heard");
    line.onclose = () => resolve("refused");
})"""


async def test_a_page_is_refused_even_with_the_code(own: Own, stage: Stage) -> None:
    page = own.context.pages[0]
    await page.goto(stage.site.url("fields.html"))
    async with ExtensionRecorder() as demo:
        assert await page.evaluate(_SPEAK, demo.code.split("#")) == "refused"
        assert not demo.paired.is_set()


_LOOK = """() => {
    let named = "";
    addEventListener("showonce-name", (event) => { named = event.detail; });
    dispatchEvent(new CustomEvent("showonce-ask"));
    const ours = Object.keys(globalThis).filter((key) => key.includes("showonce"));
    return [named, ours, typeof globalThis.chrome?.runtime?.sendMessage];
}"""


async def test_a_page_neither_sees_nor_calls_what_records_it(own: Own, stage: Stage) -> None:
    page = own.context.pages[0]
    await page.goto(stage.site.url("fields.html"))
    async with ExtensionRecorder() as demo:
        await own.begin(demo)
        await page.reload()
        assert await page.evaluate(_LOOK) == ["", [], "undefined"]


async def test_the_command_says_what_to_do_and_records_until_ctrl_c(own: Own, stage: Stage, tmp_path: Path) -> None:
    page = own.context.pages[0]
    await page.goto(stage.site.url("fields.html"))
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "showonce", "record", "--extension", "--name", "shown",
        env=environment(tmp_path, PYTHONUNBUFFERED="1"), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert command.stdout is not None
    said = [(await command.stdout.readline()).decode().strip() for _ in range(4)]
    assert Path(said[1]).joinpath("manifest.json").is_file()
    popup = await own.pair(said[3])
    await popup.locator("#end").wait_for()
    await popup.close()
    await page.bring_to_front()
    await Human(page, 5).click("#hello")
    command.send_signal(signal.SIGINT)
    _, err = await command.communicate()
    assert command.returncode == 0, err
    assert [step.kind for step in Recording.load(tmp_path / "recordings" / "shown").steps] == ["click"]
