"""Batches as people meet them in a terminal: interrupted, gone on with, paused, repeated, and never done twice."""

from __future__ import annotations

import asyncio
import csv
import json
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from demo.examples import FOLDER
from tests.pages.faulty import Faulty, faulty_desk
from tests.pages.terminal import Terminal, ended


@pytest.fixture
async def desk() -> AsyncIterator[Faulty]:
    async with faulty_desk() as running:
        yield running


@pytest.fixture
def terminal(tmp_path: Path, desk: Faulty) -> Terminal:
    for name, example in (("add", "add-customer"), ("find", "find-customer")):
        shutil.copytree(FOLDER / example, tmp_path / "recordings" / name)
    return Terminal(tmp_path, desk)


async def test_a_batch_that_is_killed_goes_on_where_it_was(terminal: Terminal) -> None:
    with terminal.desk.holding(after=1):
        process = await terminal.begin(*terminal.run(9, "--probe", "find"))
        batch = await terminal.until("passed", 1)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    said = await terminal.said("resume", batch["id"][:6])
    assert said.code == 0, said.err + said.out
    stored = await terminal.desk.stored()
    assert [stored[f"Person {number}"] for number in range(1, 10)] == [1] * 9


async def test_ctrl_c_lets_the_rows_under_way_end_and_says_how_to_go_on(terminal: Terminal) -> None:
    process = await terminal.begin(*terminal.run(6, "--rate", "3/h"))
    with terminal.desk.holding():
        await terminal.until("running", 1)
        process.send_signal(signal.SIGINT)
    said = await ended(process)
    batch = await terminal.batch()
    assert (said.code, batch["status"], batch["counts"]["running"]) == (130, "paused", 0)
    assert f"showonce resume {batch['id']}" in said.out
    stored = await terminal.desk.stored()
    assert sum(stored[f"Person {number}"] for number in range(1, 7)) == batch["counts"]["passed"]


async def test_a_batch_is_paused_and_cancelled_from_another_terminal(terminal: Terminal) -> None:
    process = await terminal.begin(*terminal.run(6, "--rate", "3/h"))
    with terminal.desk.holding():
        batch = await terminal.until("running", 1)
    assert (await terminal.said("pause", batch["id"])).code == 0
    said = await ended(process)
    assert (said.code, "is paused" in said.out) == (1, True)
    assert (await terminal.said("cancel", batch["id"])).code == 0
    again = await terminal.said("resume", batch["id"])
    assert (again.code, "is cancelled: there is nothing left" in again.err) == (2, True)


async def test_a_batch_keeps_the_recording_that_it_began_with(terminal: Terminal) -> None:
    process = await terminal.begin(*terminal.run(9))
    with terminal.desk.holding():
        batch = await terminal.until("running", 1)
        await terminal.said("pause", batch["id"])
    await ended(process)
    shutil.rmtree(terminal.home / "recordings" / "add")
    said = await terminal.said("resume", batch["id"])
    assert said.code == 0, said.err


async def test_a_batch_that_is_being_done_is_not_done_by_two(terminal: Terminal) -> None:
    process = await terminal.begin(*terminal.run(2, "--rate", "1/h"))
    batch = await terminal.until("passed", 1)
    said = await terminal.said("resume", batch["id"])
    assert (said.code, "is being done already" in said.err) == (2, True), said
    process.send_signal(signal.SIGTERM)
    assert (await ended(process)).code == 130


async def test_a_person_says_what_became_of_a_row_that_waits(terminal: Terminal) -> None:
    terminal.desk.lose = 1
    said = await terminal.said(*terminal.run(1))
    batch = await terminal.batch()
    item = f"{batch['id']}:1"
    assert (said.code, batch["counts"]["waiting"]) == (1, 1)
    refused = await terminal.said("rerun", item)
    assert (refused.code, "may have been sent" in refused.err) == (2, True)
    assert (await terminal.said("rerun", item, "--there")).code == 0
    assert (await terminal.batch())["counts"]["passed"] == 1
    assert (await terminal.desk.stored())["Person 1"] == 1


async def test_a_row_that_failed_is_repeated_alone(terminal: Terminal) -> None:
    terminal.desk.down = True
    said = await terminal.said(*terminal.run(1, "--retries", 0))
    assert said.code == 1
    terminal.desk.down = False
    again = await terminal.said("rerun", f"{(await terminal.batch())['id']}:1")
    assert again.code == 0, again.err + again.out
    batch = await terminal.batch()
    assert (batch["status"], batch["counts"]["passed"]) == ("done", 1)
    passed = await terminal.said("rerun", f"{batch['id']}:1")
    assert (passed.code, "it is passed" in passed.err) == (2, True), passed


async def test_a_row_is_not_repeated_alone_while_others_are_left_to_workers(terminal: Terminal) -> None:
    assert (await terminal.said(*terminal.run(2), "--detach")).code == 0
    batch = await terminal.batch()
    said = await terminal.said("rerun", f"{batch['id']}:1")
    assert (said.code, "is not through" in said.err) == (2, True), said
    assert (await terminal.batch())["counts"]["queued"] == 2


