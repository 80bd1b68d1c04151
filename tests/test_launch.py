"""Finding a browser, opening and closing it."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from browser.find import FULL_BROWSERS, Places, find_headed, find_headless
from browser.health import checks, starts
from browser.launch import driver, open_browser
from recordings.errors import BrowserBrokenError, BrowserMissingError, DisplayMissingError
from tests.pages.processes import child_processes, environment_of

PLAYWRIGHT_SHELL = "cache/chromium_headless_shell-7/chrome-headless-shell-linux64/chrome-headless-shell"
PLAYWRIGHT_FULL = "cache/chromium-7/chrome-linux64/chrome"
SYSTEM_SHELL = "bin/chromium-headless-shell"
SYSTEM_FULL = f"bin/{FULL_BROWSERS[0][1]}"
on_linux = pytest.mark.skipif(not Path("/proc").exists(), reason="looks at Linux's list of processes")


@on_linux
async def test_a_browser_opens_works_and_leaves_no_process() -> None:
    mark = f"--mark={uuid.uuid4().hex}"
    async with open_browser(extra_args=[mark]) as browser:
        page = await browser.new_page()
        assert await page.evaluate("1 + 1") == 2
        assert processes_with(mark)
    assert not processes_with(mark)


@on_linux
@pytest.mark.parametrize("before", [None, "--no-warnings"])
async def test_nodejs_is_told_to_tidy_up_sooner_and_nothing_else_is(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before is None:
        monkeypatch.delenv("NODE_OPTIONS", raising=False)
    else:
        monkeypatch.setenv("NODE_OPTIONS", before)
    known = child_processes()
    drivers = AsyncExitStack(), AsyncExitStack()
    await asyncio.gather(*(stack.enter_async_context(driver()) for stack in drivers))
    assert os.environ.get("NODE_OPTIONS") == before
    told = [environment_of(node)["NODE_OPTIONS"] for node in child_processes() - known]
    for stack in drivers:
        await stack.aclose()
    assert told == [" ".join(filter(None, ["--max-semi-space-size=2", before]))] * 2


@on_linux
async def test_an_error_inside_closes_the_browser_and_passes_through() -> None:
    mark = f"--mark={uuid.uuid4().hex}"
    with pytest.raises(ValueError, match="of the caller"):
        async with open_browser(extra_args=[mark]):
            raise ValueError("of the caller")
    assert not processes_with(mark)


async def test_a_setting_that_points_nowhere_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(BrowserMissingError, match="no-such-browser, as SHOWONCE_BROWSER says"):
        async with open_browser(override=tmp_path / "no-such-browser"):
            pass


async def test_a_browser_that_does_not_start_says_its_last_word(tmp_path: Path) -> None:
    broken = program(tmp_path / "broken", 'echo "error while loading shared libraries: libnss3.so" >&2; exit 127')
    with pytest.raises(BrowserBrokenError, match=r"libnss3\.so"):
        async with open_browser(override=broken):
            pass


@on_linux
@pytest.mark.parametrize("display", ["", ":no-such-display"], ids=["none named", "named but not there"])
async def test_a_window_without_a_display_is_refused(monkeypatch: pytest.MonkeyPatch, display: str) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(DisplayMissingError, match="xvfb-run"):
        async with open_browser(headless=False):
            pass


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ((PLAYWRIGHT_SHELL, PLAYWRIGHT_FULL, SYSTEM_SHELL, SYSTEM_FULL), PLAYWRIGHT_SHELL),
        ((PLAYWRIGHT_FULL, SYSTEM_SHELL, SYSTEM_FULL), SYSTEM_SHELL),
        ((PLAYWRIGHT_FULL, SYSTEM_FULL), PLAYWRIGHT_FULL),
        ((SYSTEM_FULL,), SYSTEM_FULL),
        ((), None),
    ],
    ids=["Playwright's shell", "the system's shell", "Playwright's full", "the system's full", "nothing"],
)
def test_headless_work_takes_a_shell_first(tmp_path: Path, there: Sequence[str], taken: str | None) -> None:
    found = find_headless(places=places_with(tmp_path, there))
    assert (found and found.path) == (taken and tmp_path / taken)


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        ((PLAYWRIGHT_SHELL, PLAYWRIGHT_FULL, SYSTEM_SHELL, SYSTEM_FULL), PLAYWRIGHT_FULL),
        ((PLAYWRIGHT_SHELL, SYSTEM_SHELL, SYSTEM_FULL), SYSTEM_FULL),
        ((PLAYWRIGHT_SHELL, SYSTEM_SHELL), None),
    ],
    ids=["Playwright's", "the system's", "shells alone"],
)
def test_work_in_a_window_takes_a_full_browser(tmp_path: Path, there: Sequence[str], taken: str | None) -> None:
    found = find_headed(places=places_with(tmp_path, there))
    assert (found and found.path) == (taken and tmp_path / taken)


def test_chrome_comes_before_chromium_whatever_the_order_of_folders(tmp_path: Path) -> None:
    program(tmp_path / "first" / dict(FULL_BROWSERS)["Chromium"])
    program(tmp_path / "second" / dict(FULL_BROWSERS)["Google Chrome"])
    places = Places(tmp_path / "cache", {}, (tmp_path / "first", tmp_path / "second"))
    found = find_headed(places=places)
    assert found and found.name == "Google Chrome"


def test_a_download_that_was_not_finished_is_passed_over(tmp_path: Path) -> None:
    places = places_with(tmp_path, (PLAYWRIGHT_SHELL,))
    (tmp_path / "cache/chromium_headless_shell-7/INSTALLATION_COMPLETE").unlink()
    assert find_headless(places=places) is None


def test_a_shell_set_by_hand_is_passed_over_for_a_window(tmp_path: Path) -> None:
    shell = program(tmp_path / "chrome-headless-shell")
    places = places_with(tmp_path, (SYSTEM_FULL,))
    found = find_headed(shell, places)
    assert found and found.path == tmp_path / SYSTEM_FULL


async def test_the_doctor_sees_the_browser_start() -> None:
    found = find_headless()
    assert found is not None
    assert (await starts(found)).ok


def test_the_doctor_gives_a_mend_for_all_that_is_missing(tmp_path: Path) -> None:
    told = checks(home=tmp_path / "home", override=tmp_path / "no-such-browser")
    bad = {check.name for check in told if not check.ok}
    assert {"headless browser", "headed browser"} <= bad
    assert all(check.ok or check.mend for check in told)
    assert not (tmp_path / "home").exists()


def places_with(root: Path, programs: Sequence[str]) -> Places:
    """A machine that has just these programs; Playwright's come with its marker of a finished download."""
    for relative in programs:
        program(root / relative)
        if relative.startswith("cache/"):
            (root / relative).parent.parent.joinpath("INSTALLATION_COMPLETE").touch()
    return Places(root / "cache", {"chromium": "7", "chromium-headless-shell": "7"}, (root / "bin",))


def program(path: Path, body: str = "exit 0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def processes_with(mark: str) -> list[str]:
    """The ids of the processes that have ``mark`` in their command line."""
    processes = (folder for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return [folder.name for folder in processes if mark.encode() in command_line(folder)]


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it ended since it was listed
        return b""
