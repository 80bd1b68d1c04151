"""Three tasks on a business application: shown on v1, replayed on v1 with other inputs, and on later releases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from demo.flows import FLOWS, PASSWORD
from demo.human import Human
from demo.northdesk.options import Options, Ui
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Replayer, Waits
from tests.pages.cases import every, mostly_slow
from tests.pages.stage import fresh

WAITS = Waits(step_s=5, effect_s=5, quiet_s=0.2, fallback_s=0.8)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What is given to a replay, where its record comes to be, and what must stand in it."""

    kind: str
    inputs: dict[str, str]
    stored: Row


TASKS = {
    "add-customer": Task(
        "customers",
        {
            "full_name": "Hedy Lamarr",
            "company": "Hopping Frequencies",
            "email": "hedy@example.com",
            "country": "Austria",
            "customer_since": "2025-11-09",
        },
        {
            "full_name": "Hedy Lamarr",
            "company": "Hopping Frequencies",
            "email": "hedy@example.com",
            "country": "AT",
            "customer_since": "2025-11-09",
            "plan": "team",
            "newsletter": True,
            "saves": 1,
        },
    ),
    "place-order": Task(
        "orders",
        {"product": "Arc lamp", "quantity": "7", "delivery_date": "2027-01-15", "comment": "At the back door"},
        {
            "customer_name": "Anna Larsen",
            "product": "lamp-arc",
            "quantity": 7,
            "delivery_date": "2027-01-15",
            "gift_wrap": True,
            "comment": "At the back door",
        },
    ),
    "ask-support": Task(
        "tickets",
        {"subject": "No sound", "priority": "High", "message": "Nothing to hear since Monday."},
        {"subject": "No sound", "priority": "high", "message": "Nothing to hear since Monday."},
    ),
}


LATER: dict[str, tuple[str, Ui]] = {
    "add-customer-v3": ("add-customer", "v3"),
    "place-order-v2": ("place-order", "v2"),
    "place-order-v3": ("place-order", "v3"),
    "ask-support-v2": ("ask-support", "v2"),
    "ask-support-v3": ("ask-support", "v3"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One replay: its trace, and the records of any kind that were not there before."""

    trace: Trace
    new: list[Row]

    def stored(self, task: Task) -> list[Row]:
        """The part of the new records that the task speaks of."""
        return [{name: row.get(name) for name in task.stored} for row in self.new]


@dataclass(frozen=True, slots=True)
class Runs:
    """What was shown on v1, and its replays: each made once, when a test first asks for it."""

    browser: Browser
    recordings: dict[str, Recording] = field(default_factory=dict)
    made: dict[tuple[str, Ui], Run] = field(default_factory=dict)

    async def recording(self, name: str) -> Recording:
        if name not in self.recordings:
            self.recordings[name] = await shown(self.browser, name)
        return self.recordings[name]

    async def of(self, name: str, ui: Ui) -> Run:
        if (name, ui) not in self.made:
            self.made[name, ui] = await replayed(self.browser, await self.recording(name), ui, TASKS[name])
        return self.made[name, ui]


@pytest.fixture(scope="session")
def runs(browser: Browser) -> Runs:
    return Runs(browser)


@pytest.mark.parametrize("name", mostly_slow(TASKS, ["place-order"]))
async def test_where_nothing_changed_a_task_goes_by_its_selectors_and_stores_exactly_what_is_asked(
    runs: Runs, name: str
) -> None:
    run = await runs.of(name, "v1")
    assert run.trace.status == "passed", run.trace.failure
    assert run.stored(TASKS[name]) == [TASKS[name].stored]
    assert {step.how for step in run.trace.steps} <= {"selectors", ""}
    assert {step.round_trips for step in run.trace.steps if step.kind == "fill"} == {1}
    assert max(step.round_trips for step in run.trace.steps) <= 2


async def test_adding_a_customer_passes_on_v2_and_the_trace_says_how(runs: Runs) -> None:
    run = await runs.of("add-customer", "v2")
    assert run.trace.status == "passed", run.trace.failure
    similar = [step for step in run.trace.steps if step.how == "similar"]
    assert similar
    assert all(step.evidence and 0 < step.score < 1 for step in similar)


@pytest.mark.parametrize(("name", "ui"), every(3, LATER))
async def test_on_a_later_release_a_task_is_done_right_or_not_at_all(runs: Runs, name: str, ui: Ui) -> None:
    run, task = await runs.of(name, ui), TASKS[name]
    assert run.stored(task) == ([task.stored] if run.trace.status == "passed" else []), run.trace.failure


async def test_the_password_of_the_sign_in_is_a_secret_and_no_input(runs: Runs) -> None:
    recording = await runs.recording("ask-support")
    assert [given.name for given in recording.secrets] == ["password"]
    assert [given.name for given in recording.inputs] == ["username", "subject", "priority", "message"]


async def shown(browser: Browser, name: str) -> Recording:
    async with serve(Options(ui="v1")) as desk, fresh(browser) as context:
        async with Recorder(context, name=name) as demo:
            page = await context.new_page()
            await page.goto(f"{desk.base_url}/login")
            await FLOWS[name](Human(page, pause_ms=5))
        return demo.recording


async def replayed(browser: Browser, recording: Recording, ui: Ui, task: Task) -> Run:
    """Replay on a server of its own."""
    async with serve(Options(ui=ui)) as desk, httpx.AsyncClient(base_url=desk.base_url) as client:
        before = await everything(client)
        async with fresh(browser) as context:
            inputs = {**task.inputs, "password": PASSWORD}
            trace = await Replayer(context, waits=WAITS).replay(recording, inputs, desk.base_url)
        return Run(trace, [row for row in await everything(client) if row not in before])


async def everything(client: httpx.AsyncClient) -> list[Row]:
    """All records of the desk."""
    kinds = ("customers", "orders", "invoices", "notes", "tickets")
    return [row for kind in kinds for row in (await client.get(f"/api/{kind}")).json()]
