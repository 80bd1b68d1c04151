"""Pictures of a run: the page by CDP, the target outlined, secrets painted over and people blurred."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from playwright.async_api import CDPSession, Error, Page, ViewportSize

from browser.people import Said, said_in_tab
from browser.scale import draw_full, is_half
from recordings.drawing import Drawing, drawn_at_half, told_in
from recordings.target import Box
from recordings.veil import Private
from replayer.people import Says, hidden_in, is_silent, said_in
from replayer.tab_sessions import TabSessions

_LIMIT_S, _FULL_S, _FRAME_S = 1.5, 5.0, 0.5
"""How long a picture is waited for; one in full, as that of a step that failed, longer, since a run takes few."""
_OLD_S = 0.05
"""How much older than asked for a frame may be: two of a screen that shows 60 a second, and some."""
_TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_NOBODY = Private()


class _Taken(NamedTuple):
    """A picture, the boxes in it to be blurred and to be painted over, and whether all secret fields were empty."""

    raw: bytes
    hidden: tuple[Box, ...]
    told: tuple[Box, ...]
    blank: bool = False


class _Shot(NamedTuple):
    """A picture, and what the tab's main frame said right after it; None where there is none, or nobody asked."""

    raw: bytes | None
    said: Said | None


_SPOKEN = _Taken(b"", (), ())
_NO_SHOT = _Shot(None, None)


@dataclass(slots=True)
class Camera:
    """Takes pictures of a context's tabs."""

    sessions: TabSessions
    quality: int = 70

    async def take(
        self,
        page: Page,
        target: Box | None,
        secrets: Sequence[Box],
        *,
        half: bool = False,
        sure: bool = True,
        scrolled: tuple[float, float] | None = None,
        private: Private = _NOBODY,
        whose: bool = False,
        says: Says | None = None,
        at_once: bool = True,
    ) -> bytes | None:
        """The tab's viewport as JPEG; None when the browser gave none in time, or did not say where it shows what is
        ``private``. It never fails a run.

        Args:
            half: Of half the size, which costs half of the browser's CPU for a full one.
            sure: Such a picture may be one frame old (2 of 40 right after a change), unless this is asked for.
            scrolled: How far the page was when the boxes were told, where that is known.
            whose: The target is private itself.
            says: Whether a text says a secret: such texts are painted over.
            at_once: All is drawn now; else, where nothing has to be hidden, by whoever looks (``recordings.drawing``).
        """
        taken = await self._quick(page, scrolled, says, half=half, sure=sure) if not private else _SPOKEN
        if taken is _SPOKEN:
            taken = await self._between(page, scrolled, private, says, half=half)
        if taken is None:
            return None
        hidden = (*taken.hidden, *([target] if target is not None and whose else []))
        secrets = (*secrets, *taken.told)
        if not (target or secrets or hidden):
            return taken.raw
        size = page.viewport_size
        drawing = Drawing(outlined=target, painted=secrets, width=size["width"] if size is not None else None)
        # Fields that were said to be blank are those of the picture: a next document, or a field of another kind, is a
        # change, and then nothing was quiet for long enough.
        may_wait = (taken.blank or not secrets) and not (at_once or hidden)
        later = told_in(taken.raw, drawing) if may_wait else None
        if later is not None:
            return later
        from replayer.painting import painted  # here: most runs never need it

        return painted(taken.raw, drawing, hidden, quality=self.quality)

    async def _quick(
        self, page: Page, scrolled: tuple[float, float] | None, says: Says | None, *, half: bool, sure: bool
    ) -> _Taken | None:
        """A picture of which one cheap question tells that it shows no more secrets than are known; _SPOKEN where that
        is not sure."""
        begun = time.monotonic()
        raw, said = await self._shot(page, scrolled, half=half, sure=sure, asks=says is not None)
        if raw is None:
            return None
        if not await is_silent(page, says, time.monotonic() - begun + _OLD_S, said):
            return _SPOKEN
        return _Taken(raw, (), (), blank=said is not None and said.blank and len(page.frames) == 1)

    async def _between(
        self, page: Page, scrolled: tuple[float, float] | None, private: Private, says: Says | None, *, half: bool
    ) -> _Taken | None:
        """A picture between two questions where something is to be hidden: what moved meanwhile stands in the one place
        or the other."""
        before, told = await hidden_in(page, private), await said_in(page, says)
        raw, _ = await self._shot(page, scrolled, half=half, sure=True)
        after, again = await hidden_in(page, private), await said_in(page, says)
        if raw is None or before is None or after is None or told is None or again is None:
            return None
        return _Taken(raw, (*before, *after), (*told, *again))

    async def _shot(
        self, page: Page, scrolled: tuple[float, float] | None, *, half: bool, sure: bool, asks: bool = False
    ) -> _Shot:
        shot = await self._frame(page, scrolled, sure=sure, asks=asks) if half else _NO_SHOT
        if shot.raw is None:
            if not half:
                await _draw_full(page)
            shot = _Shot(await self._screenshot(page, _LIMIT_S if half else _FULL_S), None)
        return shot._replace(raw=drawn_at_half(shot.raw)) if shot.raw is not None and is_half(page) else shot

    async def _frame(self, page: Page, scrolled: tuple[float, float] | None, *, sure: bool, asks: bool) -> _Shot:
        """The frame on the screen, which a screencast begins with: a capture would have the page drawn once more, and
        that is most of its cost. To be ``sure``, two are waited for. None where the page was scrolled since.
        Where it ``asks``, also what the tab says right after it.
        """
        size = page.viewport_size
        if size is None:
            return _NO_SHOT
        try:
            async with asyncio.timeout(_FRAME_S):
                session = await self.sessions.of(page)
                # In a task of its own, as questions are (browser/asking.py).
                frame, said = await asyncio.create_task(self._cast(session, size, sure=sure, asks=asks))
        except (Error, TimeoutError):
            return _NO_SHOT
        told = frame["metadata"]
        if scrolled not in (None, (told["scrollOffsetX"], told["scrollOffsetY"])):
            return _NO_SHOT
        return _Shot(base64.b64decode(frame["data"]), said)

    async def _cast(
        self, session: CDPSession, size: ViewportSize, *, sure: bool, asks: bool
    ) -> tuple[dict[str, Any], Said | None]:
        first: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def came(event: dict[str, Any]) -> None:
            if not first.done():
                first.set_result(event)

        if sure:
            await session.send("Runtime.evaluate", {"expression": _TWO_FRAMES, "awaitPromise": True})
        session.once("Page.screencastFrame", came)
        limits = {"maxWidth": (size["width"] + 1) // 2, "maxHeight": (size["height"] + 1) // 2}
        await session.send("Page.startScreencast", {"format": "jpeg", "quality": self.quality, **limits})
        frame = await first
        asking = said_in_tab(session) if asks else _nothing()
        said, _ = await asyncio.gather(asking, session.send("Page.stopScreencast"))
        return frame, said

    async def _screenshot(self, page: Page, limit_s: float) -> bytes | None:
        how = {"format": "jpeg", "quality": self.quality, "optimizeForSpeed": True}
        try:
            # A capture at a navigation's commit may never answer, so each is bounded.
            async with asyncio.timeout(limit_s):
                shot = await (await self.sessions.of(page)).send("Page.captureScreenshot", how)
        except (Error, TimeoutError):
            return None
        return base64.b64decode(shot["data"])


async def _draw_full(page: Page) -> None:
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(_LIMIT_S):
            await draw_full(page)


async def _nothing() -> None:
    return None
