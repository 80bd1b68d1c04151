"""The main job on a real app: show it once, run it for twelve rows and on the next release, check what was stored."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from agents.agent import Job, open_context
from agents.pool import open_pool
from browser.launch import open_browser
from demo.flows import PASSWORD, add_customer
from demo.human import Human
from demo.northdesk.catalogue import COUNTRIES
from demo.northdesk.options import Options
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings import Recording
from recordings.batch import BatchSettings, Item
from recordings.errors import ShowonceError
from recordings.recording import Viewport
from recordings.trace import Trace
from replayer.plan import plan_of
from review.report import trace_page
from scheduler.attended import do_rows
from scheduler.rows import read_rows, usable
from store.store import Store, open_store

HOME = Path(".demo")
ROWS = Path(__file__).parent / "customers.csv"
NEXT_RELEASE = {"full_name": "Hedy Lamarr", "company": "Hopping Frequencies", "email": "hedy@example.com"}
SECRETS = {"password": PASSWORD}
say = Console()


@dataclass(frozen=True, slots=True)
class Stored:
    """What the application says of one customer that was asked for: how many records, and whether all is right."""

    name: str
    records: int
    right: bool


def main() -> int:
    """Run the demo; 0 when every record was stored exactly once with the right values, 2 when it could not be run."""
    try:
        return asyncio.run(_main())
    except ShowonceError as error:
        say.print(f"[red]{error.message}[/] {error.mend}")
        return 2


async def _main() -> int:
    began = time.monotonic()
    async with open_store(HOME) as store, open_browser() as browser, open_pool(agents=4) as pool:
        async with serve(Options(ui="v1")) as desk:
            say.print(f"[bold]1[/] Northdesk v1 runs at {desk.base_url}; a scripted person adds a customer, once.")
            async with open_context(browser, Viewport()) as context:
                async with Recorder(context, name="add-customer") as demo:
                    page = await context.new_page()
                    await page.goto(f"{desk.base_url}/login")
                    await add_customer(Human(page))
            recording = demo.recording
            recording.save(HOME / "recordings" / "add-customer")
            _say_steps(recording)
            say.print("[bold]2[/] The recording runs for the 12 rows of demo/customers.csv, 4 agents in one browser.")
            rows = usable(str(ROWS), read_rows(ROWS, recording))
            how = BatchSettings(agents=4, pictures="marked", base_url=desk.base_url)
            batch = await do_rows(
                store, HOME, pool, recording, rows, how, again=True, secrets=lambda s: SECRETS[s.name]
            )
            results = await store.batches.items(batch.id)
            stored = await _stored(desk.base_url, [row.values for row in rows])
        async with serve(Options(ui="v2")) as desk:
            say.print(
                "[bold]3[/] The same recording on the next release, v2: other ids, labels, order, a look-alike Save."
            )
            plan = plan_of(recording, {**NEXT_RELEASE, **SECRETS}, desk.base_url)
            later = await pool.run(Job(plan, store, "marked"))
            stored += await _stored(desk.base_url, [NEXT_RELEASE])
        failed = [result for result in results if result.status != "passed"]
        _say_results(results, stored)
        say.print(f"On v2: {later.status}; {_found_otherwise(later.steps)}")
        report = await _write_report(store, await store.trace(later.trace_id), recording)
    done = not failed and later.status == "passed" and all(s.records == 1 and s.right for s in stored)
    say.print(f"\n{'[green]All stored exactly once[/]' if done else '[red]Not all as asked[/]'}"
              f" in {time.monotonic() - began:.0f} s. The v2 run with its pictures: {report}")  # fmt: skip
    say.print(f"All runs: SHOWONCE_HOME={HOME} .venv/bin/showonce traces")
    return 0 if done else 1


async def _stored(base_url: str, asked: Sequence[dict[str, str]]) -> list[Stored]:
    """What the application's own data says."""
    async with httpx.AsyncClient() as client:
        customers = (await client.get(f"{base_url}/api/customers")).json()
    found = []
    for values in asked:
        records = [c for c in customers if c["email"] == values["email"]]
        found.append(
            Stored(values["full_name"], len(records), bool(records) and all(_as_asked(c, values) for c in records))
        )
    return found


def _as_asked(customer: dict[str, object], values: dict[str, str]) -> bool:
    shown = {**customer, "country": COUNTRIES.get(str(customer["country"]), customer["country"])}
    return all(str(shown[name]) == value for name, value in values.items())


def _say_steps(recording: Recording) -> None:
    for step in recording.steps:
        say.print(f"   [dim]{step.id}[/] {step.words}")


def _say_results(results: Sequence[Item], stored: Sequence[Stored]) -> None:
    table = Table("Row", "Customer", "Run", "Trace", "Records", "Values")
    for result, kept in zip(results, stored, strict=False):
        trace = result.trace_id[:8] or "-"
        why = result.failure.message if result.failure else result.note
        run = "[green]passed[/]" if result.status == "passed" else f"[red]{why}[/]"
        table.add_row(
            str(result.line), kept.name, run, trace, str(kept.records), "right" if kept.right else "[red]wrong[/]"
        )
    say.print(table)


def _found_otherwise(steps: Sequence[object]) -> str:
    found = [step for step in steps if getattr(step, "how", "") not in ("", "selectors")]
    return f"{len(found)} of {len(steps)} elements were found by likeness, as the report says."


async def _write_report(store: Store, trace: Trace, recording: Recording) -> Path:
    path = HOME / "v2-run.html"
    pictures = {step.picture: await store.picture(step.picture) for step in trace.steps if step.picture}
    crops = {step.id: recording.files.get(step.picture) for step in recording.steps}
    path.write_text(trace_page(trace, pictures.get, crops.get), encoding="utf-8")
    return path
