"""Northdesk, the demo application: what its pages store, show and refuse, in every release of its UI."""

import csv
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import httpx
import pytest

from demo.northdesk.app import Options, Ui
from demo.northdesk.serve import in_thread, serve
from demo.northdesk.versions import Version

UIS: tuple[Ui, ...] = get_args(Ui)
PAGES = ("/customers", "/customers/new", "/customers/3", "/customers/3/edit", "/customers/3/print")
ROOMS = ("/orders", "/orders/new", "/orders/1001", "/invoices", "/support", "/support/form")
CONTRACT = b"%PDF-1.7 two years"
CUSTOMER = {
    "full_name": "Ada Byron",
    "company": "Analytical Ltd",
    "email": "ada@example.com",
    "phone": "+44 20 1234",
    "country": "GB",
    "plan": "team",
    "customer_since": "2024-02-29",
    "notes": "Line one\r\nLine two",
    "newsletter": "on",
    "pin": "4711",
}


class Visitor:
    """A browser without a browser: it posts forms by the names that the release gives their fields."""

    def __init__(self, client: httpx.AsyncClient, ui: Ui) -> None:
        self.client = client
        self.version = Version(ui)

    async def get(self, path: str) -> str:
        """Return the text of a page that must be there."""
        response = await self.client.get(path)
        assert response.status_code == httpx.codes.OK, response.text
        return response.text

    async def stored(self, kind: str) -> Any:
        """Return what the API says is stored."""
        return (await self.client.get(f"/api/{kind}")).json()

    async def post(self, path: str, fields: dict[str, str], **rest: Any) -> httpx.Response:
        """Post ``fields``, each under the name this release gives it."""
        named = {self.version.field_name(field): value for field, value in fields.items()}
        return await self.client.post(path, data=named, **rest)

    async def sign_in(self) -> httpx.Response:
        """Sign in as the demo user."""
        return await self.post("/login", {"username": "demo", "password": "northdesk"})


@asynccontextmanager
async def visiting(options: Options) -> AsyncIterator[Visitor]:
    """Serve Northdesk and visit it, not signed in."""
    async with serve(options) as running, httpx.AsyncClient(base_url=running.base_url) as client:
        yield Visitor(client, options.ui)


@pytest.fixture(scope="session")
async def doors() -> AsyncIterator[dict[Ui, Visitor]]:
    """Serve each release once; whoever comes in resets it first."""
    async with AsyncExitStack() as servers:
        yield {ui: await servers.enter_async_context(visiting(Options(ui=ui))) for ui in UIS}


@pytest.fixture
async def visitor(doors: dict[Ui, Visitor]) -> Visitor:
    """Return a signed-in visitor to a fresh v1."""
    return await entering(doors["v1"])


@pytest.fixture(params=UIS)
async def any_visitor(request: pytest.FixtureRequest, doors: dict[Ui, Visitor]) -> Visitor:
    """Return a signed-in visitor to each release in turn, fresh."""
    return await entering(doors[request.param])


async def entering(someone: Visitor) -> Visitor:
    """Reset the server and sign in anew."""
    someone.client.cookies.clear()
    await someone.client.post("/api/reset")
    await someone.sign_in()
    return someone


def names_on(page: str) -> Iterator[str]:
    """Return the names in the first column of v1's customer table, in order."""
    return (found[1] for found in re.finditer(r"<tr>\s*<td>([^<]+)</td>", page))


def input_names(page: str) -> set[str]:
    """Return the names of a page's controls."""
    return set(re.findall(r'<(?:input|select|textarea)[^>]*?\sname="([^"]+)"', page))


async def test_a_customer_form_stores_every_field(any_visitor: Visitor) -> None:
    contract = {"contract": ("Contract 7.pdf", CONTRACT, "application/pdf")}
    answer = await any_visitor.post("/customers/new", CUSTOMER, files=contract)
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers/37")
    stored = await any_visitor.stored("customers/37")
    plain = {field: value for field, value in CUSTOMER.items() if field not in ("notes", "newsletter", "pin")}
    assert {field: stored[field] for field in plain} == plain
    assert stored["notes"] == "Line one\nLine two"
    assert (stored["newsletter"], stored["priority_support"]) == (True, False)
    assert (stored["pin_set"], stored["pin_sha256"]) == (True, sha256(b"4711").hexdigest())
    assert stored["contract"] == {
        "name": "Contract 7.pdf",
        "size": len(CONTRACT),
        "sha256": sha256(CONTRACT).hexdigest(),
    }


async def test_the_form_offers_a_control_for_every_field(any_visitor: Visitor) -> None:
    named = {any_visitor.version.field_name(field) for field in (*CUSTOMER, "priority_support", "contract")}
    assert input_names(await any_visitor.get("/customers/new")) == named


async def test_a_saved_customer_is_shown_with_a_toast_once(any_visitor: Visitor) -> None:
    await any_visitor.post("/customers/3/edit", CUSTOMER)
    saved = f">{any_visitor.version.say('saved')}</p>"
    first, second = await any_visitor.get("/customers/3"), await any_visitor.get("/customers/3")
    assert "Analytical Ltd" in first
    assert (saved in first, saved in second) == (True, False)


