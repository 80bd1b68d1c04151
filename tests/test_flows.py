"""Workflows on Northdesk: each pattern ends as it should in the application, in the order and overlap it asks for."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from demo.northdesk.seeds import CUSTOMERS as SEEDED
from demo.northdesk.seeds import ORDERS as SEEDED_ORDERS
from recordings.flow import Flow, FlowSettings
from scheduler.flow import NotAskedError, decide, open_approvals
from tests.pages.faulty import Gate, faulty_desk, meeting
from tests.pages.flows import Office, most_at_once

PEOPLE = """
      rows:
        - {full_name: Ann One, email: ann@example.com}
        - {full_name: Bob Two, email: bob@example.com}
        - {full_name: Cat Three, email: cat@example.com}
"""
_PATIENT = FlowSettings(settle_s=3, step_s=30)
"""Where a test keeps what was sent."""


async def test_stages_are_done_one_after_another(office: Office) -> None:
    flow = await office.run(f"""
  - name: add
    recording: add-customer
    for_each: {PEOPLE}
    mode: sequential
  - name: tell
    needs: add
    recording: ask-support
    inputs: {{subject: "${{ string(stages.add.counts.passed) }} new customers"}}
""")
    stages = await office.stages(flow)
    assert (flow.status, {name: run.status for name, run in stages.items()}) == (
        "passed",
        {"add": "passed", "tell": "passed"},
    )
    sent = [path for path, _ in await office.desk.log() if path != "/login"]
    assert sent == ["/customers/new"] * 3 + ["/support/form"]


async def test_stages_that_need_nothing_of_each_other_and_rows_are_done_side_by_side(office: Office) -> None:
    office.settings, office.desk.gate = _PATIENT, meeting(asyncio.Barrier(3), "POST /login", times=3)
    flow = await office.run(f"""
  - name: add
    recording: add-customer
    for_each: {PEOPLE}
    agents: 2
  - name: tell
    recording: ask-support
""")
    assert flow.status == "passed"
    assert len(await office.desk.stored()) == len(SEEDED) + 3
    log = await office.desk.log()
    assert sorted(path for path, _ in log) == ["/customers/new"] * 3 + ["/login"] * 4 + ["/support/form"]
    most = most_at_once([session for _, session in log])
    assert most == 3, f"two rows of one stage and one of the other, and {most} were at work at once"


async def test_the_same_in_three_applications_becomes_one_table(office: Office, tmp_path: Path) -> None:
    async with faulty_desk() as south, faulty_desk() as west:
        west.down = True
        flow = await office.run(f"""
  - name: find
    recording: find-customer
    for_each:
      apps:
        - {{name: north, base_url: "{office.desk.url}"}}
        - {{name: south, base_url: "{south.url}"}}
        - {{name: west, base_url: "{west.url}"}}
    inputs: {{full_name: Anna Larsen}}
    retries: 0
    on_failure: continue
  - name: table
    collect: {{stages: find, join: full_name, failed: missing, write: [found.csv, found.html]}}
""")
        stages = await office.stages(flow)
    assert (flow.status, stages["find"].status, stages["table"].status) == ("failed", "failed", "passed")
    row = {"full_name": "Anna Larsen", "north_status": "passed", "south_status": "passed", "west_status": "failed"}
    assert stages["table"].table == (row,)
    assert (tmp_path / "found.csv").read_text().splitlines() == [",".join(row), ",".join(row.values())]
    assert "<td>Anna Larsen</td>" in (tmp_path / "found.html").read_text()


def each_after_the_order_before() -> Gate:
    """Keeps a customer's adding until the one before has ordered."""
    ordered = asyncio.Semaphore(1)

    async def gate(came: str) -> None:
        if came == "POST /customers/new":
            await ordered.acquire()
        elif came.startswith("POST /orders/new/"):
            ordered.release()

    return gate


