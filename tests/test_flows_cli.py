"""Workflows as people meet them in a terminal: killed in every stage, asked about, looked at, refused."""

from __future__ import annotations

import asyncio
import json
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from demo.examples import FOLDER
from recordings.batch import ItemStatus
from scheduler.flow import open_approvals
from store import Store, open_store
from tests.pages.faulty import Faulty, faulty_desk
from tests.pages.terminal import Terminal, ended

PIPELINE = f"""
format: 1
name: twice
inputs: {{people: {{kind: rows}}}}
stages:
  - name: add
    recording: {FOLDER / "add-customer"}
    for_each: {{input: people}}
    probe: {FOLDER / "find-customer"}
    agents: 2
  - name: find
    recording: {FOLDER / "find-customer"}
    for_each: {{stage: add, start: each}}
    agents: 2
  - name: again
    recording: {FOLDER / "add-customer"}
    for_each: {{stage: find, start: each}}
    inputs: {{full_name: "${{ row.full_name }} Junior"}}
    probe: {FOLDER / "find-customer"}
    agents: 2
"""


@pytest.fixture
async def desk() -> AsyncIterator[Faulty]:
    async with faulty_desk() as running:
        yield running


@pytest.fixture
def terminal(tmp_path: Path, desk: Faulty) -> Terminal:
    return Terminal(tmp_path, desk)


async def until(process: Process, store: Store, stage: str, status: ItemStatus) -> str:
    """Wait until a row of a stage of the newest workflow is so, which ``process`` does; the workflow's id."""
    async with asyncio.timeout(60):
        while True:
            assert process.returncode is None, await ended(process)
            for flow in await store.flows.list(1):
                look = await store.flows.look(flow.id)
                of_stage = {batch.id for batch in look.batches if batch.stage == stage}
                if any(found == status and batch in of_stage for batch, _, found in look.facts):
                    return flow.id
            await asyncio.sleep(0.05)


