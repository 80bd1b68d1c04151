"""Every kind of step, shown with real input and replayed on a fresh page: the same steps, the same end state."""

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
from recordings.steps import Click, Navigate, Press
from tests.pages.stage import Done, Gesture, Shown, Stage, fresh, replayed_in, shown_in

BYTES = bytes(range(256))


async def fill_two_fields(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.press("Tab")
    await human.page.keyboard.type("Countess")


async def fill_then_correct(human: Human) -> None:
    await human.type("#name", "Adda")
    await human.press("Backspace", "Backspace", "a")


async def two_lines_in_the_area(human: Human) -> None:
    await human.type("#note", "one")
    await human.press("Enter")
    await human.page.keyboard.type("two")


async def two_lines_in_the_letter(human: Human) -> None:
    await human.type("#letter", "one")
    await human.press("Enter")
    await human.page.keyboard.type("two")


async def choose_by_letter(human: Human) -> None:
    await human.click("#name")
    await human.press("Tab", "Tab", "Tab", "d")


async def choose_two_colours(human: Human) -> None:
    await human.click("#colours option:nth-child(1)")
    await human.page.keyboard.down("Control")
    await human.click("#colours option:nth-child(3)")
    await human.page.keyboard.up("Control")


async def check_by_key(human: Human) -> None:
    await human.page.locator("#news").focus()
    await human.press("Space")


async def radio_by_arrow(human: Human) -> None:
    await human.page.locator("#basic").focus()
    await human.press("ArrowDown")


async def check_and_uncheck(human: Human) -> None:
    await human.click("#news")
    await human.click("#terms")


FIELDS: dict[str, tuple[Gesture, list[str]]] = {
    "text": (lambda human: human.type("#name", "Ada"), ["fill"]),
    "text, corrected": (fill_then_correct, ["fill"]),
    "text beyond ASCII": (lambda human: human.type("#name", "Ödön 日本 👋"), ["fill"]),
    "Tab to the next field": (fill_two_fields, ["fill", "press", "fill"]),
    "text area": (lambda human: human.type("#note", "Line"), ["fill"]),
    "text area, two lines": (two_lines_in_the_area, ["fill"]),
    "contenteditable": (lambda human: human.type("#letter", "Dear Ada"), ["click", "type"]),
    "contenteditable, two lines": (two_lines_in_the_letter, ["click", "type"]),
    "select by arrows": (lambda human: human.choose("#country", 2), ["select"]),
    "select by letter": (choose_by_letter, ["click", "press", "press", "press", "select"]),
    "several of a list": (choose_two_colours, ["select"]),
    "checkboxes": (check_and_uncheck, ["check", "check"]),
    "checkbox by its label": (lambda human: human.click("label:has(#news)", at={"x": 40, "y": 8}), ["check"]),
    "checkbox by key": (check_by_key, ["check"]),
    "radio": (lambda human: human.click("#team"), ["check"]),
    "radio by its label": (lambda human: human.click("label:has(#team)", at={"x": 40, "y": 8}), ["check"]),
    "radio by arrow": (radio_by_arrow, ["check"]),
}


@pytest.mark.parametrize(("gesture", "kinds"), FIELDS.values(), ids=FIELDS)
async def test_a_field_comes_to_hold_what_it_held(stage: Stage, gesture: Gesture, kinds: list[str]) -> None:
    shown = await stage.show("fields.html", gesture)
    done = await stage.replay(shown)
    assert_same(shown, done, kinds)


async def test_an_upload_keeps_the_bytes(stage: Stage, tmp_path: Path) -> None:
    contract = tmp_path / "contract.bin"
    contract.write_bytes(BYTES)
    shown = await stage.show("fields.html", lambda human: upload(human, contract))
    contract.unlink()
    done = await stage.replay(shown)
    assert_same(shown, done, ["upload"])
    assert done.state[0]["noted"] == [f"file contract.bin {','.join(map(str, BYTES))}"]


async def test_an_upload_can_be_given_another_file(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "first.bin").write_bytes(b"1")
    (tmp_path / "second.bin").write_bytes(b"2")
    shown = await stage.show("fields.html", lambda human: upload(human, tmp_path / "first.bin"))
    (name,) = (given.name for given in shown.recording.inputs)
    done = await stage.replay(shown.recording, {name: str(tmp_path / "second.bin")})
    assert done.state[0]["noted"] == [f"file second.bin {ord('2')}"]


async def upload(human: Human, path: Path) -> None:
    await human.upload("#file", str(path))
    await human.page.wait_for_function("JSON.parse(__state()).noted.length > 0")


async def with_key(human: Human, key: str, target: str) -> None:
    await human.page.keyboard.down(key)
    await human.click(target)
    await human.page.keyboard.up(key)


MOUSE: dict[str, tuple[Gesture, dict[str, object]]] = {
    "click": (lambda human: human.click("#tile"), {}),
    "double click": (lambda human: human.double_click("#tile"), {"clicks": 2}),
    "right click": (lambda human: human.click("#tile", button="right"), {"button": "right"}),
    "middle click": (lambda human: human.click("#tile", button="middle"), {"button": "middle"}),
    "with Control": (lambda human: with_key(human, "Control", "#tile"), {"modifiers": ("Control",)}),
    "with Shift": (lambda human: with_key(human, "Shift", "#card"), {"modifiers": ("Shift",)}),
    "one of two": (lambda human: human.click("li:nth-child(2) button"), {}),
    "no control at all": (lambda human: human.click("#card span"), {}),
    "a place on a canvas": (lambda human: human.click("#board", at={"x": 155, "y": 25}), {}),
}


@pytest.mark.parametrize(("gesture", "facts"), MOUSE.values(), ids=MOUSE)
async def test_a_click_is_done_as_it_was_done(stage: Stage, gesture: Gesture, facts: dict[str, object]) -> None:
    shown = await stage.show("mouse.html", gesture)
    done = await stage.replay(shown)
    assert_same(shown, done, ["click"])
    (click,) = shown.recording.steps
    assert isinstance(click, Click)
    assert {name: getattr(click, name) for name in facts} == facts


async def type_and_press(human: Human, target: str, text: str, key: str) -> None:
    await human.type(target, text)
    await human.press(key)


KEYS: dict[str, tuple[Gesture, str, list[str]]] = {
    "Enter": (lambda human: type_and_press(human, "#query", "Ada", "Enter"), "Enter", ["fill", "press"]),
    "Escape": (lambda human: type_and_press(human, "#query", "Ada", "Escape"), "Escape", ["fill", "press"]),
    "Tab": (lambda human: type_and_press(human, "#query", "Ada", "Tab"), "Tab", ["fill", "press"]),
    "Control+Enter": (
        lambda human: type_and_press(human, "#remark", "Hm", "Control+Enter"),
        "Control+Enter",
        ["fill", "press"],
    ),
    "a shortcut of the page": (lambda human: human.press("Control+k"), "Control+k", ["press"]),
}


@pytest.mark.parametrize(("gesture", "keys", "kinds"), KEYS.values(), ids=KEYS)
async def test_a_key_is_pressed_where_it_was_pressed(
    stage: Stage, gesture: Gesture, keys: str, kinds: list[str]
) -> None:
    shown = await stage.show("keys.html", gesture)
    done = await stage.replay(shown)
    assert_same(shown, done, kinds)
    last = shown.recording.steps[-1]
    assert isinstance(last, Press)
    assert last.keys == keys


async def scroll_and_choose(human: Human, item: str) -> None:
    await human.page.locator("#feed").hover()
    await human.page.mouse.wheel(0, 600)
    await human.page.get_by_text(item, exact=True).wait_for()
    await human.page.wait_for_function("feed.scrollTop > 400")
    await human.page.wait_for_timeout(300)  # what a person takes to read; the list has come to rest
    await human.click(human.page.get_by_text(item, exact=True))


async def test_scrolling_is_a_step_where_the_list_grew(stage: Stage) -> None:
    shown = await stage.show("feed.html", lambda human: scroll_and_choose(human, "Item ^"))
    done = await stage.replay(shown)
    assert_same(shown, done, ["scroll", "click"])


async def test_scrolling_is_no_step_where_nothing_came(stage: Stage) -> None:
    stage.site.variant = {"items": 20}
    shown = await stage.show("feed.html", lambda human: scroll_and_choose(human, "Item R"))
    done = await stage.replay(shown)
    assert_same(shown, done, ["click"])


async def test_an_address_typed_on_the_way_is_a_step(stage: Stage) -> None:
    shown = await stage.show("mouse.html", go_from_mouse)
    done = await stage.replay(shown)
    assert_same(shown, done, ["click", "navigate", "fill"])
    assert isinstance(step := shown.recording.steps[1], Navigate)
    assert step.to == stage.site.url("fields.html")


async def go_from_mouse(human: Human) -> None:
    await human.click("#tile")
    await human.page.goto(human.page.url.replace("mouse", "fields"))
    await human.type("#name", "Ada")


async def follow_the_link(human: Human) -> None:
    await human.click(human.page.get_by_role("link", name="Fields", exact=True))
    await human.page.wait_for_url("**/fields.html")
    await human.type("#name", "Ada")


async def test_following_a_link_is_a_click_with_a_signal(stage: Stage) -> None:
    shown = await stage.show("answers.html", follow_the_link)
    done = await stage.replay(shown)
    assert_same(shown, done, ["click", "fill"])
    assert shown.recording.steps[0].signals == (Navigated(url=stage.site.url("fields.html")),)


async def test_a_new_view_of_the_same_document_is_a_signal(stage: Stage) -> None:
    shown = await stage.show("answers.html", lambda human: human.click("#push"))
    done = await stage.replay(shown)
    assert_same(shown, done, ["click"])
    assert shown.recording.steps[0].signals == (Navigated(url=stage.site.url("next"), same_document=True),)


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


def assert_same(shown: Shown, done: Done, kinds: list[str]) -> None:
    """The demonstration changed something, was these steps, and its replay came to the same."""
    assert shown.kinds == kinds
    assert shown.state != shown.before
    assert done.trace.status == "passed", done.trace.failure
    assert done.state == shown.state


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
