"""A worker's /metrics and /healthz: what goes on, told to this machine alone."""

from __future__ import annotations

import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from agents.pool import AgentPool, Opening
from recordings.batch import Batch, Breaker, Item
from recordings.urls import origin_of
from scheduler.served import PortTakenError, metrics_app, served
from store import Store, open_store
from tests.pages.faulty import Faulty
from tests.pages.terminal import Terminal, ended

APP = "https://shop.test"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
async def address(store: Store) -> AsyncIterator[str]:
    pool = AgentPool(Opening(), agents=3)
    async with served(metrics_app(store, pool, lambda: 100.0), 0) as running:
        yield running


async def got(url: str, host: str = "") -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(url, headers={"host": host} if host else {})


def samples(text: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


async def add(store: Store, batch_id: str) -> Batch:
    batch = Batch(id=batch_id, trace_id="a" * 32, recording="add", version="v", app=APP, created_at=1.0)
    await store.batches.add(batch, [Item(batch_id=batch_id, number=n, key=f"{batch_id}{n}") for n in (1, 2)])
    return batch


def spoil(home: Path) -> None:
    for file in home.glob("showonce.db*"):
        file.unlink()
    (home / "showonce.db").mkdir()


async def test_batches_that_go_on_and_breakers_and_own_agents_are_told(store: Store, address: str) -> None:
    await add(store, "b" * 12)
    await store.batches.set_status((await add(store, "c" * 12)).id, "done", 2.0)
    await store.breakers.put(Breaker(app=APP, state="half-open"))
    answer = await got(f"{address}/metrics")
    told = samples(answer.text)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert told["showonce_queue_depth", APP] == 2
    assert (told["showonce_breaker_state", APP, "half-open"], told["showonce_breaker_state", APP, "open"]) == (1, 0)
    assert (told["showonce_worker_agents_busy",], told["showonce_worker_agents",]) == (0, 3)
    assert {key[2] for key in told if key[0] == "showonce_agents_cap"} == {"b" * 12}


def test_a_password_in_an_address_is_in_no_applications_name() -> None:
    assert origin_of("https://ada:sesame@shop.test:8443/new?a=b") == "https://shop.test:8443"


async def test_who_asks_by_another_name_is_turned_away(address: str) -> None:
    assert (await got(f"{address}/metrics", "evil.test")).status_code == 400
    assert (await got(f"{address}/metrics", "localhost:9100")).status_code == 200


async def test_it_is_healthy_while_the_store_can_be_used(store: Store, address: str, tmp_path: Path) -> None:
    assert (await got(f"{address}/healthz")).text == "ok\n"
    await store._database.close()
    spoil(tmp_path)
    assert (await got(f"{address}/healthz")).status_code == 503


async def test_only_this_machine_is_served(address: str) -> None:
    port = int(address.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), 2).close()  # who listens everywhere is there too


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"port {port}: address already in use"):
            async with served(metrics_app, port):  # type: ignore[arg-type]
                pass


async def test_a_worker_serves_its_metrics_until_it_ends(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    worker = await Terminal(tmp_path, Faulty()).begin("worker", "--agents", 2, "--metrics", port)
    assert worker.stdout is not None
    first = (await worker.stdout.readline()).decode()
    text = (await got(f"http://127.0.0.1:{port}/metrics")).text
    worker.send_signal(signal.SIGTERM)
    said = await ended(worker)
    assert (said.code, f"http://127.0.0.1:{port}/metrics" in first) == (0, True), said.err
    assert samples(text)["showonce_worker_agents",] == 2
