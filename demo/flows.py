"""Demonstrations on Northdesk v1, as a person would give them; used by the demo, the tests and the benchmarks."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from demo.human import Human

USER, PASSWORD = "demo", "northdesk"
CONTRACT = Path(__file__).parent / "contract.txt"
CUSTOMER, NOBODY = "Anna Larsen", "Nora Nilsen"
CANCELLED = "Peter Schmidt"
"""The customer of the seeds whose one order is cancelled."""
_PLACED, _CANCELLED = 1, 3
Flow = Callable[[Human], Awaitable[None]]
Point = Callable[[], Awaitable[None]]
"""Has the next press point at what must be there (``Recorder.must_be_there``)."""
PointingFlow = Callable[[Human, Point], Awaitable[None]]


async def sign_in(human: Human) -> None:
    """From the login page to the list of customers."""
    page = human.page
    await human.type(page.get_by_label("Username"), USER)
    await human.press("Tab")
    await page.keyboard.type(PASSWORD)
    await human.click(page.get_by_role("button", name="Sign in"))
    await page.wait_for_url("**/customers")


async def add_customer(human: Human) -> None:
    """Log in and add one customer, every kind of field filled."""
    page = human.page
    await sign_in(human)
    await human.click(page.get_by_role("link", name="New customer"))
    await page.wait_for_url("**/customers/new")
    await human.type(page.get_by_label("Full name"), "Ada Lovelace")
    await human.type(page.get_by_label("Company"), "Analytical Engines")
    await human.type(page.get_by_label("Email"), "ada@example.com")
    await human.choose(page.get_by_label("Country"), 2)
    await human.click(page.get_by_label("Team"))
    await human.click(page.get_by_label("Customer since"), at={"x": 20, "y": 20})
    await page.keyboard.type("05102026")
    await human.click(page.get_by_label("Newsletter"))
    await human.click(page.get_by_role("button", name="Save", exact=True))
    await page.wait_for_url(re.compile(r"/customers/\d+$"))


async def place_order(human: Human) -> None:
    """Log in and order something in two steps."""
    page = human.page
    await sign_in(human)
    await human.click(page.get_by_role("link", name="Orders"))
    await human.click(page.get_by_role("link", name="New order"))
    await human.type(page.get_by_label("Customer"), "Anna Larsen")
    await human.choose(page.get_by_label("Product"), 2)
    await human.type(page.get_by_label("Quantity"), "3")
    await human.click(page.get_by_role("button", name="Next"))
    await human.click(page.get_by_label("Delivery date"), at={"x": 20, "y": 20})
    await page.keyboard.type("12012026")
    await human.click(page.get_by_label("Gift wrap"))
    await human.type(page.get_by_label("Comment"), "Ring the bell twice")
    await human.click(page.get_by_role("button", name="Place order"))
    await page.wait_for_url(re.compile(r"/orders/\d+$"))


async def ask_support(human: Human) -> None:
    """Log in and send a ticket from the form in the frame."""
    page = human.page
    await sign_in(human)
    await human.click(page.get_by_role("link", name="Support"))
    form = page.frame_locator("iframe")
    await human.type(form.get_by_label("Subject"), "The export is empty")
    await human.choose(form.get_by_label("Priority"), 1)
    await human.type(form.get_by_label("Message"), "Since this morning.")
    await human.click(form.get_by_role("button", name="Send"))
    await form.get_by_text("received").wait_for()


async def delete_customer(human: Human) -> None:
    """Log in, search for a customer by name, and delete it."""
    page = human.page
    await sign_in(human)
    await _search_customer(human, CUSTOMER)
    await human.click(page.get_by_role("row", name=CUSTOMER).get_by_role("button", name="Delete"))
    await human.click(page.get_by_role("dialog").get_by_role("button", name="Delete"))
    await page.get_by_text("Customer deleted").wait_for()


async def cancel_order(human: Human) -> None:
    """Log in, search for a customer's order that has not left yet, and cancel it."""
    page = human.page
    await sign_in(human)
    await human.click(page.get_by_role("link", name="Orders"))
    await _search_orders(human, CUSTOMER, _PLACED)
    await human.click(page.get_by_role("row", name=CUSTOMER).get_by_role("link", name="Open"))
    page.once("dialog", lambda dialog: dialog.accept())
    await human.click(page.get_by_role("button", name="Cancel order"))
    await page.get_by_text("Order cancelled").wait_for()


async def find_customer(human: Human, point: Point) -> None:
    """Log in, search for a customer by name, and point at the name in the list: it must be there."""
    page = human.page
    await sign_in(human)
    await _search_customer(human, CUSTOMER)
    await point()
    await human.click(page.get_by_role("cell", name=CUSTOMER))


async def customer_is_gone(human: Human, point: Point) -> None:
    """Log in, search for a customer by name, and point at the words that say that nobody is called so."""
    page = human.page
    await sign_in(human)
    await _search_customer(human, NOBODY)
    await point()
    await human.click(page.get_by_text(f"Nothing found for “{NOBODY}”"))


async def order_is_cancelled(human: Human, point: Point) -> None:
    """Log in and point at the words that say that no order of a customer is under way, then at a cancelled one."""
    page = human.page
    await sign_in(human)
    await human.click(page.get_by_role("link", name="Orders"))
    await _search_orders(human, CANCELLED, _PLACED)
    await point()
    await human.click(page.get_by_text(f"Nothing found for “{CANCELLED}”"))
    await human.choose(page.get_by_label("Order status"), _CANCELLED - _PLACED)
    await human.click(page.get_by_role("button", name="Search"))
    await point()
    await human.click(page.get_by_role("cell", name=CANCELLED))


async def _search_customer(human: Human, name: str) -> None:
    await human.type(human.page.get_by_label("Search customers"), name)
    await human.press("Enter")
    await human.page.wait_for_url("**/customers?q=*")


async def _search_orders(human: Human, customer: str, status: int) -> None:
    """Search for a customer's orders of the status that stands so far down in the list."""
    page = human.page
    await human.type(page.get_by_label("Search orders"), customer)
    await human.choose(page.get_by_label("Order status"), status)
    await human.click(page.get_by_role("button", name="Search"))
    await page.wait_for_url("**/orders?*")


FLOWS: dict[str, Flow] = {"add-customer": add_customer, "place-order": place_order, "ask-support": ask_support}
