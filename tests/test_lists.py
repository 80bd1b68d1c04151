"""What the page script tells of tables and lists: which lines are rows, which cells stand in which columns."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page

from browser.tables import Listed, lists_in
from recordings.target import CssSelector
from tests.pages.stage import fresh

HEAD = "<thead><tr><th>Name</th><th>Sum</th></tr></thead>"


async def listed(page: Page, html: str, item: str = "", paths: tuple[str, ...] = ()) -> Listed:
    """The list ``#list`` of a page."""
    await page.set_content(html)
    told = await lists_in(page.main_frame, [CssSelector(value="#list")], item, paths, [])
    return next(one for one in told.lists if one.found)


def texts(told: Listed) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in told.rows or ()]


def table(body: str, head: str = HEAD) -> str:
    return f"<table id=list>{head}{body}</table>"


CASES = {
    "a-plain-table": (table("<tr><td>Ada</td><td>1</td></tr>"), [["Ada", "1"]], []),
    "a-first-row-of-headings": (
        table("<tr><th>Name</th><th>Sum</th></tr><tr><td>Ada</td><td>1</td></tr>", ""),
        [["Ada", "1"]],
        [],
    ),
    "a-heading-in-each-row": (table("<tr><th scope=row>Ada</th><td>1</td></tr>"), [["Ada", "1"]], []),
    "a-cell-over-two-rows": (
        table("<tr><td rowspan=2>Ada</td><td>1</td></tr><tr><td>2</td></tr>"),
        [["Ada", "1"], ["Ada", "2"]],
        [],
    ),
    "a-heading-of-a-group": (
        table("<tr><td colspan=2>North</td></tr><tr><td>Ada</td><td>1</td></tr>"),
        [["Ada", "1"]],
        ["North"],
    ),
    "a-total-at-the-end": (
        table("<tr><td>Ada</td><td>1</td></tr><tr><td></td><td>Total 1</td></tr>"),
        [["Ada", "1"]],
        ["Total 1"],
    ),
    "a-person-called-total": (
        table("<tr><td>Total Recall</td><td>1</td></tr>"),
        [["Total Recall", "1"]],
        [],
    ),
    "a-table-in-a-cell": (
        table("<tr><td>Ada <table><tr><td>x</td><td>y</td></tr></table></td><td>1</td></tr>"),
        [["Ada x y", "1"]],
        [],
    ),
    "hidden-lines": (
        table(
            "<tr style='display:none'><td>B</td><td>2</td></tr><tr aria-hidden=true><td>C</td><td>3</td></tr>"
            "<tr style='visibility:collapse'><td>D</td><td>4</td></tr><tr><td>Ada</td><td>1</td></tr>"
        ),
        [["Ada", "1"]],
        [],
    ),
    "fields-buttons-and-pictures": (
        table(
            "<tr><td>Ada <button>Copy</button></td><td><input value=7></td></tr>"
            "<tr><td><img alt=Grace></td><td><select><option>1</option><option selected>2</option></select></td></tr>"
            "<tr><td>Hedy</td><td><input type=checkbox checked></td></tr>"
        ),
        [["Ada", "7"], ["Grace", "2"], ["Hedy", "yes"]],
        [],
    ),
    "several-bodies": (
        table("<tbody><tr><td>Ada</td><td>1</td></tr></tbody><tbody><tr><td>Bo</td><td>2</td></tr></tbody>"),
        [["Ada", "1"], ["Bo", "2"]],
        [],
    ),
    "a-grid-whose-rows-have-no-box": (
        "<div role=grid id=list style='display:grid'><div role=row style='display:contents'>"
        "<span role=columnheader>Name</span><span role=columnheader>Sum ▲</span></div>"
        "<div role=row style='display:contents'><span role=gridcell>Ada</span><span role=gridcell>1</span></div></div>",
        [["Ada", "1"]],
        [],
    ),
    "columns-with-places-of-their-own": (
        "<div role=grid id=list><div role=row><span role=columnheader aria-colindex=1>Name</span>"
        "<span role=columnheader aria-colindex=2>Sum</span></div><div role=row>"
        "<span role=gridcell aria-colindex=2>1</span><span role=gridcell aria-colindex=1>Ada</span></div></div>",
        [["Ada", "1"]],
        [],
    ),
}


@pytest.mark.parametrize(("html", "rows", "asides"), CASES.values(), ids=CASES)
async def test_the_rows_of_a_table(browser: Browser, html: str, rows: list[list[str]], asides: list[str]) -> None:
    async with fresh(browser) as context:
        told = await listed(await context.new_page(), html)
    assert texts(told) == rows
    assert list(told.asides) == asides
    assert told.labels == ("Name", "Sum")


async def test_a_table_that_lays_out_the_page_is_none(browser: Browser) -> None:
    html = f"<table role=presentation><tr><td>{table('<tr><td>Ada</td><td>1</td></tr>')}</td></tr></table>"
    async with fresh(browser) as context:
        page = await context.new_page()
        await page.set_content(html)
        told = await lists_in(page.main_frame, [], "", [], ["Name", "Sum"])
    assert [texts(one) for one in told.lists] == [[["Ada", "1"]]]


async def test_items_are_told_by_what_they_have_in_common_and_others_are_named(browser: Browser) -> None:
    html = (
        "<div id=list><div class='card new'><b>Ada</b><i>1</i><i>2</i></div><div class=card><b>Bo</b></div>"
        "<div class=banner>Buy now</div><div class=card hidden><b>Cy</b></div></div>"
    )
    async with fresh(browser) as context:
        told = await listed(await context.new_page(), html, "div.card", ("b", "i"))
    assert texts(told) == [["Ada", "1, 2"], ["Bo", ""]] and told.asides == ("Buy now",)


async def test_a_secret_in_a_cell_says_nothing(browser: Browser) -> None:
    async with fresh(browser) as context:
        told = await listed(
            await context.new_page(), table("<tr><td>Ada</td><td><input type=password value=x></td></tr>")
        )
    assert told.rows is not None and told.rows[0].cells[1].secret and texts(told) == [["Ada", ""]]
