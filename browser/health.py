"""Look at what recording and replaying need on this machine, for ``showonce doctor``; it changes nothing."""

from __future__ import annotations

import asyncio
import importlib.metadata
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from browser.find import Found, find_headed, find_headless, looked_for
from browser.launch import DRIVER_MEND, has_display, is_root, open_browser
from recordings.errors import BrowserMissingError, DisplayMissingError, ShowonceError

OLDEST_PYTHON = (3, 11)
VERSION_S = 20.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found and, where it is not ``ok``, what to do about it."""

    name: str
    ok: bool
    found: str
    mend: str = ""


def checks(home: Path, override: Path | None = None) -> tuple[Check, ...]:
    """Everything that can be told without opening a browser, in the order to read it.

    Args:
        home: The folder that runs and pictures are kept in; it need not be there yet.
        override: The browser a person set (SHOWONCE_BROWSER).
    """
    return (
        _python(),
        _package("showonce"),
        _package("playwright"),
        _driver(),
        _browser("headless browser", find_headless(override), looked_for(True, override)),
        _browser("headed browser", find_headed(override), looked_for(False, override)),
        _display(),
        _writable(home),
        _user(),
    )


async def starts(found: Found, limit_s: float = 30.0) -> Check:
    """Open ``found`` for real, without a window, and a blank page in it; at the limit it counts as broken."""
    name = f"{found.name} starts"
    try:
        async with asyncio.timeout(limit_s), open_browser(override=found.path) as browser:
            page = await browser.new_page()
            await page.goto("about:blank")
            return Check(name, True, f"{browser.version} at {found.path}")
    except TimeoutError:
        return Check(name, False, f"no blank page after {limit_s:g} s", _REPAIR)
    except (ShowonceError, PlaywrightError) as error:
        return Check(name, False, getattr(error, "message", str(error)), _REPAIR)


def version_of(found: Found) -> str | None:
    """The version the browser itself gives, or None if it does not run.

    On Windows ``--version`` opens a window instead of answering, so there the file being there must do.
    """
    if sys.platform == "win32":
        return "version not asked on Windows"
    return last_line_of([str(found.path), "--version"])


def last_line_of(command: Sequence[str]) -> str | None:
    """What ``command`` said last, or None if it does not run, fails or says nothing."""
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=VERSION_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = ran.stdout.strip().splitlines()
    return said[-1].strip() if ran.returncode == 0 and said else None


def driver_version() -> str | None:
    """The version that Playwright's driver, a Node.js of its own, gives; None if it does not run."""
    return last_line_of([sys.executable, "-m", "playwright", "--version"])


_REPAIR = (
    "Run 'python -m playwright install-deps chromium' for what it lacks, or install it again, "
    "or set SHOWONCE_BROWSER to another."
)


def _python() -> Check:
    oldest = ".".join(map(str, OLDEST_PYTHON))
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Check("Python", True, version)
    return Check("Python", False, version, f"Install Python {oldest} or newer.")


def _package(name: str) -> Check:
    try:
        return Check(name, True, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(name, False, "not installed", "Run 'make setup', or 'pip install -e .' in its folder.")


def _driver() -> Check:
    version = driver_version()
    return Check("Playwright's driver", version is not None, version or "does not run", "" if version else DRIVER_MEND)


def _browser(name: str, found: Found | None, asked_for: tuple[str, ...]) -> Check:
    if found is None:
        missing = BrowserMissingError(asked_for)
        return Check(name, False, f"none (looked for {', '.join(asked_for)})", missing.mend)
    version = version_of(found)
    if version is None:
        return Check(name, False, f"{found.path} does not run", _REPAIR)
    return Check(name, True, f"{found.path} ({found.kind}, {found.origin}): {version}")


def _display() -> Check:
    if has_display():
        return Check("display", True, "there is one")
    return Check("display", False, "none: headless work only", DisplayMissingError().mend)


def _writable(home: Path) -> Check:
    """Writes a file, and takes it away: permissions alone do not tell of a full or read-only disk."""
    there = next(folder for folder in (home, *home.absolute().parents) if folder.is_dir())
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"showonce")
            file.flush()
    except OSError as error:
        mend = "Give it write access and free space, or set SHOWONCE_HOME to another folder."
        return Check("write access", False, f"{home}: {error.strerror or error}", mend)
    return Check("write access", True, str(home))


def _user() -> Check:
    if is_root():
        return Check("user", True, "root: the browser starts with --no-sandbox")
    return Check("user", True, "not root: the browser starts in its sandbox where the system allows one")
