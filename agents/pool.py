"""The pool: owns one browser, and lets at most so many agents work in it at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser

from agents.agent import work
from browser.launch import open_browser
from recordings.trace import Trace
from replayer import Waits
from replayer.guard import CommitGuard
from replayer.heal import Hints
from replayer.plan import Plan
from replayer.replay import Pictures
from replayer.sinks import Sink


class AgentPool:
    """Agents in one browser; contexts about twice the cores are its best use (../shared/SPEED.md)."""

    def __init__(self, browser: Browser, agents: int) -> None:
        self._browser = browser
        self._places = asyncio.Semaphore(agents)

    async def run(
        self,
        plan: Plan,
        sink: Sink,
        pictures: Pictures = "failure",
        waits: Waits | None = None,
        hints: Hints | None = None,
        *,
        guard: CommitGuard | None = None,
        trace_id: str = "",
        dry: bool = False,
    ) -> Trace:
        """Do one plan as soon as a place is free, in a fresh context; ``hints`` are shared by the runs of a batch."""
        waits = waits or Waits()
        async with self._places:
            return await work(
                self._browser, plan, sink, pictures, waits, hints, guard=guard, trace_id=trace_id, dry=dry
            )


@asynccontextmanager
async def open_pool(
    *, agents: int, headless: bool = True, browser: Path | None = None, slow_mo_ms: float = 0
) -> AsyncIterator[AgentPool]:
    """Open a browser for ``agents`` at once, and close it whatever happened.

    Raises:
        BrowserMissingError, BrowserBrokenError, DisplayMissingError: There is no browser to work in.
    """
    async with open_browser(headless=headless, override=browser, slow_mo_ms=slow_mo_ms) as opened:
        yield AgentPool(opened, agents)