async def test_rows_that_nobody_queued_are_queued_by_a_worker_once_it_is_sure_of_that(terminal: Terminal) -> None:
    died = await ended(await terminal.begin(*terminal.run(3), "--detach", program="tests.pages.unqueued"))
    batch = await terminal.batch()
    assert (died.code, batch["status"], batch["counts"]["queued"]) == (-signal.SIGKILL, "running", 3), died
    assert (await terminal.said("pause", batch["id"])).code == 0
    died = await ended(await terminal.begin("resume", batch["id"], "--detach", program="tests.pages.unqueued"))
    assert (died.code, (await terminal.batch())["status"]) == (-signal.SIGKILL, "running"), died
    worker = await terminal.begin("worker", "--agents", 1)
    await asyncio.sleep(7)  # it has looked round: whoever resumed the batch may still be at it
    assert (await terminal.batch())["counts"]["queued"] == 3
    with closing(sqlite3.connect(terminal.home / "showonce.db")) as store, store:
        store.execute("UPDATE batches SET document = json_remove(document, '$.resumed_at')")
        store.execute("UPDATE batches SET document = json_set(document, '$.created_at', created_at - 3600)")
    await terminal.until("passed", 3)
    worker.send_signal(signal.SIGTERM)
    said = await ended(worker)
    assert (said.code, "ended before it was queued" in said.err) == (0, True), said
    stored = await terminal.desk.stored()
    assert [stored[f"Person {number}"] for number in range(1, 4)] == [1] * 3


async def test_a_row_is_told_with_its_trace_and_its_results_are_written(terminal: Terminal, tmp_path: Path) -> None:
    assert (await terminal.said(*terminal.run(2))).code == 0
    batch = (await terminal.batch())["id"]
    shown = await terminal.said("batch", batch[:4])
    assert ("2 rows: 2 passed" in shown.out, " a minute" in shown.out) == (True, True)
    items = [json.loads(line) for line in (await terminal.said("batch", batch, "--items")).out.splitlines()]
    results = tmp_path / "results.csv"
    assert (await terminal.said("batch", batch, "--results", results)).code == 0
    with results.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["trace_id"] for row in rows] == [item["trace_id"] for item in items]


@pytest.mark.parametrize("arguments", [("batch", "nope"), ("resume", "nope"), ("rerun", "nope:1"), ("pause", "nope")])
async def test_a_batch_that_is_not_there_is_said(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    said = await terminal.said(*arguments)
    assert (said.code, "nope" in said.err, "Traceback" in said.err) == (2, True, False)


@pytest.mark.parametrize(
    "more",
    [("--rate", "fast"), ("--ramp", "4,2"), ("--ramp", "1,8"), ("--key", "nope"), ("--probe", "nope"),
     ("--session", "/nope.json"), ("--agents", "0")],
    ids=" ".join,
)  # fmt: skip
async def test_options_that_cannot_be_meant_are_named_before_anything_runs(
    terminal: Terminal, more: tuple[str, ...]
) -> None:
    said = await terminal.said(*terminal.run(1), *more)
    assert (said.code, more[1] in said.err or more[0] in said.err, "Traceback" in said.err) == (2, True, False)
    assert not terminal.desk.served


async def test_a_database_that_is_not_there_is_named_without_its_password(terminal: Terminal) -> None:
    away = Terminal(terminal.home, terminal.desk, "postgresql://ada:sesame@127.0.0.1:1/showonce")
    said = await away.said(*terminal.run(1))
    assert (said.code, "127.0.0.1" in said.err, "sesame" in said.err + said.out) == (2, True, False)


@pytest.mark.slow
async def test_two_workers_share_a_batch_that_was_left_to_them(terminal: Terminal, postgres: str) -> None:
    shared = Terminal(terminal.home, terminal.desk, postgres)
    queued = await shared.said(*terminal.run(4, "--detach"))
    assert (queued.code, "4 rows are queued" in queued.out) == (0, True), queued.err
    workers = [await shared.begin("worker", "--agents", 1) for _ in range(2)]
    batch = await shared.until("passed", 4)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    said = [await ended(worker) for worker in workers]
    assert [each.code for each in said] == [0, 0], said
    assert all(batch["id"] in each.out for each in said)
    stored = await terminal.desk.stored()
    assert [stored[f"Person {number}"] for number in range(1, 5)] == [1] * 4


@pytest.mark.slow
async def test_a_worker_that_is_told_to_stop_leaves_its_rows_to_the_next(terminal: Terminal, postgres: str) -> None:
    shared = Terminal(terminal.home, terminal.desk, postgres)
    await shared.said(*terminal.run(4, "--detach"))
    first = await shared.begin("worker", "--agents", 1)
    with terminal.desk.holding():
        await shared.until("running", 1)
    first.send_signal(signal.SIGTERM)
    assert (await ended(first)).code == 0
    assert (await shared.batch())["counts"]["queued"] > 0
    second = await shared.begin("worker", "--agents", 2)
    await shared.until("passed", 4)
    second.send_signal(signal.SIGTERM)
    assert (await ended(second)).code == 0
    stored = await terminal.desk.stored()
    assert [stored[f"Person {number}"] for number in range(1, 5)] == [1] * 4
