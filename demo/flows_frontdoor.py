"""Demonstrations on Frontdoor: the documents of a new person, the accounts, payroll, and taking an account away."""

from __future__ import annotations

from pathlib import Path

from demo.flows import Point
from demo.frontdoor.app import PASSCODE, USER
from demo.frontdoor.seeds import REVIEWED
from demo.human import Human

PERSON, KIND, SYSTEM = "Mira Okafor", "Contract", "Chat"
DOCUMENTS = Path(__file__).parent.parent / "workflows" / "examples" / "onboarding" / "documents"
FILE = str(DOCUMENTS / "okafor-contract.txt")


async def enter(human: Human) -> None:
    """From the sign-in page to the people."""
    page = human.page
    await human.type(page.get_by_label("Work address"), USER)
    await human.type(page.get_by_label("Passcode"), PASSCODE)
    await human.click(page.get_by_role("button", name="Open the door"))
    await page.wait_for_url("**/people")


async def collect_document(human: Human) -> None:
    """Hand in a person's document."""
    page = human.page
    await enter(human)
    await human.click(page.get_by_role("link", name="Hand in"))
    await human.type(page.get_by_label("Person"), PERSON)
    await human.click(page.get_by_label(KIND))
    await human.upload(page.get_by_label("File"), FILE)
    await human.click(page.get_by_role("button", name="Hand in"))
    await page.get_by_text("The document was received.").wait_for()


async def validate_document(human: Human, point: Point) -> None:
    """Have a person's document validated, and point at the words that say that it is valid."""
    page = human.page
    await enter(human)
    await _open_person(human, PERSON)
    await human.click(page.get_by_role("listitem").filter(has_text=KIND).get_by_role("link", name="Review"))
    await human.click(page.get_by_role("button", name="Validate"))
    await page.wait_for_url("**/people/*")
    await point()
    await human.click(page.get_by_text("The document is valid."))


async def create_account(human: Human) -> None:
    """Give a person access to a system."""
    page = human.page
    await enter(human)
    await human.click(page.get_by_role("link", name="Give access"))
    await human.type(page.get_by_label("Person"), PERSON)
    await human.click(page.get_by_role("combobox", name="System"))
    await human.click(page.get_by_role("option", name=SYSTEM))
    await human.click(page.get_by_role("button", name="Create account"))
    await page.get_by_text("The account was created.").wait_for()


async def create_payroll_account(human: Human) -> None:
    """Set payroll up for a person of whom all else is there."""
    page = human.page
    await enter(human)
    await human.click(page.get_by_role("link", name="Pay", exact=True))
    await human.type(page.get_by_label("Person"), REVIEWED)
    await human.click(page.get_by_role("button", name="Start payroll"))
    await page.get_by_text("Payroll is set up.").wait_for()


async def remove_account(human: Human) -> None:
    """Take one of a person's accounts away."""
    page = human.page
    await enter(human)
    await _open_person(human, REVIEWED)
    await human.click(page.get_by_role("listitem").filter(has_text=SYSTEM).get_by_role("button", name="Remove"))
    await human.click(page.get_by_role("button", name="Remove for good"))
    await page.get_by_text("The account was removed.").wait_for()


async def account_is_gone(human: Human, point: Point) -> None:
    """Point at the words that say that a person has no account in a system."""
    page = human.page
    await enter(human)
    await _open_person(human, PERSON)
    await point()
    await human.click(page.get_by_role("listitem").filter(has_text=SYSTEM).get_by_text("Not created"))


async def _open_person(human: Human, name: str) -> None:
    """Find the person of that name, among others whose names begin with it, and go to the person's page."""
    page = human.page
    await human.type(page.get_by_label("Person"), name)
    await human.click(page.get_by_role("button", name="Find"))
    await page.wait_for_url("**person=*")
    await human.click(page.get_by_role("link", name=name, exact=True))
    await page.wait_for_url("**/people/*")
