"""What the fence costs: replays with and without it, taking turns in one browser; ratios of CPU and wall time.

    python -m bench.fence_cost [--rounds 12] [--requests 200]

One flow is the main one (12 actions, a few pages); the other is a page whose scripts ask for many things while a step
is done, the dearest there is for a fence that pauses what scripts ask for.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import BrowserContext, Page

import replayer.replay as loop
from agents.agent import open_context
from bench.overhead import Way, measured, recorded, replayed, table
from browser.launch import open_browser
from demo.northdesk.options import Options
from demo.northdesk.serve import in_thread
from replayer import interception
from replayer.fence import Fence
from replayer.gate import Gate
from replayer.tab_sessions import TabSessions
from store.store import open_store

_ALL, _ONLY_DOCUMENTS = interception._KINDS, ("Document",)
_ASK = "async n => { for (let i = 0; i < n; i++) await (await fetch('/login?' + i)).text(); }"


class Unfenced(interception.Interception):
    """It stands nowhere."""

    async def start(self) -> None:
        pass

    async def meet(self, page: Page) -> None:
        pass


async def chatty(context: BrowserContext, url: str, requests: int, kinds: tuple[str, ...]) -> None:
    page = await context.new_page()
    context.on("request", lambda _: None)  # as every replay listens
    if kinds:
        standing = interception.Interception(TabSessions(context))
        judge = Gate(context, Fence(frozenset({url})), standing)
        judge.start()
        await standing.start()
    await page.goto(f"{url}/login")
    await page.evaluate(_ASK, requests)
    if kinds:
        judge.stop()
        await standing.stop()


async def main(rounds: int, requests: int) -> None:
    with in_thread(Options()) as desk, tempfile.TemporaryDirectory() as home:
        async with open_browser() as browser, open_store(Path(home)) as store:
            recording, url = await recorded(browser, desk.base_url), desk.base_url

            async def flow(kind: type[interception.Interception], kinds: tuple[str, ...]) -> None:
                loop.Interception, interception._KINDS = kind, kinds  # type: ignore[assignment, attr-defined]
                await replayed(browser, recording, url, store, "none")

            async def asking(kinds: tuple[str, ...]) -> None:
                interception._KINDS = kinds or _ALL  # type: ignore[assignment]
                async with open_context(browser, recording.viewport) as context:
                    await chatty(context, url, requests, kinds)

            flows: dict[str, Way] = {
                "script": lambda: flow(Unfenced, _ALL),
                "documents held": lambda: flow(interception.Interception, _ONLY_DOCUMENTS),
                "scripts' requests too": lambda: flow(interception.Interception, _ALL),
            }
            found = await measured(flows, rounds)
            print(f"{len(recording.steps)} actions; 'script' is the replay without a fence\n{table(found)}")
            many: dict[str, Way] = {
                "script": lambda: asking(()),
                "documents held": lambda: asking(_ONLY_DOCUMENTS),
                "scripts' requests too": lambda: asking(_ALL),
            }
            found = await measured(many, max(3, rounds // 2))
            print(f"{requests} requests of a script, one after another\n{table(found)}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=12)
    options.add_argument("--requests", type=int, default=200)
    given = options.parse_args()
    asyncio.run(main(given.rounds, given.requests))
