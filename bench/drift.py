"""Record on one release of a real web app, replay with other inputs on it and the next, judged in the app's own data.

    python -m bench.drift [--apps dash,nicegui] [--port 18600] [--out results.json]

FALSE SUCCESS: the replay said passed, and the app's data is not what it should be.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Error

from bench.drift_cases.apps import APPS
from bench.drift_cases.base import App, Running, Task, running
from browser.launch import open_browser
from demo.human import Human
from recorder import Recorder
from recordings.errors import ShowonceError
from recordings.recording import Recording
from replayer import Replayer

Outcome = Literal["pass", "FALSE SUCCESS", "done, said failed", "failed", "not shown"]
_COMES_S = 4.0


@dataclass(frozen=True, slots=True)
class Result:
    """One task on one release: ``pair`` is the release recorded on and the one replayed on."""

    app: str
    task: str
    pair: str
    same: bool
    outcome: Outcome
    took_s: float
    why: str = ""


async def results_of(browser: Browser, app: App, port: int, folder: Path) -> list[Result]:
    """All tasks of an app: shown on its first release, replayed on each."""
    results: list[Result] = []
    recordings: dict[str, Recording] = {}
    first = next(iter(app.environments))
    for version in app.environments:
        with running(app, version, port, folder / app.name / version) as there:
            for task in app.tasks:
                if version == first:
                    recordings[task.name] = await shown(browser, there, task)
                results.append(await replayed(browser, there, task, recordings[task.name], first))
                say(results[-1])
    return results


async def shown(browser: Browser, there: Running, task: Task) -> Recording:
    """The demonstration of a task by its scripted human."""
    _ready(there, task)
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        async with Recorder(context, name=task.name) as demo:
            page = await context.new_page()
            await page.goto(f"{there.base}{task.path}")
            await task.drive(Human(page, 120), task.record, there.version)
    finally:
        await context.close()
    return demo.recording


async def replayed(browser: Browser, there: Running, task: Task, recording: Recording, first: str) -> Result:
    """The task done again with its other inputs, and what the app's data says of it."""
    _ready(there, task)
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    passed, why, began = False, "", time.monotonic()
    try:
        trace = await Replayer(context).replay(recording, inputs_for(recording, task), base_url=there.base)
        passed, why = trace.status == "passed", trace.failure.message if trace.failure else ""
    except (ShowonceError, Error) as error:
        why = f"{type(error).__name__}: {error}"
    finally:
        await context.close()
    took_s = time.monotonic() - began
    right = there.holds(lambda: task.verify(there, task.replay), _COMES_S if passed else 0.5)
    outcomes: dict[tuple[bool, bool], Outcome] = {
        (True, True): "pass",
        (True, False): "FALSE SUCCESS",
        (False, True): "done, said failed",
        (False, False): "failed",
    }
    pair = f"{first} -> {there.version}"
    return Result(
        there.app.name, task.name, pair, first == there.version, outcomes[passed, right], round(took_s, 1), why
    )


def inputs_for(recording: Recording, task: Task) -> Mapping[str, str]:
    """The task's other values, for the inputs that held its values in the demonstration."""
    return {
        item.name: task.replay[name]
        for item in recording.inputs
        for name, value in task.record.items()
        if item.default == value
    }


def _ready(there: Running, task: Task) -> None:
    there.reset()
    if task.prepare is not None:
        task.prepare(there, task.record)
        task.prepare(there, task.replay)


def say(result: Result) -> None:
    line = f"{result.app:13}{result.task:26}{result.pair:20}{result.outcome:20}{result.took_s:6} s  {result.why}"
    print(line.rstrip(), flush=True)


def tell(results: Sequence[Result]) -> None:
    for same, title in ((True, "on the same release"), (False, "on the next release")):
        counts = Counter(result.outcome for result in results if result.same == same)
        total = sum(counts.values())
        print(f"{title}: {counts['pass']} of {total} pass, {counts['FALSE SUCCESS']} false successes")


async def measured(apps: Sequence[App], port: int) -> list[Result]:
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="showonce-drift-") as folder:
        async with open_browser() as browser:
            for app in apps:
                results += await results_of(browser, app, port, Path(folder))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--apps", default="", help=f"with commas; all: {', '.join(app.name for app in APPS)}")
    parser.add_argument("--port", type=int, default=18600)
    parser.add_argument("--out", type=Path, help="write every result as JSON")
    options = parser.parse_args()
    names = {app.name: app for app in APPS}
    wanted = list(filter(None, options.apps.split(","))) or list(names)
    if unknown := sorted(set(wanted) - names.keys()):
        raise SystemExit(f"There is no app {', '.join(unknown)}. There are: {', '.join(names)}.")
    results = asyncio.run(measured([names[name] for name in wanted], options.port))
    if options.out:
        options.out.write_text(json.dumps([asdict(result) for result in results], indent=1))
    tell(results)


if __name__ == "__main__":
    main()