async def test_a_row_goes_on_while_the_next_is_still_in_the_stage_before(office: Office) -> None:
    office.settings, office.desk.gate = _PATIENT, each_after_the_order_before()
    flow = await office.run(f"""
  - name: add
    recording: add-customer
    for_each: {PEOPLE}
    mode: sequential
  - name: find
    recording: find-customer
    for_each: {{stage: add, start: each}}
  - name: order
    recording: place-order
    for_each: {{stage: find, start: each}}
    mode: sequential
    inputs: {{customer: "${{ row.full_name }}", comment: "for ${{ row.email }}"}}
""")
    assert flow.status == "passed"
    orders = await office.desk.orders()
    assert [order["customer_name"] for order in orders[len(SEEDED_ORDERS) :]] == ["Ann One", "Bob Two", "Cat Three"]
    log = [path for path, _ in await office.desk.log()]
    last = max(at for at, path in enumerate(log) if path == "/customers/new")
    assert log[:last].count("/login") > 3, "nobody was looked for while the last one was added"


async def test_chunks_are_brought_together_as_they_are_done(office: Office, tmp_path: Path) -> None:
    flow = await office.run(f"""
  - name: add
    recording: add-customer
    for_each: {PEOPLE}
    chunk: 2
    agents: 2
  - name: part
    collect: {{stages: add, per: chunk, figures: {{added: count}}, write: added.csv}}
  - name: all
    collect: {{stages: part, figures: {{added: sum added}}}}
""")
    stages = await office.stages(flow)
    assert (flow.status, stages["all"].figures) == ("passed", {"added": 3.0})
    assert sorted((row["chunk"], row["added"]) for row in stages["part"].table) == [("1", "2"), ("2", "1")]
    names = [line.split(",")[0] for line in (tmp_path / "added-1.csv").read_text().splitlines()]
    assert names == ["full_name", "Ann One", "Bob Two"]


HYBRID = """
  - name: customer
    recording: find-customer
    inputs: {{full_name: {name}}}
    on_failure: continue
    retries: 0
    step_timeout: {limit}
  - name: other
    recording: find-customer
    inputs: {{full_name: Anna Larsen}}
  - name: order
    needs: [customer, other]
    when: stages.customer.counts.failed == 0 && stages.other.counts.failed == 0
    mode: sequential
    recording: place-order
"""


async def test_a_last_step_is_done_only_if_all_checks_passed(office: Office) -> None:
    before = len(await office.desk.orders())
    flow = await office.run(HYBRID.format(name="Nobody Here", limit="2s"))
    stages = await office.stages(flow)
    assert (flow.status, stages["order"].status) == ("failed", "skipped")
    assert len(await office.desk.orders()) == before
    flow = await office.run(HYBRID.format(name="Anna Larsen", limit="10s"))
    assert (flow.status, len(await office.desk.orders())) == ("passed", before + 1)


ASKED = f"""
  - name: ask
    approval: {{{{who: [ada@example.com], message: "Add ${{{{ inputs.what }}}}?", timeout: {{timeout}}}}}}
  - name: add
    needs: ask
    recording: add-customer
    for_each: {PEOPLE.replace("{", "{{").replace("}", "}}")}
"""


async def until_asked(office: Office, flow: Flow) -> None:
    async with asyncio.timeout(30):
        while not await open_approvals(office.store, flow):  # noqa: ASYNC110 - another task asks
            await asyncio.sleep(0.05)


async def test_a_person_is_waited_for_without_a_browser_also_after_a_restart(office: Office) -> None:
    flow = await office.begin(ASKED.format(timeout="3d"), what="three people")
    seeing = asyncio.create_task(office.see(flow))
    await until_asked(office, flow)
    await office.pause(flow)
    assert (await seeing).status == "paused"
    assert (await office.stages(flow))["ask"].message == "Add three people?"
    with pytest.raises(NotAskedError, match=r"'bob' is not asked in 'ask'. Say who decides with --as: ada@example"):
        await decide(office.store, flow, "", "approved", by="bob", person="tester", now=time.time())
    await decide(office.store, flow, "", "approved", by="ada@example.com", person="ada", note="fine", now=time.time())
    with pytest.raises(NotAskedError, match="waits for no decision now"):
        await decide(office.store, flow, "", "refused", by="ada@example.com", person="tester", now=time.time())
    assert (await office.go_on(flow)).status == "passed"
    assert len(await office.desk.stored()) == len(SEEDED) + 3


