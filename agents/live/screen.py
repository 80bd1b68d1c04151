"""The live screen of a context: the tab in front as frames, and what is asked of it done, in order.

page → screencast frames → the newest only → whoever watches; what they ask → ``Hands`` → the page
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Dialog, Error, FileChooser, Page

from agents.live.asked import (
    Answer,
    Asked,
    Close,
    Down,
    Front,
    Gesture,
    Go,
    Key,
    Move,
    NoFiles,
    Pick,
    Shown,
    Text,
    Turn,
)
from agents.live.hands import Clipboard
from agents.live.lists import OpenList, offered_at
from agents.live.tab import Frame, Tab, tab_of

log = logging.getLogger("showonce.live")

_GESTURES = get_args(Gesture)
_MOST_WAITING = 2000
_BACKLOG = 4
_CATCH_UP_S = 2.0
STILL_BUSY = "The page is still busy with what was done last. Ask again in a moment."


def may_be_opened(address: str) -> bool:
    """Whether an address is one of the web; what lies on this machine's disk, or in the browser, is not shown."""
    return urlsplit(address).scheme in ("http", "https")


class Viewer:
    """Somebody who watches: woken when there is a newer frame or anything else is another. ``last`` is the frame that
    was sent last, ``drawn`` the one that was drawn last."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self.last = self.drawn = 0


class LiveScreen:
    """Use ``live_screen``, which opens and closes it. ``before`` each gesture, whoever wants to is told of it."""

    def __init__(self, context: BrowserContext, clipboard: Clipboard) -> None:
        self._context, self._clipboard = context, clipboard
        self._tabs: list[Tab] = []
        self._past: list[Tab] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._viewers: set[Viewer] = set()
        self._gestures: asyncio.Queue[Gesture] = asyncio.Queue(_MOST_WAITING)
        self._asks = 0
        self.before: Callable[[Page, Gesture], Awaitable[object]] | None = None
        self.frame: Frame | None = None
        self.changes = 0
        self.done = 0
        self.trouble = ""
        self.copied: tuple[int, str] | None = None

    @property
    def front(self) -> Tab | None:
        """The tab that is in front."""
        return self._past[-1] if self._past else None

    @property
    def watched(self) -> bool:
        return bool(self._viewers)

    @contextmanager
    def viewer(self) -> Iterator[Viewer]:
        """Somebody who watches, until the block is left; then nothing stays held down."""
        viewer = Viewer()
        viewer.woken.set()
        self._viewers.add(viewer)
        try:
            yield viewer
        finally:
            self._viewers.remove(viewer)

    def state(self) -> dict[str, Any]:
        """What is shown around the picture, as plain data."""
        front = self.front
        return {
            "address": front.page.url if front else "",
            "tabs": [
                {"title": tab.title or tab.page.url, "front": tab is front, "waits": tab.dialog is not None}
                for tab in self._tabs
            ],
            "dialog": _dialog(front),
            "files": {"ask": front.chooser[0], "many": front.chooser[1].is_multiple()}
            if front and front.chooser
            else None,
            "list": {"ask": front.list.ask, **front.list.offered.model_dump()} if front and front.list else None,
            "copied": {"number": self.copied[0], "text": self.copied[1]} if self.copied else None,
            "trouble": self.trouble,
        }

    def ask(self, asked: Asked) -> None:
        """Have it done: gestures one after the other, answers at once, since a gesture may wait for them."""
        if isinstance(asked, _GESTURES):
            self._enqueue(asked)
        elif not isinstance(asked, Shown):
            self._spawn(self._answered(asked))

    async def give_files(self, ask: int, files: Sequence[Path]) -> bool:
        """Give files to the page that asked for them; False where it asks no more."""
        for tab in self._tabs:
            if tab.chooser is not None and tab.chooser[0] == ask:
                chooser, tab.chooser = tab.chooser[1], None
                self.tell()
                with suppress(Error):
                    await chooser.set_files([str(file) for file in files])
                    return True
        return False

    async def work(self) -> None:
        """Do gestures as they come, for ever."""
        while True:
            asked = await self._gestures.get()
            try:
                if self.front is not None:
                    await self._do(self.front, asked)
            except Error as error:
                log.info("a gesture came to nothing: %s", error.message.splitlines()[0])
            finally:
                self.done += 1
                self._gestures.task_done()

    async def caught_up(self, within_s: float = _CATCH_UP_S) -> bool:
        """Wait until all that was asked for so far is done, and say whether it is, or cannot be before the page was
        answered, which asks something back; not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._gestures.join()
                return True
        return any(tab.dialog is not None or tab.chooser is not None for tab in self._tabs)

    async def _do(self, front: Tab, asked: Gesture) -> None:
        if isinstance(asked, Pick):
            if front.list is None or front.list.ask != asked.ask:
                return
            front.list = None
            self.tell()
        if self.before is not None:
            await self.before(front.page, asked)
        offered = None
        if isinstance(asked, Down) and asked.button == "left":
            offered = await offered_at(front.page, front.session, asked.x, asked.y)
        if front.list is not None and isinstance(asked, (Down, Key, Text)):
            # Pressed elsewhere, or answered with the keys: the list in the page closes by itself.
            front.list, front.hands.offered = None, None
            self.tell()
            offered = None
        await front.hands.do(asked)
        if isinstance(asked, Key) and front.hands.copies(asked):
            await self._copy()
        if offered is not None:
            front.hands.offered = offered
            front.list = OpenList(self._next_ask(), offered)
            self.tell()

    async def _copy(self) -> None:
        """What the page put into the browser's clipboard is told, for the person's own."""
        text = await self._clipboard.taken()
        if text:
            self.copied = (self._next_ask(), text)
            self.tell()

    def _enqueue(self, asked: Gesture) -> None:
        if isinstance(asked, Move) and self._gestures.qsize() > _BACKLOG and not self._holds():
            self.done += 1  # the page is busy: the pointer's way there does not matter
            return
        with suppress(asyncio.QueueFull):
            self._gestures.put_nowait(asked)

    def _holds(self) -> bool:
        return self.front is not None and self.front.hands.holds

    async def _answered(self, asked: Asked) -> None:
        self.done += 1
        with suppress(Error):
            match asked:
                case Answer():
                    await self._answer(asked)
                case NoFiles():
                    for tab in self._tabs:
                        if tab.chooser is not None and tab.chooser[0] == asked.ask:
                            tab.chooser = None
                case Front() if asked.tab < len(self._tabs):
                    await self._bring(self._tabs[asked.tab])
                case Close() if asked.tab < len(self._tabs):
                    await self._tabs[asked.tab].page.close(run_before_unload=True)
                case Go() if self.front is not None:
                    await self._go(self.front.page, asked.address)
                case Turn() if self.front is not None:
                    await _turn(self.front.page, asked)
        self.tell()

    async def _answer(self, asked: Answer) -> None:
        for tab in self._tabs:
            if tab.dialog is not None and tab.dialog[0] == asked.ask:
                dialog, tab.dialog = tab.dialog[1], None
                await (dialog.accept(asked.text) if asked.accept else dialog.dismiss())

    async def _go(self, page: Page, address: str) -> None:
        address = address.strip()
        if "://" not in address and not address.startswith(("about:", "data:", "javascript:", "chrome:", "file:")):
            address = f"https://{address}"
        if not may_be_opened(address):
            self.trouble = "Only addresses that begin with http:// or https:// can be opened."
            return
        self.trouble = ""
        try:
            await page.goto(address, wait_until="commit")
        except Error as error:
            self.trouble = f"{address} could not be opened: {error.message.splitlines()[0]}"

    async def join(self, page: Page) -> None:
        """Show a page, which comes to the front."""
        try:
            tab = await tab_of(self._context, page, self._clipboard, self.tell, self._on_frame, self._spawn)
        except Error:
            return  # it was closed at once
        tab.hear("dialog", lambda dialog: self._on_dialog(tab, dialog))
        tab.hear("filechooser", lambda chooser: self._on_chooser(tab, chooser))
        tab.hear("close", lambda _: self._on_close(tab))
        self._tabs.append(tab)
        tab.named()
        await self._bring(tab)

    def on_page(self, page: Page) -> None:
        """A tab was opened, by the page or by us."""
        self._spawn(self.join(page))

    async def bring(self, page: Page) -> None:
        """Have a page come to the front."""
        for tab in self._tabs:
            if tab.page is page:
                await self._bring(tab)

    async def _bring(self, tab: Tab) -> None:
        before = self.front
        self._past = [*(each for each in self._past if each is not tab), tab]
        if before is not None and before is not tab:
            await before.hide()
        with suppress(Error):
            if before is not tab:
                await tab.show()
        self.tell()

    def _on_close(self, tab: Tab) -> None:
        was_front = tab is self.front
        self._tabs = [each for each in self._tabs if each is not tab]
        self._past = [each for each in self._past if each is not tab]
        if was_front and self.front is not None:
            self._spawn(self.front.show())
        self.tell()

    def _on_dialog(self, tab: Tab, dialog: Dialog) -> None:
        tab.dialog = self._next_ask(), dialog
        self._spawn(self._bring(tab))

    def _on_chooser(self, tab: Tab, chooser: FileChooser) -> None:
        tab.chooser = self._next_ask(), chooser
        self.tell()

    def _on_frame(self, params: dict[str, Any]) -> None:
        told = params["metadata"]
        number = self.frame.number + 1 if self.frame else 1
        self.frame = Frame(number, params["data"], told["deviceWidth"], told["deviceHeight"])
        self.wake()

    def _next_ask(self) -> int:
        self._asks += 1
        return self._asks

    def tell(self) -> None:
        """Have everybody who watches be told anew what is shown around the picture."""
        self.changes += 1
        self.wake()

    def wake(self) -> None:
        """Have everybody who watches look."""
        for viewer in self._viewers:
            viewer.woken.set()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Nothing goes on beside any more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for tab in self._tabs:
            await tab.leave()


@asynccontextmanager
async def live_screen(browser: Browser, context: BrowserContext) -> AsyncIterator[LiveScreen]:
    """Show a context's tabs, those that come included, until the block is left; the context stays its owner's."""
    own = await browser.new_context()
    screen = LiveScreen(context, Clipboard(own))
    context.on("page", screen.on_page)
    at_work = asyncio.create_task(screen.work())
    try:
        for page in context.pages:
            await screen.join(page)
        yield screen
    finally:
        context.remove_listener("page", screen.on_page)
        at_work.cancel()
        await asyncio.gather(at_work, return_exceptions=True)
        await screen.end()
        with suppress(Error):
            await own.close()


async def _turn(page: Page, asked: Turn) -> None:
    match asked.to:
        case "back":
            await page.go_back(wait_until="commit")
        case "forward":
            await page.go_forward(wait_until="commit")
        case "again":
            await page.reload(wait_until="commit")


def _dialog(tab: Tab | None) -> dict[str, Any] | None:
    if tab is None or tab.dialog is None:
        return None
    ask, dialog = tab.dialog
    return {"ask": ask, "type": dialog.type, "message": dialog.message[:2000], "text": dialog.default_value[:2000]}
