"""One tab of a live screen: its frames, its title, and what it waits for a person to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Dialog, Error, FileChooser, Page

from agents.live.hands import Clipboard, Hands
from agents.live.lists import OpenList

_LEAVE_S, _FIRST_S = 2.0, 1.0
_CAST = {"format": "jpeg", "quality": 70, "everyNthFrame": 1}


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of the tab, and how large it is in CSS pixels; ``number`` counts all frames of a screen."""

    number: int
    jpeg: str
    width: float
    height: float


class Tab:
    """A page that is shown while it is in front.

    Args:
        on_change: Told whenever something of it is another.
        on_frame: Told each frame.
        spawn: Starts what goes on beside.
    """

    def __init__(
        self,
        page: Page,
        session: CDPSession,
        clipboard: Clipboard,
        on_change: Callable[[], None],
        on_frame: Callable[[dict[str, Any]], None],
        spawn: Callable[[Any], object],
    ) -> None:
        self.page, self.hands = page, Hands(page, session, clipboard)
        self.session = session
        self.title = ""
        self.dialog: tuple[int, Dialog] | None = None
        self.chooser: tuple[int, FileChooser] | None = None
        self.list: OpenList | None = None
        self._on_change, self._on_frame, self._spawn = on_change, on_frame, spawn
        self._settled = asyncio.Event()  # a first frame came, or none is wanted any more
        self._heard: list[tuple[Any, Callable[..., object]]] = []
        session.on("Page.screencastFrame", self._on_cast)
        session.on("Page.javascriptDialogClosed", self._on_dialog_closed)
        self.hear("framenavigated", lambda _: self.named())
        self.hear("domcontentloaded", lambda _: self.named())

    def hear(self, event: Any, tell: Callable[..., object]) -> None:
        """Be told of an event of the page, until the tab is left."""
        self.page.on(event, tell)  # type: ignore[arg-type]
        self._heard.append((event, tell))

    async def leave(self) -> None:
        """Leave the page to itself: nothing is held down or asked any more, and a dialog that is open is dismissed."""
        for event, tell in self._heard:
            self.page.remove_listener(event, tell)
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_LEAVE_S):
                if self.dialog is not None:
                    await self.dialog[1].dismiss()
                await self.hide()
                await self.session.detach()

    async def show(self) -> None:
        """Have frames come."""
        self._settled.set()
        self._settled = settled = asyncio.Event()
        with suppress(Error):
            await self.session.send("Page.startScreencast", _CAST)
            self._spawn(self._until(settled))

    async def _until(self, settled: asyncio.Event) -> None:
        """Ask again while no frame comes: of 60 still tabs one gave none until it was asked again."""
        with suppress(Error):
            while not settled.is_set():
                try:
                    async with asyncio.timeout(_FIRST_S):
                        await settled.wait()
                except TimeoutError:
                    await self.session.send("Page.startScreencast", _CAST)

    async def hide(self) -> None:
        """Have no more come."""
        self._settled.set()
        with suppress(Error):
            await self.session.send("Page.stopScreencast")

    def _on_dialog_closed(self, _: object) -> None:
        self.dialog = None  # by the person, or because the page went
        self._on_change()

    def _on_cast(self, params: dict[str, Any]) -> None:
        self._settled.set()
        self._on_frame(params)
        self._spawn(self._acknowledge(params["sessionId"]))

    async def _acknowledge(self, number: int) -> None:
        with suppress(Error):
            await self.session.send("Page.screencastFrameAck", {"sessionId": number})

    def named(self) -> None:
        """Ask for its title, and tell it."""
        self._spawn(self._name())

    async def _name(self) -> None:
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(5):
                self.title = (await self.page.title())[:200]
        self._on_change()


async def tab_of(
    context: BrowserContext,
    page: Page,
    clipboard: Clipboard,
    on_change: Callable[[], None],
    on_frame: Callable[[dict[str, Any]], None],
    spawn: Callable[[Any], object],
) -> Tab:
    """The tab of a page.

    Raises:
        Error: It is gone already.
    """
    session = await context.new_cdp_session(page)
    await session.send("Page.enable")
    return Tab(page, session, clipboard, on_change, on_frame, spawn)
