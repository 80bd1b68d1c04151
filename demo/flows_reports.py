"""Demonstrations on three applications that each have a report of their own: sign in, bring it up to date, and stand on
it, where what it says can be read."""

from __future__ import annotations

from dataclasses import dataclass

from demo import flows
from demo.brightleaf.app import PASSWORD as KENNWORT
from demo.brightleaf.app import USER as BENUTZER
from demo.brightleaf.app import serve as serve_brightleaf
from demo.cobalt.app import PASSPHRASE
from demo.cobalt.app import USER as OPERATOR
from demo.cobalt.app import serve as serve_cobalt
from demo.human import Human
from demo.northdesk.serve import serve as serve_northdesk
from demo.serving.server import Serve


async def invoices(human: Human) -> None:
    """Stand on Northdesk's invoices, which are always up to date."""
    await flows.sign_in(human)
    await human.click(human.page.get_by_role("link", name="Invoices"))
    await human.page.wait_for_url("**/invoices")


async def deals(human: Human) -> None:
    """Stand on the first page of Brightleaf's deals, just brought up to date."""
    page = human.page
    await human.type(page.get_by_label("E-Mail-Adresse"), BENUTZER)
    await human.type(page.get_by_label("Kennwort"), KENNWORT)
    await human.click(page.get_by_role("button", name="Anmelden"))
    await page.wait_for_url("**/abschluesse")
    await human.click(page.get_by_role("button", name="Bericht aktualisieren"))
    await page.wait_for_load_state()


async def revenue(human: Human) -> None:
    """Stand on Cobalt's revenue by account, just brought up to date."""
    page = human.page
    await human.type(page.get_by_label("Email"), OPERATOR)
    await human.click(page.get_by_role("button", name="Next"))
    await human.type(page.get_by_label("Passphrase"), PASSPHRASE)
    await human.click(page.get_by_role("button", name="Unlock"))
    await page.locator("[role=grid][aria-busy=false]").wait_for()
    await human.click(page.get_by_role("button", name="Refresh report"))
    await page.get_by_role("button", name="Refresh report", disabled=False).wait_for()


@dataclass(frozen=True, slots=True)
class Report:
    """The way to a report: what serves it, on which port its recording says it is, and the demonstration."""

    serve: Serve
    port: int
    arrive: flows.Flow


REPORTS = {
    "invoices": Report(serve_northdesk, 8010, invoices),
    "deals": Report(serve_brightleaf, 8030, deals),
    "revenue": Report(serve_cobalt, 8040, revenue),
}
