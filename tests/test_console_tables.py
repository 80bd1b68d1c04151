"""Tables of the console, on a phone and on a screen: words stay whole, rows are low, pages never go sideways."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page

from demo.examples import FOLDER
from demo.flows import PASSWORD
from recordings.batch import BatchSettings
from recordings.files import digest_of
from recordings.heal import Heal
from recordings.recording import Recording
from recordings.steps import target_of
from recordings.target import Box
from review.work.acts import NewSchedule, Rows
from tests.pages.console import Served, served_console
from tests.pages.kept import keep_run, picture

WIDTHS = {"phone": 390, "screen": 1280}
LONG_CODE = "c0de" * 40
HIGHEST_PX = 150
# Words of tables that stand on several lines. A hyphen and a slash may end a line; more than 30 letters are no word.
BROKEN = r"""() => {
  const broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.closest('td, th') ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const word of node.data.matchAll(/(?<![^\s\/-])[^\s\/-]{2,30}(?=[\s\/-]|$)/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set(Array.from(range.getClientRects(), (box) => Math.round(box.top))).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""
HEIGHTS = "() => Math.max(...Array.from(document.querySelectorAll('tbody tr'), (row) => row.offsetHeight))"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Shown:
    served: Served
    screens: tuple[str, ...]


@pytest.fixture(scope="module")
async def shown(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shown]:
    home = tmp_path_factory.mktemp("home")
    for name in ("account-is-gone", "add-customer", "create-payroll-account", "place-order"):
        shutil.copytree(FOLDER / name, home / "recordings" / name)
    (home / "people.csv").write_text("full_name,email\nEva Roth,eva@example.com\n")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHOWONCE_SECRET_PASSWORD", PASSWORD)
        async with served_console(home) as served:
            yield Shown(served, await _filled(served))


async def _filled(served: Served) -> tuple[str, ...]:
    work, store, home = served.console.work, served.store, served.settings.home
    await keep_run(store, 1, recording="add-customer", failure="The form says: Please enter a valid email address.")
    await keep_run(store, 2, recording="add-customer", failure=f"The code {LONG_CODE} is not known.")
    await store.propose(_heal(Recording.load(home / "recordings" / "add-customer")), picture(230))
    rows = f"full_name,email,company\nAda King,ada@example.com,{LONG_CODE}\nBen Okri,ben@example.com,Babbage & Co\n"
    batch = await work.run_rows("add-customer", Rows(rows.encode(), "people.csv"), BatchSettings())
    await work.cancel_batch(batch.id)
    await work.add_schedule(
        NewSchedule("Monday customers", "add-customer", str(home / "people.csv"), "0 7 * * mon", "UTC", confined=False)
    )
    lists = ("runs", "heals", "recordings", "batches", "schedules", "audit")
    return tuple(f"/{each}" for each in (*lists, f"batches/{batch.id}", f"batches/{batch.id}/report.html"))


def _heal(recording: Recording) -> Heal:
    step = next(step for step in recording.steps if "'Full name'" in step.words)
    old = target_of(step)
    assert old is not None
    return Heal(
        recording="add-customer",
        made_from=digest_of(recording),
        step_id=step.id,
        index=0,
        words=step.words,
        old=old,
        new=old.model_copy(update={"description": old.description.model_copy(update={"name": "Name of the customer"})}),
        how="similar",
        score=0.9,
        evidence=("called alike",),
        where=Box(x=10, y=10, width=50, height=20),
        trace_id=f"{1:032x}",
        at=1.0,
    )


@pytest.mark.parametrize("size", list(WIDTHS))
async def test_words_of_tables_stay_whole_and_the_page_does_not_go_sideways(
    shown: Shown, browser: Browser, size: str
) -> None:
    context = await browser.new_context(viewport={"width": WIDTHS[size], "height": 844})
    page = await shown.served.page(context)
    amiss: dict[str, object] = {}
    for path in shown.screens:
        await _go(page, shown.served.origin + path)
        broken, wide, high = await page.evaluate(BROKEN), await page.evaluate(TOO_WIDE), await page.evaluate(HEIGHTS)
        if broken or wide or high > HIGHEST_PX:
            amiss[path] = (broken, f"{wide} px too wide", f"a row of {high} px")
    await context.close()
    assert amiss == {}


async def _go(page: Page, address: str) -> None:
    """To a page, or to a file that would be kept."""
    if address.endswith(".html"):
        report = await (await page.request.get(address)).text()
        await page.goto("about:blank")
        await page.set_content(report)
    else:
        await page.goto(address)


@pytest.mark.parametrize("path", ["/recordings", "/batches"])
async def test_on_a_phone_a_table_scrolls_in_its_own_box(shown: Shown, browser: Browser, path: str) -> None:
    context = await browser.new_context(viewport={"width": WIDTHS["phone"], "height": 844})
    page = await shown.served.page(context, path)
    box = page.locator(".scroll:has(> table)")
    await box.evaluate("box => box.scrollTo(1000, 0)")
    last = await box.locator("thead th").last.bounding_box()
    assert last is not None and last["x"] + last["width"] <= WIDTHS["phone"]
    await context.close()
