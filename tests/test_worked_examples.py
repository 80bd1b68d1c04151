"""The workflows that come as examples, run as people run them, and judged by what their applications have stored."""

from __future__ import annotations

import asyncio
import csv
import os
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.brightleaf import app as brightleaf
from demo.cobalt import app as cobalt
from demo.flows import PASSWORD
from demo.frontdoor import app as frontdoor
from demo.frontdoor.seeds import ACCOUNTS, DOCUMENTS
from demo.northdesk.serve import serve as serve_northdesk
from demo.serving.server import Answering
from tests.pages.reports import reports_served

EXAMPLES = Path(__file__).parent.parent / "workflows" / "examples"
SECRETS = {
    "SHOWONCE_SECRET_PASSWORD": PASSWORD,
    "SHOWONCE_SECRET_PASSCODE": frontdoor.PASSCODE,
    "SHOWONCE_SECRET_KENNWORT": brightleaf.PASSWORD,
    "SHOWONCE_SECRET_PASSPHRASE": cobalt.PASSPHRASE,
}
HIRES = ["Jonas Lindgren", "Salome Brandt", "Priya Raman"]
_POLL_S = 0.3


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where ``showonce workflow`` is typed, against one application."""

    home: Path
    client: httpx.AsyncClient

    async def stored(self, kind: str) -> Any:
        return (await self.client.get(f"/api/{kind}")).json()

    async def posted(self) -> list[str]:
        """The paths of all that was sent to the application, but for signing in, in order."""
        visits = await self.stored("visits")
        return [each["path"] for each in visits if each["method"] == "POST" and each["path"] != "/login"]

    @asynccontextmanager
    async def typed(self, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Type a command; it is ended with the block."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SHOWONCE_")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "showonce", "workflow", *words),
            env={**plain, **SECRETS, "SHOWONCE_HOME": str(self.home), "COLUMNS": "160"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()

    def run(self, example: str) -> Any:
        address = str(self.client.base_url)
        return self.typed("run", str(EXAMPLES / example), "--base-url", address, "--timeout", "5")

    async def said(self, *words: str) -> str:
        async with self.typed(*words) as process:
            return (await process.communicate())[0].decode()


@pytest.fixture
async def northdesk(tmp_path: Path) -> AsyncIterator[Terminal]:
    async with serve_northdesk() as app, visiting(tmp_path, app) as terminal:
        yield terminal


@pytest.fixture
async def portal(tmp_path: Path) -> AsyncIterator[Terminal]:
    async with frontdoor.serve() as app, visiting(tmp_path, app) as terminal:
        yield terminal


@asynccontextmanager
async def visiting(home: Path, app: Answering) -> AsyncIterator[Terminal]:
    async with httpx.AsyncClient(base_url=app.base_url) as client:
        yield Terminal(home, client)


@pytest.mark.slow
async def test_a_saga_that_fails_leaves_the_application_as_it_was(northdesk: Terminal) -> None:
    before = await northdesk.stored("dump")
    async with northdesk.run("saga.yaml") as process:
        said = (await process.communicate())[0].decode()
    assert process.returncode == 1, said
    sent = await northdesk.posted()
    assert sent[0] == "/customers/new" and sent[-2:] == ["/orders/1019/cancel", "/customers/37/delete"], said
    assert await northdesk.stored("dump") == before


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_new_people_get_their_accounts_while_a_person_is_asked_and_payroll_last(portal: Terminal) -> None:
    async with portal.run("onboarding/onboarding.yaml") as process:
        await until(lambda: has_accounts(portal, 9))
        assert {document["status"] for document in await handed_in(portal)} == {"valid"}
        assert not [account for account in await created(portal) if account[1] == "payroll"]
        ident = next(line.split()[0] for line in (await portal.said("list")).splitlines() if " onboarding " in line)
        await portal.said("approve", ident, "approve")
        said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    accounts = await created(portal)
    assert sorted(accounts[:9]) == sorted((name, system) for name in HIRES for system in ("email", "chat", "badge"))
    assert accounts[9:] == [(name, "payroll") for name in HIRES]


async def handed_in(portal: Terminal) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = await portal.stored("documents")
    return documents[len(DOCUMENTS) :]


async def created(portal: Terminal) -> list[tuple[str, str]]:
    """The accounts that were not there before, in the order of their making."""
    return [(each["person"], each["system"]) for each in (await portal.stored("accounts"))[len(ACCOUNTS) :]]


async def has_accounts(portal: Terminal, wanted: int) -> bool:
    return len(await created(portal)) >= wanted


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(120):
        while not await true():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(_POLL_S)


async def test_the_reports_of_three_applications_are_fetched_at_once_and_become_one(tmp_path: Path) -> None:
    async with reports_served() as reports, AsyncExitStack() as opened:
        file = EXAMPLES / "reporting" / "reporting.yaml"
        text, clients = file.read_text(), dict[str, httpx.AsyncClient]()
        for name, url in reports.urls.items():
            clients[name] = await opened.enter_async_context(httpx.AsyncClient(base_url=url))
            text = text.replace(f"examples/read-{name}", f"examples/read-{name}\n    base_url: {url}")
        (tmp_path / "reporting.yaml").write_text(
            text.replace("../../../recordings", str(EXAMPLES.parents[1] / "recordings"))
        )
        shutil.copy(file.parent / "reports.py", tmp_path)
        terminal = Terminal(tmp_path, clients["deals"])
        reports.meet()
        async with terminal.typed("run", str(tmp_path / "reporting.yaml"), "--timeout", "30") as process:
            said = (await process.communicate())[0].decode()
        assert process.returncode == 0, said
        stored = {name: (await clients[name].get(f"/api/{API[name]}")).json() for name in clients}
        times = [await during(client) for client in clients.values()]
    assert max(begin for begin, _ in times) < min(end for _, end in times), "they were not fetched at the same time"
    wanted = sums_of(stored)
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as table:
        told = {(row["customer"], row["currency"]): Decimal(row["amount"]) for row in csv.DictReader(table)}
    assert told == wanted
    page = (tmp_path / "report.html").read_text()
    assert all(f">{escape(customer)}</td>" in page for customer, _ in wanted)


API = {"invoices": "invoices", "deals": "deals", "revenue": "rows"}


def sums_of(stored: dict[str, list[dict[str, Any]]]) -> dict[tuple[str, str], Decimal]:
    """What each customer comes to, by what the applications have stored."""
    sums: Counter[tuple[str, str]] = Counter()
    for name, customer, cents, currency in (
        ("invoices", "customer_name", "amount_cents", "EUR"),
        ("deals", "company", "amount_cents", "EUR"),
        ("revenue", "account", "revenue_cents", "USD"),
    ):
        for record in stored[name]:
            sums[record[customer], currency] += record[cents]
    return {key: Decimal(cents) / 100 for key, cents in sums.items()}


async def during(client: httpx.AsyncClient) -> tuple[float, float]:
    """From when to when an application was visited by a browser."""
    visits = [each for each in (await client.get("/api/visits")).json() if not each["path"].startswith("/api")]
    return min(each["began"] for each in visits), max(each["ended"] for each in visits)
