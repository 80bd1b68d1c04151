"""The gate: keeps a run from sending where its recording may not act, and from opening what it does not name.

What documents ask for (navigations, forms, and where they are redirected to) and what scripts send by XHR and ``fetch``
is paused by ``interception.py`` until ``fence.py`` has judged it. What that does not reach (a new window's first
request, frames of another process until they are met, shared and service workers) is seen as the browser tells of it:
then the run stops, and the request may have left.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Error, Page, Request

from recordings.errors import OutsideFenceError, ShowonceError
from recordings.urls import url_pattern
from replayer.document import address_of
from replayer.fence import Asked, Fence, refuse_outside, refuse_unmasked, shown_origin
from replayer.interception import Interception, Paused
from replayer.locate import Found
from replayer.plan import PlannedStep
from replayer.watch import UNTOLD

_KEPT = "It was kept back."
_SEEN = "It may have left."


class Gate:
    """Judges what all tabs of a context send and open, from the first address of a run to its end."""

    def __init__(self, context: BrowserContext, fence: Fence, interception: Interception) -> None:
        self._context, self._fence, self._interception = context, fence, interception
        self._task: asyncio.Task[Any] | None = None
        self._words = ""
        self._breach: OutsideFenceError | None = None
        self._notes: list[str] = []
        self._handed = False

    def hand_over(self) -> None:
        """A person has the tabs: what goes outside is kept back as ever, and noted, but ends no run."""
        self._handed = True

    def take_back(self) -> None:
        """They are the run's again."""
        self._handed = False

    @property
    def fence(self) -> Fence:
        return self._fence

    def start(self) -> None:
        """Judge what is sent and opened from now on."""
        self._interception.add(self)
        self._context.on("request", self._on_request)

    def stop(self) -> None:
        """Judge no more; after a breach it does so until the context is closed."""
        self._context.remove_listener("request", self._on_request)
        if self._breach is None:
            self._interception.remove(self)

    def take_notes(self) -> list[str]:
        """What was noted since this was asked last, for the record of the step."""
        taken, self._notes = self._notes, []
        return taken

    async def admits(self, planned: PlannedStep, found: Found | None, page: Page) -> None:
        """See that a step may be done where its element stands.

        Raises:
            OutsideFenceError, SecretUnmaskedError: It may not; nothing was done.
        """
        if found is not None:
            refuse_unmasked(planned, found.seen)
        document = await address_of(found.frame if found is not None else page.main_frame)
        refuse_outside(self._fence, planned, document)

    @asynccontextmanager
    async def doing(self, words: str) -> AsyncIterator[None]:
        """A step is done: what leaves meanwhile is its own.

        Raises:
            OutsideFenceError: It sent something where the recording may not act; raised as soon as that is seen.
        """
        self._task = task = asyncio.current_task()
        assert task is not None
        self._words, cancelled = words, task.cancelling()
        try:
            yield
        except asyncio.CancelledError:
            if self._breach is None or task.uncancel() > cancelled:
                raise
        except (ShowonceError, Error):
            if self._breach is None:
                raise
        finally:
            self._task = None
        self.refuse_breach()

    @property
    def breach(self) -> OutsideFenceError | None:
        """What was to be sent or opened where it may not be."""
        return self._breach

    def refuse_breach(self) -> None:
        """See that there was none, between steps.

        Raises:
            OutsideFenceError: There was.
        """
        if self._breach is not None:
            raise self._breach

    async def may_go(self, session: CDPSession, paused: Paused) -> bool:
        request, document = paused["request"], paused["resourceType"] == "Document"
        asked = Asked(request["method"], request["url"], document, document, self._task is not None)
        verdict = self._fence.judged(asked)
        if verdict != "goes" and document and not await _is_of_tab(session, paused):
            asked = replace(asked, main=False)
            verdict = self._fence.judged(asked)
        if verdict != "goes":
            self._note(asked, verdict, _KEPT)
        return verdict == "goes"

    def told(self, paused: Paused, *, goes: bool, given_up: bool) -> None:
        pass

    def _on_request(self, request: Request) -> None:
        if request.resource_type in UNTOLD or request.redirected_from is not None or self._is_held(request):
            return
        document = request.is_navigation_request()
        asked = Asked(request.method, request.url, document, document and _is_main(request), self._task is not None)
        if self._fence.judged(asked) == "stops":
            self._note(asked, "stops", _SEEN)

    def _is_held(self, request: Request) -> bool:
        """Whether it is paused before it leaves."""
        try:
            return self._interception.holds(request.frame)
        except Error:  # a worker's, or a tab's that is only about to be
            return False

    def _note(self, asked: Asked, verdict: str, so_far: str) -> None:
        shown = f"{asked.method} {url_pattern(asked.url)}"
        if verdict == "kept":
            self._notes.append(
                f"{shown} was blocked: a frame asked for it, on a network that the recording leaves out."
            )
        elif self._handed:
            where = "this recording may not act there"
            self._notes.append(f"{shown}, while a person helped: {where}. {so_far}")
        elif self._breach is None:
            what = f"send {shown}, that is to" if asked.sends else "open"
            words = self._words or "The page"
            self._breach = OutsideFenceError(words, what, shown_origin(asked.url), so_far)
            if self._task is not None:
                self._task.cancel()


async def _is_of_tab(session: CDPSession, paused: Paused) -> bool:
    """Whether a document is for the whole tab: a tab's target has the id of its main frame."""
    try:
        target = (await session.send("Target.getTargetInfo"))["targetInfo"]
    except Error:
        return True
    return bool(target["type"] == "page" and target["targetId"] == paused.get("frameId"))


def _is_main(request: Request) -> bool:
    try:
        return request.frame.parent_frame is None
    except Error:
        return True
