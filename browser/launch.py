"""Open Chromium and close it whatever happened: the only launcher; every recording and run begins here."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from browser.find import Found, find_headed, find_headless, looked_for
from recordings.errors import BrowserBrokenError, BrowserMissingError, CouldNotStartError, DisplayMissingError

log = logging.getLogger("showonce.browser")

# Playwright passes some of these itself today; that nothing but the pages asks the network is our promise.
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
START_S = 30.0
_CLOSE_S, _GONE_S = 10.0, 5.0
DRIVER_MEND = "Run 'python -m playwright --version' to see why; on bare Debian/Ubuntu: 'apt-get install libatomic1'."
_LEAN = "--max-semi-space-size=2"
T = TypeVar("T")
_processes: WeakKeyDictionary[Browser, int] = WeakKeyDictionary()
_starting: list[str | None] = []
"""What NODE_OPTIONS were when each driver that is being started began to: the first has a person's own."""


@asynccontextmanager
async def open_browser(
    *,
    headless: bool = True,
    override: Path | None = None,
    slow_mo_ms: float = 0,
    extra_args: Sequence[str] = (),
) -> AsyncIterator[Browser]:
    """Start Playwright and a browser, and close both on the way out.

    Args:
        override: The browser a person set (SHOWONCE_BROWSER); without it the best one here is taken.
        slow_mo_ms: Pause after every Playwright call, for people who watch.

    Raises:
        DisplayMissingError: A window was asked for where none can be shown.
        BrowserMissingError: There is no browser, or not where ``override`` says.
        BrowserBrokenError: The browser is there but does not start.
        CouldNotStartError: Playwright's own driver does not start.
    """
    async with driver() as playwright:
        browser = await launch(
            playwright, headless=headless, override=override, slow_mo_ms=slow_mo_ms, extra_args=extra_args
        )
        try:
            yield browser
        finally:
            # A browser that died, or whose driver did, is closed already; that must not hide what went wrong.
            with suppress(PlaywrightError):
                await in_time(browser, browser.close(), _CLOSE_S)


@asynccontextmanager
async def known_process(browser: Browser) -> AsyncIterator[None]:
    """Have ``in_time`` know the browser's process, soon: it tells of it itself, while it answers."""
    asking = asyncio.create_task(_note_process(browser))
    try:
        yield
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def in_time(browser: Browser, asked: Awaitable[T], within_s: float) -> T:
    """What a browser answers. One that takes longer hangs: it is killed, where its process is known, and whatever waits
    for it gets an error.

    Raises:
        playwright.async_api.Error: It hangs, or died.
    """
    try:
        async with asyncio.timeout(within_s):
            return await asked
    except TimeoutError:
        await _kill(browser)
        raise PlaywrightError(f"The browser did not answer within {within_s:g} s.") from None


async def _kill(browser: Browser) -> None:
    process = _processes.pop(browser, None)
    if process is None or not browser.is_connected():
        return
    log.warning("The browser does not answer, and is ended (process %d).", process)
    gone = asyncio.Event()
    browser.once("disconnected", lambda _: gone.set())
    with suppress(OSError, TimeoutError):
        os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        async with asyncio.timeout(_GONE_S):
            await gone.wait()


async def _note_process(browser: Browser) -> None:
    with suppress(PlaywrightError):
        session = await browser.new_browser_cdp_session()
        told = await session.send("SystemInfo.getProcessInfo")
        await session.detach()
        for process in told["processInfo"]:
            if process["type"] == "browser":
                _processes[browser] = process["id"]


