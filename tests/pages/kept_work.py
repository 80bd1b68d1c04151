"""Batches and workflows put into a store, as whoever ran them would have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from recordings.batch import Batch, BatchStatus, Item, ItemStatus
from recordings.flow import Flow, FlowStatus, StageRun
from recordings.trace import Failure
from store import Store

BEGAN = 1_790_000_000.0
WRONG = Failure(code="ElementNotFound", message="No button 'Save'.", mend="Look at the picture.")

PAY = """
format: 1
name: Pay
inputs:
  people: {kind: rows}
stages:
  - name: find
    recording: ../recordings/find-customer
    for_each: {input: people}
  - name: ask
    needs: [find]
    approval: {who: [ada], message: "May it be paid?", timeout: 1d, default: refuse}
  - name: pay
    needs: [ask]
    recording: ../recordings/pay-customer
    for_each: {stage: find}
"""


def row(batch_id: str, number: int, status: ItemStatus, trace_id: str = "") -> Item:
    """One that began ``number`` seconds after the others' begin and took half a second, if it came to that."""
    began, over = status not in ("queued", "skipped"), status not in ("queued", "running")
    return Item(
        batch_id=batch_id,
        number=number,
        line=number,
        key=f"{batch_id}{number}",
        inputs={"email": f"{number}@example.com"},
        status=status,
        trace_id=trace_id,
        worker="w" if began else "",
        attempts=int(began),
        failure=WRONG if status == "failed" else None,
        begun_at=BEGAN + number if began else None,
        ended_at=BEGAN + number + 0.5 if over else None,
    )


async def keep_batch(
    store: Store,
    batch_id: str,
    items: Sequence[Item],
    *,
    status: BatchStatus = "running",
    flow: str = "",
    stage: str = "",
) -> Batch:
    """A batch of these rows."""
    batch = Batch(
        id=batch_id,
        trace_id="c" * 32,
        recording="find-customer",
        version="v",
        app="http://desk.test",
        flow=flow,
        stage=stage,
        named="../recordings/find-customer" if flow else "",
        created_at=BEGAN,
    )
    await store.batches.add(batch, items, again=True)
    await store.batches.set_status(batch_id, status)
    return batch


async def keep_flow(
    store: Store, flow_id: str, *, status: FlowStatus = "running", why: str = "", **stages: StageRun
) -> Flow:
    """A workflow of a stage of rows, an approval, and a stage behind it, as they stand."""
    flow = Flow(
        id=flow_id,
        trace_id=flow_id[:4] * 8,
        name="Pay",
        file="pay.yaml",
        folder="/tmp",
        source=PAY,
        status=status,
        why=why,
        worker="w",
        started_by="ada",
        created_at=BEGAN,
        ended_at=BEGAN + 60 if status not in ("running", "paused") else None,
    )
    await store.flows.add(flow, {})
    for name, run in stages.items():
        await store.flows.change_stage(flow_id, name, partial(_put, run))
    return flow


def _put(run: StageRun, _: StageRun) -> StageRun:
    return run
