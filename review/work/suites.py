"""Batches and workflows as a CI server reads them: rows, stages and the whole as cases; pure.

What is not over yet is skipped and says so, since it has neither passed nor failed; it takes no time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from recordings.batch import Batch, BatchStatus, Item
from recordings.flow import Flow, StageRun
from review.junit import Case, Suite
from store.flow_facts import FlowFacts, StageFacts

_HELD: Mapping[BatchStatus, str] = {
    "paused": "Not begun: the batch is paused.",
    "stopped": "Not begun: the batch stopped after a failure.",
}
_WRONG = {"failed": "It failed.", "waiting": "It waits for a person.", "cancelled": "It was given up."}
_LEFT = "It was done, and is not undone."
_DONE_BEFORE = "It was done before, or stands twice in the table."


def suite_of(found: Batch, items: Sequence[Item]) -> Suite:
    """A batch: each row a case."""
    return Suite(found.recording, tuple(_row(item, found.status) for item in items))


def suites_of(facts: FlowFacts, rows: Mapping[str, Sequence[Item]], undoing: Sequence[Item]) -> list[Suite]:
    """A workflow: each stage a suite, what was undone another, and at last the workflow itself.

    Args:
        rows: The rows of each stage, by its name.
        undoing: The rows that undid others.
    """
    name, held = facts.flow.name, {batch.id: batch.status for stage in facts.stages for batch in stage.batches}
    held |= {batch.id: batch.status for batch in facts.undoing}
    suites = [_stage(facts.flow, stage, rows.get(stage.stage.name, ()), held) for stage in facts.stages]
    if undoing:
        suites.append(Suite(f"{name}: undone", tuple(_row(item, held[item.batch_id]) for item in undoing)))
    left = tuple(
        Case(f"Left for a person: {each.stage}, {_values(each.row)}", failure=each.why or _LEFT, code="left")
        for each in facts.flow.left
    )
    return [*suites, Suite(name, (*left, _whole(facts.flow)))]


def _row(item: Item, batch: BatchStatus) -> Case:
    name, seconds = f"{item.number}. {_values(item.row or item.inputs)}", _lasted(item.begun_at, item.ended_at)
    match item.status:
        case "queued":
            return Case(name, skipped=_HELD.get(batch, "Not begun yet."))
        case "running":
            return Case(name, skipped="Not over yet.")
        case "passed":
            return Case(name, seconds)
        case "skipped":
            return Case(name, seconds, skipped=item.note or _DONE_BEFORE)
        case "failed" | "waiting" | "cancelled":
            said = item.failure.message if item.failure else item.note or _WRONG[item.status]
            return Case(name, seconds, said, item.failure.code if item.failure else item.status)


def _stage(flow: Flow, facts: StageFacts, items: Sequence[Item], held: Mapping[str, BatchStatus]) -> Suite:
    """Its rows; and itself, where it has none or what became of it stands in none of them."""
    cases = [_row(item, held[item.batch_id]) for item in items]
    said = any(case.failure for case in cases)
    if not cases or (facts.run.status == "failed" and not said):
        cases.append(_itself(flow, facts.run))
    return Suite(f"{flow.name}: {facts.stage.name}", tuple(cases))


def _itself(flow: Flow, run: StageRun) -> Case:
    seconds = _lasted(run.began_at, run.ended_at)
    name = "The approval" if run.message or run.decision else "The stage"
    match run.status:
        case "passed":
            return Case(name, seconds)
        case "skipped":
            return Case(name, seconds, skipped=run.why or "It was not needed.")
        case "failed":
            return Case(name, seconds, _decided(run) or run.why or "It failed.", run.decision or "failed")
        case "running":
            return Case(name, skipped="Waits for an answer." if run.message else "Not over yet.")
        case "waiting":
            return Case(name, skipped="It did not come to this." if flow.is_over else "Not begun yet.")


def _decided(run: StageRun) -> str:
    """'Refused by ada@example.com: not this week'; "" where nobody decided."""
    by = f" by {run.decided_by}" if run.decided_by else ""
    note = f": {run.note}" if run.note else "."
    return f"{run.decision.capitalize()}{by}{note}" if run.decision else ""


def _whole(flow: Flow) -> Case:
    seconds = _lasted(flow.created_at, flow.ended_at)
    match flow.status:
        case "passed":
            return Case("The workflow", seconds)
        case "failed":
            return Case("The workflow", seconds, flow.why or "It failed.", "failed")
        case "cancelled":
            return Case("The workflow", seconds, flow.why or "It was given up.", "cancelled")
        case "running":
            return Case("The workflow", skipped="Not over yet.")
        case "paused":
            return Case("The workflow", skipped="It is paused.")


def _lasted(began: float | None, ended: float | None) -> float:
    return 0.0 if began is None or ended is None else max(0.0, ended - began)


def _values(row: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())
