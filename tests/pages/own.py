"""A Chrome with showonce's extension, as a person has it, and demonstrations recorded through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Page, async_playwright

from browser.extension_folder import EXTENSION
from browser.find import find_headed
from demo.human import Human
from recorder.extension import EXTENSION_ID, ExtensionRecorder
from tests.pages.stage import Gesture, Shown, states

Condition = Callable[[ExtensionRecorder], bool]
POPUP = f"chrome-extension://{EXTENSION_ID}/popup.html"


@dataclass(frozen=True, slots=True)
class Own:
    """The person's Chrome, in which each test begins with one tab."""

    context: BrowserContext

    async def pair(self, code: str) -> Page:
        """Give the code to the extension's popup, which is returned as a tab; it says what came of it."""
        popup = await self.context.new_page()
        await popup.goto(POPUP)
        human = Human(popup, 0)
        await human.click("#code")
        await human.page.keyboard.insert_text(code)
        await human.press("Enter")
        return popup

    async def begin(self, demo: ExtensionRecorder) -> None:
        """Pair, see that it records, and put the popup away, as Chrome does."""
        popup = await self.pair(demo.code)
        await popup.locator("#end").wait_for()
        assert demo.paired.is_set()
        await popup.close()

    async def show(
        self,
        url: str,
        gesture: Gesture,
        secret_fields: Sequence[str] = (),
        *,
        ready: Condition | None = None,
        over: Condition | None = None,
    ) -> Shown:
        """Record a demonstration on an open page; begun once what was heard is ``ready``, ended once it is ``over``."""
        page = self.context.pages[0]
        await page.goto(url)
        async with ExtensionRecorder(name="shown", secret_fields=secret_fields) as demo:
            await self.begin(demo)
            await page.bring_to_front()
            before = await states(self.context)
            await until(demo, ready)
            await gesture(Human(page, 5))
            await until(demo, over)
        return Shown(demo.recording, before, await states(self.context), tuple(demo._ears.collected.events))

    async def tidy(self) -> None:
        """One tab, and nothing in it."""
        first = await self.context.new_page()
        for page in self.context.pages:
            if page is not first:
                await page.close()

    async def end_worker(self) -> None:
        """Chrome ends the extension's worker, as it does when memory is short."""
        session = await self.context.new_cdp_session(self.context.pages[0])
        targets = (await session.send("Target.getTargets"))["targetInfos"]
        (worker,) = [target["targetId"] for target in targets if target["type"] == "service_worker"]
        await session.send("Target.closeTarget", {"targetId": worker})
        await session.detach()


async def until(demo: ExtensionRecorder, condition: Condition | None) -> None:
    """Wait until it holds of what was heard."""
    async with asyncio.timeout(30):
        while condition is not None and not condition(demo):  # noqa: ASYNC110 - pictures have no event of their own
            await asyncio.sleep(0.02)


@asynccontextmanager
async def own_chrome(profile: Path) -> AsyncIterator[Own]:
    """A full Chrome or Chromium; a headless shell has no extensions."""
    found = find_headed()
    assert found is not None
    flags = [
        "--headless=new",
        "--no-sandbox",
        f"--disable-extensions-except={EXTENSION}",
        f"--load-extension={EXTENSION}",
    ]
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=found.path,
            headless=False,  # Playwright's own headless mode is the shell's; the flag above is Chrome's
            args=flags,
            viewport={"width": 1280, "height": 800},
        )
        try:
            yield Own(context)
        finally:
            await context.close()
