"""The recording panel: a real page, driven by keyboard, beside the page in which a person works."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import SimpleNamespace

import httpx
import pytest
from playwright.async_api import Page, expect
from rich.console import Console

from agents.controller import KEYS, Controller
from agents.panel import make_room, serve_panel
from demo.human import Human
from recorder import Recorder
from recordings.steps import Assert, Fill, Hover, Read
from showonce import studio as terminal
from showonce.step_text import step_text
from tests.pages.stage import Stage, fresh, opened
from tests.test_editing_steps import PLAIN


@dataclass(frozen=True, slots=True)
class Studio:
    """A person at work in one window, and the panel in another."""

    human: Human
    panel: Page
    demo: Recorder
    stop: asyncio.Event

    async def key(self, key: str) -> None:
        await self.panel.keyboard.press(key)

    async def says(self, *words: str) -> None:
        """The panel comes to show these steps."""
        await expect(self.panel.locator("#steps .words")).to_have_text(list(words))

    async def status(self, words: str) -> None:
        await expect(self.panel.locator("#status")).to_have_text(words)

    async def answers(self, words: str) -> None:
        await expect(self.panel.locator("#said")).to_contain_text(words)


@asynccontextmanager
async def studio(stage: Stage) -> AsyncIterator[Studio]:
    """The recorder, its panel, and the order page."""
    stop = asyncio.Event()
    async with fresh(stage.browser) as context, fresh(stage.browser) as beside:
        async with Recorder(context, name="order") as demo:
            controller = Controller(demo, "order", stop, hover_in_s=0)
            page = await opened(context, stage.site.url("order.html"))
            async with serve_panel(controller) as address, told(controller):
                panel = await opened(beside, address)
                yield Studio(Human(page, 5), panel, demo, stop)


@asynccontextmanager
async def told(controller: Controller) -> AsyncIterator[None]:
    """Tell the panel what is heard, as ``demonstrate`` does."""
    task = asyncio.create_task(controller.follow(lambda: True))
    try:
        yield
    finally:
        task.cancel()


async def test_steps_appear_in_words_as_they_are_done(stage: Stage) -> None:
    async with studio(stage) as room:
        await expect(room.panel.locator("#empty")).to_be_visible()
        await room.human.type("#name", "Ada")
        await room.human.click("#save")
        await room.says("Type Ada into Name", "Click button Save")
        await expect(room.panel.locator("#empty")).to_be_hidden()
        await expect(room.panel.locator("#news")).to_have_text("Step 2: Click button 'Save'")


async def test_every_control_works_by_its_letter(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.human.type("#pin", "walnut-4711")
        await room.key("s")
        await room.answers("is a secret now")
        await room.human.click("#other")
        await room.says("Type a secret into PIN", "Click button Other")
        await room.key("u")
        await room.says("Type a secret into PIN")
        await room.key("p")
        await room.status("Paused")
        await room.human.click("#other")
        await room.key("p")
        await room.status("Recording")
        await expect(room.panel.locator("#warnings p")).to_have_text(
            "1 press or key was not recorded while it was paused."
        )
        await room.key("n")
        await room.panel.keyboard.type("ask Ada")
        await room.key("Enter")
        await expect(room.panel.locator(".note")).to_have_text("ask Ada")
        await room.key("h")
        await room.says("Type a secret into PIN", "Rest the pointer on button Other")
        await room.key("a")
        await room.status("Waiting for you to point")
        await room.human.click("#customer")
        await room.status("Recording")
        await room.key("r")
        await room.status("Waiting for you to point")
        await room.human.click("#number")
        await expect(room.panel.get_by_label("What to call it")).to_be_focused()
        await room.panel.keyboard.type("number")
        await room.key("Enter")
        await room.key("q")
        await asyncio.wait_for(room.stop.wait(), 5)
    kinds = [type(step) for step in room.demo.recording.steps]
    assert kinds == [Fill, Hover, Assert, Read]
    assert room.demo.recording.steps[0].note == "ask Ada"


async def test_every_button_is_reached_by_tab_and_shows_its_focus(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.status("Recording")
        reached = []
        for _ in KEYS:
            await room.key("Tab")
            reached.append(await room.panel.evaluate("document.activeElement.dataset.key"))
            outline = await room.panel.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid"
        assert sorted(reached) == sorted(KEYS)


async def test_a_button_does_what_its_letter_does(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.human.click("#save")
        await room.says("Click button Save")
        await room.panel.get_by_role("button", name="Undo").focus()
        await room.key("Enter")
        await room.says()
        await room.answers("Taken back: Click button 'Save'.")


async def test_what_cannot_be_done_is_said(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.status("Recording")
        await room.key("u")
        await room.answers("There is no step to take back.")
        await expect(room.panel.locator("#said")).to_have_class("trouble")


async def test_escape_in_the_panel_ends_pointing(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.status("Recording")
        await room.key("a")
        await room.status("Waiting for you to point")
        await room.key("Escape")
        await room.status("Recording")
        await room.human.click("#save")
        await room.says("Click button Save")


async def test_letters_typed_into_a_note_are_no_commands(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.human.click("#save")
        await room.says("Click button Save")
        await room.key("n")
        await room.panel.keyboard.type("up q")
        await room.key("Escape")
        await room.says("Click button Save")
        assert not room.stop.is_set()


async def test_the_panel_is_not_recorded(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.panel.click("#controls [data-command=pause]")
        await room.status("Paused")
        await room.panel.click("#controls [data-command=pause]")
        await room.status("Recording")
    assert not room.demo.recording.steps


async def test_a_closed_panel_ends_nothing(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.human.click("#save")
        await room.panel.close()
        await room.human.click("#other")
        assert not room.stop.is_set()
    assert len(room.demo.recording.steps) == 2


async def test_words_of_a_page_are_text_in_the_panel(stage: Stage) -> None:
    async with studio(stage) as room:
        await room.human.page.evaluate("save.textContent = '<img src=x onerror=alert(1)>'")
        await room.human.click("#save")
        await room.says("Click button <img src=x onerror=alert(1)>")
        assert await room.panel.locator("#steps img").count() == 0


@dataclass(frozen=True, slots=True)
class Door:
    """A panel's server as a stranger meets it."""

    client: httpx.AsyncClient
    address: str

    @property
    def origin(self) -> str:
        return self.address.partition("/?")[0]


