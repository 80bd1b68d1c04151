"""A page that answers nothing any more, or a browser that hangs: the run stops and says so; the next one goes on."""

from __future__ import annotations

import asyncio
import os
import secrets as randomness
import signal
from dataclasses import replace

import pytest

from agents.agent import Job, work
from agents.pool import open_pool
from browser.launch import driver
from demo.human import Human
from recordings.errors import BrowserDiedError
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Kept, Waits
from replayer.answering import Answering
from replayer.plan import plan_of
from replayer.tab_sessions import TabSessions
from replayer.watch import Watch
from tests.pages.processes import child_processes, main_process
from tests.pages.stage import Stage, for_another_page, fresh, opened
from tests.test_loops import edited

WAITS = Waits(step_s=3, effect_s=1, quiet_s=0.2, fallback_s=0.5, silent_s=1)
"""A tab may be silent for 3 s, a browser for 2."""
FOREVER_MS = 1e9


async def check_and_save(human: Human) -> None:
    await human.click("#check")
    await human.click("#save")


@pytest.fixture
async def saving(stage: Stage) -> Recording:
    """Checked (s01), which shows Save, and saved (s02)."""
    return for_another_page((await stage.show("busy.html", check_and_save)).recording)


async def run(stage: Stage, recording: Recording, waits: Waits = WAITS) -> Trace:
    async with asyncio.timeout(60):
        return await work(stage.browser, Job(plan_of(recording), Kept(), "failure", waits))


@pytest.mark.parametrize("lines", [(), ('branch 2 if visible "Save"',)], ids=["step", "branch"])
async def test_a_page_whose_script_never_ends_stops_the_run(
    stage: Stage, saving: Recording, lines: tuple[str, ...]
) -> None:
    stage.site.variant = {"busy_ms": FOREVER_MS}
    trace = await run(stage, edited(saving, *lines))
    assert trace.failure is not None
    assert (trace.failure.code, [step.outcome for step in trace.steps]) == ("PageSilent", ["passed", "failed"])
    assert "Click button 'Save': the page has answered nothing for 3 s" in trace.failure.message


async def test_a_page_that_is_busy_for_a_while_is_waited_for(stage: Stage, saving: Recording) -> None:
    stage.site.variant = {"busy_ms": 6_000}  # and asked meanwhile whether it answers
    trace = await run(stage, saving, replace(WAITS, step_s=10))
    assert trace.status == "passed", trace.failure


@pytest.mark.parametrize("moment", ["before", "meanwhile"])
async def test_a_tab_that_crashed_is_not_waited_for(stage: Stage, saving: Recording, moment: str) -> None:
    async with fresh(stage.browser) as context:
        page = await opened(context, stage.site.url("busy.html"))
        watch, sessions = Watch(context), TabSessions(context)
        watch.start()
        crasher = await context.new_cdp_session(page)

        async def crash() -> None:
            if moment == "meanwhile":
                await crasher.send("Runtime.evaluate", {"expression": "setTimeout(() => { for (;;); })"})
                await asyncio.sleep(4)  # it is asked since a second
            await crasher.send("Page.crash")

        crashing = asyncio.create_task(crash())
        async with asyncio.timeout(60):
            await Answering(sessions, watch, WAITS).heard(saving.steps[0], asyncio.sleep(9))
        assert watch.crashed == {page}
        crashing.cancel()
        await asyncio.wait([crashing])


@pytest.mark.parametrize("moment", ["before", "meanwhile"])
async def test_a_browser_that_hangs_is_ended_and_the_next_run_gets_another(
    stage: Stage, saving: Recording, moment: str
) -> None:
    mark = f"--mark-{randomness.token_hex(8)}"
    job = Job(plan_of(saving), Kept(), "failure", WAITS)
    stage.site.variant = {"busy_ms": 1_500 if moment == "meanwhile" else 0}
    async with asyncio.timeout(90), open_pool(agents=1, args=[mark]) as pool:
        await pool.run(job)  # its process is known by then
        if moment == "meanwhile":
            running = asyncio.create_task(pool.run(job))
            await asyncio.sleep(1)
            os.kill(main_process(mark), signal.SIGSTOP)
            trace = await running
            assert trace.failure is not None and trace.failure.code in ("PageSilent", "PageUnreachable"), trace.failure
        else:
            os.kill(main_process(mark), signal.SIGSTOP)
            with pytest.raises(BrowserDiedError):
                await pool.run(job)
        again = await pool.run(replace(job, sink=Kept()))
        assert again.status == "passed", again.failure


async def test_a_driver_that_hangs_at_the_end_keeps_nobody_waiting() -> None:
    before = child_processes()
    async with asyncio.timeout(60):
        async with driver():
            (process,) = child_processes() - before
            os.kill(process, signal.SIGSTOP)
    os.kill(process, signal.SIGKILL)


async def test_a_browser_that_hangs_at_the_end_keeps_nobody_waiting() -> None:
    mark = f"--mark-{randomness.token_hex(8)}"
    async with asyncio.timeout(90), open_pool(agents=1, args=[mark]) as pool:
        browser = await pool._berths[0].browser()
        context = await browser.new_context()
        await context.new_page()
        os.kill(main_process(mark), signal.SIGSTOP)
    assert not browser.is_connected()
