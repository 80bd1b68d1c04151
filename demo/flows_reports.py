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
from recorder import Recorder, Revised
from recordings.steps import ReadRows


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


async def read_invoices(human: Human, demo: Recorder) -> None:
    """Northdesk's invoices, all of them, with their customers and amounts."""
    await invoices(human)
    await demo.read_rows("report")
    await human.click(human.page.get_by_role("row").nth(1).get_by_role("cell").nth(1))
    await _called(demo, {"number": "reference", "customer": "customer", "amount": "amount"})


async def read_deals(human: Human, demo: Recorder) -> None:
    """Brightleaf's deals, over all their pages; the sum of their values is the one that stands above them."""
    page = human.page
    await deals(human)
    await demo.read_rows("report")
    await human.click(page.get_by_role("row").nth(2).get_by_role("cell").nth(1))
    await demo.next_page()
    await human.click(page.get_by_role("link", name="Weiter"))
    await _called(demo, {"nr": "reference", "firma": "customer", "abschluss_am": "day", "auftragswert": "amount"})
    await demo.must_equal()
    await human.click(page.locator("dd").first)
    await demo.revise(Revised(to="sum:report.amount"))


async def read_revenue(human: Human, demo: Recorder) -> None:
    """Cobalt's revenue by account, which a script draws."""
    await revenue(human)
    await demo.read_rows("report")
    await human.click(human.page.get_by_role("gridcell").nth(6))
    await _called(demo, {"account": "customer", "monthly_revenue": "amount"})


async def _called(demo: Recorder, names: dict[str, str]) -> None:
    """Keep these columns of the table that was pointed at, under names that all reports share."""
    table = next(step for step in reversed(demo.so_far().steps) if isinstance(step, ReadRows))
    for column in table.columns:
        if column.name not in names:
            await demo.revise(Revised(column=column.name, kept=False))
        elif names[column.name] != column.name:
            await demo.revise(Revised(column=column.name, name=names[column.name]))
