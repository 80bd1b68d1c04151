"""Three applications with a report each: what they tell, and the way to the reports, gone at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from demo.brightleaf.app import PASSWORD as KENNWORT
from demo.brightleaf.deals import deals_of, euros, page_of
from demo.cobalt.app import PASSPHRASE, USER
from demo.cobalt.report import dollars, rows_of
from demo.flows import PASSWORD
from demo.flows_reports import REPORTS
from demo.human import Human
from recorder import Recorder
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Replayer
from tests.pages.reports import Reports, reports_served
from tests.pages.stage import SOON, fresh

SECRETS = {"password": PASSWORD, "kennwort": KENNWORT, "passphrase": PASSPHRASE}

ROWS = {"deals": "deals", "revenue": "rows"}
"""The reports that are refreshed, and what their applications' APIs call the rows."""


@pytest.fixture(scope="session")
async def reports() -> AsyncIterator[Reports]:
    async with reports_served() as running:
        yield running


@pytest.fixture
def served(reports: Reports) -> dict[str, str]:
    """Where the application of each report is."""
    return reports.urls


async def test_the_ways_to_three_reports_are_gone_at_the_same_time(browser: Browser, reports: Reports) -> None:
    served = reports.urls
    recordings = {name: await shown(browser, name, url) for name, url in served.items()}
    await reset(served)
    before = {name: await asked(served[name], "/api/" + rows) for name, rows in ROWS.items()}
    reports.meet()
    traces = await asyncio.gather(*(replayed(browser, recordings[name], served[name]) for name in REPORTS))
    assert [(trace.status, trace.failure) for trace in traces] == [("passed", None)] * len(REPORTS)
    began, ended = zip(*[await during(url) for url in served.values()], strict=True)
    assert max(began) < min(ended)
    assert all([await asked(served[name], "/api/" + rows) != before[name] for name, rows in ROWS.items()])


def test_reports_are_written_as_people_of_the_place_write_them() -> None:
    assert (euros(1_250_000), euros(99), dollars(123_450)) == ("€ 12.500,00", "€ 0,99", "$1,234.50")


def test_the_deals_come_on_three_pages() -> None:
    pages = [page_of(deals_of(0), number) for number in (0, 1, 2, 3, 9)]
    assert [page.number for page in pages] == [1, 1, 2, 3, 3]
    assert [deal for page in pages[1:4] for deal in page.deals] == list(deals_of(0))


def test_a_refreshed_report_says_other_amounts_of_the_same_rows() -> None:
    assert [deal.number for deal in deals_of(1)] == [deal.number for deal in deals_of(0)]
    assert sum(deal.amount_cents for deal in deals_of(1)) > sum(deal.amount_cents for deal in deals_of(0))
    assert rows_of(1)[0].revenue != rows_of(0)[0].revenue


async def test_a_wrong_passphrase_opens_nothing(served: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=served["revenue"]) as client:
        refused = await client.post("/session", json={"email": USER, "passphrase": "no"})
        assert (refused.status_code, (await client.get("/")).headers["location"]) == (422, "/login")
        await client.post("/session", json={"email": USER, "passphrase": PASSPHRASE})
        assert (await client.get("/data/revenue")).json()["rows"][0]["revenue"].startswith("$")


async def shown(browser: Browser, name: str, url: str) -> Recording:
    async with fresh(browser) as context:
        async with Recorder(context, name=name, verify=False) as demo:
            page = await context.new_page()
            await page.goto(f"{url}/login")
            await REPORTS[name].arrive(Human(page, pause_ms=5))
        return demo.recording


async def replayed(browser: Browser, recording: Recording, url: str) -> Trace:
    async with fresh(browser) as context:
        given = {secret.name: SECRETS[secret.name] for secret in recording.secrets}
        return await Replayer(context, waits=replace(SOON, effect_s=30)).replay(recording, given, url)


async def reset(served: dict[str, str]) -> None:
    """The reports as they were, and no visits."""
    async with httpx.AsyncClient() as client:
        for url in served.values():
            await client.post(f"{url}/api/reset")


async def during(url: str) -> tuple[float, float]:
    """From when to when an application was visited."""
    visits = await asked(url, "/api/visits")
    return min(visit["began"] for visit in visits), max(visit["ended"] for visit in visits)


async def asked(url: str, path: str) -> Any:
    async with httpx.AsyncClient(base_url=url) as client:
        return (await client.get(path)).json()
