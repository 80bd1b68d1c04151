"""``showonce run`` against a hand-written asyncio and Playwright script that does the same rows, four at once.

One run, interleaved: the script, showonce with pictures only of failures, with a picture of every step, and with such
in which differences can be marked, so many times each. Wall time and CPU are those of the whole process tree, start
included, in a home that was used before (a first round of one row is not counted); memory is the greatest sum of
proportional set sizes. Then what scheduling costs beside the engine that it stands on, and how ten thousand queued rows
are borne.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agents.agent import Job
from agents.pool import open_pool
from bench.by_hand import AGENTS
from bench.chaos import northdesk, table_of
from bench.cpu import adopt, bury, children, tree_cpu_s, tree_pss_mb
from browser.find import find_headless
from browser.launch import QUIET, is_root
from demo.examples import FOLDER
from demo.flows import PASSWORD
from recordings.batch import BatchSettings
from recordings.inputs import Input
from recordings.recording import Recording
from replayer.plan import plan_of
from scheduler.attended import do_rows
from scheduler.batch import items_of, new_batch, start
from scheduler.engine import open_engine
from scheduler.rows import Row
from store import open_store

WAYS = ("script", "failure", "steps", "marked")
_ROUNDS, _ASKED = 5, 5
"""How often scheduling is measured, and how a batch stands is asked: both vary more than the rows do."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What doing the rows took: seconds on the clock and of CPU, and MB of memory at the most."""

    wall_s: float
    cpu_s: float
    pss_mb: float


