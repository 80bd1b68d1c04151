"""One tab tapped: its capture script, navigations, dialogs and screencast, told to the recorder as they happen."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Error, Frame, Page
from pydantic import ValidationError

from browser.asking import LookLostError
from browser.page_script import frame_path
from recorder.events import Arrived, BrowserEvent, DialogClosed, TabClosed, Trouble
from recorder.page_events import PAGE_EVENT, PageEvent
from recorder.pictures import RingBuffer
from recorder.screen import Screen
from recorder.spawn import Spawn
from recorder.worlds import WORLD, Worlds

_BINDING = "__showonce_send"
_ASKED, _PART_S = 20, 0.1
"""How often, and how long each time, the answer of a tab is waited for before it is taken for dumb."""


class Tap:
    """Listens to one tab, over CDP sessions of its own; ``hear`` gets every event in order of arrival. What does not
    begin with the recording's ``token``, which only its own script knows, is no event."""

    def __init__(
        self,
        context: BrowserContext,
        page: Page,
        sources: tuple[str, str],
        token: str,
        hear: Callable[[PageEvent | BrowserEvent], None],
        spawn: Spawn,
        by_page: bool,
        worlds: Worlds,
    ) -> None:
        self.page = page
        self.ring = RingBuffer()
        self._worlds = worlds
        self._context, self._hear, self._spawn = context, hear, spawn
        self._source, self._chooser = sources
        self._token = token.encode()
        self._main_frame = ""
        self._requested = by_page
        self._arrived = False
        self._started = ""
        self._place = 0
        self._arrivals = 0
        self._in_turn = asyncio.Lock()
        self._screen: Screen | None = None
        self._dialog: dict[str, Any] = {}
        self._sessions: dict[Frame | None, CDPSession] = {}

    async def attach(self) -> None:
        """Put the capture script into the tab: its present document and all that come."""
        self.page.on("framenavigated", self._on_frame)
        self.page.on("close", lambda _: self._hear(TabClosed(time.time() * 1000)))
        self.page.on("crash", lambda _: self._hear(Trouble("The page crashed; what was shown until then is kept.")))
        session = await self._context.new_cdp_session(self.page)
        self._sessions[None] = session
        session.on("Page.frameStartedNavigating", self._on_started)
        session.on("Page.frameRequestedNavigation", self._on_requested)
        session.on("Page.frameNavigated", self._on_navigated)
        session.on("Page.navigatedWithinDocument", self._on_within)
        session.on("Page.javascriptDialogOpening", self._on_dialog_opened)
        session.on("Page.javascriptDialogClosed", self._on_dialog_closed)
        self._screen = Screen(session, self.ring, self._spawn)
        # All at once: the first address may be on its way, and the script must be there before it.
        _, tree = await asyncio.gather(self._inject(session), session.send("Page.getFrameTree"))
        if not self._arrived:
            self._on_navigated({"frame": tree["frameTree"]["frame"]})
        await self._screen.start()
        for frame in self.page.frames[1:]:
            self._on_frame(frame)

    async def flush(self) -> bool:
        """Return when all that the tab told until now has been heard; False: it did not answer."""
        return all(await asyncio.gather(*(_answers(session) for session in self._sessions.values())))

    async def detach(self) -> None:
        """End the sessions; the tab goes on untouched."""
        self.page.remove_listener("framenavigated", self._on_frame)
        for session in self._sessions.values():
            try:
                async with asyncio.timeout(2):
                    await session.detach()
            except (Error, TimeoutError):
                pass
        self._sessions.clear()

    async def offset_of(self, path: tuple[int, ...]) -> tuple[float, float] | None:
        """Where the viewport of the frame at ``path`` begins in the tab's viewport, in CSS pixels."""
        if not path:
            return (0, 0)
        for frame in self.page.frames[1:]:
            try:
                async with asyncio.timeout(1):
                    if await frame_path(frame) == path:
                        return await _content_corner(frame)
            except (Error, LookLostError, TimeoutError):
                continue
        return None

    async def _inject(self, session: CDPSession) -> None:
        session.on("Runtime.bindingCalled", self._on_told)
        self._worlds.watch(session)
        await asyncio.gather(
            session.send("Runtime.addBinding", {"name": _BINDING, "executionContextName": WORLD}),
            session.send("Runtime.enable"),
            session.send("Page.enable"),
            session.send(
                "Page.addScriptToEvaluateOnNewDocument",
                {"source": self._source, "worldName": WORLD, "runImmediately": True},
            ),
            session.send("Page.addScriptToEvaluateOnNewDocument", {"source": self._chooser, "runImmediately": True}),
        )

    def _on_told(self, params: dict[str, Any]) -> None:
        if params["name"] != _BINDING:
            return
        token, *events = params["payload"].split("\n")
        if not hmac.compare_digest(token.encode(errors="replace"), self._token):
            self._hear(Trouble("Something was told by another than the recorder's own script; it is left out."))
            return
        for told in events:
            try:
                what = PAGE_EVENT.validate_json(told)
            except ValidationError as error:
                self._hear(Trouble(f"Something was told that could not be understood: {error.errors()[0]['msg']}."))
                continue
            if self._screen is not None:
                self._screen.felt(what)
            self._hear(what)

    def _on_frame(self, frame: Frame) -> None:
        if frame.parent_frame is not None and not frame.is_detached():
            self._spawn(self._attach_frame(frame))

    async def _attach_frame(self, frame: Frame) -> None:
        """A frame of another site lives in a process of its own and needs a session of its own."""
        try:
            session = await self._context.new_cdp_session(frame)
            self._sessions[frame] = session
            await self._inject(session)
        except Error:
            return  # it shares its parent's process, where the script is already, or is gone

    def _on_requested(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self._main_frame:
            self._requested = True

    def _on_started(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self._main_frame:
            self._started = params["navigationType"]

    def _on_navigated(self, params: dict[str, Any]) -> None:
        frame = params["frame"]
        if frame.get("parentId"):
            return
        self._main_frame = frame["id"]
        if frame["url"] not in ("", "about:blank"):
            self._arrived = True
            self._came(frame["url"] + frame.get("urlFragment", ""), chosen=not self._requested, same_document=False)
            self._requested = False

    def _on_within(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self._main_frame:
            self._came(params["url"], chosen=False, same_document=True)

    def _came(self, url: str, *, chosen: bool, same_document: bool) -> None:
        """Tell of an address; which way the tab went in its history must be asked for first."""
        started, self._started = self._started, ""
        self._arrivals += 1
        at = time.time() * 1000
        if started.startswith(("history", "restore")):
            self._spawn(self._went(url, same_document, at))
            return
        again = started.startswith("reload")
        self._hear(Arrived(url, chosen=chosen, same_document=same_document, again=again, at=at))
        self._spawn(self._added(self._arrivals, again))

    async def _added(self, arrival: int, again: bool) -> None:
        """Where the tab is in its history; one further, where it has gone on before that could be asked."""
        async with self._in_turn:
            place = await self._place_now()
            self._place = place if arrival == self._arrivals else self._place + (not again)

    async def _went(self, url: str, same_document: bool, at: float) -> None:
        async with self._in_turn:
            before, self._place = self._place, await self._place_now()
            steps = self._place - before or -1  # nobody goes nowhere: most go back
        self._hear(Arrived(url, chosen=True, same_document=same_document, steps=steps, at=at))

    async def _place_now(self) -> int:
        try:
            return int((await self._sessions[None].send("Page.getNavigationHistory"))["currentIndex"])
        except (Error, KeyError):
            return self._place  # the tab is gone

    @property
    def in_dialog(self) -> bool:
        """Whether the tab waits for a dialog to be answered."""
        return bool(self._dialog)

    def _on_dialog_opened(self, params: dict[str, Any]) -> None:
        self._dialog = params

    def _on_dialog_closed(self, params: dict[str, Any]) -> None:
        opened, self._dialog = self._dialog, {}
        self._hear(
            DialogClosed(
                type=opened.get("type", "alert"),
                message=opened.get("message", ""),
                accepted=params["result"],
                text=params.get("userInput", ""),
            )
        )


async def _answers(session: CDPSession) -> bool:
    asking = asyncio.ensure_future(session.send("Runtime.evaluate", {"expression": "0"}))
    try:
        for _ in range(_ASKED):  # in parts: while this process is held up, the time of one is over, not of all
            done, _ = await asyncio.wait({asking}, timeout=_PART_S)
            if done:
                return True  # or it is gone, and told all it had to
        return False
    finally:
        asking.cancel()
        asking.add_done_callback(lambda ended: ended.cancelled() or ended.exception())


async def _content_corner(frame: Frame) -> tuple[float, float] | None:
    element = await frame.frame_element()
    box = await element.bounding_box()
    if box is None:
        return None
    left, top = await element.evaluate("e => [e.clientLeft, e.clientTop]")
    return box["x"] + left, box["y"] + top
