"""Demonstrations shown from afar: each a recording under way in a headless browser, and a screen to work in.

begin → opening → showing → trying → saved | failed | dropped
"""

from __future__ import annotations

import asyncio
import logging
import secrets as randomness
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from playwright.async_api import Browser, BrowserContext, Error

from agents.controller import Controller
from agents.demonstration import demonstrate
from agents.live.asked import Asked
from agents.live.screen import LiveScreen, live_screen, may_be_opened
from recordings.errors import CouldNotStartError, ShowonceError
from recordings.recording import Recording, Viewport

log = logging.getLogger("showonce.live")

AWAY_S = 300.0
"""How long nobody may look before a demonstration is taken to be over, and saved as it is."""
_LOOK_S = 1.0
_MOST = 8

Stage = Literal["opening", "showing", "trying", "saved", "failed", "dropped"]


class LessonUnknownError(CouldNotStartError):
    """No demonstration goes by that id."""

    def __init__(self) -> None:
        super().__init__("There is no such demonstration.", "It may be over: look among the recordings.")


class AddressRefusedError(CouldNotStartError):
    """An address that is not one of the web."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"'{address[:200]}' cannot be opened.", "Give an address that begins with http:// or https://."
        )


class TooManyLessonsError(CouldNotStartError):
    """Each takes a browser."""

    def __init__(self) -> None:
        super().__init__(f"{_MOST} demonstrations are under way already.", "Finish one of them first.")


class Shelf(Protocol):
    """Where recordings are kept by their names."""

    def check(self, name: str, *, replace: bool) -> str:
        """The name as it is kept. Raises a CouldNotStartError where it is unusable, or taken and not replaced."""

    def keep(self, recording: Recording, name: str) -> None:
        """Keep it. Raises a RecordingFailedError that says where it is instead."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shown, and where it begins."""

    name: str
    address: str
    viewport: Viewport = field(default_factory=Viewport)
    secret_fields: Sequence[str] = ()
    replace: bool = False


