"""One CDP session for each tab of a run, shared by all that need one, and by what the tab is asked: to open it costs
about 5 ms of CPU."""

from __future__ import annotations

import asyncio

from playwright.async_api import BrowserContext, CDPSession, Error, Frame, Page

from browser.asking import ask_by


class TabSessions:
    """The CDP session of each tab and frame of a context, opened when it is first asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self._opening: dict[Page | Frame, asyncio.Task[CDPSession]] = {}

    async def of(self, target: Page | Frame) -> CDPSession:
        """Its session.

        Raises:
            Error: It is gone, or a frame that has no process of its own.
        """
        if target not in self._opening:
            self._opening[target] = asyncio.ensure_future(self.context.new_cdp_session(target))
            self._opening[target].add_done_callback(_let_be)
        opening = self._opening[target]
        try:
            session = await asyncio.shield(opening)
        except Error:
            self._opening.pop(target, None)
            raise
        if isinstance(target, Page) and self._opening.get(target) is opening:
            ask_by(target, session)
        return session

    def forget(self) -> list[CDPSession]:
        """Those that are open, which are not known here any more."""
        tasks, self._opening = self._opening, {}
        for target in tasks:
            if isinstance(target, Page):
                ask_by(target, None)
        return [
            task.result()
            for task in tasks.values()
            if task.done() and not task.cancelled() and task.exception() is None
        ]


def _let_be(opened: asyncio.Task[CDPSession]) -> None:
    """Its error is not missed where whoever asked has gone on."""
    if not opened.cancelled():
        opened.exception()
