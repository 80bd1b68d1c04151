"""What a workflow costs beside its runs, and what a pipeline gains over the same stages one after another.

Bookkeeping: three stages of recordings that open a page and do nothing, for so many rows; CPU of this process, less
that of the same runs without a workflow. Planning: what ``advance`` takes to see all rows of the first stage, and then
all that were left to the next. Pipeline: three stages on Northdesk that take about as long, each in order, on the same
agents, in turn with the same stages that wait for each other; both must leave the same in the application.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import secrets
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from agents.agent import Job
from agents.pool import AgentPool, open_pool
from demo.examples import FOLDER
from demo.flows import PASSWORD
from demo.northdesk.options import Options
from demo.northdesk.serve import in_thread
from recordings.flow import Flow, FlowSettings
from recordings.inputs import Input
from recordings.recording import Recording
from replayer.plan import plan_of
from scheduler.engine import open_engine
from scheduler.flow import begin_flow
from scheduler.flow_attended import see_flow_through
from store import Store, open_store
from workflows.advance import Begin, advance
from workflows.check import check, refuse_errors
from workflows.conflicts import kept_apart
from workflows.given import known_with, values_of
from workflows.load import Source, workflow_in
from workflows.planned import Given
from workflows.scope import Known
from workflows.state import Item, StageState, State

AGENTS = 4
LATENCY_MS = 120
NOTHING = Recording(name="nothing", start="about:blank", inputs=(Input(name="number", label="Number"),), steps=())
NO_OPS = """
format: 1
name: nothing
inputs: {rows: {kind: rows}}
stages:
  - {name: one, recording: nothing, for_each: {input: rows}}
  - {name: two, recording: nothing, for_each: {stage: one, start: START}}
  - {name: three, recording: nothing, for_each: {stage: two, start: START}, inputs: {number: "${ row.number }"}}
