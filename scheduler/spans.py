"""Sends batches, items, runs and steps as OpenTelemetry spans (OTLP over HTTP); imported only where that is asked for.

Where they go, and the exporter's other settings, it reads from the environment itself (``OTEL_EXPORTER_OTLP_…``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from recordings.batch import Batch, Item
from recordings.heal import Heal
from recordings.trace import StepRecord, Trace
from scheduler.sink import InBatch, RunSink
from scheduler.span_facts import SpanFact, of_batch, of_item, of_run

_SCOPE = InstrumentationScope("showonce")
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)


class Spans:
    """Told what a batch comes to, and sends it on; a ``scheduler.sink.Tracing``. Made by ``sending``."""

    def __init__(self, processor: SpanProcessor, clock: Callable[[], float]) -> None:
        self._processor, self._clock = processor, clock
        self._resource = Resource({"service.name": "showonce"}).merge(_given())
        self._first: dict[str, float] = {}
        self._quiet: set[str] = set()

    def around(self, batch: Batch, item: Item, sink: InBatch) -> RunSink:
        """The sink of an item's run, listened to."""
        self._first.setdefault(item.id, self._clock())

        def told(run: Trace, steps: tuple[StepRecord, ...]) -> None:
            if run.private:
                self._quiet.add(item.id)
            self._send(*of_run(batch, item, run, steps, self._clock()))

        return _Heard(sink, told)

    def item_over(self, batch: Batch, item: Item) -> None:
        """An item came to its end."""
        quiet = item.id in self._quiet
        self._quiet.discard(item.id)
        self._send(of_item(batch, item, self._first.pop(item.id, None), self._clock(), quiet=quiet))

    def batch_over(self, batch: Batch) -> None:
        """A batch came to its end."""
        self._send(of_batch(batch, self._clock()))

    def _send(self, *facts: SpanFact) -> None:
        for fact in facts:
            self._processor.on_end(_span(fact, self._resource))


@contextmanager
def sending(clock: Callable[[], float] = time.time) -> Iterator[Spans]:
    """Send spans in the background, and what is left at the end."""
    processor = BatchSpanProcessor(OTLPSpanExporter())
    try:
        yield Spans(processor, clock)
    finally:
        processor.shutdown()  # type: ignore[no-untyped-call]


class _Heard:
    """A sink that tells of each run when it is finished."""

    def __init__(self, sink: InBatch, told: Callable[[Trace, tuple[StepRecord, ...]], None]) -> None:
        self._sink, self._told = sink, told
        self._steps: list[StepRecord] = []

    async def begin(self, trace: Trace) -> None:
        self._steps.clear()
        await self._sink.begin(trace)

    async def add_step(self, record: StepRecord, picture: bytes | None) -> StepRecord:
        kept = await self._sink.add_step(record, picture)
        self._steps.append(kept)
        return kept

    async def add_after(self, record: StepRecord, picture: bytes) -> StepRecord:
        return await self._sink.add_after(record, picture)

    async def finish(self, trace: Trace) -> None:
        await self._sink.finish(trace)
        self._told(trace, tuple(self._steps))

    async def propose(self, heal: Heal, shown: bytes | None) -> Heal:
        return await self._sink.propose(heal, shown)


def _given() -> Resource:
    """What the environment says of who sends, without the name that stands for none."""
    given = Resource.create()
    if str(given.attributes.get("service.name", "")).startswith("unknown_service"):
        return Resource({name: value for name, value in given.attributes.items() if name != "service.name"})
    return given


def _span(fact: SpanFact, resource: Resource) -> ReadableSpan:
    return ReadableSpan(
        fact.name,
        context=_context(fact.trace_id, fact.span_id),
        parent=_context(fact.trace_id, fact.parent_id) if fact.parent_id else None,
        resource=resource,
        attributes={name: value for name, value in fact.attributes.items() if value != ""},
        links=[Link(_context(*fact.link))] if fact.link else [],
        kind=SpanKind.INTERNAL,
        status=Status(StatusCode.ERROR, fact.failed) if fact.failed else Status(StatusCode.OK),
        start_time=int(fact.started_at * 1e9),
        end_time=int(max(fact.started_at, fact.ended_at) * 1e9),
        instrumentation_scope=_SCOPE,
    )


def _context(trace_id: str, span_id: str) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=_SAMPLED)
