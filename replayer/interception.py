"""What a context's tabs ask for, paused before it leaves until all that judge it let it go.

Each pause costs a run about 3 ms of CPU, so a request is paused once, for all judges.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from playwright.async_api import CDPSession, Error, Frame, Page

from replayer.fence import shown_origin
from replayer.tab_sessions import TabSessions

_STAND_S, _LEAVE_S = 2.0, 0.5
_KINDS = ("Document", "XHR", "Fetch")
_EVERYTHING = ({"urlPattern": "*"},)
Paused = dict[str, Any]
"""CDP's event ``Fetch.requestPaused``."""


class Judge(Protocol):
    """Says of each request that is paused whether it may leave."""

    async def may_go(self, session: CDPSession, paused: Paused) -> bool:
        """Asked in the order of the judges, until one says no."""
        ...

    def told(self, paused: Paused, *, goes: bool, given_up: bool) -> None:
        """The browser was told; ``given_up``: the page had given the request up meanwhile, so that it never left."""
        ...


class Interception:
    """Stands between the tabs of a context and the network, those that come later among them.

    Documents, and what scripts ask for by XHR and ``fetch``, are paused wherever they go; other requests are not
    slowed, but at the addresses that are asked for, and the cache stays on. What CDP's ``Fetch`` domain does not reach:
    a new window's first request, frames of another process until they are met, shared and service workers.
    """

    def __init__(self, sessions: TabSessions) -> None:
        self._sessions, self.context = sessions, sessions.context
        self._patterns: tuple[dict[str, str], ...] = tuple({"resourceType": kind} for kind in _KINDS)
        self._judges: list[Judge] = []
        self._met: dict[Page | Frame, asyncio.Event] = {}
        self._heard: set[CDPSession] = set()
        self._held: set[Page | Frame] = set()

    def pause_at(self, urls: Sequence[str]) -> None:
        """Pause also all that goes to addresses like these, as the ``Fetch`` domain has them; before it starts."""
        self._patterns = (*self._patterns, *({"urlPattern": url} for url in urls))

    def add(self, judge: Judge) -> None:
        """Ask this one too, after those that are there."""
        self._judges.append(judge)

    def remove(self, judge: Judge) -> None:
        """Ask it no more."""
        if judge in self._judges:
            self._judges.remove(judge)

    async def start(self) -> None:
        """Stand before the tabs that are open, and before those that come."""
        self.context.on("page", self.meet)
        await asyncio.gather(*(self.meet(page) for page in self.context.pages))

    async def stop(self) -> None:
        """Let the tabs go on; where a judge stays, it stands until the context is closed."""
        sessions = self._sessions.forget()
        if self._judges:
            return
        self.context.remove_listener("page", self.meet)
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_LEAVE_S):
                await asyncio.gather(*(session.detach() for session in sessions), return_exceptions=True)

    async def meet(self, page: Page) -> None:
        """Stand before a tab; one that is being met already is waited for. One that is gone, or hangs, is not held."""
        met = self._met.get(page)
        if met is None:
            met = self._met[page] = asyncio.Event()
            page.on("framenavigated", partial(self._on_frame, page))
        elif page in self._held or not met.is_set():
            await met.wait()
            return
        try:
            await self._hold(page)
        finally:
            met.set()

    async def is_before(self, page: Page) -> bool:
        """Stand before a tab and the frames in it, those once more that took too long; whether the tab is held."""
        await self.meet(page)
        if page not in self._held:
            await self.meet(page)
        await asyncio.gather(*(self._on_frame(page, frame) for frame in page.frames))
        return page in self._held

    async def pause_all(self) -> None:
        """Pause whatever any tab asks for from now on.

        Raises:
            Error: A tab cannot be held.
        """
        self._patterns = _EVERYTHING
        for page in self.context.pages:
            await self._enable(page)

    def holds(self, frame: Frame) -> bool:
        """Whether what a frame asks for is paused before it leaves."""
        page = frame.page
        return page in self._held and (frame in self._held or frame == page.main_frame or _is_of(frame, page))

    async def _hold(self, target: Page | Frame) -> None:
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_STAND_S):
                await self._enable(target)

    async def _enable(self, target: Page | Frame) -> None:
        session = await self._sessions.of(target)
        if session not in self._heard:
            session.on("Fetch.requestPaused", partial(self._on_paused, session))
            self._heard.add(session)
        await session.send("Fetch.enable", {"patterns": list(self._patterns)})
        self._held.add(target)

    async def _on_frame(self, page: Page, frame: Frame) -> None:
        """A frame of another site may be in a process of its own, which needs a session of its own."""
        if frame == page.main_frame or frame in self._met or _is_of(frame, page):
            return
        self._met[frame] = asyncio.Event()
        await self._hold(frame)  # nothing is held where it shares its parent's process
        if frame not in self._held:
            del self._met[frame]

    async def _on_paused(self, session: CDPSession, paused: Paused) -> None:
        asked: list[Judge] = []
        goes = given_up = False
        try:
            for judge in tuple(self._judges):
                asked.append(judge)
                if not await judge.may_go(session, paused):
                    break
            else:
                goes = True
        finally:
            try:
                given_up = await _answer(session, paused, goes)
            finally:
                for judge in asked:
                    judge.told(paused, goes=goes, given_up=given_up)


async def _answer(session: CDPSession, paused: Paused, goes: bool) -> bool:
    """Tell the browser; whether the page had given it up by then."""
    request = {"requestId": paused["requestId"]}
    try:
        if goes:
            await session.send("Fetch.continueRequest", request)
        else:
            # A form that is blocked would show the browser's own error page; one that is aborted keeps its page.
            why = "Aborted" if paused["resourceType"] == "Document" else "BlockedByClient"
            await session.send("Fetch.failRequest", {**request, "errorReason": why})
    except Error as error:
        return "Interception" in error.message
    return False


def _is_of(frame: Frame, page: Page) -> bool:
    """Whether a frame surely has no process of its own, since it is of the tab's own origin."""
    return frame.url in ("", "about:blank", "about:srcdoc") or shown_origin(frame.url) == shown_origin(page.url)