async def launch(
    playwright: Playwright,
    *,
    headless: bool = True,
    override: Path | None = None,
    slow_mo_ms: float = 0,
    extra_args: Sequence[str] = (),
) -> Browser:
    """Start a browser in a Playwright that is running; the caller closes it. Raises as `open_browser`."""
    if not headless and not has_display():
        raise DisplayMissingError()
    found = find_headless(override) if headless else find_headed(override)
    if found is None:
        raise BrowserMissingError(looked_for(headless, override))
    start = partial(_start, playwright, found, headless, slow_mo_ms, (*QUIET, *extra_args))
    if is_root():
        _say_no_sandbox("the user is root")
        return await start(sandbox=False)
    try:
        return await start(sandbox=True)
    except BrowserBrokenError as error:
        if SANDBOX_REFUSED not in str(error.__cause__):
            raise
    _say_no_sandbox("this system gives it none of what a sandbox needs")
    return await start(sandbox=False)


def has_display() -> bool:
    """Whether a window can be shown: on Linux a display must be named, elsewhere there is one."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_root() -> bool:
    """Whether the user is Linux's root, for whom Chromium refuses to start in its sandbox."""
    return sys.platform == "linux" and os.geteuid() == 0


@asynccontextmanager
async def driver() -> AsyncIterator[Playwright]:
    """Playwright running, stopped on the way out; nobody waits for one that hangs.

    Raises:
        CouldNotStartError: It does not start.
    """
    try:
        with _lean_driver():
            playwright = await async_playwright().start()
    except Exception as error:  # Playwright has no narrower class for a driver that ends at once.
        raise CouldNotStartError(f"Playwright's driver does not start: {error}.", DRIVER_MEND) from error
    try:
        yield playwright
    finally:
        try:
            async with asyncio.timeout(_CLOSE_S):
                await playwright.stop()
        except TimeoutError:
            log.warning("Playwright's driver does not end; it is left to itself.")


@contextmanager
def _lean_driver() -> Iterator[None]:
    """Have Node.js, which is to be started within, tidy up sooner: 35 MB less for the same CPU (bench/throughput.py).
    What a person has set for Node.js stays, and comes after ours."""
    _starting.append(os.environ.get("NODE_OPTIONS"))
    before = _starting[0]
    os.environ["NODE_OPTIONS"] = " ".join((_LEAN, before)) if before else _LEAN
    try:
        yield
    finally:
        _starting.pop()
        if not _starting:
            os.environ.pop("NODE_OPTIONS", None)
            os.environ.update({} if before is None else {"NODE_OPTIONS": before})


async def _start(
    playwright: Playwright,
    found: Found,
    headless: bool,
    slow_mo_ms: float,
    args: Sequence[str],
    *,
    sandbox: bool,
) -> Browser:
    try:
        return await playwright.chromium.launch(
            executable_path=found.path,
            headless=headless,
            args=list(args),
            # Playwright's default is no sandbox; False is what passes --no-sandbox.
            chromium_sandbox=sandbox,
            slow_mo=slow_mo_ms,
            timeout=START_S * 1000,
            # Ctrl+C ends a recording or a run by our own hand, with the browser still there to ask.
            handle_sigint=False,
        )
    except PlaywrightError as error:
        if NO_DISPLAY in error.message:
            raise DisplayMissingError() from error
        raise BrowserBrokenError(found.path, _reason(error.message)) from error


# What Playwright's Chromium launcher writes in place of the browser's own log (doRewriteStartupLog).
SANDBOX_REFUSED = "Chromium sandboxing failed!"
NO_DISPLAY = "without having a XServer running"


def _reason(message: str) -> str:
    """The one line that says why, from Playwright's pages of launch log: the browser's own if it spoke."""
    said = re.findall(r"\[pid=\d+\]\[err\] (.+)", message)
    telling = (line for line in said if re.search(r"error|fatal|cannot|failed", line, re.IGNORECASE))
    ended = re.findall(r"<process did exit: (.+?)>", message)
    first = message.removeprefix("BrowserType.launch: ").partition("\n")[0]
    return next(iter((*telling, *said[-1:], *ended)), first).strip().rstrip(".")


@cache
def _say_no_sandbox(why: str) -> None:
    """Say it once in a process, however many browsers are opened."""
    log.warning("The browser starts with --no-sandbox: %s.", why)