async def test_a_change_without_file_or_pin_keeps_the_stored_ones(visitor: Visitor) -> None:
    await visitor.post("/customers/3/edit", CUSTOMER, files={"contract": ("a.pdf", CONTRACT)})
    await visitor.post("/customers/3/edit", CUSTOMER | {"pin": "", "company": "Moved"})
    stored = await visitor.stored("customers/3")
    assert (stored["company"], stored["contract"]["name"], stored["pin_set"]) == ("Moved", "a.pdf", True)
    assert stored["saves"] == 2


async def test_a_wrong_form_comes_back_with_its_values_and_stores_nothing(any_visitor: Visitor) -> None:
    wrong = CUSTOMER | {"email": "nobody", "country": "", "pin": "12"}
    answer = await any_visitor.post("/customers/new", wrong)
    assert answer.status_code == 422
    assert all(text in answer.text for text in ("Ada Byron", "Choose a country.", "Use 4 to 8 digits."))
    assert 'value="12"' not in answer.text
    assert len(await any_visitor.stored("customers")) == 36


async def test_save_and_add_another_goes_to_the_empty_form(visitor: Visitor) -> None:
    answer = await visitor.post("/customers/new", CUSTOMER | {"then": "another"})
    assert answer.headers["location"] == "/customers/new"
    assert len(await visitor.stored("customers")) == 37


async def test_only_v2_offers_save_and_add_another(any_visitor: Visitor) -> None:
    offered = 'value="another"' in await any_visitor.get("/customers/new")
    assert offered == (any_visitor.version.ui == "v2")


async def test_pages_need_a_sign_in_and_return_to_where_one_was_going(any_visitor: Visitor) -> None:
    any_visitor.client.cookies.clear()
    for path in PAGES:
        answer = await any_visitor.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (302, f"/login?next={path}")
    wanted = {"username": "demo", "password": "northdesk", "next": "/customers?q=an"}
    answer = await any_visitor.post("/login", wanted)
    assert (answer.status_code, answer.headers["location"]) == (302, "/customers?q=an")


async def test_signing_in_never_leads_to_another_site(visitor: Visitor) -> None:
    wanted = {"username": "demo", "password": "northdesk", "next": "//elsewhere.example"}
    assert (await visitor.post("/login", wanted)).headers["location"] == "/customers"


async def test_a_wrong_password_is_refused(visitor: Visitor) -> None:
    answer = await visitor.post("/login", {"username": "demo", "password": "Northdesk"})
    assert answer.status_code == 422


async def test_signing_out_closes_the_session(visitor: Visitor) -> None:
    await visitor.client.post("/logout")
    assert (await visitor.client.get("/customers")).status_code == 302


async def test_every_page_renders_uncached_with_its_own_icon(any_visitor: Visitor) -> None:
    for path in PAGES + ROOMS:
        answer = await any_visitor.client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), path
        assert 'rel="icon" href="data:' in answer.text


async def test_releases_name_their_classes_differently() -> None:
    sheets = [Version(ui).stylesheet() for ui in UIS]
    assert [".panel {" in sheet for sheet in sheets] == [True, False, False]


async def test_customers_come_ten_to_a_page(visitor: Visitor) -> None:
    pages = [list(names_on(await visitor.get(f"/customers?page={number}"))) for number in range(1, 5)]
    assert [len(names) for names in pages] == [10, 10, 10, 6]
    assert len({name for names in pages for name in names}) == 36


async def test_customers_are_found_by_part_of_a_name(visitor: Visitor) -> None:
    assert list(names_on(await visitor.get("/customers?q=larsen"))) == ["Anna Larsen", "Anne Larsen"]


async def test_customers_sort_by_a_column_in_both_directions(visitor: Visitor) -> None:
    falling = await visitor.get("/customers?sort=since&direction=desc")
    dates = re.findall(r"<td>(\d{4}-\d\d-\d\d)</td>", falling)
    assert (len(dates), dates) == (10, sorted(dates, reverse=True))


async def test_a_deleted_customer_is_gone(visitor: Visitor) -> None:
    await visitor.client.post("/customers/3/delete")
    assert (await visitor.client.get("/customers/3")).status_code == 404
    assert len(await visitor.stored("customers")) == 35


async def test_a_note_added_by_the_api_is_on_the_page(visitor: Visitor) -> None:
    answer = await visitor.client.post("/api/customers/3/notes", json={"text": "Wants a <desk>"})
    assert answer.status_code == 201
    assert "Wants a &lt;desk&gt;" in await visitor.get("/customers/3")
    assert [note["customer_id"] for note in await visitor.stored("notes")] == [3]


