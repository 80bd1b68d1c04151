"""What the tabs of a demonstration ask servers for, and whether it was answered."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from playwright.async_api import BrowserContext, Error, Page, Request, Response, WebSocket

from recorder.answering import ANSWERS_S
from recorder.collect import Collected
from recorder.events import Answered, Sent
from recorder.surroundings import UNTOLD
from recorder.tabs import Tabs

_ASKING = {"document", "xhr", "fetch", "eventsource", "websocket"}
_READING = {"GET", "HEAD", "OPTIONS"}


class Requests:
    """Tells what may change data as it is sent and answered; of all else, only when something was asked for.

    Args:
        tabs: Those whose requests count, and who is told of them.
        collected: Keeps when pages asked for something, or sent something over a socket.
    """

    def __init__(self, context: BrowserContext, tabs: Tabs[Page], collected: Collected) -> None:
        self._context, self._tabs, self._collected = context, tabs, collected
        self._numbers: dict[Request, int] = {}
        self._open: set[int] = set()
        self._answer_came = asyncio.Event()

    def start(self) -> None:
        """Hear what all tabs of the context ask for."""
        self._context.on("request", self._on_request)
        self._context.on("response", self._on_response)
        self._context.on("requestfailed", self._on_failed)

    def stop(self) -> None:
        """Hear no more."""
        self._context.remove_listener("request", self._on_request)
        self._context.remove_listener("response", self._on_response)
        self._context.remove_listener("requestfailed", self._on_failed)

    def meet(self, page: Page) -> None:
        """Hear also what a tab sends over sockets."""
        page.on("websocket", self._on_socket)

    async def until_answered(self) -> None:
        """Wait a while for the answers to what was sent; what stays without one has none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWERS_S):
                while self._open and any(not page.is_closed() for page in self._tabs.joined):
                    self._answer_came.clear()
                    await self._answer_came.wait()

    def _on_socket(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _: self._note(self._collected.heard.streamed))

    def _note(self, moments: list[int]) -> None:
        moments.append(len(self._collected.events))

    def _on_request(self, request: Request) -> None:
        page = self._page_of(request)
        if page is None:
            return
        if request.resource_type in _ASKING:
            self._note(self._collected.heard.asked)
        if request.method in _READING or request.resource_type in UNTOLD:
            return
        number = self._numbers[request] = len(self._numbers)
        self._open.add(number)
        self._tabs.hear(page, Sent(number, request.method, request.url))

    def _on_response(self, response: Response) -> None:
        number, page = self._numbers.get(response.request), self._page_of(response.request)
        if number is not None and page is not None:
            self._answered(number)
            self._tabs.hear(page, Answered(number, response.status))

    def _on_failed(self, request: Request) -> None:
        if (number := self._numbers.get(request)) is not None:
            self._answered(number)  # nothing more comes of it

    def _answered(self, number: int) -> None:
        self._open.discard(number)
        self._answer_came.set()

    def _page_of(self, request: Request) -> Page | None:
        """The tab that asks; of what asks for itself (a service worker) the first. None: a tab that has no part."""
        with suppress(Error):
            page = request.frame.page
            return page if page in self._tabs else None
        return next(iter(self._tabs.joined), None)