class Lesson:
    """One demonstration; ``controller`` and ``screen`` are there from 'showing' on."""

    def __init__(self, wish: Wish, browser: Path | None, shelf: Shelf, away_s: float = AWAY_S) -> None:
        self.id = randomness.token_urlsafe(12)
        self.wish = wish
        self.stage: Stage = "opening"
        self.trouble = ""
        self.screen: LiveScreen | None = None
        self.controller: Controller | None = None
        self.settled, self.over = asyncio.Event(), asyncio.Event()
        self._browser, self._shelf, self._away_s = browser, shelf, away_s
        self._stop = asyncio.Event()
        self._drop = False
        self._seen = time.monotonic()
        self.uploads = Path(tempfile.mkdtemp(prefix="showonce-teach-"))

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.stage in ("saved", "failed", "dropped")

    def recording(self) -> Recording:
        """As it would be, were it over now.

        Raises:
            LessonUnknownError: Nothing is shown yet.
        """
        if self.controller is None:
            raise LessonUnknownError
        return self.controller.as_understood()

    def told(self, hand: str) -> dict[str, Any]:
        """What a page that shows it is told."""
        return {"stage": self.stage, "why": self.trouble, "name": self.wish.name, "yours": True}

    def began(self, hand: str) -> None:
        """Somebody opened it; whoever did may act."""

    def left(self, hand: str) -> None:
        """They closed it."""

    def heard(self, asked: Asked, hand: str) -> None:
        """Have it done in the page."""
        if self.screen is not None:
            self.screen.ask(asked)

    def finish(self) -> None:
        """The person has shown everything."""
        self._stop.set()

    def drop(self) -> None:
        """End it and keep nothing."""
        self._drop = True
        self._stop.set()

    async def run(self) -> None:
        """From the browser's opening to the recording that is kept; nothing propagates, ``trouble`` says it."""
        try:
            async with asyncio.TaskGroup() as tasks:
                minding = tasks.create_task(self._mind())
                recording = await self._demonstrated()
                minding.cancel()
            if self._drop:
                self._become("dropped")
            else:
                await asyncio.to_thread(self._shelf.keep, recording, self.wish.name)
                self._become("saved")
        except* ShowonceError as group:
            self._fail(str(_first(group)))
        except* Error as group:
            log.error("a demonstration failed", exc_info=group)
            self._fail("The browser failed; nothing could be kept.")
        finally:
            if not self.is_over:
                self._fail("Something unexpected happened; it is in the console's log.")
            await asyncio.to_thread(shutil.rmtree, self.uploads, True)

    async def _demonstrated(self) -> Recording:
        @asynccontextmanager
        async def shown(browser: Browser, context: BrowserContext) -> AsyncIterator[LiveScreen]:
            async with live_screen(browser, context) as screen:
                self.screen = screen
                yield screen

        return await demonstrate(
            self.wish.address,
            name=self.wish.name,
            headless=True,
            browser=self._browser,
            secret_fields=self.wish.secret_fields,
            stop=self._stop,
            panel=False,
            verify=True,
            on_ready=self._ready,
            on_panel_closed=lambda: None,
            on_trying=lambda: self._become("trying"),
            screen=shown,
            viewport=self.wish.viewport,
        )

    def _ready(self, controller: Controller) -> None:
        self.controller = controller
        self._seen = time.monotonic()
        self._become("showing")

    def _become(self, stage: Stage) -> None:
        self.stage = stage
        self.settled.set()
        if self.is_over:
            self.over.set()
        if stage not in ("opening", "showing") and self.controller is not None:
            self.controller.end()
        if self.screen is not None:
            self.screen.wake()

    def _fail(self, why: str) -> None:
        self.trouble = why
        self._become("failed")

    async def _mind(self) -> None:
        """Nobody looks any more: what was shown is kept as it is."""
        while not self._stop.is_set():
            await asyncio.sleep(_LOOK_S)
            if self.stage != "showing" or (self.screen is not None and self.screen.watched):
                self._seen = time.monotonic()
            elif time.monotonic() - self._seen > self._away_s:
                log.info("nobody looks at the demonstration of %s any more: it is saved as it is", self.wish.name)
                self._stop.set()


class Lessons:
    """All demonstrations of a console. Use ``open_lessons``, which saves what is under way at the end."""

    def __init__(self, shelf: Shelf, browser: Path | None, tasks: asyncio.TaskGroup, away_s: float = AWAY_S) -> None:
        self._shelf, self._browser, self._tasks, self._away_s = shelf, browser, tasks, away_s
        self._all: dict[str, Lesson] = {}

    @property
    def under_way(self) -> list[Lesson]:
        """Those that are not over, the oldest first."""
        return [lesson for lesson in self._all.values() if not lesson.is_over]

    def lesson(self, lesson_id: str) -> Lesson:
        """One of them.

        Raises:
            LessonUnknownError: There is none.
        """
        if lesson_id not in self._all:
            raise LessonUnknownError
        return self._all[lesson_id]

    def begin(self, wish: Wish) -> Lesson:
        """Have a browser open for it.

        Raises:
            CouldNotStartError: The address or the name cannot be used, the name is taken, or there are too many.
        """
        if not may_be_opened(wish.address):
            raise AddressRefusedError(wish.address)
        self._shelf.check(wish.name, replace=wish.replace)
        if len(self.under_way) >= _MOST:
            raise TooManyLessonsError
        lesson = Lesson(wish, self._browser, self._shelf, self._away_s)
        self._all[lesson.id] = lesson
        self._tasks.create_task(lesson.run())
        return lesson


@asynccontextmanager
async def open_lessons(shelf: Shelf, browser: Path | None, away_s: float = AWAY_S) -> AsyncIterator[Lessons]:
    """Demonstrations until the block is left; those under way then are finished and kept.

    Args:
        away_s: How long nobody may look before one is taken to be over.
    """
    async with asyncio.TaskGroup() as tasks:
        lessons = Lessons(shelf, browser, tasks, away_s)
        try:
            yield lessons
        finally:
            for lesson in lessons.under_way:
                lesson.finish()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group, however deep."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
