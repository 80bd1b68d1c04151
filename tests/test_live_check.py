"""The self-check while the person still shows: a real page worked in, and another, apart, that follows it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from agents.controller import Controller
from agents.demonstration import demonstrate
from agents.panel import serve_panel
from demo.human import Human
from recorder import Recorder
from recorder.live_check import LiveCheck
from recordings.recording import Recording
from tests.pages.processes import read
from tests.pages.stage import Stage, fresh, opened
from tests.test_panel import told

pytestmark = pytest.mark.timeout(300)  # another browser tries each step several times, on a machine that may be busy

PIN = "walnut-4711"


@dataclass(frozen=True, slots=True)
class Room:
    """A person at work, and what follows."""

    human: Human
    demo: Recorder
    live: LiveCheck
    asked: list[float]
    apart: asyncio.Event
    """Set while the browser apart can be had."""

    async def until(self, true: Callable[[], bool], within_s: float = 100) -> None:
        """Returns once it is true."""
        async with asyncio.timeout(within_s):
            while not true():
                await self.human.page.wait_for_timeout(50)

    async def told(self, fact: str) -> None:
        """Returns once the page has told that its last step came to this; nothing is tried before."""
        await self.until(lambda: any(fact in change.appeared for change in self.demo.as_understood().steps[-1].changes))
        self.apart.set()

    def sure(self) -> list[str]:
        """What is in doubt beyond another trial, in words."""
        steps = {step.id: (number, step) for number, step in enumerate(self.demo.so_far().steps, 1)}
        return [doubt.words(*steps[name]) for name, doubt in self.live.doubts().items() if doubt.sure]


@asynccontextmanager
async def room(stage: Stage, page: str) -> AsyncIterator[Room]:
    asked: list[float] = []
    apart = asyncio.Event()
    apart.set()

    async def browser() -> Browser:
        asked.append(asyncio.get_running_loop().time())
        await apart.wait()
        return stage.browser

    async with fresh(stage.browser) as context:
        async with Recorder(context, verify=False) as demo:
            human = Human(await opened(context, stage.site.url(page)), 5)
            live = LiveCheck(demo, browser)
            async with live.following():
                yield Room(human, demo, live, asked, apart)


async def test_steps_that_come_out_the_same_are_followed_without_a_doubt(stage: Stage) -> None:
    async with room(stage, "order.html") as at:
        await at.human.type("#name", "Ada")
        await at.human.click("#save")
        await at.until(lambda: at.live.came == 2)
        await at.human.type("#password", PIN)
        await at.human.click("#away")
        await at.until(lambda: at.live.came == 4)
        assert (at.live.doubts(), at.live.trouble) == ({}, "")
        assert len(at.asked) == 1  # it went on where it was
    assert PIN not in repr(at.live)


async def test_a_step_that_does_not_come_out_the_same_is_told_while_the_person_still_shows(stage: Stage) -> None:
    async with room(stage, "order.html") as at:
        stage.site.variant = {"status": "Saved already."}  # what the server has for everybody after the first
        at.apart.clear()
        await at.human.type("#name", "Ada")
        await at.human.click("#save")
        await at.told("Saved Ada.")
        await at.until(lambda: bool(at.sure()))
        assert at.sure() == [
            "Step 2 (Click button 'Save') did not come out the same when tried: 'Saved Ada.' is not there."
        ]
        stage.site.variant = None
        await at.human.click("#other")
        await at.until(lambda: at.live.came == 3)  # what was the last step is tried once more
        assert not at.live.doubts()


async def test_the_panel_tells_the_doubt_beside_its_step(stage: Stage) -> None:
    async with room(stage, "order.html") as at, fresh(stage.browser) as beside:
        controller = Controller(at.demo, "order", asyncio.Event(), live=at.live)
        async with serve_panel(controller) as address, told(controller):
            panel = await opened(beside, address)
            stage.site.variant = {"status": "Saved already."}
            at.apart.clear()
            await at.human.click("#save")
            await at.told("Saved .")
            await at.human.click("#other")
            doubt = panel.locator("#steps li").nth(0).locator(".doubt")
            await expect(doubt).to_contain_text("'Saved .' is not there", timeout=60_000)
            await expect(panel.locator("#news")).to_contain_text("Step 1 did not come out the same")
            await panel.keyboard.press("u")
            await panel.keyboard.press("u")
            await expect(doubt).to_have_count(0)


@pytest.mark.slow
async def test_a_step_that_is_taken_back_takes_its_doubt_with_it(stage: Stage) -> None:
    async with room(stage, "order.html") as at:
        stage.site.variant = {"status": "Saved already."}
        at.apart.clear()
        await at.human.click("#save")
        await at.told("Saved .")
        await at.until(lambda: bool(at.live.doubts()))
        await at.demo.undo()
        assert not at.live.doubts()
        stage.site.variant = None
        await at.human.click("#away")
        await at.until(lambda: at.live.came == 1)
        assert not at.live.doubts()


async def test_a_step_whose_dialog_is_open_is_not_tried_until_it_is_answered(stage: Stage) -> None:
    async with room(stage, "answers.html") as at, asyncio.TaskGroup() as tasks:
        async with at.human.page.expect_event("dialog") as coming:
            tasks.create_task(at.human.click("#ask"))
        dialog = await coming.value
        await at.human.page.wait_for_timeout(3000)  # the person reads it
        assert not at.asked
        await dialog.accept()
        await at.until(lambda: at.live.came == 1)
        assert not at.live.doubts()


async def test_it_stops_before_what_changes_data(stage: Stage) -> None:
    async with room(stage, "answers.html") as at:
        await at.human.click("#push")
        await at.human.click("#store")
        await at.human.page.get_by_text("Stored").wait_for()
        await at.until(lambda: at.live.came == 1)
        await at.human.click("#push")
        await at.human.page.wait_for_timeout(3000)
        assert (at.live.came, at.live.doubts(), stage.site.posts) == (1, {}, ["ada"])


async def test_what_only_turns_out_later_to_change_data_is_not_sent_by_it(stage: Stage) -> None:
    stage.site.variant = {"after": 600_000}  # each page sends it when it is told to
    async with room(stage, "late.html") as at:
        before = stage.browser.contexts
        await at.human.click("#draft")
        await at.until(lambda: at.live.came == 1)
        (apart,) = [each for each in stage.browser.contexts if each not in before]
        sent = "save().then(() => 'sent', () => 'refused')"
        assert await apart.pages[0].evaluate(sent) == "refused"
        assert await at.human.page.evaluate(sent) == "sent"
        await at.until(lambda: at.demo.so_far().steps[0].commits)
        await at.human.page.wait_for_timeout(3000)
        assert (at.live.doubts(), stage.site.posts) == ({}, ["draft"])


@pytest.mark.slow
async def test_typing_that_goes_on_after_it_was_tried_is_tried_afresh(stage: Stage) -> None:
    async with room(stage, "order.html") as at:
        await at.human.type("#name", "Ad")
        await at.until(lambda: at.live.came == 1)
        await at.human.page.keyboard.type("a")
        await at.human.click("#save")
        await at.until(lambda: at.live.came == 2)
        assert (at.live.doubts(), len(at.asked)) == ({}, 2)


@pytest.mark.slow
async def test_a_step_whose_field_becomes_a_secret_is_tried_afresh(stage: Stage) -> None:
    async with room(stage, "order.html") as at:
        await at.human.type("#pin", PIN)
        await at.until(lambda: at.live.came == 1)
        await at.demo.mark_secret()
        await at.human.click("#save")
        await at.until(lambda: at.live.came == 2)
        assert (at.live.doubts(), len(at.asked)) == ({}, 2)
        assert PIN not in repr(at.live)


async def test_a_browser_that_cannot_be_had_is_said_once_and_ends_nothing(stage: Stage) -> None:
    async def none() -> Browser:
        raise OSError("no browser")

    async with fresh(stage.browser) as context:
        async with Recorder(context, verify=False) as demo:
            human = Human(await opened(context, stage.site.url("order.html")), 5)
            live = LiveCheck(demo, none)
            async with live.following():
                await human.click("#save")
                while not live.trouble:
                    await human.page.wait_for_timeout(50)
                await human.click("#other")
    assert "no browser" in live.trouble
    assert [step.words for step in demo.recording.steps] == ["Click button 'Save'", "Click button 'Other'"]


async def shown_until(stage: Stage, moment: Callable[[Human, set[int]], object]) -> Recording:
    """What ``showonce record`` does, ended by the person."""
    stop, ready = asyncio.Event(), asyncio.Queue[Controller]()

    async def work() -> None:
        controller = await ready.get()
        page = controller._demo._context.pages[0]
        human = Human(page, 5)
        before = children()
        await human.click("#save")
        async with asyncio.timeout(30):
            while not moment(human, children() - before):
                await page.wait_for_timeout(20)
        stop.set()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(work())
        return await demonstrate(
            stage.site.url("order.html"),
            name="shown",
            headless=True,
            browser=None,
            secret_fields=(),
            stop=stop,
            panel=False,
            verify=True,
            on_ready=ready.put_nowait,
            on_panel_closed=lambda: None,
            on_trying=lambda: None,
        )


def children() -> set[int]:
    """All processes that came of this one."""
    stats = {int(one.name): read(one / "stat") for one in Path("/proc").iterdir() if one.name.isdigit()}
    parents = {pid: int(stat.rpartition(")")[2].split()[1]) for pid, stat in stats.items() if stat}
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


async def test_ending_while_the_browser_apart_starts_leaves_nothing_behind(stage: Stage) -> None:
    before = children()
    shown = await shown_until(stage, lambda _, new: bool(new))
    assert (len(shown.steps), shown.checked) == (1, 1)
    await gone(before)


async def gone(before: set[int]) -> None:
    """Returns when no driver and no browser is left that was not there before; helpers of the test's own may come."""
    async with asyncio.timeout(20):
        while any("--type=" not in read(Path(f"/proc/{pid}/cmdline")) for pid in children() - before):
            await asyncio.to_thread(os.sched_yield)


async def test_ending_in_the_midst_of_a_trial_leaves_nothing_behind(stage: Stage) -> None:
    before = children()

    def in_trial(_: Human, new: set[int]) -> bool:
        stage.site.variant = {"status": "Saved already."}  # the trial waits for what does not come
        begun = any("--type=renderer" in read(Path(f"/proc/{pid}/cmdline")) for pid in new)
        stage.site.variant = None if begun else stage.site.variant
        return begun

    shown = await shown_until(stage, in_trial)
    assert (len(shown.steps), shown.checked) == (1, 1)
    await gone(before)
