"""A loop in a batch whose worker is killed: each row takes effect once, and the row in doubt waits for a person."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser
from starlette.types import ASGIApp, Receive, Scope, Send

from demo.flows import sign_in
from demo.human import Human
from demo.northdesk.options import Options
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings.batch import Commit
from recordings.recording import Recording
from store import open_store
from tests.pages.faulty import Faulty
from tests.pages.stage import fresh
from tests.pages.terminal import Terminal, ended
from tests.test_loops import edited


@dataclass(slots=True)
class Till:
    """Northdesk, and what becomes of its payments: from number ``hold_at`` on they are held for good, once they are
    stored or (``stored`` False) before they are."""

    url: str = ""
    hold_at: int = 10**9
    stored: bool = True
    paid: list[str] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)

    def around(self, app: ASGIApp) -> ASGIApp:
        """Between the application and the network."""

        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not scope["path"].endswith("/paid"):
                await app(scope, receive, send)
                return
            holds = len(self.paid) + 1 >= self.hold_at
            if self.stored or not holds:
                self.paid.append(scope["path"])
                await app(scope, receive, _nothing if holds else send)
            if holds:
                self.held.set()
                await _disconnected(receive)

        return wrapped

    async def open_invoices(self) -> list[str]:
        """The paths by which the invoices are paid that are not."""
        async with httpx.AsyncClient() as client:
            found: list[dict[str, Any]] = (await client.get(f"{self.url}/api/invoices")).json()
        return [f"/invoices/{each['id']}/paid" for each in found if each["status"] != "paid"]


async def _nothing(_: Mapping[str, Any]) -> None:
    return


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@pytest.fixture
async def till() -> AsyncIterator[Till]:
    made = Till()
    async with serve(Options(), around=made.around) as running:
        made.url = running.base_url
        yield made


@pytest.fixture(scope="module")
async def paying(browser: Browser) -> Recording:
    """Each invoice that is not paid is marked as paid."""
    async with serve(Options()) as desk, fresh(browser) as context:
        page = await context.new_page()
        async with Recorder(context, name="pay", verify=False) as demo:
            await page.goto(desk.base_url)
            human = Human(page, 5)
            await sign_in(human)
            await human.click(page.get_by_role("link", name="Invoices"))
            await human.click(page.locator("tbody tr").first.locator("button"))
            await page.get_by_text("Invoice marked as paid").wait_for()
    last = demo.recording.steps[-1].id
    return edited(demo.recording, f"repeat {last} for rows", f"branch {last} if not row says Paid")


@pytest.fixture
def terminal(tmp_path: Path, till: Till, paying: Recording) -> Terminal:
    paying.save(tmp_path / "recordings" / "pay")
    return Terminal(tmp_path, Faulty(url=till.url))


async def begun(terminal: Terminal) -> Process:
    data = terminal.home / "one.csv"
    data.write_text("username\ndemo\n", encoding="utf-8")
    return await terminal.begin("run", "pay", "--data", data, "--base-url", terminal.desk.url, "--settle", 1)


async def killed(process: Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def ledger_of(terminal: Terminal, batch: Mapping[str, Any]) -> Sequence[Commit]:
    async with open_store(terminal.home) as store:
        return await store.ledger.commits(f"{batch['id']}:000001")


async def stopped_between_rows(terminal: Terminal, process: Process, rows: int) -> None:
    """Stop the process when so many rows are done and the next is not begun; what it wrote last is read once it stands
    still."""
    batch = await terminal.until("running", 1)
    async with open_store(terminal.home) as store, asyncio.timeout(60):

        async def is_between() -> bool:
            known = await store.ledger.commits(f"{batch['id']}:000001")
            whole = [commit for commit in known if commit.step_id == "b1"]
            return len(whole) >= rows and all(commit.state == "done" for commit in known)

        while True:
            if await is_between():
                await stopped(process)
                if await is_between():
                    return
                process.send_signal(signal.SIGCONT)


async def stopped(process: Process) -> None:
    process.send_signal(signal.SIGSTOP)
    while _status_of(process.pid)[0] != "T":  # noqa: ASYNC110 - the system tells nobody else
        await asyncio.sleep(0.005)


def each_once(till: Till, wanted: Sequence[str]) -> bool:
    return Counter(till.paid) == Counter(wanted)


async def test_rows_that_are_done_are_passed_over_after_a_kill(terminal: Terminal, till: Till) -> None:
    wanted = await till.open_invoices()
    process = await begun(terminal)
    await stopped_between_rows(terminal, process, 3)
    await killed(process)
    assert 3 <= len(till.paid) < len(wanted)
    batch = await terminal.batch()
    said = await terminal.said("resume", batch["id"][:6])
    assert said.code == 0, said.err + said.out
    assert each_once(till, wanted), till.paid
    async with open_store(terminal.home) as store:
        (item,) = await store.batches.items(batch["id"])
        records = (await store.trace(item.trace_id)).steps
    assert item.attempts == 2
    assert sum("Passed over: an earlier run did this row." in record.notes for record in records) >= 3


@pytest.mark.slow
async def test_a_row_in_doubt_waits_for_a_person_who_saw_it_and_the_others_are_gone_on_with(
    terminal: Terminal, till: Till
) -> None:
    wanted, till.hold_at = await till.open_invoices(), 3
    process = await begun(terminal)
    await asyncio.wait_for(till.held.wait(), 60)
    await killed(process)
    till.hold_at = 10**9
    batch = await terminal.batch()
    said = await terminal.said("resume", batch["id"][:6])
    async with open_store(terminal.home) as store:
        (item,) = await store.batches.items(batch["id"])
    assert (item.status, len(till.paid)) == ("waiting", 3), said.out
    assert "for 'INV-" in item.note and item.note.count("for 'INV-") == 1
    refused = await terminal.said("rerun", item.id)
    assert (refused.code, len(till.paid)) == (2, 3)
    again = await terminal.said("rerun", item.id, "--there")
    assert again.code == 0, again.err + again.out
    assert each_once(till, wanted), till.paid


@pytest.mark.slow
async def test_a_row_in_doubt_that_a_person_did_not_see_is_done_again_and_no_other(
    terminal: Terminal, till: Till
) -> None:
    wanted, till.hold_at, till.stored = await till.open_invoices(), 3, False
    process = await begun(terminal)
    await asyncio.wait_for(till.held.wait(), 60)
    await killed(process)
    till.hold_at = 10**9
    batch = await terminal.batch()
    await terminal.said("resume", batch["id"][:6])
    again = await terminal.said("rerun", f"{batch['id']}:000001", "--not-there")
    assert again.code == 0, again.err + again.out
    assert each_once(till, wanted), till.paid


@pytest.mark.slow
async def test_a_run_that_fails_between_rows_is_run_again_for_the_rest(terminal: Terminal, till: Till) -> None:
    wanted = await till.open_invoices()
    process = await begun(terminal)
    await stopped_between_rows(terminal, process, 2)
    for child in _children_of(process.pid):
        os.kill(child, signal.SIGKILL)
    process.send_signal(signal.SIGCONT)
    said = await ended(process)
    assert said.code == 0, said.err + said.out
    assert each_once(till, wanted), till.paid


def _children_of(pid: int) -> list[int]:
    """The browsers that a process began itself, and their driver's."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command, parent = (entry / "cmdline").read_bytes(), int(_status_of(int(entry.name))[1])
        except OSError:
            continue
        if parent == pid and b"driver" in command:
            found += _children_of(int(entry.name))
        elif parent == pid and b"chrom" in command:
            found.append(int(entry.name))
    return found


def _status_of(pid: int) -> list[str]:
    """What the system says of a process after its name: its state, its parent, and more."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
