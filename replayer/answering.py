"""Seeing, while a step is done, that the tabs of a run still answer.

Whatever else a run waits for has a limit of its own. What a tab is asked has none: a script in it that never comes to
its end lets no question through, nor does a browser that hangs, and neither ever says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

from playwright.async_api import Error, Frame, Page

from recordings.errors import PageSilentError
from recordings.steps import Step, target_of
from replayer.locate import Waits
from replayer.tab_sessions import TabSessions
from replayer.watch import Watch

_BEGINS_S = 5.0
"""A step that takes less is not asked after."""

_AGAIN_S = 2.0
T = TypeVar("T")


class Answering:
    """Asks the tabs of one run, beside a step that takes long, for nothing but an answer.

    ``silent_s``: without one for so long a tab is given up.
    """

    def __init__(self, sessions: TabSessions, watch: Watch, waits: Waits) -> None:
        self._sessions, self._watch = sessions, watch
        self.silent_s = max(waits.silent_s, waits.step_s, waits.effect_s)

    async def heard(self, step: Step, doing: Awaitable[T]) -> T:
        """What comes of doing something for a step, which is given up where a tab is silent.

        Raises:
            PageSilentError: One is.
        """
        try:
            async with asyncio.timeout(None) as limit:
                listening = asyncio.create_task(self._listen(step, limit))
                try:
                    return await doing
                finally:
                    listening.cancel()
        except TimeoutError:
            if not limit.expired():
                raise
            raise PageSilentError(step.words, self.silent_s) from None

    async def _listen(self, step: Step, limit: asyncio.Timeout) -> None:
        await asyncio.sleep(min(_BEGINS_S, self.silent_s))
        while not await self._silent(step):  # noqa: ASYNC110 - what is silent does not say so
            await asyncio.sleep(_AGAIN_S)
        limit.reschedule(asyncio.get_running_loop().time())

    async def _silent(self, step: Step) -> bool:
        """Whether a tab that is asked does not answer in time; one that crashed meanwhile cannot."""
        asked = {asyncio.create_task(self._answer(target)): page for page, target in self._asked(step)}
        if not asked:
            return False
        try:
            _, unanswered = await asyncio.wait(asked, timeout=self.silent_s)
        finally:
            for task in asked:
                task.cancel()
        return any(asked[task] not in self._watch.crashed for task in unanswered)

    def _asked(self, step: Step) -> list[tuple[Page, Page | Frame]]:
        """The tabs that did not crash, which have an error of their own; where the step is done in a frame, also those
        in them that may have a process of their own. Such as only stand beside it may be as they like."""
        target = target_of(step)
        tabs = [page for page in self._watch.pages if not page.is_closed() and page not in self._watch.crashed]
        framed = tabs if target is not None and target.frame else []
        return [
            *((page, page) for page in tabs),
            *((page, frame) for page in framed for frame in page.frames if frame != page.main_frame),
        ]

    async def _answer(self, target: Page | Frame) -> None:
        """Wait for an answer of any kind; that a tab or frame is gone is one."""
        with suppress(Error):
            await (await self._sessions.of(target)).send("Runtime.evaluate", {"expression": "0"})
