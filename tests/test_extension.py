"""Recording through the extension in a person's Chrome: the same steps as over the debugging port, and nobody else
is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Dialog

from demo.human import Human
from recorder.events import DownloadBegan
from recorder.extension import ExtensionRecorder
from recordings.signals import DialogAnswered, Downloaded
from recordings.steps import Click, Step, target_of
from tests.pages.cases import every, mostly_slow
from tests.pages.own import Own
from tests.pages.stage import Gesture, Shown, Stage, shown_in
from tests.test_drags import a_stroke, hold, onto_done, open_record_50, the_box, turn_twice
from tests.test_steps import FIELDS, KEYS, MOUSE, follow_the_link, go_from_mouse, scroll_and_choose, upload
from tests.test_steps_elsewhere import (
    DIALOGS,
    in_dialog,
    in_shadow,
    in_the_form,
    in_the_hostile_page,
    open_a_tab,
    send_by_enter,
    send_the_form,
    store_by_script,
    there_and_back,
)


def essence(shown: Shown) -> list[dict[str, object]]:
    """What a step is and does; not where it stood, nor its pictures."""
    return [_essence(step) for step in shown.recording.steps]


def _essence(step: Step) -> dict[str, object]:
    facts = step.model_dump(
        exclude={"target", "picture", "dom", "hold_ms", "path", "end", "turns", "scene", "changes", "asks", "streams"}
    )
    target = target_of(step)
    if target is not None:
        facts["target"] = target.model_dump(exclude={"crop": True, "rivals": True, "description": {"box"}})
        facts["frame"] = [hop.index for hop in target.frame]
    facts.pop("onto", None)
    return facts


async def in_a_frame(human: Human) -> None:
    await in_the_form(human, human.page.frame_locator("#inner"))


async def in_the_hostile_page_anew(human: Human) -> None:
    await human.page.reload()  # its listeners were first while nobody recorded
    await in_the_hostile_page(human)


SHOWN: dict[str, tuple[str, Gesture]] = {
    **{f"field: {name}": ("fields.html", gesture) for name, (gesture, _) in FIELDS.items()},
    **{f"mouse: {name}": ("mouse.html", gesture) for name, (gesture, _) in MOUSE.items()},
    **{f"key: {name}": ("keys.html", gesture) for name, (gesture, _, _) in KEYS.items()},
    "drag, native": ("drags.html", onto_done),
    "drag, by pointer": ("drags.html", the_box),
    "stroke": ("drags.html", a_stroke),
    "hold": ("drags.html", hold),
    "wheel": ("drags.html", turn_twice),
    "rows that come by scrolling": ("drags.html", open_record_50),
    "list that grows": ("feed.html", lambda human: scroll_and_choose(human, "Item ^")),
    "address typed on the way": ("mouse.html", go_from_mouse),
    "link": ("answers.html", follow_the_link),
    "view of the same document": ("answers.html", lambda human: human.click("#push")),
    "frame": ("frame.html#same", in_a_frame),
    "frame of another site": ("frame.html#cross", in_a_frame),
    "shadow": ("shadow.html", in_shadow),
    "tab and back": ("answers.html", lambda human: there_and_back(human, "Fields in a tab")),
    "window and back": ("answers.html", lambda human: there_and_back(human, "Window")),
    "form": ("answers.html", send_the_form),
    "form by Enter": ("answers.html", send_by_enter),
    "request of a script": ("answers.html", store_by_script),
    "hostile page": ("hostile.html", in_the_hostile_page_anew),
}


@pytest.mark.parametrize(("page", "gesture"), every(7, SHOWN))
async def test_the_steps_are_those_that_are_recorded_over_the_debugging_port(
    own: Own, stage: Stage, page: str, gesture: Gesture
) -> None:
    shown = await own.show(stage.site.url(page), gesture)
    await own.tidy()
    other = await shown_in(own.context, stage.site.url(page), gesture, open_first=True)
    assert shown.recording.warnings == other.recording.warnings
    assert essence(shown) == essence(other) != []
    assert (shown.recording.start, shown.recording.viewport) == (other.recording.start, other.recording.viewport)


BUSY = "ms => { for (const until = Date.now() + ms; Date.now() < until;); }"
REPLAYED = ("field: text", "key: Enter", "frame of another site", "shadow", "tab and back", "form", "hostile page")


@pytest.mark.parametrize("name", mostly_slow(REPLAYED, ["frame of another site", "tab and back", "form"]))
async def test_what_was_recorded_is_done_again(own: Own, stage: Stage, name: str) -> None:
    page, gesture = SHOWN[name]
    shown = await own.show(stage.site.url(page), gesture)
    done = await stage.replay(shown)
    assert done.trace.status == "passed", done.trace.failure
    assert done.state == shown.state


@pytest.mark.parametrize(("button", "answer", "signal"), DIALOGS.values(), ids=DIALOGS)
async def test_a_dialog_is_heard_with_its_answer(
    own: Own, stage: Stage, button: str, answer: Callable[[Dialog], Awaitable[None]], signal: DialogAnswered
) -> None:
    async def slowly(dialog: Dialog) -> None:
        await asyncio.sleep(0.05)  # no person answers at once
        await answer(dialog)

    shown = await own.show(stage.site.url("answers.html"), lambda human: in_dialog(human, button, slowly))
    assert shown.recording.steps[0].signals == (signal,)
    assert (await stage.replay(shown)).state == shown.state


async def test_a_download_is_heard(own: Own, stage: Stage) -> None:
    # Playwright takes downloads from Chrome, which then asks no extension for their names.
    session = await own.context.new_cdp_session(own.context.pages[0])
    await session.send("Browser.setDownloadBehavior", {"behavior": "default"})

    async def export(human: Human) -> None:
        await human.click(human.page.get_by_text("Export"))

    def came(demo: ExtensionRecorder) -> bool:
        return any(isinstance(event.what, DownloadBegan) for event in demo._ears.collected.events)

    shown = await own.show(stage.site.url("answers.html"), export, over=came)
    assert shown.recording.steps[0].signals == (Downloaded(filename="export.csv"),)


async def test_a_chosen_file_is_kept(own: Own, stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "contract.bin").write_bytes(bytes(range(256)))
    shown = await own.show(stage.site.url("fields.html"), lambda human: upload(human, tmp_path / "contract.bin"))
    assert (await stage.replay(shown)).state == shown.state


_NOWHERE = """() => { document.querySelector("#bye").onclick = () => {
    const input = document.createElement("input"); input.type = "file"; input.click(); } }"""


async def test_a_file_chosen_through_an_input_that_is_nowhere_is_heard(own: Own, stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "contract.bin").write_bytes(b"1")

    async def choose(human: Human) -> None:
        await human.page.evaluate(_NOWHERE)
        await human.upload("#bye", str(tmp_path / "contract.bin"))

    shown = await own.show(stage.site.url("fields.html"), choose)
    assert shown.kinds == ["upload"]


async def test_pictures_are_of_the_page_before_the_gesture(own: Own, stage: Stage) -> None:
    async def say_hello(human: Human) -> None:
        await human.click(human.page.frame_locator("#inner").locator("#hello"))

    def seen(demo: ExtensionRecorder) -> bool:  # a person reads the page, and Chrome lets it be seen twice a second
        return any(ring.frames for ring in demo._ears._rings.values())

    shown = await own.show(stage.site.url("frame.html#cross"), say_hello, ready=seen)
    (step,) = shown.recording.steps
    assert isinstance(step, Click)
    assert (step.picture, step.target.crop) == ("pages/s01.jpg", "crops/s01.png")


async def test_what_is_typed_into_a_secret_field_never_leaves_the_page(own: Own, stage: Stage) -> None:
    async def type_secrets(human: Human) -> None:
        await human.type("#name", "hunter-2-hunter")
        await human.click("#hello")

    shown = await own.show(stage.site.url("fields.html"), type_secrets, ["Name"])
    assert "hunter-2" not in str(shown.events)
    assert [secret.name for secret in shown.recording.secrets] == ["name"]


async def test_a_new_tab_of_the_person_has_a_part_from_its_first_gesture(own: Own, stage: Stage) -> None:
    url = stage.site.url("answers.html")
    shown = await own.show(stage.site.url("mouse.html"), lambda human: open_a_tab(human, url))
    assert [(step.kind, step.page) for step in shown.recording.steps] == [("click", 0), ("navigate", 1), ("click", 1)]
    assert (await stage.replay(shown)).state == shown.state


async def test_a_tab_that_is_too_busy_to_tell_at_the_end_is_said(own: Own, stage: Stage) -> None:
    doing: list[asyncio.Future[object]] = []

    async def press_while_busy(human: Human) -> None:
        doing.append(asyncio.ensure_future(human.page.evaluate(BUSY, 6000)))
        await asyncio.sleep(0.3)
        doing.append(asyncio.ensure_future(human.page.mouse.click(20, 20)))
        await asyncio.sleep(0.3)

    shown = await own.show(stage.site.url("mouse.html"), press_while_busy)
    await asyncio.gather(*doing, return_exceptions=True)
    assert "Tab 1 does not answer; what was done last in it may be missing." in shown.recording.warnings
