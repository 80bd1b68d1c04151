"""What a recording can hold only in part, or not at all: done again where it can be, and said where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.human import Human
from recordings.steps import Press, Upload
from tests.pages.stage import Stage


async def test_files_dropped_from_the_desktop_are_dropped_again(stage: Stage, tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("one", encoding="utf-8")
    second.write_text("two", encoding="utf-8")
    shown = await stage.show("limits.html", lambda human: drop(human, [str(first), str(second)]))
    assert shown.state[0]["noted"] == ["dropped a.txt one", "dropped b.txt two"]
    (step,) = shown.recording.steps
    assert isinstance(step, Upload) and step.dropped and step.words.startswith("Drop files a.txt, b.txt on")
    first.unlink()  # what was dropped is kept with the recording
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def drop(human: Human, paths: list[str]) -> None:
    x, y = await human._point("#zone", None)
    session = await human.page.context.new_cdp_session(human.page)
    data = {"items": [], "files": paths, "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        await session.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})
    await human.page.wait_for_function("arrived.textContent === '2 files'")
    await human.page.wait_for_timeout(100)


@pytest.mark.parametrize(("held_ms", "noted"), [(4000, "jumped high"), (20, "jumped")])
async def test_a_key_is_held_as_long_as_it_was(stage: Stage, held_ms: int, noted: str) -> None:
    async def jump(human: Human) -> None:
        await human.click("#game")
        await human.page.keyboard.press("Space", delay=held_ms)

    shown = await stage.show("limits.html", jump)
    assert shown.state[0]["noted"] == [noted]
    step = shown.recording.steps[-1]
    assert isinstance(step, Press) and (step.hold_ms >= 3500) == (held_ms >= 3500)
    assert (await stage.replay(shown)).state == shown.state


async def test_what_is_closed_to_the_recorder_is_said_and_done_again_at_its_place(stage: Stage) -> None:
    shown = await stage.show("limits.html", lambda human: human.click("x-switch"))
    (warning,) = shown.recording.warnings
    assert "<x-switch> is closed to the recorder" in warning
    assert (await stage.replay(shown)).state == shown.state


async def test_the_print_window_is_said(stage: Stage) -> None:
    shown = await stage.show("limits.html", lambda human: human.click("#print"))
    assert any("print window" in warning for warning in shown.recording.warnings)


async def test_a_file_window_that_was_left_without_a_choice_is_said(stage: Stage) -> None:
    async def leave(human: Human) -> None:
        session = await human.page.context.new_cdp_session(human.page)
        await session.send("Page.setInterceptFileChooserDialog", {"enabled": True, "cancel": True})
        await human.click("#file")
        await human.page.wait_for_timeout(100)

    shown = await stage.show("limits.html", leave)
    (warning,) = shown.recording.warnings
    assert warning.startswith("A window to choose a file was left without a new choice")


async def test_a_permission_that_was_asked_for_is_said(stage: Stage) -> None:
    async def allow(human: Human) -> None:
        await human.page.wait_for_timeout(200)
        await human.page.context.grant_permissions(["geolocation"])
        await human.page.wait_for_timeout(200)

    shown = await stage.show("limits.html", allow)
    assert any("geolocation, and it was granted" in warning for warning in shown.recording.warnings)


async def test_a_press_that_sees_all_of_its_element_says_nothing(stage: Stage) -> None:
    shown = await stage.show("limits.html", lambda human: human.click("#where"))
    assert shown.recording.warnings == ()
