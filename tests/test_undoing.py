"""What was done on Northdesk is undone and confirmed, for customers nobody demonstrated; also on the next release."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from demo.examples import FOLDER
from demo.flows import PASSWORD
from demo.northdesk.options import USERNAME, Options, Ui
from demo.northdesk.serve import serve
from demo.northdesk.versions import Version
from recordings.recording import Recording
from recordings.trace import Trace
from replayer import Replayer, Waits
from tests.pages.cases import every
from tests.pages.stage import BRIEF, SOON, fresh

RELEASES: tuple[Ui, ...] = ("v1", "v2")
ADA = "Ada King"
UNDONE = (
    ("cancel-order", "customer"),
    ("order-is-cancelled", "customer"),
    ("delete-customer", "full_name"),
    ("customer-is-gone", "full_name"),
)


class Desk:
    """A Northdesk of one release: what is asked of it by people, and what its data says."""

    def __init__(self, browser: Browser, ui: Ui, base_url: str) -> None:
        self._browser, self._version = browser, Version(ui)
        self._client = httpx.AsyncClient(base_url=base_url)

    async def fresh(self) -> Desk:
        self._client.cookies.clear()
        await self._client.post("/api/reset")
        await self._post("/login", username=USERNAME, password=PASSWORD)
        return self

    async def add(self, name: str) -> None:
        await self._post("/customers/new", full_name=name, email="a@b.example", country="GB", plan="team",
                         customer_since="2026-01-01")  # fmt: skip

    async def order(self, customer: str) -> None:
        came = await self._post("/orders/new", customer=customer, product="lamp-arc", quantity="1")
        for _ in self._version.order_steps[1:]:
            came = await self._post(came.headers["location"], delivery_date="2026-03-04")

    async def stored(self, kind: str) -> Any:
        return (await self._client.get(f"/api/{kind}")).json()

    async def run(self, name: str, inputs: dict[str, str], waits: Waits = SOON) -> Trace:
        async with fresh(self._browser) as context:
            given = {**inputs, "password": PASSWORD}
            return await Replayer(context, waits=waits).replay(
                Recording.load(FOLDER / name), given, str(self._client.base_url)
            )

    async def _post(self, path: str, **fields: str) -> httpx.Response:
        named = {self._version.field_name(field): value for field, value in fields.items()}
        return await self._client.post(path, data=named)


@pytest.fixture(scope="session")
async def desks(browser: Browser) -> AsyncIterator[dict[Ui, Desk]]:
    async with AsyncExitStack() as servers:
        served = {ui: await servers.enter_async_context(serve(Options(ui=ui))) for ui in RELEASES}
        yield {ui: Desk(browser, ui, running.base_url) for ui, running in served.items()}


@pytest.fixture
async def desk(desks: dict[Ui, Desk]) -> Desk:
    return await desks["v1"].fresh()


@pytest.fixture
async def next_release(desks: dict[Ui, Desk]) -> Desk:
    return await desks["v2"].fresh()


async def test_of_several_that_are_found_the_customer_of_that_name_is_deleted(desk: Desk) -> None:
    before = await desk.stored("customers")
    for name in (f"{ADA} Noel", ADA, f"Mary {ADA}"):
        await desk.add(name)
    trace = await desk.run("delete-customer", {"full_name": ADA})
    assert trace.status == "passed", trace.failure
    left = [customer["full_name"] for customer in await desk.stored("customers")]
    assert left[len(before) :] == [f"{ADA} Noel", f"Mary {ADA}"]


async def test_a_customers_open_order_is_cancelled_and_no_other(desk: Desk) -> None:
    await desk.order("Anne Larsen")
    trace = await desk.run("cancel-order", {"customer": "Anne Larsen"})
    assert trace.status == "passed", trace.failure
    status = {order["id"]: order["status"] for order in await desk.stored("orders")}
    assert (status[1019], status[1012], status[1017]) == ("cancelled", "shipped", "placed")


async def test_of_two_open_orders_of_a_customer_none_is_cancelled_on_a_guess(desk: Desk) -> None:
    await desk.order("Reto Meier")
    before = await desk.stored("orders")
    assert (await desk.run("cancel-order", {"customer": "Reto Meier"}, BRIEF)).status == "failed"
    assert await desk.stored("orders") == before


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("customer-is-gone", {"full_name": "Reto Meier"}),
        ("order-is-cancelled", {"customer": "Reto Meier"}),
        ("order-is-cancelled", {"customer": "Nobody Atall"}),
    ],
    ids=["a customer who is there", "an order that is open", "an order that never was"],
)
async def test_what_is_not_undone_is_not_confirmed(desk: Desk, name: str, given: dict[str, str]) -> None:
    assert (await desk.run(name, given, BRIEF)).status == "failed"


async def test_what_was_added_and_ordered_is_undone_in_reverse_and_the_desk_is_as_before(desk: Desk) -> None:
    before = await desk.stored("dump")
    await desk.add(ADA)
    await desk.order(ADA)
    assert await desk.stored("dump") != before
    for name, given in UNDONE:
        trace = await desk.run(name, {given: ADA})
        assert trace.status == "passed", (name, trace.failure)
    assert await desk.stored("dump") == before


@pytest.mark.parametrize(("name", "given"), every(2, {case[0]: case for case in UNDONE[::2]}))
async def test_on_the_next_release_it_is_undone_right_or_not_at_all(next_release: Desk, name: str, given: str) -> None:
    before = await next_release.stored("dump")
    trace = await next_release.run(name, {given: "Reto Meier"})
    after = await next_release.stored("dump")
    assert (after == before) == (trace.status == "failed")
    assert _of_others(after) == _of_others(before)


async def test_on_the_next_release_what_is_undone_is_still_confirmed(next_release: Desk) -> None:
    gone = await next_release.run("customer-is-gone", {"full_name": "Nobody Atall"})
    cancelled = await next_release.run("order-is-cancelled", {"customer": "Peter Schmidt"})
    assert (gone.status, cancelled.status) == ("passed", "passed")


def _of_others(dump: dict[str, Any]) -> list[Any]:
    """All that stands but what has the customer's name."""
    return [row for rows in dump.values() for row in rows if "Reto Meier" not in row.values()]