def main() -> None:
    """Measure, and print the ratios."""
    parser = argparse.ArgumentParser(prog="python -m bench.throughput", description=__doc__)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--queued", type=int, default=10_000)
    given = parser.parse_args()
    adopt()
    found: dict[str, list[Measured]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory(prefix="showonce-throughput-") as folder:
        for number in range(given.rounds + 1):
            data = table_of(Path(folder) / "rows.csv", given.rows if number else 1)
            for way in WAYS:
                with northdesk(Path(folder)) as url:
                    took = measured(_command(way, url, data), Path(folder) / way)
                if number:
                    found[way].append(took)
                    print(f"  {way}: {took}", flush=True)
                (Path(folder) / "northdesk.db").unlink(missing_ok=True)
    _say(found, given.rows)
    asyncio.run(_scheduling(200))
    asyncio.run(_queueing(given.queued))


def measured(command: list[str], home: Path) -> Measured:
    """Run a command to its end."""
    environ = {**_plain(), "SHOWONCE_HOME": str(home), "SHOWONCE_SECRET_PASSWORD": PASSWORD}
    others, cpu, began = children(), tree_cpu_s(), time.perf_counter()
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with _watched(process.pid) as peak:
        code = process.wait()
    took = time.perf_counter() - began
    bury(but=others)
    if code:
        raise SystemExit(f"{' '.join(command)} ended with {code}")
    return Measured(took, tree_cpu_s() - cpu, peak[0])


def _command(way: str, url: str, data: Path) -> list[str]:
    if way == "script":
        found = find_headless()
        assert found is not None
        unboxed = ["--no-sandbox"] if is_root() else []
        return [sys.executable, "-m", "bench.by_hand", url, str(data), PASSWORD, str(found.path), *QUIET, *unboxed]
    asked = ["--data", str(data), "--base-url", url, "--agents", str(AGENTS), "--pictures", way, "--again"]
    return [sys.executable, "-m", "showonce", "run", str(FOLDER / "add-customer"), *asked]


def _plain() -> dict[str, str]:
    """The environment as an office has it: nothing of showonce is set, and what is installed is compiled once."""
    ours = {name for name in os.environ if name.startswith("SHOWONCE_")}
    return {name: value for name, value in os.environ.items() if name not in {*ours, "PYTHONDONTWRITEBYTECODE"}}


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """The greatest memory of a process and all below it, looked at every two seconds: to look costs CPU."""
    peak, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(2):
            peak[0] = max(peak[0], tree_pss_mb(pid))

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    try:
        yield peak
    finally:
        over.set()
        watching.join()


def _say(found: dict[str, list[Measured]], rows: int) -> None:
    script = found["script"]
    for way in WAYS:
        wall = statistics.median(each.wall_s for each in found[way])
        cpu = statistics.median(each.cpu_s for each in found[way])
        pss = max(each.pss_mb for each in found[way])
        speed = statistics.median(a.wall_s / b.wall_s for a, b in zip(script, found[way], strict=True))
        thrift = statistics.median(a.cpu_s / b.cpu_s for a, b in zip(script, found[way], strict=True))
        print(
            f"{way:8} {rows / wall:.2f} rows/s, {cpu / rows:.2f} CPU s a row, {pss:.0f} MB; against the script: "
            f"{speed:.2f} of its rows/s, {thrift:.2f} of its rows per CPU s"
        )


async def _scheduling(items: int) -> None:
    """What this process spends on an item beside its run: rows of a recording that opens a page and does nothing. What
    a batch of one row costs more than that is spent once a batch.

    The first round of all is for what is done once in a process: imports, statements, the browser's own caches.
    """
    recording = Recording(name="nothing", start="about:blank", inputs=(Input(name="number", label="Number"),), steps=())
    alone, single, whole = list[float](), list[float](), list[float]()
    with tempfile.TemporaryDirectory(prefix="showonce-throughput-") as folder:
        async with open_store(Path(folder)) as store, open_pool(agents=AGENTS) as pool:

            async def runs() -> None:
                async with asyncio.TaskGroup() as group:
                    for number in range(items):
                        group.create_task(pool.run(Job(plan_of(recording, {"number": str(number)}), store)))

            async def batch(count: int) -> None:
                rows = [Row(number, {"number": str(number)}) for number in range(count)]
                settings = BatchSettings(agents=AGENTS)
                done = await do_rows(store, Path(folder), pool, recording, rows, settings, again=True)
                assert (await store.tallies.counts(done.id))["passed"] == count

            for _ in range(_ROUNDS):
                alone.append(await _spent_s(runs()))
                single.append(await _spent_s(batch(1)))
                whole.append(await _spent_s(batch(items + 1)))
    more = statistics.median(w - s - a for a, s, w in zip(alone[1:], single[1:], whole[1:], strict=True))
    run = statistics.median(alone[1:])
    once = statistics.median(single[1:]) - run / items
    alone_ms = float(await asyncio.to_thread(_printed, [sys.executable, "-m", "bench.engine_alone", str(items)]))
    print(
        f"scheduling: {1000 * more / items:.1f} ms CPU an item and {1000 * once:.0f} a batch, beside "
        f"{1000 * run / items:.1f} for its run; a task that does nothing costs the engine alone {alone_ms:.1f}"
    )


async def _spent_s(doing: Coroutine[None, None, None]) -> float:
    """The CPU that this process spends on it."""
    began = time.process_time()
    await doing
    return time.process_time() - began


def _printed(command: list[str]) -> str:
    return subprocess.run(command, env=_plain(), stdout=subprocess.PIPE, check=True, text=True).stdout


def _asked_s(batch_id: str, home: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "showonce", "batch", batch_id]
    subprocess.run(command, env={**_plain(), "SHOWONCE_HOME": home}, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


async def _queueing(items: int) -> None:
    """Queue so many rows at once, and ask how they stand."""
    recording = Recording.load(FOLDER / "add-customer")
    rows = (Row(number, {"full_name": f"Person {number}"}) for number in range(1, items + 1))
    with tempfile.TemporaryDirectory(prefix="showonce-throughput-") as folder:
        async with open_store(Path(folder)) as store, open_engine(store, Path(folder)) as engine:
            version = await store.keep_version(recording)
            batch = new_batch(recording, version, BatchSettings(), folder="", now=time.time(), new_id=secrets.token_hex)
            before, began = tree_pss_mb(os.getpid()), time.perf_counter()
            await start(store, engine, batch, items_of(batch, rows), again=False, lane="")
            queued = time.perf_counter() - began
            more = tree_pss_mb(os.getpid()) - before
            asked = [await asyncio.to_thread(_asked_s, batch.id, folder) for _ in range(_ASKED)]
    print(
        f"{items} rows: queued in {queued:.1f} s with {more:.0f} MB more; 'showonce batch' answers in "
        f"{statistics.median(asked):.2f} s ({min(asked):.2f} to {max(asked):.2f})"
    )


if __name__ == "__main__":
    main()
