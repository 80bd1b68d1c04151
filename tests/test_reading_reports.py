"""Reports of three applications, in English and German, on one page, on several, and drawn by a script: each read whole
from one row of it, after it was brought up to date, and its total compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from demo.flows_reports import REPORTS
from demo.human import Human
from recorder import Recorder, Revised
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Replayer
from tests.pages.stage import SOON, fresh
from tests.test_report_apps import SECRETS

Work = Callable[[Human, Recorder], Awaitable[object]]
Rows = list[dict[str, Any]]


async def deals(human: Human, demo: Recorder) -> None:
    """The table, its further pages, and both figures above it."""
    page = human.page
    await demo.read_rows()
    await human.click(page.get_by_role("row").nth(2).get_by_role("cell").nth(1))
    await demo.next_page()
    await human.click(page.get_by_role("link", name="Weiter"))
    await demo.must_equal()
    await human.click(page.locator("dd").first)
    await demo.revise(Revised(to="sum:abschlusse.auftragswert"))
    await demo.must_equal()
    await human.click(page.locator("dd").nth(1))
    await demo.revise(Revised(to="count:abschlusse"))


async def revenue(human: Human, demo: Recorder) -> None:
    await demo.read_rows()
    await human.click(human.page.get_by_role("gridcell").nth(6))


WORKS: dict[str, Work] = {"deals": deals, "revenue": revenue}


def stored_deals(records: Rows) -> Rows:
    return [
        {
            "nr": record["number"],
            "firma": record["company"],
            "ansprechpartner": record["contact"],
            "phase": record["phase"],
            "abschluss_am": record["closes_on"],
            "auftragswert": f"{record['amount_cents'] / 100:.2f}",
            "auftragswert_currency": "EUR",
        }
        for record in records
    ]


def stored_revenue(records: Rows) -> Rows:
    return [
        {
            "account": record["account"],
            "owner": record["owner"],
            "region": record["region"],
            "open_tickets": str(record["tickets"]),
            "monthly_revenue": f"{record['revenue_cents'] / 100:.2f}",
            "monthly_revenue_currency": "$",
        }
        for record in records
    ]


STORED = {"deals": ("/api/deals", stored_deals), "revenue": ("/api/rows", stored_revenue)}


async def shown(browser: Browser, name: str, url: str) -> Recording:
    async with fresh(browser) as context:
        async with Recorder(context, name=name, verify=False) as demo:
            page = await context.new_page()
            await page.goto(url)
            human = Human(page, 5)
            await REPORTS[name].arrive(human)
            await WORKS[name](human, demo)
    return demo.recording


async def replayed(browser: Browser, recording: Recording, url: str) -> Trace:
    secrets = {secret.name: SECRETS[secret.name] for secret in recording.secrets}
    async with fresh(browser) as context:
        return await Replayer(context, waits=SOON).replay(recording, secrets, url)


@pytest.mark.parametrize("name", WORKS)
async def test_a_report_is_read_whole_as_it_is_now(browser: Browser, name: str) -> None:
    path, stored = STORED[name]
    async with REPORTS[name].serve(port=0) as server, httpx.AsyncClient(base_url=server.base_url) as client:
        recording = await shown(browser, name, server.base_url)
        before = (await client.get(path)).json()
        trace = await replayed(browser, recording, server.base_url)
        now = (await client.get(path)).json()
    assert trace.status == "passed", trace.failure
    assert now != before and list(trace.tables.values()) == [tuple(stored(now))]
