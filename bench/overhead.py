"""A replay against the same 12 actions written by hand in async Playwright: ratios of CPU and wall time.

    python -m bench.overhead [--rounds 12]

The four ways take turns in one browser, so that a busy machine is busy for all; medians are compared. The hand-written
script waits and checks as a careful person would: each address after a navigation, and the final page. Replays write
their trace to a real store.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from agents.agent import open_context
from bench.cpu import tree_cpu_s
from browser.launch import open_browser
from demo.flows import PASSWORD, USER, add_customer
from demo.human import Human
from demo.northdesk.options import Options
from demo.northdesk.serve import in_thread
from recorder import Recorder
from recordings import Recording
from recordings.recording import Viewport
from recordings.trace import Pictures
from replayer import Replayer
from store.store import Store, open_store

Way = Callable[[], Awaitable[None]]


async def by_hand(browser: Browser, url: str, *, pictures: bool) -> None:
    """The 12 actions as a careful person would script them."""
    async with open_context(browser, Viewport()) as context:
        page = await context.new_page()

        async def done() -> None:
            if pictures:
                await page.screenshot(type="jpeg", quality=60)

        await page.goto(f"{url}/login")
        await _sign_in(page, done)
        await _fill_in(page, done)
        await page.get_by_role("button", name="Save", exact=True).click()
        await page.wait_for_url(re.compile(r"/customers/\d+$"))
        await done()
        await expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()


async def _sign_in(page: Page, done: Way) -> None:
    await page.get_by_label("Username").fill(USER)
    await done()
    await page.get_by_label("Password").fill(PASSWORD)
    await done()
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/customers")
    await done()
    await page.get_by_role("link", name="New customer").click()
    await page.wait_for_url("**/customers/new")
    await done()


async def _fill_in(page: Page, done: Way) -> None:
    for label, text in (("Full name", "Ada Lovelace"), ("Company", "Analytical"), ("Email", "ada@example.com")):
        await page.get_by_label(label).fill(text)
        await done()
    await page.get_by_label("Country").select_option(label="Belgium")
    await done()
    await page.get_by_label("Team").check()
    await done()
    await page.get_by_label("Customer since").fill("2026-05-10")
    await done()
    await page.get_by_label("Newsletter").check()
    await done()


async def replayed(browser: Browser, recording: Recording, url: str, store: Store, pictures: Pictures) -> None:
    async with open_context(browser, recording.viewport) as context:
        replayer = Replayer(context, sink=store, pictures=pictures)
        trace = await replayer.replay(recording, {"password": PASSWORD}, url)
        if trace.status != "passed":
            raise SystemExit(f"The replay failed: {trace.failure}")


async def recorded(browser: Browser, url: str) -> Recording:
    """The demonstration, without the Tab that the script has no use for."""
    async with open_context(browser, Viewport()) as context, Recorder(context, name="add-customer") as demo:
        page = await context.new_page()
        await page.goto(f"{url}/login")
        await add_customer(Human(page))
    steps = tuple(step for step in demo.recording.steps if step.kind != "press")
    return demo.recording.model_copy(update={"steps": steps})


async def measured(ways: dict[str, Way], rounds: int) -> dict[str, tuple[float, float]]:
    """Median CPU and wall seconds of each way, after one round that does not count."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            cpu, wall = tree_cpu_s(), time.perf_counter()
            await way()
            if turn:
                times[name].append((tree_cpu_s() - cpu, time.perf_counter() - wall))
        print(f"round {turn} of {rounds}", end="\r", flush=True)
    return {n: (statistics.median(c for c, _ in t), statistics.median(w for _, w in t)) for n, t in times.items()}


def table(found: dict[str, tuple[float, float]]) -> str:
    base = found["script"]
    lines = [f"{'way':34}{'CPU s':>8}{'ratio':>8}{'wall s':>8}{'ratio':>8}"]
    for name, (cpu, wall) in found.items():
        lines.append(f"{name:34}{cpu:8.3f}{cpu / base[0]:8.2f}{wall:8.3f}{wall / base[1]:8.2f}")
    return "\n".join(lines)


async def main(rounds: int) -> None:
    with in_thread(Options()) as desk, tempfile.TemporaryDirectory() as home:
        async with open_browser() as browser, open_store(Path(home)) as store:
            recording = await recorded(browser, desk.base_url)
            url = desk.base_url
            found = await measured(
                {
                    "script": lambda: by_hand(browser, url, pictures=False),
                    "replay": lambda: replayed(browser, recording, url, store, "none"),
                    "script, a screenshot a step": lambda: by_hand(browser, url, pictures=True),
                    "replay, a picture a step": lambda: replayed(browser, recording, url, store, "steps"),
                },
                rounds,
            )
            print(f"{len(recording.steps)} actions, {rounds} rounds, medians, {browser.version}\n{table(found)}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=12)
    asyncio.run(main(options.parse_args().rounds))
