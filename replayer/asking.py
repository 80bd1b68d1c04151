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

    def is_under_way(self, younger_than_s: float) -> bool:
        """Whether a request that began so recently has no answer yet; one that stays open for good is for nothing
        that is shown."""
        return self.youngest_s() < younger_than_s

    def youngest_s(self) -> float:
        """How long ago the last of those began that have no answer yet; infinite where there is none."""
        return time.monotonic() - max(self._open.values(), default=-inf)

    def _began(self, request: Request) -> None:
        if request.resource_type in _OF_SCRIPTS:
            self._open[request] = time.monotonic()

    def _ended(self, request: Request) -> None:
        self._open.pop(request, None)
