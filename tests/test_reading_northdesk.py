"""Tables of a business application, shown on v1 and read on v1 and later releases: what is stored, or a refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext

from demo.flows import PASSWORD, USER
from demo.human import Human
from demo.northdesk.catalogue import COUNTRIES, INVOICE_STATUSES, PLANS, PRODUCTS
from demo.northdesk.options import Options, Ui
from demo.northdesk.serve import serve
from recorder import Recorder
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Replayer, Waits
from tests.pages.stage import fresh

WAITS = Waits(step_s=5, effect_s=5, quiet_s=0.2, fallback_s=0.8)
Work = Callable[[Human, Recorder], Awaitable[object]]
Rows = list[dict[str, Any]]


async def customers(human: Human, demo: Recorder) -> None:
    await demo.read_rows()
    await human.click(human.page.get_by_role("cell", name="Anna Larsen"))
    await demo.next_page()
    await human.click(human.page.get_by_role("link", name="Next", exact=True))


async def first_row(human: Human, demo: Recorder) -> None:
    await demo.read_rows()
    await human.click(human.page.get_by_role("cell", name="Anna Larsen").first)


WORKS: dict[str, Work] = {"customers": customers, "orders": first_row, "invoices": first_row}


def stored_customers(records: Rows) -> Rows:
    by_name = sorted(records, key=lambda record: record["full_name"])
    return [
        {
            "name": record["full_name"],
            "company": record["company"],
            "country": COUNTRIES[record["country"]],
            "plan": PLANS[record["plan"]],
            "customer_since": record["customer_since"],
        }
        for record in by_name
    ]


def stored_orders(records: Rows) -> Rows:
    """The column of links that all say "Open" is read for where they lead."""
    return [
        {
            "number": str(record["id"]),
            "customer": record["customer_name"],
            "product": PRODUCTS[record["product"]],
            "quantity": str(record["quantity"]),
            "delivery_date": record["delivery_date"],
            "status": record["status"].capitalize(),
            "actions": f"/orders/{record['id']}",
            "actions_text": "Open",
        }
        for record in records
    ]


def stored_invoices(records: Rows) -> Rows:
    return [
        {
            "number": record["number"],
            "customer": record["customer_name"],
            "issued": record["issued_on"],
            "amount": f"{record['amount_cents'] / 100:.2f}",
            "amount_currency": "EUR",
            "status": INVOICE_STATUSES[record["status"]],
        }
        for record in records
    ]


STORED: dict[str, Callable[[Rows], Rows]] = {
    "customers": stored_customers,
    "orders": stored_orders,
    "invoices": stored_invoices,
}


@pytest.fixture(scope="session")
def recordings() -> dict[str, Recording]:
    """Each made once, when a test first asks for it."""
    return {}


@asynccontextmanager
async def signed_in(browser: Browser, ui: Ui) -> AsyncIterator[tuple[BrowserContext, str]]:
    """A context in which a person has signed in to a server of its own, and where that is."""
    async with serve(Options(ui=ui)) as desk, fresh(browser) as context:
        page = await context.new_page()
        await page.goto(f"{desk.base_url}/login")
        await Human(page, 5).type("input:visible >> nth=0", USER)
        await Human(page, 5).type("input[type=password]", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/customers")
        await page.close()
        yield context, desk.base_url


async def shown(browser: Browser, kind: str) -> Recording:
    async with signed_in(browser, "v1") as (context, origin):
        async with Recorder(context, name=kind, verify=False) as demo:
            page = await context.new_page()
            await page.goto(f"{origin}/{kind}")
            await WORKS[kind](Human(page, pause_ms=5), demo)
    return demo.recording


async def read(browser: Browser, recording: Recording, ui: Ui) -> tuple[Trace, Rows]:
    """The run on a server of its own, and what should have been read there."""
    async with signed_in(browser, ui) as (context, origin):
        trace = await Replayer(context, waits=WAITS).replay(recording, base_url=origin)
        records = await (await context.request.get(f"{origin}/api/{recording.name}")).json()
    rows = STORED[recording.name](records)
    return trace, [{**row, **({"actions": origin + row["actions"]} if "actions" in row else {})} for row in rows]


@pytest.mark.parametrize(
    ("kind", "ui", "passes"),
    [
        ("customers", "v1", True),
        pytest.param("customers", "v2", True, marks=pytest.mark.slow),
        ("customers", "v3", False),  # cards
        ("orders", "v1", True),
        pytest.param("orders", "v2", False, marks=pytest.mark.slow),  # "Qty", "Deliver on"
        ("orders", "v3", False),
        ("invoices", "v1", True),
        pytest.param("invoices", "v2", True, marks=pytest.mark.slow),
        ("invoices", "v3", True),
    ],
)
async def test_a_table_is_read_as_it_is_stored_or_not_at_all(
    browser: Browser, recordings: dict[str, Recording], kind: str, ui: Ui, passes: bool
) -> None:
    if kind not in recordings:
        recordings[kind] = await shown(browser, kind)
    trace, rows = await read(browser, recordings[kind], ui)
    assert (trace.status == "passed") is passes, trace.failure
    assert list(trace.tables.values()) == ([tuple(rows)] if passes else [])
