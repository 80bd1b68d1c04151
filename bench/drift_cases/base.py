"""What the apps of the drift bench share: a server in its own environment, tasks, and their own data to judge by."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bench.drift_cases.environments import environment
from demo.human import Human

SERVERS = Path(__file__).parent / "servers"
Inputs = Mapping[str, str]
_STARTS_S = 90


@dataclass(frozen=True, slots=True)
class Task:
    """What a person does in an app.

    Args:
        drive: The scripted human, given the inputs and the app's version; its locators are its own.
        verify: Whether the app's own data is what it should be.
        record, replay: The inputs while recording, and in every replay.
    """

    name: str
    drive: Callable[[Human, Inputs, str], Awaitable[None]]
    verify: Callable[[Running, Inputs], bool]
    record: Inputs
    replay: Inputs
    path: str = "/"
    prepare: Callable[[Running, Inputs], None] | None = None


@dataclass(frozen=True, slots=True)
class App:
    """A web app in two releases: the environments by version, the first of which is recorded on."""

    name: str
    server: str
    environments: Mapping[str, str]
    tasks: Sequence[Task]
    seeds: bool = False
    ready: str = "/"


@dataclass(slots=True)
class Running:
    """An app at work in ``folder``, at ``base``."""

    app: App
    version: str
    base: str
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.folder / "db.sqlite3"

    @property
    def sent(self) -> Path:
        return self.folder / "data.jsonl"

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the app's database answers."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5) as connection:
            return connection.execute(query, values).fetchall()

    def execute(self, statement: str, *values: object) -> None:
        with sqlite3.connect(self.database, timeout=5) as connection:
            connection.execute(statement, values)

    def records(self) -> list[dict[str, Any]]:
        """What was sent to an app that writes it down."""
        return [json.loads(line) for line in self.sent.read_text().splitlines()]

    def reset(self) -> None:
        """The data as it was at first."""
        self.sent.write_text("")
        if self.app.seeds:
            with (
                sqlite3.connect(self.folder / "seed.sqlite3") as seed,
                sqlite3.connect(self.database, timeout=10) as live,
            ):
                seed.backup(live)

    def holds(self, ask: Callable[[], bool], within_s: float) -> bool:
        """Whether it becomes true; the app may still be writing."""
        until = time.monotonic() + within_s
        while True:
            with suppress(sqlite3.Error, OSError, ValueError):
                if ask():
                    return True
            if time.monotonic() > until:
                return False
            time.sleep(0.2)


@contextmanager
def running(app: App, version: str, port: int, folder: Path) -> Iterator[Running]:
    """Serve one version of an app until the block is left."""
    python = str(environment(app.environments[version]).executable)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    there = Running(app, version, f"http://127.0.0.1:{port}", folder)
    there.environ = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "DB": str(there.database),
        "DATA": str(there.sent),
    }
    command = [python, str(SERVERS / app.server)]
    if app.seeds:
        subprocess.run([*command, "seed"], env=there.environ, cwd=folder, check=True, capture_output=True)
        shutil.copy(there.database, folder / "seed.sqlite3")
    there.sent.write_text("")
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, str(port)], env=there.environ, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for(f"{there.base}{app.ready}", process, folder / "server.log")
            yield there
        finally:
            _end(process)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTS_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=3).read(1)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"{url} did not answer: {log.read_text()[-1000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, number)
            process.wait(8)
            return


async def see(page: Page, selector: str) -> None:
    """Wait until the person sees it."""
    await page.locator(selector).first.wait_for(state="visible", timeout=12_000)


async def steady_click(human: Human, selector: str) -> None:
    """Click when it has stopped moving."""
    await see(human.page, selector)
    locator, last = human.page.locator(selector).first, None
    for _ in range(20):
        box = await locator.bounding_box()
        if box is not None and box == last:
            break
        last = box
        await human.page.wait_for_timeout(80)
    await human.click(locator)


async def type_into(human: Human, selector: str, text: str, *, clear: bool = False) -> None:
    await steady_click(human, selector)
    if clear:
        await human.press("Control+a")
    await human.page.keyboard.type(text, delay=18)
    await human.page.wait_for_timeout(120)
