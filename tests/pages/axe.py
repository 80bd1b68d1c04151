"""What axe-core says of a page."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page


async def serious(page: Page) -> list[str]:
    """Its violations that are serious or critical, with where they are."""
    await page.wait_for_load_state()  # once only does it look
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'][:4])}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
