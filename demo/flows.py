"""Demonstrations on Northdesk v1, as a person would give them; used by the demo, the tests and the benchmarks."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from demo.human import Human

USER, PASSWORD = "demo", "northdesk"
CONTRACT = Path(__file__).parent / "contract.txt"
Flow = Callable[[Human], Awaitable[None]]


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


async def find_customer(human: Human, point: Callable[[], Awaitable[None]]) -> None:
    """Log in, search for a customer by name, and point at the name in the list: it must be there.

    Args:
        point: Has the next press point at what must be there (``Recorder.must_be_there``).
    """
    page = human.page
    await sign_in(human)
    await human.type(page.get_by_label("Search customers"), "Anna Larsen")
    await human.press("Enter")
    await page.wait_for_url("**/customers?q=*")
    await point()
    await human.click(page.get_by_role("cell", name="Anna Larsen"))


FLOWS: dict[str, Flow] = {"add-customer": add_customer, "place-order": place_order, "ask-support": ask_support}
