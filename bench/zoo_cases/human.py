"""The scripted human of the cases: trusted mouse and keyboard only; locators serve to find coordinates.

Plain blocking code on the blocking face of a page (``face.py``), hence ``Any``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Place = tuple[float, float]


class H:
    """Works in one tab; ``on`` goes to another. Places up to 1 are shares of an element, else CSS pixels in it."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def on(self, page: Any) -> H:
        self.page = page
        return self

    def pause(self, ms: float = 140) -> None:
        self.page.wait_for_timeout(ms)

    def box(self, target: Any) -> Any:
        """Where it is, once it has stopped moving."""
        locator = self.page.locator(target).first if isinstance(target, str) else target
        locator.wait_for(state="visible", timeout=8000)
        last: Any = None
        for _ in range(12):
            box = locator.bounding_box()
            if box and last and all(abs(box[side] - last[side]) < 0.6 for side in box):
                return box
            last = box
            self.page.wait_for_timeout(50)
        return last

    def pt(self, target: Any, pos: Place | None = None) -> Place:
        if isinstance(target, tuple):
            return target[0], target[1]
        box = self.box(target)
        x, y = pos or (0.5, 0.5)
        if x > 1 or y > 1:
            return box["x"] + x, box["y"] + y
        return box["x"] + box["width"] * x, box["y"] + box["height"] * y

    def move(self, target: Any, pos: Place | None = None) -> Place:
        x, y = self.pt(target, pos)
        self.page.mouse.move(x, y, steps=7)
        self.pause(40)
        return x, y

    def click(
        self,
        target: Any,
        pos: Place | None = None,
        button: str = "left",
        count: int = 1,
        mods: Sequence[str] = (),
    ) -> None:
        self.move(target, pos)
        for key in mods:
            self.page.keyboard.down(key)
        for i in range(count):
            self.page.mouse.down(button=button, click_count=i + 1)
            self.pause(35)
            self.page.mouse.up(button=button, click_count=i + 1)
            if i + 1 < count:
                self.pause(50)
        for key in mods:
            self.page.keyboard.up(key)
        self.pause()

    def drag(self, start: Any, end: Any, apos: Place | None = None, bpos: Place | None = None, steps: int = 14) -> None:
        x, y = self.move(start, apos)
        self.page.mouse.down()
        self.pause(60)
        to_x, to_y = self.pt(end, bpos)
        self.page.mouse.move(x + (to_x - x) * 0.1 + 2, y + (to_y - y) * 0.1 + 2, steps=3)
        self.pause(30)
        self.page.mouse.move(to_x, to_y, steps=steps)
        self.pause(120)
        self.page.mouse.up()
        self.pause()

    def dragby(self, start: Any, dx: float, dy: float, apos: Place | None = None) -> None:
        x, y = self.pt(start, apos)
        self.drag((x, y), (x + dx, y + dy))

    def type(self, text: str, delay: float = 28) -> None:
        self.page.keyboard.type(text, delay=delay)
        self.pause(80)

    def press(self, key: str, n: int = 1) -> None:
        for _ in range(n):
            self.page.keyboard.press(key, delay=15)
            self.pause(60)

    def wheel(self, dx: float, dy: float, at: Any = None, n: int = 1) -> None:
        if at is not None:
            self.move(at)
        for _ in range(n):
            self.page.mouse.wheel(dx, dy)
            self.pause(110)

    def upload(self, target: Any, files: Sequence[Path]) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.click(target)
        chooser.value.set_files([str(file) for file in files])
        self.pause()

    def popup(self, opening: Callable[[], None]) -> Any:
        """The tab that ``opening`` opens."""
        with self.page.expect_popup() as popup:
            opening()
        opened = popup.value
        opened.wait_for_load_state()
        opened.set_viewport_size({"width": 1280, "height": 800})
        return opened

    def wait(self, expression: str) -> None:
        self.page.wait_for_function(expression, timeout=6000)
