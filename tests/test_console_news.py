"""Pages of the console are told what changed, whoever wrote it, however many listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from recordings.trace import Trace
from store import open_store
from tests.pages.console import Served, served_console

_MANY = 200


@pytest.fixture
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


async def test_two_hundred_pages_are_told_of_a_run_that_another_process_began(served: Served) -> None:
    limits = httpx.Limits(max_connections=_MANY + 5)
    async with served.client() as client, httpx.AsyncClient(limits=limits, timeout=30) as listener:
        listener.cookies = client.cookies
        listening = asyncio.Semaphore(0)
        told = [asyncio.create_task(_first_news(listener, served, "?since=0", listening)) for _ in range(_MANY)]
        for _ in range(_MANY):
            await listening.acquire()
        await _begun_elsewhere(served)
        async with asyncio.timeout(30):
            assert await asyncio.gather(*told) == ["runs"] * _MANY
        assert (await client.get("/static/console.css")).status_code == 200


async def test_what_changed_between_a_page_and_its_listening_is_told(served: Served) -> None:
    since = served.console.news.count
    served.console.news.tell("heals", "batches")
    async with served.client() as client:
        told = await _first_news(client, served, f"?since={since}", asyncio.Semaphore(0))
    assert told == "batches heals"


async def test_a_page_that_went_away_is_forgotten(served: Served) -> None:
    listening = asyncio.Semaphore(0)
    async with served.client() as client:
        task = asyncio.create_task(_first_news(client, served, "", listening))
        await listening.acquire()
        assert served.console.news.listeners == 1
        task.cancel()
    async with asyncio.timeout(10):
        while served.console.news.listeners:  # noqa: ASYNC110 - there is nothing to wait for but the server
            await asyncio.sleep(0)


async def _first_news(client: httpx.AsyncClient, served: Served, query: str, listening: asyncio.Semaphore) -> str:
    async with client.stream("GET", f"{served.origin}/events{query}") as stream:
        async for line in stream.aiter_lines():
            if line.startswith(": listening"):
                listening.release()
            if line.startswith("data: "):
                return line.removeprefix("data: ")
    return ""


async def _begun_elsewhere(served: Served) -> None:
    """By another connection than the console's."""
    async with open_store(served.settings.home) as other:
        await other.begin(Trace(trace_id="1" * 32, recording="add", started_at=1.0))