"""
STAGES = """
format: 1
name: pipeline
inputs: {rows: {kind: rows}}
stages:
  - {name: add, recording: add-customer, for_each: {input: rows}, mode: sequential}
  - {name: find, recording: find-customer, for_each: {stage: add, start: START}, mode: sequential}
  - name: again
    recording: add-customer
    for_each: {stage: find, start: START}
    mode: sequential
    inputs: {full_name: "${ row.full_name } Junior"}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A workflow with its rows, ready to begin."""

    source: Source
    known: Known
    values: dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--items", type=int, default=1000, help="rows of the workflow that does nothing")
    parser.add_argument("--rows", type=int, default=30, help="rows of the pipeline")
    parser.add_argument("--rounds", type=int, default=1, help="of the pipeline and its counterpart, in turn")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="showonce-workflows-") as folder:
        _planning(Path(folder), given.items)
        asyncio.run(_bookkeeping(Path(folder), given.items))
        _pipelines(Path(folder), given.rows, given.rounds)


def _asked(text: str, start: str, rows: Path, recordings: dict[str, Recording]) -> Asked:
    source = workflow_in("bench.yaml", text.replace("START", start).encode())
    values = values_of(source.workflow, rows.parent, {"rows": str(rows)})
    known = known_with(source.workflow, recordings, values)
    refuse_errors(source, check(source, known))
    return Asked(source, known, values)


def _table(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(rows)
    return path


def _numbers(folder: Path, items: int) -> Path:
    return _table(folder / f"{items}.csv", ["number"], [[str(number)] for number in range(1, items + 1)])


def _planning(folder: Path, items: int) -> None:
    asked = _asked(NO_OPS, "all", _numbers(folder, items), {"nothing": NOTHING})
    apart, state, took = kept_apart(asked.known), State(asked.values), 0.0
    for stage in asked.known.graph.stages:
        began = time.perf_counter()
        begun = [each for each in advance(asked.known, state, 0.0, apart) if isinstance(each, Begin)]
        took += time.perf_counter() - began
        (given,) = (each.given for each in begun if each.stage == stage)
        passed = StageState("passed", tuple(map(_passed, given)), True, frozenset(each.number for each in given))
        state = State(asked.values, {**state.stages, stage: passed})
    print(f"planning: {took:.2f} s for {items} rows in three stages")


def _passed(given: Given) -> Item:
    return Item(given.number, given.recording, given.row, "passed", ended=float(given.number), inputs=given.inputs)


async def _bookkeeping(folder: Path, items: int) -> None:
    few = max(50, items // 5)
    async with open_store(folder) as store, open_pool(agents=AGENTS) as pool:
        await _run_alone(store, pool, few)  # what is done once: imports, statements, the browser's caches
        await _see(store, folder, pool, _asked(NO_OPS, "each", _numbers(folder, few), {"nothing": NOTHING}))
        alone = await _run_alone(store, pool, few) / few
        for start in ("all", "each"):
            asked = _asked(NO_OPS, start, _numbers(folder, items), {"nothing": NOTHING})
            began, clock = time.process_time(), time.perf_counter()
            flow = await _see(store, folder, pool, asked)
            cpu, wall = time.process_time() - began, time.perf_counter() - clock
            assert flow.status == "passed", flow
            more = 1000 * (cpu / (3 * items) - alone)
            print(
                f"bookkeeping, start {start}: {more:.1f} ms CPU an item-stage beside {1000 * alone:.1f} for its run; "
                f"{items} rows in three stages took {wall:.0f} s"
            )


async def _run_alone(store: Store, pool: AgentPool, count: int) -> float:
    began = time.process_time()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            group.create_task(pool.run(Job(plan_of(NOTHING, {"number": str(number)}), store)))
    return time.process_time() - began


async def _see(store: Store, folder: Path, pool: AgentPool, asked: Asked, base_url: str = "") -> Flow:
    settings = FlowSettings(agents=AGENTS, base_url=base_url)
    flow = await begin_flow(
        store,
        asked.source,
        asked.known,
        asked.values,
        settings,
        folder=folder,
        started_by="bench",
        now=time.time(),
        new_id=secrets.token_hex,
    )
    async with open_engine(store, folder) as engine:
        return await see_flow_through(store, engine, folder, pool, flow, secrets=lambda _: PASSWORD)


def _pipelines(folder: Path, rows: int, rounds: int) -> None:
    recordings = {name: Recording.load(FOLDER / name) for name in ("add-customer", "find-customer")}
    people = [[f"Person {number}", f"p{number}@example.com"] for number in range(1, rows + 1)]
    table = _table(folder / "people.csv", ["full_name", "email"], people)
    took: dict[str, list[float]] = {"all": [], "each": []}
    left: list[object] = []
    for _ in range(rounds):
        for start, times in took.items():
            with in_thread(Options(latency_ms=LATENCY_MS)) as desk:
                asked = _asked(STAGES, start, table, recordings)
                times.append(asyncio.run(_timed(folder, asked, desk.base_url)))
                left.append(_left_in(desk.base_url))
    assert all(each == left[0] for each in left), "the pipeline left something else in the application"
    each, everything = statistics.median(took["each"]), statistics.median(took["all"])
    print(
        f"pipeline: {rows} rows in three stages, {AGENTS} agents: {each:.1f} s, one stage after another "
        f"{everything:.1f} s: {everything / each:.2f} times as fast"
    )


async def _timed(folder: Path, asked: Asked, url: str) -> float:
    async with open_store(folder) as store, open_pool(agents=AGENTS) as pool:
        began = time.perf_counter()
        flow = await _see(store, folder, pool, asked, url)
        assert flow.status == "passed", flow
        return time.perf_counter() - began


def _left_in(url: str) -> object:
    """Who there is; the order of each stage is that of its rows."""
    customers = sorted(httpx.get(f"{url}/api/customers").json(), key=lambda customer: customer["id"])
    names = [customer["full_name"] for customer in customers]
    juniors = [name for name in names if name.endswith(" Junior")]
    return [name for name in names if name not in juniors], juniors


if __name__ == "__main__":
    main()
