"""A batch, its items, their runs and steps as the facts of spans, of one trace; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from recordings.batch import Batch, Item
from recordings.trace import Failure, StepRecord, Trace

Attributes = Mapping[str, str | int | float]

_MS = 1_000


@dataclass(frozen=True, slots=True)
class SpanFact:
    """A span, in W3C ids: 32 and 16 hex digits. ``parent_id`` is "" for the first of a trace; times are seconds since
    the epoch; ``failed`` says why it failed, "" if it did not; ``link`` is the trace id and the span id of another."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    started_at: float
    ended_at: float
    failed: str = ""
    attributes: Attributes = field(default_factory=dict)
    link: tuple[str, str] | None = None


def of_batch(batch: Batch, now: float) -> SpanFact:
    """The span that all others of a batch are in, over now."""
    attributes: Attributes = {
        "showonce.batch": batch.id,
        "showonce.recording": batch.recording,
        "showonce.app": batch.app,
        "showonce.total": batch.total,
        "showonce.status": batch.status,
    }
    ended_at = batch.ended_at if batch.ended_at is not None else now
    name = f"batch {batch.recording}"
    return SpanFact(batch.trace_id, _id(batch.id), "", name, batch.created_at, ended_at, attributes=attributes)


def of_item(batch: Batch, item: Item, first_at: float | None, now: float, *, quiet: bool = False) -> SpanFact:
    """The span of an item that came to its end; its first run here began at ``first_at``. ``quiet``: what it says of
    its failure may be personal, and is left out."""
    ended_at = item.ended_at if item.ended_at is not None else now
    began = [at for at in (first_at, item.begun_at) if at is not None]
    failed = item.failure is not None or item.status in ("failed", "waiting")
    attributes: Attributes = {
        "showonce.item": item.id,
        "showonce.line": item.line,
        "showonce.status": item.status,
        "showonce.attempts": item.attempts,
    }
    return SpanFact(
        batch.trace_id,
        _id(item.id),
        _id(batch.id),
        f"item {item.number}",
        min(began, default=ended_at),
        ended_at,
        _why(item.failure, item.status if quiet else item.note, quiet=quiet) if failed else "",
        attributes,
    )


def of_run(batch: Batch, item: Item, run: Trace, steps: tuple[StepRecord, ...], now: float) -> list[SpanFact]:
    """The spans of a run of an item and of its steps. They stand in the batch's trace; the run's own trace id is an
    attribute, and a link for who keeps that trace elsewhere."""
    span_id = run.trace_id[:16]
    ended_at = run.ended_at if run.ended_at is not None else now
    quiet = bool(run.private)
    failed = _why(run.failure, "It failed.", quiet=quiet) if run.status == "failed" else ""
    told = SpanFact(
        batch.trace_id,
        span_id,
        _id(item.id),
        f"run {run.recording}",
        run.started_at,
        ended_at,
        failed,
        {"showonce.trace_id": run.trace_id, "showonce.follows": run.follows, "showonce.status": run.status},
        (run.trace_id, span_id),
    )
    return [told, *(_of_step(batch, span_id, step, quiet=quiet) for step in steps)]


def _of_step(batch: Batch, run_id: str, step: StepRecord, *, quiet: bool) -> SpanFact:
    timing = step.timing
    took_ms = timing.locate_ms + timing.picture_ms + timing.act_ms + timing.settle_ms
    failed = _why(step.failure, "It failed.", quiet=quiet) if step.outcome == "failed" else ""
    attributes: Attributes = {
        "showonce.step": step.step_id,
        "showonce.kind": step.kind,
        "showonce.outcome": step.outcome,
        "showonce.how": step.how,
        "showonce.locate_ms": timing.locate_ms,
        "showonce.act_ms": timing.act_ms,
        "showonce.settle_ms": timing.settle_ms,
    }
    ended_at = step.started_at + took_ms / _MS
    name = f"step {step.kind}"
    return SpanFact(batch.trace_id, step.span_id, run_id, name, step.started_at, ended_at, failed, attributes)


def _id(of: str) -> str:
    """The same for the same batch or item, whichever worker tells of it."""
    return sha256(of.encode()).hexdigest()[:16]


def _why(failure: Failure | None, otherwise: str, *, quiet: bool) -> str:
    if failure is None:
        return otherwise
    return failure.code if quiet else f"{failure.code}: {failure.message}"
