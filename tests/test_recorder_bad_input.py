"""What can go wrong around a demonstration: it is said, and what was shown until then is kept."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error

from demo.human import Human
from recorder import Recorder
from recordings import Recording
from recordings.errors import RecordingFailedError
from recordings.recording import Gesture
from recordings.signals import PageClosed, PopupOpened
from showonce.record import keep
from tests.pages.stage import Stage, fresh, opened


async def test_a_page_that_hangs_for_a_while_loses_nothing(stage: Stage) -> None:
    shown = await stage.show("trouble.html", hang_and_go_on)
    assert names(shown.recording) == ["Hang", "Fine"]
    assert shown.recording.warnings == ()


async def hang_and_go_on(human: Human) -> None:
    await human.click("#hang")
    await human.click("#fine")


async def test_a_page_that_still_hangs_at_the_end_is_named_and_the_rest_kept(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        async with Recorder(context, verify=False) as demo:  # it would hang once more
            human = Human(await opened(context, stage.site.url("trouble.html")), pause_ms=0)
            await human.click("#fine")
            hanging = asyncio.create_task(human.click("#stuck"))
            await until(lambda: [gesture.type for gesture in last_gestures(demo)] == ["pointer_down", "pointer_up"])
        hanging.cancel()
    assert names(demo.recording) == ["Fine", "Hang for long"]
    assert "Tab 1 does not answer" in "".join(demo.recording.warnings)


async def test_a_page_that_crashes_is_said_and_what_was_shown_is_kept(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        async with Recorder(context) as demo:
            page = await opened(context, stage.site.url("trouble.html"))
            await Human(page).click("#fine")
            with suppress(Error):
                await page.goto("chrome://crash")
    assert names(demo.recording)[:1] == ["Fine"]
    assert "crashed" in "".join(demo.recording.warnings)


async def test_another_origin_is_recorded_like_the_first(stage: Stage) -> None:
    shown = await stage.show("trouble.html", elsewhere)
    assert names(shown.recording) == ["Elsewhere", "Tile"]
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def elsewhere(human: Human) -> None:
    await human.click("#away")
    await human.click("#tile")


async def test_twenty_popups_are_all_told_and_each_is_recorded(stage: Stage) -> None:
    shown = await stage.show("trouble.html", twenty)
    told = [signal for signal in shown.recording.steps[0].signals if isinstance(signal, PopupOpened)]
    assert len(told) == 20
    assert [(step.kind, step.page) for step in shown.recording.steps[1:]] == [("click", 20)]


async def twenty(human: Human) -> None:
    await human.click("#twenty")
    pages = human.page.context.pages
    await until(lambda: len(human.page.context.pages) == 21)
    pages = human.page.context.pages
    await pages[-1].wait_for_load_state()
    await Human(pages[-1]).click("#fine")


@pytest.mark.parametrize("page", ["strict.html", "sandboxed.html"])
async def test_a_page_that_forbids_scripts_is_recorded_and_replayed(stage: Stage, page: str) -> None:
    shown = await stage.show(page, fill_in)
    assert shown.kinds == ["fill", "check"]
    done = await stage.replay(shown)
    assert (done.trace.status, done.state) == ("passed", shown.state), done.trace.failure


async def fill_in(human: Human) -> None:
    await human.type("#name", "Ada")
    await human.click("#sure")


async def test_a_tab_that_closes_itself_is_told(stage: Stage) -> None:
    shown = await stage.show("trouble.html", close_a_popup)
    assert [signal for signal in shown.recording.steps[-1].signals if isinstance(signal, PageClosed)]


async def close_a_popup(human: Human) -> None:
    async with human.page.expect_popup() as popup:
        await human.page.evaluate("void open('trouble.html')")
    tab = await popup.value
    await human.click("#fine")
    async with tab.expect_event("close"):
        with suppress(Error):
            await Human(tab).click("#close")


async def test_the_only_tab_may_be_closed(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        async with Recorder(context) as demo:
            page = await opened(context, stage.site.url("trouble.html"))
            await Human(page).click("#fine")
            await page.close()
    assert names(demo.recording) == ["Fine"]
    assert demo.recording.warnings == ()


async def test_a_context_has_one_recorder_at_a_time(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        async with Recorder(context):
            with pytest.raises(RecordingFailedError, match="End the other recording first"):
                async with Recorder(context):
                    pass
        async with Recorder(context) as demo:
            await Human(await opened(context, stage.site.url("trouble.html"))).click("#fine")
    assert names(demo.recording) == ["Fine"]


async def test_a_browser_that_dies_leaves_what_was_shown(mortal: tuple[Browser, int], stage: Stage) -> None:
    browser, pid = mortal
    gone = asyncio.Event()
    browser.on("disconnected", lambda _: gone.set())
    context = await browser.new_context()
    async with Recorder(context) as demo:
        human = Human(await opened(context, stage.site.url("trouble.html")))
        await human.click("#fine")
        os.kill(pid, signal.SIGKILL)
        await asyncio.wait_for(gone.wait(), timeout=10)
    assert names(demo.recording) == ["Fine"]
    assert "browser ended" in "".join(demo.recording.warnings)


async def test_a_full_disk_leaves_the_old_recording_whole_and_says_so(stage: Stage, tmp_path: Path) -> None:
    before = (await stage.show("trouble.html", lambda human: human.click("#hang"))).recording
    after = (await stage.show("trouble.html", lambda human: human.click("#fine"))).recording
    folder = before.save(tmp_path / "shown")
    with full_disk(), pytest.raises(RecordingFailedError, match="What was there before is unchanged") as raised:
        keep(after, folder)
    assert raised.value.mend.startswith("Make room on the disk")
    assert names(Recording.load(folder)) == ["Hang"]
    assert left_in(tmp_path) == [folder.name]


@contextmanager
def full_disk() -> Iterator[None]:
    """The system lets no file of this process grow beyond a few hundred bytes, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def last_gestures(demo: Recorder) -> tuple[Gesture, ...]:
    """Of the second step, "Hang for long"."""
    return demo.so_far().gestures.get("s02", ())


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def names(recording: Recording) -> list[str]:
    """What was pressed, by its name."""
    return [step.target.description.name for step in recording.steps if step.kind == "click"]


async def until(condition: Callable[[], bool]) -> None:
    """Ask again until it holds."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - what is asked has no event of its own
            await asyncio.sleep(0.02)
