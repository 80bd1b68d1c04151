"""Runs and their steps as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, select, update

from recordings.known_secrets import KNOWN
from recordings.trace import HEALED, Failure, StepRecord, Trace
from store.database import Database, put_into
from store.tables import runs, steps
from store.written import written

WriteRun = Callable[[Connection], None]
"""Writes how a run ended, within a transaction."""

WORKER_DIED = Failure(code="WorkerDied", message="The worker ended while the run was under way.")
NOT_KEPT = Failure(code="RunNotKept", message="How the run ended could not be kept, and its item was begun again.")


def put_run(connection: Connection, trace: Trace) -> None:
    """Write a run, its steps aside."""
    trace = KNOWN.cleaned(trace)
    row = {
        "trace_id": trace.trace_id,
        "recording": trace.recording,
        "base_url": trace.base_url,
        "status": trace.status,
        "started_at": trace.started_at,
        "ended_at": trace.ended_at,
        "total_steps": trace.total_steps,
        "failure_code": trace.failure.code if trace.failure else None,
        # Postgres takes no NUL into a text; the document holds it escaped.
        "failure_message": trace.failure.message.replace("\0", "\ufffd") if trace.failure else None,
        "document": written(trace, leave_out=("steps",)),
        "item": trace.item,
        "app": trace.app,
    }
    connection.execute(put_into(connection, runs, keep=("healed", "pile")), row)


def put_steps(connection: Connection, trace_id: str, batch: Sequence[StepRecord]) -> None:
    """Write steps of one run."""
    rows = [
        {
            "trace_id": record.trace_id,
            "index": record.index,
            "span_id": record.span_id,
            "outcome": record.outcome,
            "how": record.how,
            "document": written(record),
        }
        for record in batch
    ]
    # A batch whose commit was cut short by a cancellation may be there already: written again, not refused.
    connection.execute(put_into(connection, steps), rows)
    if any(record.how in HEALED for record in batch):
        connection.execute(update(runs).where(runs.c.trace_id == trace_id).values(healed=True))


def close_runs(connection: Connection, database: Database, trace_ids: Sequence[str], now: float, why: Failure) -> None:
    """End these runs, which nobody goes on with, where they did not end by themselves."""
    query = select(runs.c.document).where(runs.c.trace_id.in_(trace_ids), runs.c.status == "running")
    for document in (connection.scalars(query)).all():
        trace = database.document(Trace, document)
        ended = {"status": "failed", "ended_at": now, "failure": why}
        put_run(connection, trace.model_copy(update=ended))
