"""What was done is undone after a failure, wherever it happens; or a person is told exactly what is left."""

from __future__ import annotations

import pytest

from recordings.flow import Flow
from tests.pages.flows import Office

SAGA = """
  - name: add
    recording: add-customer
    for_each: {rows: [{full_name: Ada King, email: ada.king@example.com}]}
    probe: find-customer
    retries: 0
    compensate: {recording: delete-customer, confirm: customer-is-gone}
  - name: order
    needs: add
    recording: place-order
    for_each: {stage: add}
    inputs: {customer: "${ row.full_name }"}
    retries: 0
    compensate: {recording: cancel-order, inputs: {customer: "${ row.customer }"}, confirm: order-is-cancelled}
  - name: tell
    needs: order
    recording: ask-support
    inputs: {priority: Urgent}
    retries: 0
    step_timeout: 3s
    compensate: nothing
"""


async def saga(office: Office, at: str = "", *, lose: int = 0, refuse: int = 0, brief: str = "") -> Flow:
    """Run the saga with something that goes wrong at a path; a ``brief`` stage, which is to fail, waits less."""
    office.desk.at, office.desk.lose, office.desk.refuse = at, lose, refuse
    text = SAGA.replace(f"- name: {brief}\n", f"- name: {brief}\n    step_timeout: 4s\n") if brief else SAGA
    flow = await office.run(text, on_failure="compensate")
    assert (flow.status, office.desk.lose, office.desk.refuse) == ("failed", 0, 0)
    return flow


async def test_two_commits_are_undone_in_reverse_and_each_is_confirmed(office: Office) -> None:
    before = await office.desk.dump()
    flow = await saga(office)
    assert (await office.desk.dump(), flow.left) == (before, ())
    batches = [batch for batch in await office.store.flows.batches(flow.id) if batch.undoes]
    named = [(batch.stage, batch.named, batch.confirms) for batch in batches]
    assert named == [
        ("order", "cancel-order", False),
        ("order", "order-is-cancelled", True),
        ("add", "delete-customer", False),
        ("add", "customer-is-gone", True),
    ]


@pytest.mark.slow
async def test_a_first_commit_whose_answer_was_lost_is_found_and_undone(office: Office) -> None:
    before = await office.desk.dump()
    flow = await saga(office, "/customers/new", lose=1)
    assert (await office.desk.dump(), flow.left) == (before, ())


@pytest.mark.slow
async def test_a_commit_that_nobody_can_tell_of_is_left_for_a_person_by_name(office: Office) -> None:
    before = await office.desk.dump()
    flow = await saga(office, r"/orders/new/\d+/delivery", lose=1)
    after = await office.desk.dump()
    (left,) = flow.left
    assert (left.stage, left.row["full_name"]) == ("order", "Ada King")
    assert "may have" in left.why
    orders = [order for order in after.pop("orders") if order not in before["orders"]]
    assert [order["customer_name"] for order in orders] == ["Ada King"], "what is left is what the list names"
    assert after == {name: rows for name, rows in before.items() if name != "orders"}


@pytest.mark.slow
@pytest.mark.parametrize(("at", "stage"), [(r"/orders/\d+/cancel", "order"), (r"/customers/\d+/delete", "add")])
async def test_what_could_not_be_undone_is_left_for_a_person_and_the_rest_is_undone(
    office: Office, at: str, stage: str
) -> None:
    before = await office.desk.dump()
    flow = await saga(office, at, refuse=1, brief=stage)
    after = await office.desk.dump()
    (left,) = flow.left
    assert (left.stage, "did not undo it" in left.why) == (stage, True), left
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"orders" if stage == "order" else "customers"}


@pytest.mark.slow
async def test_an_undoing_whose_answer_was_lost_is_told_by_who_confirms_it(office: Office) -> None:
    before = await office.desk.dump()
    flow = await saga(office, r"/customers/\d+/delete", lose=1)
    assert (await office.desk.dump(), flow.left) == (before, ())


@pytest.mark.slow
async def test_what_was_undone_is_done_again_when_it_is_asked_for_again(office: Office) -> None:
    keyed = SAGA.replace("    probe: find-customer\n", "    probe: find-customer\n    key: email\n", 1)
    assert (await office.run(keyed, on_failure="compensate")).status == "failed"
    assert (await office.desk.stored())["Ada King"] == 0
    now_right = keyed.replace("Urgent", "High").replace("    step_timeout: 3s\n", "")
    flow = await office.run(now_right, on_failure="compensate")
    assert flow.status == "passed"
    assert (await office.desk.stored())["Ada King"] == 1