async def test_what_is_queued_of_a_workflow_that_is_paused_is_held_until_it_goes_on(office: Office) -> None:
    flow = await office.begin(f"""
  - name: add
    recording: add-customer
    agents: 1
    for_each: {PEOPLE}
""")
    with office.desk.holding():
        seeing = asyncio.create_task(office.see(flow))
        async with asyncio.timeout(30):
            while not [item for item in await office.items(flow, "add") if item.status == "running"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await office.pause(flow)
        async with asyncio.timeout(30):
            while {batch.status for batch in await office.store.flows.batches(flow.id)} != {"paused"}:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert (await seeing).status == "paused"
    assert sorted(item.status for item in await office.items(flow, "add")) == ["passed", "queued", "queued"]
    assert (await office.go_on(flow)).status == "passed"
    assert len(await office.desk.stored()) == len(SEEDED) + 3


async def test_a_refusal_and_silence_are_failures(office: Office) -> None:
    flow = await office.begin(ASKED.format(timeout="1s"), what="them")
    assert (await office.see(flow)).status == "failed"
    stages = await office.stages(flow)
    assert stages["ask"].why.startswith("w.yaml:7: Nobody answered in time, and that counts as a no. Begin it again,")
    assert stages["add"].status == "skipped"
    assert len(await office.desk.stored()) == len(SEEDED)


async def test_two_stages_that_write_one_record_are_kept_apart_row_by_row(office: Office) -> None:
    flow = await office.run("""
  - name: one
    recording: place-order
    for_each: {rows: [{customer: Anna Larsen, comment: first}, {customer: Maria Jensen, comment: second}]}
  - name: other
    recording: place-order
    for_each: {rows: [{customer: Anna Larsen, comment: third}]}
""")
    items = [*await office.items(flow, "one"), *await office.items(flow, "other")]
    assert [item.status for item in items] == ["passed"] * 3
    (begun, ended), _, (begun_too, ended_too) = ((item.begun_at or 0.0, item.ended_at or 0.0) for item in items)
    assert ended <= begun_too or ended_too <= begun, "both were at work on Anna's order"


async def test_a_row_that_another_workflow_did_counts_as_done_and_goes_on(office: Office) -> None:
    stages = f"""
  - name: add
    recording: add-customer
    for_each: {PEOPLE}
    key: email
  - name: find
    recording: find-customer
    for_each: {{stage: add}}
"""
    assert (await office.run(stages)).status == "passed"
    flow = await office.run(stages)
    assert flow.status == "passed"
    assert [item.status for item in await office.items(flow, "add")] == ["skipped"] * 3
    assert [item.inputs["full_name"] for item in await office.items(flow, "find")] == [
        "Ann One",
        "Bob Two",
        "Cat Three",
    ]
    stored = await office.desk.stored()
    assert [stored[name] for name in ("Ann One", "Bob Two", "Cat Three")] == [1, 1, 1]


async def test_after_a_failure_nothing_more_begins_and_what_is_at_work_ends(office: Office) -> None:
    rows = ", ".join(f"{{full_name: P{n}, email: p{n}@example.com}}" for n in range(1, 7))
    office.desk.lose = 1
    flow = await office.run(f"""
  - name: add
    recording: add-customer
    for_each: {{rows: [{rows}]}}
    mode: sequential
  - name: tell
    needs: add
    recording: ask-support
""")
    items = await office.items(flow, "add")
    assert (flow.status, [item.status for item in items]) == ("failed", ["waiting"] + ["cancelled"] * 5)
    assert (await office.stages(flow))["tell"].status == "skipped"


async def test_a_crash_between_two_recordings_of_a_stage_loses_neither(office: Office) -> None:
    flow = await office.begin("""
  - name: both
    recording: [find-customer, ask-support]
    for_each: {rows: [{full_name: Anna Larsen}, {full_name: Maria Jensen}]}
""")
    await office.keep_only(flow, "both", "find-customer", {"full_name": "Anna Larsen"})
    assert (await office.see(flow)).status == "passed"
    done = [(item.line, item.status) for item in await office.items(flow, "both")]
    assert done == [(1, "passed"), (1, "passed"), (2, "passed"), (2, "passed")]
    assert len([path for path, _ in await office.desk.log() if path == "/support/form"]) == 2
