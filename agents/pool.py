"""The pool: owns the browsers, and lets at most so many agents work in them at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser

from agents.agent import Job, work
from browser.launch import known_process, open_browser
from recordings.trace import Trace

_RUNS = 200
"""A browser is closed and opened anew after so many runs: what it leaks is given back."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a browser is opened; ``path`` takes the place of the one that would be found, ``args`` are given to it."""

    headless: bool = True
    path: Path | None = None
    slow_mo_ms: float = 0
    args: tuple[str, ...] = ()


class _Berth:
    """One browser of the pool: opened for its first agent, and anew once it died or did its share of runs."""

    def __init__(self, opening: Opening, runs: int) -> None:
        self._opening, self._share = opening, runs
        self._browser: Browser | None = None
        self._open = AsyncExitStack()
        self._changing = asyncio.Lock()
        self.busy = self._begun = 0

    async def browser(self, *, begins: bool = True) -> Browser:
        """The browser to work in; a run ``begins`` in it.

        Raises:
            BrowserMissingError, BrowserBrokenError, DisplayMissingError: There is none.
        """
        async with self._changing:
            worn = self._begun >= self._share and self.busy <= 1
            if self._browser is not None and (worn or not self._browser.is_connected()):
                await self.close()
            if self._browser is None:
                opening = self._opening
                opened = open_browser(
                    headless=opening.headless,
                    override=opening.path,
                    slow_mo_ms=opening.slow_mo_ms,
                    extra_args=opening.args,
                )
                self._browser, self._begun = await self._open.enter_async_context(opened), 0
                await self._open.enter_async_context(known_process(self._browser))
            self._begun += begins
            return self._browser

    @property
    def rests(self) -> bool:
        """Whether it takes no more agents until those in it are done, to be opened anew."""
        return self._begun >= self._share and self.busy > 0

    async def rest(self) -> None:
        """Close the browser where no agent is in it, or is about to be."""
        async with self._changing:
            if not self.busy:
                await self.close()

    async def close(self) -> None:
        opened, self._open, self._browser = self._open, AsyncExitStack(), None
        await opened.aclose()


class AgentPool:
    """Agents in one browser or several. Contexts about twice the cores are the best use of one; more browsers cost
    memory and gain nothing on few cores (../shared/SPEED.md)."""

    def __init__(self, opening: Opening, agents: int, browsers: int = 1, runs: int = _RUNS) -> None:
        self.agents, self._opening = agents, opening
        self._places = asyncio.Semaphore(agents)
        self._berths = [_Berth(opening, runs) for _ in range(browsers)]

    @property
    def busy(self) -> int:
        """How many agents are at work."""
        return sum(berth.busy for berth in self._berths)

    async def run(self, job: Job, within_s: float | None = None) -> Trace:
        """Do a job as soon as a place is free, in a fresh context of the browser with the fewest agents.

        Args:
            within_s: How long it may take, from when it has its place; None for as long as it takes.

        Raises:
            TimeoutError: It took longer; its trace is closed.
            BrowserDiedError: No context could be opened; nothing was done. The next job gets another browser.
        """
        async with self._places:
            berth = min(self._berths, key=lambda each: (each.rests, each.busy))
            berth.busy += 1
            try:
                async with asyncio.timeout(within_s):
                    return await work(await berth.browser(), job, unwatched=self._opening.headless)
            finally:
                berth.busy -= 1

    async def warm(self) -> None:
        """Open the first browser, so that a missing one is told before anything begins. Raises as ``open_pool``."""
        await self._berths[0].browser(begins=False)

    async def rest(self) -> None:
        """Close the browsers that no agent is in; the next job has one opened again."""
        for berth in self._berths:
            await berth.rest()

    async def close(self) -> None:
        """Close the browsers."""
        for berth in self._berths:
            await berth.close()


@asynccontextmanager
async def open_pool(
    *,
    agents: int,
    browsers: int = 1,
    headless: bool = True,
    browser: Path | None = None,
    slow_mo_ms: float = 0,
    args: Sequence[str] = (),
    runs: int = _RUNS,
    at_once: bool = True,
) -> AsyncIterator[AgentPool]:
    """Open a pool, and close its browsers whatever happened. The first is opened now, so that a missing one is told
    before anything begins.

    Args:
        runs: How many runs a browser does before it is opened anew.
        at_once: False: the first browser is opened with the first job.

    Raises:
        BrowserMissingError, BrowserBrokenError, DisplayMissingError: There is no browser to work in.
    """
    pool = AgentPool(Opening(headless, browser, slow_mo_ms, tuple(args)), agents, browsers, runs)
    try:
        if at_once:
            await pool.warm()
        yield pool
    finally:
        await pool.close()
