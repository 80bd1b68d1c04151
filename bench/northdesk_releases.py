"""Demonstrations on the first release of the demo application, replayed on all three, judged by its own data.

    python -m bench.northdesk_releases [--only pay-invoice] [--out results.json]

right: the data came to what the same person would have made of it. stopped: the replay failed, said so, and no data
changed. WRONG: anything else. Each demonstration is replayed with its own values, and where it has a row or a text to
give, with others.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from playwright.async_api import Browser

from agents.agent import open_context
from browser.launch import open_browser
from demo.flows import FLOWS, PASSWORD, sign_in
from demo.human import Human
from demo.northdesk.options import Options, Ui
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings.recording import Recording, Viewport
from replayer import Replayer
from replayer.locate import Waits

_KINDS = ("customers", "orders", "invoices", "tickets", "notes")
_OF_THE_RUN = {"id", "created_by_request", "written_at", "saves", "customer_id"}
Outcome = Literal["right", "stopped", "WRONG"]
Told = Callable[[Human, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Task:
    """What is shown, with ``shown`` in the place that is given ("" where nothing is), and ``other`` given at replay."""

    name: str
    do: Told
    shown: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One replay; ``why`` is the reason it gave for failing."""

    task: str
    release: Ui
    given: str
    outcome: Outcome
    why: str = ""


async def pay_invoice(human: Human, customer: str) -> None:
    """Mark the open invoice of one customer as paid."""
    page = human.page
    await sign_in(human)
    await human.click(page.get_by_role("link", name="Invoices"))
    row = page.get_by_role("row").filter(has_text=customer)
    await human.click(row.get_by_role("button").first)
    await page.wait_for_timeout(600)


async def delete_customer(human: Human, customer: str) -> None:
    """Delete one customer of the first page, and say so when asked."""
    page = human.page
    await sign_in(human)
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=customer, exact=True))
    await human.click(row.get_by_role("button", name="Delete"))
    await human.click(page.locator("dialog[open] button").last)
    await page.wait_for_timeout(600)


async def move_customer(human: Human, customer: str) -> None:
    """Find a customer by the name, and give it another company."""
    page = human.page
    await sign_in(human)
    await human.type(page.get_by_role("searchbox"), customer)
    await human.press("Enter")
    await page.wait_for_url("**q=**")
    row = page.get_by_role("row").filter(has=page.get_by_role("cell", name=customer, exact=True))
    await human.click(row.get_by_role("link", name="Edit"))
    await page.wait_for_url("**/edit")
    await human.type(page.get_by_label("Company"), "Nordsee AG")
    await human.click(page.get_by_role("button", name="Save", exact=True))
    await page.wait_for_timeout(600)


async def _flow(name: str, human: Human, _: str) -> None:
    await FLOWS[name](human)


TASKS = (
    *(Task(name, partial(_flow, name)) for name in FLOWS),
    Task("delete-customer", delete_customer, "Anna Larsen", "Bjørn Hansen"),
    Task("move-customer", move_customer, "Anna Larsen", "Petra Schmidt"),
    Task("pay-invoice", pay_invoice),
)


async def data(browser: Browser, url: str) -> dict[str, list[dict[str, Any]]]:
    """All records, without what differs from run to run."""
    context = await browser.new_context()
    try:
        told = {kind: await (await context.request.get(f"{url}/api/{kind}")).json() for kind in _KINDS}
    finally:
        await context.close()
    return {kind: [_kept(record) for record in records] for kind, records in told.items()}


def _kept(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in _OF_THE_RUN}


async def shown(browser: Browser, task: Task, text: str, *, record: bool) -> tuple[Recording | None, dict[str, Any]]:
    """The demonstration with ``text``, and the data afterwards."""
    async with serve(Options()) as desk, open_context(browser, Viewport()) as context:
        recorder = Recorder(context, name=task.name, verify=False)
        async with recorder if record else nullcontext():
            page = await context.new_page()
            await page.goto(f"{desk.base_url}/login")
            await task.do(Human(page), text)
        return (recorder.recording if record else None), await data(browser, desk.base_url)


async def replayed(
    browser: Browser, recording: Recording, release: Ui, inputs: dict[str, str], wanted: dict[str, Any]
) -> tuple[Outcome, str]:
    """One replay on a release, and what its data say."""
    async with serve(Options(ui=release)) as desk, open_context(browser, recording.viewport) as context:
        before = await data(browser, desk.base_url)
        replayer = Replayer(context, waits=Waits(step_s=4, effect_s=4))
        trace = await replayer.replay(recording, {**inputs, "password": PASSWORD}, desk.base_url)
        after = await data(browser, desk.base_url)
    why = f"{trace.failure.code}: {trace.failure.message}" if trace.failure is not None else ""
    if trace.status == "passed":
        return ("right" if after == wanted else "WRONG"), why
    return ("stopped" if after == before else "WRONG"), why


async def results(browser: Browser, only: list[str]) -> list[Result]:
    found: list[Result] = []
    for task in TASKS:
        if only and task.name not in only:
            continue
        text = task.shown or await _open_invoice(browser)
        recording, wanted = await shown(browser, task, text, record=True)
        assert recording is not None
        ways: list[tuple[str, dict[str, str], dict[str, Any]]] = [("as shown", {}, wanted)]
        other = task.other or (await _open_invoice(browser, 1) if task.name == "pay-invoice" else "")
        if other:
            given = {item.name: other for item in recording.inputs if item.default == text}
            _, wanted_of_other = await shown(browser, task, other, record=False)
            ways.append((f"{', '.join(given) or 'no input'}: {other}", given, wanted_of_other))
        for release in get_args(Ui):
            for said, given, data_wanted in ways:
                outcome, why = await replayed(browser, recording, release, given, data_wanted)
                found.append(Result(task.name, release, said, outcome, why))
                print(f"{outcome:8} {task.name:18} {release} {said}  {why[:150]}", flush=True)
    return found


async def _open_invoice(browser: Browser, place: int = 0) -> str:
    """The number of an invoice that is not paid."""
    async with serve(Options()) as desk:
        invoices = (await data(browser, desk.base_url))["invoices"]
    return str([invoice["number"] for invoice in invoices if invoice["status"] != "paid"][place])


async def measured(only: list[str]) -> list[Result]:
    async with open_browser() as browser:
        return await results(browser, only)


def main(only: list[str], out: Path | None) -> None:
    found = asyncio.run(measured(only))
    for release in get_args(Ui):
        count = {kind: sum(r.outcome == kind for r in found if r.release == release) for kind in get_args(Outcome)}
        print(f"{release}: " + ", ".join(f"{number} {kind}" for kind, number in count.items()))
    if out is not None:
        out.write_text(json.dumps([asdict(result) for result in found], indent=1), encoding="utf-8")
    if any(result.outcome == "WRONG" for result in found):
        raise SystemExit(1)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="")
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    main(list(filter(None, given.only.split(","))), given.out)