async def test_a_workflow_that_is_killed_in_every_stage_does_each_row_once(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(PIPELINE)
    people = terminal.people(3)
    start = ("workflow", "run", tmp_path / "w.yaml", "--input", f"people={people}", "--settle", 3)
    process = await terminal.begin(*start, "--base-url", terminal.desk.url)
    async with open_store(tmp_path) as store:
        for stage in ("add", "find", "again"):
            with terminal.desk.holding() if stage != "find" else nullcontext():
                flow = await until(process, store, stage, "running")
                process.kill()
                await process.wait()
            process = await terminal.begin("workflow", "resume", flow[:6])
        said = await ended(process)
    assert said.code == 0, said.out + said.err
    stored = await terminal.desk.stored()
    names = [f"Person {number}{more}" for number in (1, 2, 3) for more in ("", " Junior")]
    assert [stored[name] for name in names] == [1] * 6


async def test_a_workflow_is_paused_from_another_terminal_and_gone_on_with(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(PIPELINE)
    start = ("workflow", "run", tmp_path / "w.yaml", "--input", f"people={terminal.people(3)}", "--settle", 3)
    process = await terminal.begin(*start, "--base-url", terminal.desk.url)
    async with open_store(tmp_path) as store:
        with terminal.desk.holding():
            flow = await until(process, store, "add", "running")
            held = await terminal.said("workflow", "pause", flow[:6])
            again = await terminal.said("workflow", "pause", flow)
        assert (await asyncio.wait_for(process.wait(), 60)) == 130
        assert (await store.flows.flow(flow)).status == "paused"
    assert (held.code, again.code) == (0, 0)
    assert f"Workflow {flow} is paused. It goes on with: showonce workflow resume {flow}" in held.out
    assert "was paused already" in again.out
    assert sum(name.startswith("Person") for name in await terminal.desk.stored()) < 6
    assert (await terminal.said("workflow", "resume", flow)).code == 0
    assert set((await terminal.desk.stored()).values()) == {1}
    over = await terminal.said("workflow", "pause", flow)
    assert over.code == 2
    assert f"Workflow {flow} has passed" in over.err


@pytest.mark.slow
async def test_a_workflow_left_to_workers_is_taken_over_from_one_that_is_killed(
    terminal: Terminal, tmp_path: Path, postgres: str
) -> None:
    (tmp_path / "w.yaml").write_text(PIPELINE)
    shared = replace(terminal, url=postgres)
    start = ("workflow", "run", tmp_path / "w.yaml", "--input", f"people={terminal.people(3)}", "--settle", 3)
    said = await shared.said(*start, "--base-url", terminal.desk.url, "--detach")
    assert (said.code, "is left to 'showonce worker'" in said.out) == (0, True), said.err
    first = await shared.begin("worker", "--agents", 2)
    async with open_store(tmp_path, url=postgres) as store:
        flow_id = await until(first, store, "find", "running")
        first.kill()
        await first.wait()
        second = await shared.begin("worker", "--agents", 2)
        async with asyncio.timeout(90):
            while not (flow := await store.flows.flow(flow_id)).is_over:
                assert second.returncode is None, await ended(second)
                await asyncio.sleep(0.2)
    second.send_signal(signal.SIGTERM)
    assert (await ended(second)).code == 0
    assert (flow.status, flow.worker) == ("passed", "")
    stored = await terminal.desk.stored()
    names = [f"Person {number}{more}" for number in (1, 2, 3) for more in ("", " Junior")]
    assert [stored[name] for name in names] == [1] * 6


async def test_what_a_workflow_asks_and_does_is_told(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(f"""
format: 1
name: asked
stages:
  - name: ask
    approval: {{who: [ada@example.com, bob@example.com], message: Shall they be added, timeout: 1h}}
  - {{name: add, needs: ask, recording: {FOLDER / "add-customer"}}}
""")
    process = await terminal.begin("workflow", "run", tmp_path / "w.yaml", "--base-url", terminal.desk.url)
    async with open_store(tmp_path) as store, asyncio.timeout(60):
        while not (flows := await store.flows.list(1)) or not await open_approvals(store, flows[0]):
            assert process.returncode is None, await ended(process)
            await asyncio.sleep(0.05)
    flow = flows[0].id
    busy = await terminal.said("workflow", "resume", flow)
    assert (busy.code, "is seen to already, by process" in busy.err) == (2, True), busy
    nobody = await terminal.said("workflow", "approve", flow)
    assert (nobody.code, "Say who decides with --as: ada@example.com, bob@example.com." in nobody.err) == (2, True)
    assert (await terminal.said("workflow", "approve", flow, "--as", "bob@example.com", "--note", "go on")).code == 0
    said = await ended(process)
    assert said.code == 0, said.out + said.err
    assert "ask asks: Shall they be added" in said.out
    over = await terminal.said("workflow", "cancel", flow)
    assert (over.code, f"Workflow {flow} has passed" in over.err) == (2, True)
    shown = json.loads((await terminal.said("workflow", "show", flow, "--json", "--items")).out)
    ask, add = shown["stages"]
    assert (ask["decision"], ask["decided_by"], ask["note"]) == ("approved", "bob@example.com", "go on")
    assert [item["status"] for item in add["items"]] == ["passed"]
    item = add["items"][0]["id"]
    alone = await terminal.said("workflow", "replay", item, "--dry-run")
    assert (alone.code, "dry run" in alone.out + alone.err or "passed" in alone.out) == (0, True), alone
    assert (await terminal.desk.stored())["Ada Lovelace"] == 1
    page = tmp_path / "page.html"
    assert (await terminal.said("trace", flow, "--out", page)).code == 0
    assert "Ada Lovelace" in page.read_text()
    assert "northdesk" not in page.read_text().replace("northdesk.", ""), "the password is in the page"


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--input", "peeple=x.csv"), "The workflow has no input 'peeple'. Did you mean 'people'?"),
        ((), "The workflow's input 'people' has no value."),
        (("--input", "people=none.csv"), "none.csv"),
        (("--input", "people"), "--input wants name=value"),
    ],
)
async def test_what_cannot_begin_is_said_before_anything_runs(
    terminal: Terminal, tmp_path: Path, options: tuple[str, ...], wanted: str
) -> None:
    (tmp_path / "w.yaml").write_text(PIPELINE)
    said = await terminal.said("workflow", "run", tmp_path / "w.yaml", *options)
    assert (said.code, wanted in said.err.replace("\n", " ")) == (2, True), said.err
