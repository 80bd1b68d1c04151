"""What pages ask of servers while a run reads: nothing is complete while a part of it is on its way."""

from __future__ import annotations

import time
from math import inf

from playwright.async_api import BrowserContext, Request

_OF_SCRIPTS = ("xhr", "fetch")


class Asking:
    """Counts the requests of pages' scripts that are under way in a context.

    Args:
        on: Whether to listen at all: to be told of each request costs a run some time.
    """

    def __init__(self, context: BrowserContext, *, on: bool) -> None:
        self._context, self._on = context, on
        self._open: dict[Request, float] = {}
        self._last_end = -inf

    def start(self) -> None:
        if self._on:
            self._context.on("request", self._began)
            self._context.on("requestfinished", self._ended)
            self._context.on("requestfailed", self._ended)

    def stop(self) -> None:
        if self._on:
            self._context.remove_listener("request", self._began)
            self._context.remove_listener("requestfinished", self._ended)
            self._context.remove_listener("requestfailed", self._ended)

    def youngest_s(self) -> float:
        """How long ago the last of those began that have no answer yet; infinite where there is none. One that stays
        open for good is for nothing that is shown."""
        return time.monotonic() - max(self._open.values(), default=-inf)

    def ended_s(self) -> float:
        """How long ago the last of them ended; infinite where none did."""
        return time.monotonic() - self._last_end

    def _began(self, request: Request) -> None:
        if request.resource_type in _OF_SCRIPTS:
            self._open[request] = time.monotonic()

    def _ended(self, request: Request) -> None:
        if self._open.pop(request, None) is not None:
            self._last_end = time.monotonic()
