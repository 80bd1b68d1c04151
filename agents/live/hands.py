"""Does with a page what a person does elsewhere: every gesture becomes the real input event."""

from __future__ import annotations

import json
from typing import assert_never

from playwright.async_api import BrowserContext, CDPSession, Error, Page

from agents.live.asked import Down, Gesture, Key, Move, Paste, Pick, Release, Text, Up, Wheel
from agents.live.keys import event_of, known_key
from agents.live.lists import Offered, keys_to

_EMPTY = "text.value = ''; text.focus()"
_MOST_TAKEN = 100_000
_COPY = "text.value = {words}; text.select(); document.execCommand('copy')"


class Hands:
    """The hands in one tab: what they hold down is known, so that it can be let go.

    Playwright's mouse and keyboard do it, as they carry drags and held keys; keys that an American keyboard has not
    go through the browser's own protocol.
    """

    def __init__(self, page: Page, session: CDPSession, clipboard: Clipboard) -> None:
        self._page, self._session, self._clipboard = page, session, clipboard
        self._held: dict[str, Key] = {}
        self._buttons: set[str] = set()
        self._at = (-1.0, -1.0)
        self.offered: Offered | None = None

    @property
    def holds(self) -> bool:
        """Whether a button is down."""
        return bool(self._buttons)

    def copies(self, key: Key) -> bool:
        """Whether a key that was just pressed takes what is selected into the clipboard."""
        held = {each.key for each in self._held.values()}
        return key.down and key.code in ("KeyC", "KeyX") and "Control" in held and not held & {"Alt", "Shift", "Meta"}

    async def do(self, asked: Gesture) -> None:
        """Do it, and come back when the page has had it.

        Raises:
            Error: The tab is gone.
        """
        mouse = self._page.mouse
        match asked:
            case Move():
                await self._to(asked.x, asked.y)
            case Down():
                await self._to(asked.x, asked.y)
                self._buttons.add(asked.button)
                await mouse.down(button=asked.button, click_count=asked.count)
            case Up():
                await self._to(asked.x, asked.y)
                self._buttons.discard(asked.button)
                await mouse.up(button=asked.button, click_count=asked.count)
            case Wheel():
                await self._to(asked.x, asked.y)
                await mouse.wheel(asked.dx, asked.dy)
            case Key():
                await self._key(asked)
            case Text():
                await self._page.keyboard.insert_text(asked.text)
            case Paste():
                await self._clipboard.put(asked.text)
                await self._key(Key(down=True, key="v", code="KeyV", number=86, location=0))
            case Release():
                await self._release()
            case Pick():
                await self._pick(asked.option)
            case _:
                assert_never(asked)

    async def _to(self, x: float, y: float) -> None:
        if (x, y) != self._at:
            self._at = (x, y)
            await self._page.mouse.move(x, y)

    async def _key(self, asked: Key) -> None:
        held = {key.key for key in self._held.values()}
        name = asked.code or asked.key
        if asked.down:
            self._held[name] = asked
        else:
            asked = asked.model_copy(update={"key": self._held.pop(name, asked).key})
        known = known_key(asked, "Shift" in held - ({asked.key} if not asked.down else set()))
        if known:
            await (self._page.keyboard.down(known) if asked.down else self._page.keyboard.up(known))
        else:
            await self._session.send("Input.dispatchKeyEvent", event_of(asked, held))

    async def _release(self) -> None:
        for key in list(self._held.values()):
            await self._key(key.model_copy(update={"down": False}))
        for button in list(self._buttons):
            self._buttons.discard(button)
            await self._page.mouse.up(button=button)  # type: ignore[arg-type]

    async def _pick(self, option: int | None) -> None:
        if self.offered is not None:
            for key in keys_to(self.offered, option):
                await self._page.keyboard.press(key)
            self.offered = None


class Clipboard:
    """The browser's clipboard, written to by a page of our own in a context of its own: no page of the person's is
    touched or asked."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._opened: tuple[Page, CDPSession] | None = None
        self._put = ""

    async def put(self, text: str) -> None:
        """Let the clipboard hold this."""
        _, session = await self._page()
        asked = {"expression": _COPY.format(words=json.dumps(text)), "userGesture": True}
        if not (await session.send("Runtime.evaluate", asked))["result"].get("value"):
            raise Error("The clipboard cannot be written to.")
        self._put = text

    async def taken(self) -> str:
        """What a page has put there since, at most 100,000 characters; "" for nothing."""
        page, session = await self._page()
        await session.send("Runtime.evaluate", {"expression": _EMPTY})
        await page.keyboard.press("Control+v")
        text = str((await session.send("Runtime.evaluate", {"expression": "text.value"}))["result"].get("value", ""))
        return "" if text == self._put else text[:_MOST_TAKEN]

    async def _page(self) -> tuple[Page, CDPSession]:
        if self._opened is None:
            page = await self._context.new_page()
            await page.set_content("<textarea id='text'></textarea>")
            self._opened = page, await self._context.new_cdp_session(page)
        return self._opened
