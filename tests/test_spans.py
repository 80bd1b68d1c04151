"""Spans of a batch: one trace, its items in it, their runs in them, and steps in those."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from recordings.batch import Batch, Item
from recordings.trace import Failure, StepRecord, Timing, Trace
from recordings.veil import Private
from scheduler.served import served
from scheduler.sink import InBatch, RunSink
from scheduler.span_facts import SpanFact, of_batch, of_item, of_run
from showonce.settings import read_settings
from showonce.tracing import TracingMissingError, traced
from store import open_store

RUN = "4bf92f3577b34da6a3ce929d0e0e4736"
BATCH = Batch(id="b" * 12, trace_id="a" * 32, recording="add", version="v", app="https://x", created_at=10, ended_at=30)
ITEM = Item(batch_id=BATCH.id, number=1, line=2, key="k", status="passed", attempts=2, begun_at=15, ended_at=20)
STEP = StepRecord(
    trace_id=RUN, span_id="c" * 16, index=0, step_id="s1", kind="fill", started_at=16, outcome="passed",
    value="Ada", timing=Timing(locate_ms=400, act_ms=100),
)  # fmt: skip
TRACE = Trace(trace_id=RUN, recording="add", started_at=15, ended_at=19, status="passed", inputs={"full_name": "Ada"})


def facts() -> list[SpanFact]:
    return [of_batch(BATCH, 99), of_item(BATCH, ITEM, 12, 99), *of_run(BATCH, ITEM, TRACE, (STEP,), 99)]


def test_batch_item_run_and_step_are_one_trace_each_in_the_one_before() -> None:
    batch, item, run, step = facts()
    assert {fact.trace_id for fact in facts()} == {BATCH.trace_id}
    assert [item.parent_id, run.parent_id, step.parent_id] == [batch.span_id, item.span_id, run.span_id]
    assert (batch.parent_id, step.span_id) == ("", STEP.span_id)


def test_a_run_names_its_own_trace() -> None:
    run = facts()[2]
    assert (run.attributes["showonce.trace_id"], run.link) == (RUN, (RUN, RUN[:16]))


def test_spans_are_as_long_as_what_they_stand_for() -> None:
    assert [(fact.started_at, fact.ended_at) for fact in facts()] == [(10, 30), (12, 20), (15, 19), (16, 16.5)]


def test_what_failed_says_why() -> None:
    lost = Failure(code="ElementNotFound", message="No button 'Save'.")
    failed = of_item(BATCH, ITEM.model_copy(update={"status": "failed", "failure": lost}), None, 99)
    run, step = of_run(
        BATCH,
        ITEM,
        TRACE.model_copy(update={"status": "failed", "failure": lost}),
        (STEP.model_copy(update={"outcome": "failed", "failure": lost}),),
        99,
    )
    assert {failed.failed, run.failed, step.failed} == {"ElementNotFound: No button 'Save'."}
    assert not any(fact.failed for fact in facts())


def test_what_a_run_was_given_is_in_no_span() -> None:
    assert "Ada" not in repr(facts())


def test_of_a_run_with_personal_values_only_the_code_of_a_failure_is_sent() -> None:
    failure = Failure(code="Failed", message="There is no row 'Ada'.")
    run = TRACE.model_copy(update={"status": "failed", "failure": failure}).with_private(Private({"Ada": "value"}))
    step = STEP.model_copy(update={"outcome": "failed", "failure": failure})
    item = of_item(BATCH, ITEM.model_copy(update={"failure": failure}), 12, 99, quiet=True)
    assert {fact.failed for fact in (*of_run(BATCH, ITEM, run, (step,), 99), item)} == {"Failed"}


def test_spans_are_sent_only_where_an_endpoint_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    with traced(read_settings()) as tracing:
        assert tracing is None


def test_an_endpoint_without_the_packages_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "scheduler.spans", raising=False)
    with pytest.raises(TracingMissingError, match=r"pip install 'showonce\[otel\]'"):
        with traced(read_settings()):
            pass


async def test_a_collector_gets_the_spans_and_the_store_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    from scheduler.spans import sending

    taken = list[bytes]()

    async def take(request: Request) -> Response:
        taken.append(await request.body())
        return Response()

    def send(sink: InBatch) -> None:
        with sending(lambda: 12.0) as tracing:
            heard = tracing.around(BATCH, ITEM, sink)
            asyncio.run_coroutine_threadsafe(run(heard), loop).result(10)
            tracing.item_over(BATCH, ITEM)
            tracing.batch_over(BATCH)

    async def run(heard: RunSink) -> None:
        await heard.begin(TRACE)
        await heard.add_step(STEP, None)
        await heard.finish(TRACE)

    loop = asyncio.get_running_loop()
    async with served(Starlette(routes=[Route("/v1/traces", take, methods=["POST"])]), 0) as address:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        async with open_store(tmp_path) as store:
            await asyncio.to_thread(send, InBatch(store, ITEM, ""))
            kept = await store.trace(RUN)
    found = [
        span
        for body in taken
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    by_parent = {span.parent_span_id.hex(): span for span in found}
    assert {span.trace_id.hex() for span in found} == {BATCH.trace_id}
    chain = [by_parent[""]]
    while len(chain) < 4:
        chain.append(by_parent[chain[-1].span_id.hex()])
    assert [span.name for span in chain] == ["batch add", "item 1", "run add", "step fill"]
    assert (chain[2].links[0].trace_id.hex(), len(kept.steps)) == (RUN, 1)
