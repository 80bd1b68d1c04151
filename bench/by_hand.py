"""The rows of a batch as a careful person would script them: asyncio and Playwright, and nothing of showonce.

    python -m bench.by_hand URL ROWS.csv PASSWORD BROWSER [BROWSER ARGUMENT ...]

A module of its own, so that it imports and starts no more than such a script does.
"""

from __future__ import annotations

import asyncio
import csv
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

AGENTS = 4
USER = "demo"


def main(url: str, path: str, password: str, browser_path: str, *arguments: str) -> None:
    """Do all rows."""
    with Path(path).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    asyncio.run(rows_by_hand(url, rows, password, browser_path, arguments))


async def rows_by_hand(
    url: str, rows: Sequence[dict[str, str]], password: str, browser_path: str, arguments: Sequence[str]
) -> None:
    """Add the customer of each row, so many at once."""
    places = asyncio.Semaphore(AGENTS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=list(arguments))

        async def one(row: dict[str, str]) -> None:
            async with places:
                await add(browser, url, password, row)

        async with asyncio.TaskGroup() as group:
            for row in rows:
                group.create_task(one(row))
        await browser.close()


async def add(browser: Browser, url: str, password: str, row: dict[str, str]) -> None:
    """Sign in and add one customer."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = await context.new_page()
    await page.goto(f"{url}/login")
    await page.get_by_label("Username").fill(USER)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/customers")
    await page.get_by_role("link", name="New customer").click()
    await page.wait_for_url("**/customers/new")
    for label, name in (("Full name", "full_name"), ("Company", "company"), ("Email", "email")):
        await page.get_by_label(label).fill(row[name])
    await page.get_by_label("Country").select_option(label=row["country"])
    await page.get_by_label("Team").check()
    await page.get_by_label("Customer since").fill(row["customer_since"])
    await page.get_by_label("Newsletter").check()
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.wait_for_url(re.compile(r"/customers/\d+$"))
    await expect(page.get_by_role("heading", name=row["full_name"])).to_be_visible()
    await context.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
