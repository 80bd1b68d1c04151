"""How fast the console answers with very many runs in its store, and how much memory it takes.

python -m bench.console [--runs 100000] [--steps 12] [--home FOLDER] [--postgres]

The store is filled through its own tables. Times are those of whole answers over loopback, server and client in one
process, so the server's own time is less. A home that was filled before is used as it is. ``--postgres`` puts the
store into a Postgres of its own, as the tests start it.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, insert, select, text

from recordings.trace import Failure, StepRecord, Timing, Trace
from store import Store, open_store
from store.tables import runs, steps
from tests.databases import fresh_database, postgres_server
from tests.pages.console import served_console
from tests.pages.kept import keep_run

_BEGIN = 1_700_000_000.0
_CHUNK = 1_000
_REPEATS = 5
_APPS = 5
_RECORDINGS = 20
_FAILS_EACH, _HEALS_EACH = 13, 17
_LIST_MS, _RUN_MS = 200, 100


async def fill(store: Store, count: int, steps_each: int) -> None:
    """Put runs into the store: of 20 recordings in 5 applications, some failed, some healed, 1000 to a batch."""
    async with store.engine.begin() as connection:
        if await connection.scalar(select(func.count()).select_from(runs)):
            return
    one = await keep_run(store, 1, recording="with-a-picture", steps=1)
    digest = (await store.trace(one.trace_id)).steps[0].picture
    for first in range(0, count, _CHUNK):
        traces = [_trace(number, steps_each) for number in range(first, min(first + _CHUNK, count))]
        async with store.engine.begin() as connection:
            await connection.execute(insert(runs), [_run_row(trace, n) for n, trace in enumerate(traces, first)])
            await connection.execute(insert(steps), list(_step_rows(traces, first, digest)))
    # Postgres does it by itself within a minute of such growth; a plan made of no figures reads the whole table.
    async with store.engine.begin() as connection:
        await connection.execute(text("ANALYZE"))


def _trace(number: int, steps_each: int) -> Trace:
    failed = number % _FAILS_EACH == 0
    told = Failure(code="ElementNotFound", message=f"Not found within 4 s: Save of row {number}") if failed else None
    return Trace(
        trace_id=f"{number * 2_654_435_761 % 2**64:016x}{number:016x}",
        recording=f"recording-{number % _RECORDINGS}",
        app=f"http://app{number % _APPS}.test",
        base_url=f"http://app{number % _APPS}.test",
        item=f"{number // 1_000:032x}:{number % 1_000:06d}",
        inputs={"name": f"Person {number}"},
        status="failed" if failed else "passed",
        started_at=_BEGIN + number * 7,
        ended_at=_BEGIN + number * 7 + steps_each,
        total_steps=steps_each,
        failure=told,
    )


def _run_row(trace: Trace, number: int) -> dict[str, Any]:
    return {
        **trace.model_dump(include={"trace_id", "recording", "base_url", "status", "started_at", "ended_at"}),
        **trace.model_dump(include={"total_steps", "item", "app"}),
        "failure_code": trace.failure.code if trace.failure else None,
        "failure_message": trace.failure.message if trace.failure else None,
        "healed": number % _HEALS_EACH == 0,
        "document": trace.model_dump_json(exclude={"steps"}, exclude_defaults=True),
    }


def _step_rows(traces: list[Trace], first: int, digest: str) -> Iterator[dict[str, Any]]:
    for number, trace in enumerate(traces, first):
        for index in range(trace.total_steps):
            last = index == trace.total_steps - 1
            record = StepRecord(
                trace_id=trace.trace_id,
                span_id=f"{index:016x}",
                index=index,
                step_id=f"s{index}",
                kind="click",
                words=f"Click button 'Save {index}'",
                started_at=trace.started_at + index,
                timing=Timing(locate_ms=20, picture_ms=30, act_ms=30, settle_ms=120),
                how="similar" if last and number % _HEALS_EACH == 0 else "selectors",
                score=0.9,
                url=f"{trace.app}/customers/{number}/edit",
                outcome="failed" if last and trace.failure else "passed",
                failure=trace.failure if last else None,
                picture=digest,
            )
            yield {
                **record.model_dump(include={"trace_id", "index", "span_id", "outcome", "how"}),
                "document": record.model_dump_json(exclude_defaults=True),
            }


def addresses(count: int, steps_each: int) -> dict[str, tuple[str, float]]:
    """What is asked for, and within how many milliseconds it must be there; 0: nothing is said of it."""
    middle, old = _trace(count // 2, steps_each), _trace(count // 50, steps_each)
    day = time.strftime("%Y-%m-%d", time.localtime(middle.started_at))
    lists = {
        "all": "",
        "a page deep down": f"after={old.started_at!r}~{old.trace_id}",
        "recording": "recording=recording-7",
        "status": "status=failed",
        "healed": "healed=yes",
        "not healed": "healed=no",
        "application": "app=http://app3.test",
        "batch": f"batch={middle.item.partition(':')[0]}",
        "since": f"since={day}",
        "one day": f"since={day}&until={day}",
        "text, few": f"text=row+{count // 2 // _FAILS_EACH * _FAILS_EACH}",
        "text, many": "text=not+found",
        "text, none": "text=nowhere+to+be+seen",
        "trace id": f"trace={middle.trace_id[:8]}",
        "not decided": "verdict=none",
        "refused": "verdict=refused",
        "recording, failed": "recording=recording-7&status=failed",
        "application, healed, text": "app=http://app3.test&healed=yes&text=save",
    }
    found = {name: (f"/runs?{query}", float(_LIST_MS)) for name, query in lists.items()}
    found["one run"] = (f"/runs/{middle.trace_id}", float(_RUN_MS))
    found["review"] = ("/review", 0.0)
    return found


async def measure(client: httpx.AsyncClient, address: str) -> tuple[float, float]:
    """The median and the first time of an answer, in milliseconds."""
    took: list[float] = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        answer = await client.get(address, timeout=60)
        took.append((time.perf_counter() - began) * 1_000)
        answer.raise_for_status()
    return statistics.median(took), took[0]


async def sort_all(client: httpx.AsyncClient) -> tuple[int, float, float]:
    """Ask for the queue until all runs are sorted: how often, the longest answer in milliseconds, seconds in all."""
    began, longest, asked = time.perf_counter(), 0.0, 0
    while True:
        at = time.perf_counter()
        answer = await client.get("/review", timeout=60)
        longest, asked = max(longest, (time.perf_counter() - at) * 1_000), asked + 1
        if "being sorted" not in answer.text:
            return asked, longest, time.perf_counter() - began


async def main(home: Path, count: int, steps_each: int, database_url: str = "") -> None:
    async with AsyncExitStack() as opened:
        began = time.perf_counter()
        async with open_store(home, url=database_url) as store:
            await fill(store, count, steps_each)
        print(f"{count} runs of {steps_each} steps; filled in {time.perf_counter() - began:.0f} s")
        served = await opened.enter_async_context(served_console(home, database_url=database_url))
        client = await opened.enter_async_context(served.client())
        await client.get("/runs?trace=0")
        before = _resident_mb()
        asked, longest, seconds = await sort_all(client)
        print(f"queue sorted in {asked} answers and {seconds:.0f} s, the longest {longest:.0f} ms", flush=True)
        for name, (address, most_ms) in addresses(count, steps_each).items():
            median, first = await measure(client, address)
            amiss = "  TOO SLOW" if most_ms and median > most_ms else ""
            print(f"{name:28} {median:8.1f} ms   first {first:8.1f} ms   {_resident_mb():6.0f} MB{amiss}", flush=True)
        print(f"memory {before:.0f} MB before, {_resident_mb():.0f} MB after")


def _resident_mb() -> float:
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in told.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        url = opened.enter_context(fresh_database(opened.enter_context(postgres_server()))) if given.postgres else ""
        asyncio.run(main(given.home or Path(folder), given.runs, given.steps, url))
