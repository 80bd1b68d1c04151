"""The demonstrating person, scripted: real mouse and keyboard input only; locators serve to find coordinates."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page, Position


@dataclass(slots=True)
class Human:
    """Works in one tab. ``pause_ms`` is how long the person takes between gestures."""

    page: Page
    pause_ms: float = 30

    async def click(
        self, target: str | Locator, *, button: str = "left", count: int = 1, at: Position | None = None
    ) -> None:
        """Press and release on the middle of the target, or at ``at`` within it."""
        x, y = await self._point(target, at)
        await self.page.mouse.move(x, y)
        await self.page.mouse.click(x, y, button=button, click_count=count, delay=15)  # type: ignore[arg-type]
        await self._pause()

    async def double_click(self, target: str | Locator) -> None:
        x, y = await self._point(target, None)
        await self.page.mouse.dblclick(x, y)
        await self._pause()

    async def type(self, target: str | Locator, text: str) -> None:
        """Click into a field, select what is in it, and type."""
        await self.click(target)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(text)
        await self._pause()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)
            await self._pause()

    async def choose(self, target: str | Locator, downs: int) -> None:
        """Open a native select by keyboard and go down so many options."""
        await self._locator(target).focus()
        await self.press(*["ArrowDown"] * downs)

    async def upload(self, target: str | Locator, *paths: str) -> None:
        async with self.page.expect_file_chooser() as chooser:
            await self.click(target)
        await (await chooser.value).set_files(list(paths))
        await self._pause()

    async def _point(self, target: str | Locator, at: Position | None) -> tuple[float, float]:
        locator = self._locator(target)
        await locator.wait_for(state="visible")
        await locator.scroll_into_view_if_needed()
        box = await locator.bounding_box()
        if box is None:
            raise ValueError(f"{target} has no place on the page")
        if at is not None:
            return box["x"] + at["x"], box["y"] + at["y"]
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def _locator(self, target: str | Locator) -> Locator:
        return self.page.locator(target).first if isinstance(target, str) else target

    async def _pause(self) -> None:
        if self.pause_ms:
            await self.page.wait_for_timeout(self.pause_ms)
