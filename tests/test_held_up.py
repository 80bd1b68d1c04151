"""What a machine that is held up for seconds, or a slow server, must not change: what is recorded, where a press goes,
what is read, and what is held back."""

from __future__ import annotations

import asyncio
import os
import secrets as randomness
import signal

from browser.hands import pressed, reach
from browser.launch import open_browser
from demo.human import Human
from recorder import Recorder
from recordings.signals import Requested
from recordings.steps import Hover
from replayer.interception import Interception
from replayer.tab_sessions import TabSessions
from tests.pages.processes import main_process
from tests.pages.stage import SOON, Stage, fresh, opened
from tests.test_hands import _held

PAGE = "held_up.html"
BLOCK = "ms => { for (const until = Date.now() + ms; Date.now() < until;); }"


async def test_a_request_that_was_not_answered_is_said_and_a_replay_still_hears_a_refusal(stage: Stage) -> None:
    async def send(human: Human) -> None:
        async with human.page.expect_request("**/held"):
            await human.click("#send")

    shown = await stage.show(PAGE, send)
    (step,) = shown.recording.steps
    assert [s.status for s in step.signals if isinstance(s, Requested)] == [None]
    (warning,) = shown.recording.warnings
    assert "Step s01" in warning and "no answer to its POST" in warning and "/held was seen" in warning
    stage.site.free.set()
    assert (await stage.replay(shown.recording)).trace.status == "passed"
    stage.site.status = 500
    refused = (await stage.replay(shown.recording)).trace
    assert refused.failure is not None and "was answered 500" in refused.failure.message


async def test_a_value_is_read_once_what_was_asked_for_it_has_come(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        async with Recorder(context, name="shown", verify=False) as demo:
            human = Human(await opened(context, stage.site.url(PAGE)), 5)
            await human.click("#refresh")
            await human.page.wait_for_function("document.getElementById('balance').textContent === '42.00'")
            await demo.read_value("balance")
            await human.click("#balance")
    steps = tuple(step.model_copy(update={"scene": None, "changes": ()}) for step in demo.recording.steps)
    done = await stage.replay(demo.recording.model_copy(update={"steps": steps}), waits=SOON)
    assert done.trace.values == {"balance": "42"}


async def test_a_press_that_a_frame_took_is_no_press(stage: Stage) -> None:
    async with fresh(stage.browser) as context:
        page = await opened(context, stage.site.url(PAGE))
        place = await reach(await _held(page, "#refresh"))
        assert place is not None
        await page.evaluate("document.getElementById('over').style.display = 'block'")
        await page.mouse.click(place.x, place.y)
        assert not await pressed(page.main_frame)


async def test_a_pointer_that_rested_while_the_page_was_busy_rested(stage: Stage) -> None:
    async def archive(human: Human) -> None:
        page = human.page
        box = await page.locator("#more").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await page.mouse.move(x + 300, y)
        await page.wait_for_timeout(300)
        await page.mouse.move(x, y)
        busy = asyncio.ensure_future(page.evaluate(BLOCK, 1500))
        await asyncio.sleep(0.6)
        moving = asyncio.ensure_future(page.mouse.move(x, y + box["height"]))
        await busy
        await moving
        await human.click("#archive")

    shown = await stage.show(PAGE, archive)
    assert [type(step) for step in shown.recording.steps][:1] == [Hover], shown.recording.steps


async def test_a_tab_that_could_not_be_held_in_time_is_held_before_it_sends() -> None:
    mark = f"--mark-{randomness.token_hex(8)}"
    async with open_browser(extra_args=[mark]) as browser, fresh(browser) as context:
        interception = Interception(TabSessions(context))
        page = await context.new_page()
        process = main_process(mark)
        os.kill(process, signal.SIGSTOP)
        try:
            await interception.meet(page)
        finally:
            os.kill(process, signal.SIGCONT)
        assert not interception.holds(page.main_frame)
        assert await interception.is_before(page)
        assert interception.holds(page.main_frame)