async def test_the_wizard_places_one_order(any_visitor: Visitor) -> None:
    items = {"customer": "Anna Larsson", "product": "lamp-arc", "quantity": "3"}
    answer = await any_visitor.post("/orders/new", items)
    for step in any_visitor.version.order_steps[1:]:
        assert answer.headers["location"] == f"/orders/new/1/{step}"
        assert "Arc lamp" in await any_visitor.get(answer.headers["location"])
        fields = {"delivery_date": "2026-03-04", "gift_wrap": "on", "comment": "Ring twice"}
        answer = await any_visitor.post(answer.headers["location"], fields)
    assert answer.headers["location"] == "/orders/1019"
    order = (await any_visitor.stored("orders"))[0]
    assert (order["customer_id"], order["product"], order["quantity"]) == (4, "lamp-arc", 3)
    assert (order["delivery_date"], order["gift_wrap"], order["comment"]) == (
        "2026-03-04",
        True,
        "Ring twice",
    )


async def test_a_placed_draft_cannot_be_placed_again(visitor: Visitor) -> None:
    await visitor.post("/orders/new", {"customer": "Anna Larsson", "product": "lamp-arc", "quantity": "1"})
    delivery = {"delivery_date": "2026-03-04"}
    statuses = [
        (await visitor.post("/orders/new/1/delivery", delivery)).status_code,
        (await visitor.post("/orders/new/1/delivery", delivery)).status_code,
    ]
    assert (statuses, len(await visitor.stored("orders"))) == ([303, 404], 19)


async def test_only_an_order_that_has_not_left_is_cancelled(visitor: Visitor) -> None:
    for order_id in (1001, 1018):
        await visitor.client.post(f"/orders/{order_id}/cancel")
    status = {order["id"]: order["status"] for order in await visitor.stored("orders")}
    assert (status[1001], status[1018]) == ("shipped", "cancelled")


async def test_invoices_export_as_csv_with_the_chosen_status(visitor: Visitor) -> None:
    answer = await visitor.client.get("/invoices/export.csv?status=overdue")
    assert answer.headers["content-disposition"] == 'attachment; filename="northdesk-invoices.csv"'
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert {row["status"] for row in rows} == {"overdue"}
    assert rows[0]["amount"] == "3277.50"


async def test_an_invoice_is_marked_paid(visitor: Visitor) -> None:
    answer = await visitor.client.post("/invoices/1/paid")
    assert answer.json()["status"] == "paid"
    assert (await visitor.stored("invoices"))[-1]["status"] == "paid"


async def test_the_support_form_takes_tickets_without_a_sign_in(any_visitor: Visitor) -> None:
    any_visitor.client.cookies.clear()
    ticket = {"subject": "Hi", "priority": "high", "message": "Help"}
    answer = await any_visitor.post("/support/form", ticket)
    assert "Ticket #1 received" in await any_visitor.get(answer.headers["location"])
    assert (await any_visitor.stored("tickets"))[0]["message"] == "Help"


async def test_the_support_form_can_be_framed_from_another_origin() -> None:
    async with visiting(Options(support_origin="http://localhost:{port}")) as visitor:
        await visitor.sign_in()
        form_url = f'src="http://localhost:{visitor.client.base_url.port}/support/form"'
        assert form_url in await visitor.get("/support")


async def test_latency_delays_an_answer() -> None:
    async with visiting(Options(latency_ms=60)) as visitor:
        began = perf_counter()
        await visitor.get("/login")
        assert perf_counter() - began >= 0.06


async def test_the_log_lists_what_was_posted_in_order_and_by_whom(visitor: Visitor) -> None:
    await visitor.post("/customers/new", CUSTOMER)
    await visitor.post("/customers/new", {})
    await visitor.client.post("/api/customers/99/notes", json={"text": "?"})
    log = await visitor.stored("log")
    assert [(line["path"], line["status"]) for line in log] == [
        ("/login", 302),
        ("/customers/new", 303),
        ("/customers/new", 422),
        ("/api/customers/99/notes", 404),
    ]
    assert len({line["session"] for line in log}) == 1
    assert (await visitor.stored("customers/37"))["created_by_request"] == log[1]["id"]


async def test_a_reset_brings_back_the_seeds_and_keeps_the_session(visitor: Visitor) -> None:
    before = await visitor.stored("customers")
    await visitor.post("/customers/3/edit", CUSTOMER)
    await visitor.client.post("/api/reset")
    assert (await visitor.stored("customers"), await visitor.stored("log")) == (before, [])
    await visitor.get("/customers")


async def test_a_named_database_outlives_its_server(tmp_path: Path) -> None:
    options = Options(database=tmp_path / "northdesk.sqlite3")
    async with visiting(options) as visitor:
        await visitor.client.post("/api/customers/3/notes", json={"text": "Keep me"})
    async with visiting(options) as visitor:
        assert [note["text"] for note in await visitor.stored("notes")] == ["Keep me"]


def test_northdesk_serves_from_a_thread() -> None:
    with in_thread(Options(ui="v2")) as running:
        assert "User name" in httpx.get(f"{running.base_url}/login").text
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.base_url}/login")
