"""Steps in frames, shadow roots, tabs, dialogs and forms, and on pages that resist: shown with real input, replayed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Dialog, FrameLocator, Page, async_playwright

from browser.find import find_headless
from demo.human import Human
from recordings.signals import DialogAnswered, Downloaded, Navigated, Requested
from tests.pages.stage import Stage, assert_same, fresh, replayed_in, shown_in


async def in_the_form(human: Human, root: Page | FrameLocator) -> None:
    await human.type(root.locator("#name"), "Ada")
    await human.choose(root.locator("#country"), 1)
    await human.click(root.locator("#news"))
    await human.click(root.locator("#hello"))


@pytest.mark.parametrize("fragment", ["same", "cross"], ids=["same origin", "cross origin"])
async def test_steps_in_a_frame_are_done_in_that_frame(stage: Stage, fragment: str) -> None:
    shown = await stage.show(
        f"frame.html#{fragment}", lambda human: in_the_form(human, human.page.frame_locator("#inner"))
    )
    done = await stage.replay(shown)
    assert_same(shown, done, ["fill", "select", "check", "click"])


async def test_steps_in_open_shadow_roots_are_done_there(stage: Stage) -> None:
    shown = await stage.show("shadow.html", in_shadow)
    done = await stage.replay(shown)
    assert_same(shown, done, ["fill", "check", "select", "click"])


async def in_shadow(human: Human) -> None:
    await human.type("#colour", "teal")
    await human.click("#glossy")
    await human.choose("#coats", 1)
    await human.click(human.page.get_by_role("button", name="Paint"))


@pytest.mark.parametrize("opener", ["Fields in a tab", "Window"])
async def test_steps_in_a_new_tab_and_back_go_to_their_tabs(stage: Stage, opener: str) -> None:
    shown = await stage.show("answers.html", lambda human: there_and_back(human, opener))
    done = await stage.replay(shown)
    assert_same(shown, done, ["click", "fill", "select", "check", "click", "fill"])
    assert [step.page for step in shown.recording.steps] == [0, 1, 1, 1, 1, 0]
    assert [signal.kind for signal in shown.recording.steps[0].signals] == ["popup"]
    assert len(done.state) == 2


async def there_and_back(human: Human, opener: str) -> None:
    async with human.page.expect_popup() as popup:
        await human.click(human.page.get_by_text(opener, exact=True))
    await in_the_form(Human(await popup.value, human.pause_ms), await popup.value)
    await human.page.bring_to_front()
    await human.type("#name", "Grace")


async def test_an_address_typed_into_a_new_tab_opens_that_tab(stage: Stage) -> None:
    shown = await stage.show("mouse.html", lambda human: open_a_tab(human, stage.site.url("answers.html")))
    done = await stage.replay(shown)
    assert_same(shown, done, ["click", "navigate", "click"])


async def open_a_tab(human: Human, url: str) -> None:
    await human.click("#tile")
    second = await human.page.context.new_page()
    await second.goto(url)
    await Human(second, human.pause_ms).click("#push")


DIALOGS: dict[str, tuple[str, Callable[[Dialog], Awaitable[None]], DialogAnswered]] = {
    "alert": ("#tell", lambda d: d.accept(), DialogAnswered(type="alert", message="Stored.")),
    "confirm accepted": ("#ask", lambda d: d.accept(), DialogAnswered(type="confirm", message="Sure?")),
    "confirm dismissed": (
        "#ask",
        lambda d: d.dismiss(),
        DialogAnswered(type="confirm", message="Sure?", accepted=False),
    ),
    "prompt answered": (
        "#query",
        lambda d: d.accept("Ada"),
        DialogAnswered(type="prompt", message="Who?", text="Ada"),
    ),
    "prompt left": ("#query", lambda d: d.dismiss(), DialogAnswered(type="prompt", message="Who?", accepted=False)),
}


@pytest.mark.parametrize(("button", "answer", "signal"), DIALOGS.values(), ids=DIALOGS)
async def test_a_dialog_is_answered_as_the_person_did(
    stage: Stage, button: str, answer: Callable[[Dialog], Awaitable[None]], signal: DialogAnswered
) -> None:
    shown = await stage.show("answers.html", lambda human: in_dialog(human, button, answer))
    done = await stage.replay(shown)
    assert_same(shown, done, ["click"])
    assert shown.recording.steps[0].signals == (signal,)


async def in_dialog(human: Human, button: str, answer: Callable[[Dialog], Awaitable[None]]) -> None:
    human.page.once("dialog", answer)
    await human.click(button)
    await human.page.wait_for_function("JSON.parse(__state()).noted.length > 0")


async def test_a_download_is_a_signal_that_comes_again(stage: Stage) -> None:
    shown = await stage.show("answers.html", export)
    done = await stage.replay(shown)
    assert done.trace.status == "passed", done.trace.failure
    assert shown.kinds == ["click"]
    assert shown.recording.steps[0].signals == (Downloaded(filename="export.csv"),)


async def export(human: Human) -> None:
    async with human.page.expect_download():
        await human.click(human.page.get_by_text("Export"))


async def test_a_form_posts_the_same_and_comes_to_the_same_page(stage: Stage) -> None:
    shown = await stage.show("answers.html", send_the_form)
    done = await stage.replay(shown)
    assert_same(shown, done, ["fill", "click", "click"])
    sent = Requested(method="POST", url=f"{stage.site.origin}/save", status=303)
    assert shown.recording.steps[1].signals == (sent, Navigated(url=stage.site.url("saved.html")))
    assert stage.site.posts == ["name=Ada", "name=Ada"]


async def send_the_form(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.click(human.page.get_by_role("button", name="Save"))
    await human.page.wait_for_url("**/saved.html")
    await human.click("#again")


async def test_enter_in_a_field_posts_the_form(stage: Stage) -> None:
    shown = await stage.show("answers.html", send_by_enter)
    done = await stage.replay(shown)
    assert_same(shown, done, ["fill", "press"])
    assert stage.site.posts == ["name=Ada", "name=Ada"]


async def send_by_enter(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.press("Enter")
    await human.page.wait_for_url("**/saved.html")


async def test_a_request_of_a_script_is_sent_again(stage: Stage) -> None:
    shown = await stage.show("answers.html", store_by_script)
    done = await stage.replay(shown)
    assert_same(shown, done, ["click"])
    sent = Requested(method="POST", url=f"{stage.site.origin}/api/save", status=201)
    assert shown.recording.steps[0].signals == (sent,)
    assert stage.site.posts == ["ada", "ada"]


async def store_by_script(human: Human) -> None:
    await human.click("#store")
    await human.page.get_by_text("Stored", exact=True).wait_for()


async def test_a_page_that_was_open_before_is_recorded(stage: Stage) -> None:
    shown = await stage.show("fields.html", lambda human: in_the_form(human, human.page), open_first=True)
    done = await stage.replay(shown)
    assert_same(shown, done, ["fill", "select", "check", "click"])
    assert shown.recording.start == stage.site.url("fields.html")


async def test_frames_of_a_page_that_was_open_before_are_recorded(stage: Stage) -> None:
    shown = await stage.show(
        "frame.html#cross", lambda human: in_the_form(human, human.page.frame_locator("#inner")), open_first=True
    )
    done = await stage.replay(shown)
    assert_same(shown, done, ["fill", "select", "check", "click"])


async def test_a_page_that_breaks_the_built_ins_and_stops_events_is_recorded(stage: Stage) -> None:
    shown = await stage.show("hostile.html", in_the_hostile_page)
    assert shown.kinds == ["fill", "click"]
    assert not [said for said in shown.recording.warnings if "not recorded" in said]


async def test_what_a_page_that_was_there_first_keeps_to_itself_is_said(stage: Stage) -> None:
    shown = await stage.show("hostile.html", in_the_hostile_page, open_first=True)
    assert shown.kinds == []
    counts = [int(said.split()[0]) for said in shown.recording.warnings if "not recorded" in said]
    assert sum(counts) == 2 + 2 + 3, shown.recording.warnings  # two presses, Control and A, three letters


async def test_a_page_that_breaks_the_built_ins_and_stops_events_is_replayed(stage: Stage) -> None:
    shown = await stage.show("hostile.html", in_the_hostile_page)
    done = await stage.replay(shown)
    assert_same(shown, done, ["fill", "click"])


async def in_the_hostile_page(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.click("#go")


async def test_a_browser_reached_over_cdp_is_recorded_and_replayed_in(stage: Stage, tmp_path: Path) -> None:
    async with over_cdp(tmp_path) as browser:
        shown = await shown_in(
            browser.contexts[0], stage.site.url("fields.html"), lambda human: in_the_form(human, human.page)
        )
        async with fresh(browser) as other:
            done = await replayed_in(other, shown.recording, wanted=shown.state)
    assert_same(shown, done, ["fill", "select", "check", "click"])


async def test_what_was_typed_is_an_input_that_can_be_another(stage: Stage) -> None:
    shown = await stage.show("fields.html", lambda human: in_the_form(human, human.page))
    done = await stage.replay(shown.recording, {"name": "Grace", "country": "Spain"})
    assert [given.name for given in shown.recording.inputs] == ["name", "country"]
    assert done.state[0]["fields"]["country"] == "Spain"
    assert done.state[0]["noted"] == ["greeted Grace"]


@asynccontextmanager
async def over_cdp(folder: Path) -> AsyncIterator[Browser]:
    """A browser that somebody else started, reached by its debugging address."""
    found = find_headless()
    assert found is not None
    flags = ("--headless", "--no-sandbox", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank")
    process = await asyncio.create_subprocess_exec(found.path, *flags, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    try:
        said = await asyncio.wait_for(process.stderr.readuntil(b"/devtools/browser/"), 15)
        port = re.findall(rb"ws://127\.0\.0\.1:(\d+)", said)[-1].decode()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
            yield browser
            await (await browser.new_browser_cdp_session()).send("Browser.close")
        await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