@pytest.fixture
async def door(stage: Stage) -> AsyncIterator[Door]:
    async with fresh(stage.browser) as context, Recorder(context) as demo:
        async with serve_panel(Controller(demo, "x", asyncio.Event())) as address, httpx.AsyncClient() as client:
            yield Door(client, address)


async def inside(door: Door) -> dict[str, str]:
    """Open the panel; what its page would send with a command."""
    await door.client.get(door.address)
    text = (await door.client.get(door.origin)).text
    stamp = text.partition('name="stamp" content="')[2].partition('"')[0]
    return {"Origin": door.origin, "X-Showonce-Stamp": stamp}


async def test_the_address_opens_the_panel_once(door: Door) -> None:
    first = await door.client.get(door.address)
    assert first.status_code == 303 and "HttpOnly" in first.headers["set-cookie"]
    assert "samesite=strict" in first.headers["set-cookie"].lower()
    async with httpx.AsyncClient() as other:
        assert (await other.get(door.address)).status_code == 403


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=x", "/panel.js", "/panel.css", "/steps"])
async def test_without_the_token_nothing_is_given(door: Door, path: str) -> None:
    assert (await door.client.get(door.origin + path)).status_code == 403


async def test_another_host_name_is_refused(door: Door) -> None:
    token = door.address.partition("/?")[2]
    rebound = {"Host": "evil.example"}
    assert (await door.client.get(f"{door.origin}/?{token}", headers=rebound)).status_code == 403
    await inside(door)
    assert (await door.client.get(door.origin, headers=rebound)).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [{"Origin": "http://127.0.0.1:1"}, {"Origin": ""}, {"X-Showonce-Stamp": "guess"}, {"X-Showonce-Stamp": ""}],
    ids=["other-origin", "no-origin", "other-stamp", "no-stamp"],
)
async def test_a_command_from_elsewhere_is_refused(door: Door, wrong: dict[str, str]) -> None:
    headers = {**await inside(door), **wrong}
    answer = await door.client.post(f"{door.origin}/do", headers=headers, json={"command": "pause"})
    assert answer.status_code == 403


async def test_a_command_without_the_cookie_is_refused(door: Door) -> None:
    headers = await inside(door)
    door.client.cookies.clear()
    answer = await door.client.post(f"{door.origin}/do", headers=headers, json={"command": "pause"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [('{"command": "pause"}', 204), ('{"command": "format"}', 422), ("no", 422), (f'"{"x" * 9000}"', 413)],
)
async def test_only_commands_are_obeyed(door: Door, body: str, status: int) -> None:
    answer = await door.client.post(f"{door.origin}/do", headers=await inside(door), content=body)
    assert answer.status_code == status


async def test_the_page_may_load_nothing_from_elsewhere_and_nothing_inline(door: Door) -> None:
    await inside(door)
    answer = await door.client.get(door.origin)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert "<script>" not in answer.text and "style=" not in answer.text


async def test_that_the_panel_was_closed_stays_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(terminal, "screen", lambda: Console(file=shown, force_terminal=True, width=200))
    async with asyncio.TaskGroup() as tasks:
        with terminal.Studio(tasks) as at_work:
            at_work._live.start()
            at_work.panel_closed()
    assert "The panel was closed. The recording goes on" in shown.getvalue()
    assert capsys.readouterr().err == ""  # what is written beside the drawing would be drawn over


def test_the_terminal_shows_a_note_below_its_step() -> None:
    step = PLAIN.steps[0].model_copy(update={"note": "PIN is optional"})
    assert step_text(step).plain == f"{step.words}\nPIN is optional"


@pytest.mark.parametrize(
    ("left", "state", "width"),
    [(966, "normal", 956), (1200, "normal", None), (624, "normal", None), (966, "maximized", None)],
    ids=["under-it", "beside-it", "too-narrow", "as-large-as-the-screen"],
)
async def test_the_recorded_window_ends_where_the_panel_begins(left: int, state: str, width: int | None) -> None:
    asked: list[object] = []

    async def send(method: str, params: dict[str, object] | None = None) -> object:
        if method == "Browser.setWindowBounds" and params is not None:
            asked.append(params["bounds"])
        return {"windowId": 1, "bounds": {"left": 10, "width": 1050, "windowState": state}}

    async def session_of(_: object) -> object:
        return SimpleNamespace(send=send, detach=lambda: asyncio.sleep(0))

    async def screen_x(_: str) -> int:
        return left

    recorded = SimpleNamespace(context=SimpleNamespace(new_cdp_session=session_of))
    await make_room(recorded, SimpleNamespace(evaluate=screen_x))  # type: ignore[arg-type]
    assert asked == ([{"width": width}] if width else [])
