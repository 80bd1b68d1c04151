"""What the panel shows of what is read and compared, and what a person makes of it there: by keyboard and mouse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Page, expect

from agents.controller import Controller
from agents.panel import serve_panel
from demo.human import Human
from recorder import Recorder
from recordings.reads import SumRef
from recordings.steps import AssertEquals, Read, ReadRows
from tests.pages.stage import Stage, fresh, opened
from tests.test_panel import told


@dataclass(frozen=True, slots=True)
class Room:
    """A person before the invoices, and the panel beside them."""

    human: Human
    panel: Page
    demo: Recorder

    async def points(self, key: str, place: str) -> None:
        """Press a key of the panel, then a place in the page."""
        await self.panel.keyboard.press(key)
        await expect(self.panel.locator("#status")).to_have_text("Waiting for you to point")
        await self.human.click(place)
        await expect(self.panel.locator("#status")).to_have_text("Recording")

    async def field(self, name: str, text: str) -> None:
        """Click into a field of what is read, type over what is in it, and leave it."""
        await Human(self.panel, 5).type(f"[data-field='{name}']", text)
        await self.panel.keyboard.press("Tab")

    async def says(self, words: str) -> None:
        await expect(self.panel.locator("#steps .words").last).to_have_text(words)


@asynccontextmanager
async def room(stage: Stage) -> AsyncIterator[Room]:
    async with fresh(stage.browser) as context, fresh(stage.browser) as beside:
        async with Recorder(context, name="invoices", verify=False) as demo:
            controller = Controller(demo, "invoices", asyncio.Event(), hover_in_s=0)
            page = await opened(context, stage.site.url("reading.html"))
            async with serve_panel(controller) as address, told(controller):
                yield Room(Human(page, 5), await opened(beside, address), demo)


async def test_a_table_is_shown_as_it_was_understood_and_changed_by_hand(stage: Stage) -> None:
    async with room(stage) as at:
        await at.points("t", "td:has-text('Grace')")
        await at.says("Read all rows of invoices (number, customer, amount, due), here 3 rows")
        await expect(at.panel.locator("#reading .samples").nth(2)).to_have_text("1200.50 EUR · 30.00 EUR · 4.00 EUR")
        await at.field("name", "Open bills")
        await at.says("Read all rows of open_bills (number, customer, amount, due), here 3 rows")
        await at.field("name customer", "who")
        await at.says("Read all rows of open_bills (number, who, amount, due), here 3 rows")
        await Human(at.panel, 5).click("[data-field='kept due']")
        await at.says("Read all rows of open_bills (number, who, amount), here 3 rows")
        await Human(at.panel, 5).click("[data-field='kept due']")
        await at.says("Read all rows of open_bills (number, who, amount, due), here 3 rows")
    (step,) = at.demo.recording.steps
    assert isinstance(step, ReadRows) and step.name == "open_bills"
    assert [column.name for column in step.columns] == ["number", "who", "amount", "due"]


async def test_what_stands_among_the_rows_and_is_none_is_said(stage: Stage) -> None:
    stage.site.variant = {"groups": True}
    async with room(stage) as at:
        await at.points("t", "td:has-text('Grace')")
        await expect(at.panel.locator("#reading .asides")).to_have_text("Not rows: This year")
        await expect(at.panel.locator("#reading .count")).to_have_text("3 rows here")


async def test_a_type_that_does_not_fit_is_refused_and_the_choice_stays_as_it_was(stage: Stage) -> None:
    async with room(stage) as at:
        await at.points("t", "td:has-text('Grace')")
        await at.panel.locator("[data-field='type customer']").select_option("number")
        await expect(at.panel.locator("#said")).to_have_text("'Ada' is no number.")
        await expect(at.panel.locator("[data-field='type customer']")).to_have_value("text")


async def test_undo_takes_the_table_back_and_its_fields_go(stage: Stage) -> None:
    async with room(stage) as at:
        await at.points("t", "td:has-text('Grace')")
        await expect(at.panel.locator("#reading")).to_be_visible()
        await at.panel.keyboard.press("u")
        await expect(at.panel.locator("#reading")).to_be_hidden()
    assert at.demo.recording.steps == ()


async def test_next_page_is_pointed_at_and_the_page_stays(stage: Stage) -> None:
    stage.site.variant = {"size": 2}
    async with room(stage) as at:
        await at.panel.keyboard.press("x")
        await expect(at.panel.locator("#said")).to_contain_text("There is no list yet to lead on from.")
        await at.points("t", "td:has-text('Grace')")
        await at.points("x", "#next")
        await at.says("Read all rows of invoices (number, customer, amount, due), here 2 rows, page by page")
        assert await at.human.page.locator("td:has-text('Grace')").count() == 1
    (step,) = at.demo.recording.steps
    assert isinstance(step, ReadRows) and step.next_page is not None


async def test_two_places_pointed_at_soon_after_each_other_are_both_kept_from_the_page(stage: Stage) -> None:
    stage.site.variant = {"size": 2}
    async with room(stage) as at:
        await at.points("t", "td:has-text('Grace')")
        await at.panel.keyboard.press("x")
        await expect(at.panel.locator("#status")).to_have_text("Waiting for you to point")
        mouse, box = at.human.page.mouse, await at.human.page.locator("#next").bounding_box()
        assert box is not None
        await mouse.move(box["x"] + 5, box["y"] + 5)
        await mouse.down()
        await at.human.page.wait_for_timeout(400)  # longer than the first press is remembered
        await mouse.up()
        await at.says("Read all rows of invoices (number, customer, amount, due), here 2 rows, page by page")
        assert await at.human.page.locator("td:has-text('Grace')").count() == 1


async def test_a_total_equals_the_sum_of_a_column_that_was_read(stage: Stage) -> None:
    async with room(stage) as at:
        await at.points("t", "td:has-text('Grace')")
        await at.points("e", "#total")
        await at.says("Check that Grand total equals 1234.50 EUR")
        await at.panel.locator("[data-field=to]").select_option("sum:invoices.amount")
        await at.says("Check that Grand total equals the sum of amount in invoices")
    step = at.demo.recording.steps[-1]
    assert isinstance(step, AssertEquals) and step.to == SumRef(table="invoices", column="amount")


async def test_a_value_shows_its_type_and_can_be_read_otherwise(stage: Stage) -> None:
    async with room(stage) as at:
        await at.points("r", "#due")
        await expect(at.panel.locator("[data-field=type]")).to_have_value("date:dmy")
        await at.panel.locator("[data-field=type]").select_option("text")
        await expect(at.panel.locator("[data-field=type]")).to_have_value("text")
    (step,) = at.demo.recording.steps
    assert isinstance(step, Read) and (step.name, step.type) == ("due", "text")
