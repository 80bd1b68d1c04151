"""Runs that wait for a person: each shown live, helped by whoever takes it in hand first, for a time that is bounded.

Need → Help, listed at the desk → a person opens it → what they do goes to the page → Answer
"""

from __future__ import annotations

import asyncio
import secrets as randomness
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from playwright.async_api import Error, Page

from agents.live.asked import Asked, Gesture, Release, Shown
from agents.live.deeds import Deeds, Watched, kept_of, watched
from agents.live.screen import LiveScreen, live_screen
from agents.live.typed import Typed, types
from browser.asking import LookLostError
from browser.page_script import keep_focused_secret
from recordings.errors import CouldNotStartError
from recordings.heal import Heal
from replayer.help import Answer, Need, NoHelp

_LOOK_S = 0.5
_COVER_S = 1.0
_KEPT = 20
_GESTURES = get_args(Gesture)


class HelpUnknownError(CouldNotStartError):
    """No run waits under that id."""

    def __init__(self) -> None:
        super().__init__("No run waits for help here any more.", "It may have been helped: look among the runs.")


class HelpTakenError(CouldNotStartError):
    """Somebody else has it in hand."""

    def __init__(self) -> None:
        super().__init__("Somebody else helps this run now.", "You see what they do. When they leave, it is yours.")


@dataclass(frozen=True, slots=True)
class About:
    """Whose run it is: the item of a batch, and the batch; and where the recording lay; "" where there is none."""

    item: str = ""
    batch: str = ""
    folder: str = ""


@dataclass(slots=True)
class Help:
    """A run that waits. ``screen`` shows it; ``hand`` is the one of those who watch that may act, "" for none; it waits
    ``until`` then, by ``time.monotonic``: longer while somebody acts. ``came`` says what became of it, ``deeds`` what
    the person did that is to be kept, where they want that (``keeps``)."""

    need: Need
    about: About
    within_s: float
    id: str = field(default_factory=lambda: randomness.token_urlsafe(12))
    screen: LiveScreen | None = None
    hand: str = ""
    until: float = 0
    asked_at: float = field(default_factory=time.time)
    came: str = ""
    keeps: bool = False
    deeds: Deeds | None = None
    is_over: bool = False
    uploads: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="showonce-help-")))
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    typed: Typed = field(default_factory=Typed)
    on_change: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.touch()

    @property
    def left_s(self) -> float:
        """How long it waits yet."""
        return max(0.0, self.until - time.monotonic())

    def touch(self) -> None:
        """Somebody is there."""
        self.until = max(self.until, time.monotonic() + self.within_s)

    def told(self, hand: str) -> dict[str, Any]:
        """What a page that shows it is told."""
        stage = "over" if self.is_over else "showing"
        return {"stage": stage, "why": self.came, "yours": self.hand in ("", hand), "left_s": round(self.left_s)}

    def began(self, hand: str) -> None:
        """Somebody opened it."""
        if not self.hand:
            self.hand = hand
            self.touch()
            self._changed()

    def left(self, hand: str) -> None:
        """They closed it: it is whose who takes it next."""
        if self.hand == hand:
            self.hand = ""
            self._changed()

    def heard(self, asked: Asked, hand: str) -> None:
        """Have it done in the page, where it is theirs to do."""
        if isinstance(asked, Shown) or self.screen is None or self.is_over:
            return
        if not self.hand:
            self.began(hand)
        if self.hand != hand:
            return
        if not isinstance(asked, Release):
            self.touch()
        if isinstance(asked, _GESTURES):
            self.need.learn(self.typed.heard(asked))
        self.screen.ask(asked)

    def check_hand(self, hand: str) -> None:
        """See that they may act.

        Raises:
            HelpUnknownError: It is over.
            HelpTakenError: It is in another's hand.
        """
        if self.is_over or self.answer.done():
            raise HelpUnknownError
        if self.hand and self.hand != hand:
            raise HelpTakenError
        self.hand = hand
        self.touch()

    def decide(self, answer: Answer) -> None:
        """What the person says; the run goes on, or ends."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def end(self, came: str) -> None:
        self.is_over, self.came = True, came
        self.need.learn(self.typed.ended())
        self._changed()
        shutil.rmtree(self.uploads, ignore_errors=True)

    def _changed(self) -> None:
        if self.screen is not None:
            self.screen.tell()
        self.on_change()


class HelpDesk:
    """All runs of this process that wait for a person, and what became of the last that did.

    ``to_keep`` is what a person wants taken into recordings. Where nobody came for a run of a batch,
    the batch's others are not waited for, until somebody helps one of it: a night's rows do not each wait in vain.
    """

    def __init__(self, on_change: Callable[[], None] = lambda: None) -> None:
        self.on_change = on_change
        self.to_keep: asyncio.Queue[Heal | Deeds] = asyncio.Queue()
        self.lately: list[str] = []
        self._all: dict[str, Help] = {}
        self._in_vain: set[str] = set()

    @property
    def waiting(self) -> list[Help]:
        """Those that wait, the longest first."""
        return [each for each in self._all.values() if not each.is_over]

    def help(self, help_id: str) -> Help:
        """One of them, also for a while after it is over.

        Raises:
            HelpUnknownError: There is none.
        """
        if help_id not in self._all:
            raise HelpUnknownError
        return self._all[help_id]

    def of_run(self, trace_id: str) -> Help | None:
        """The one of a run that waits."""
        return next((each for each in self.waiting if each.need.trace_id == trace_id), None)

    async def ask(self, need: Need, about: About, within_s: float, unwanted: Callable[[], Awaitable[str]]) -> Answer:
        """List it, show it, and wait for what a person answers.

        Args:
            within_s: How long nobody may be there.
            unwanted: Asked now and then why help is not wanted any more; "" while it is.
        """
        browser = need.page.context.browser
        if browser is None:
            return NoHelp()
        if about.batch and about.batch in self._in_vain:
            return NoHelp("nobody", "Nobody came to help another row of this batch, so nobody was waited for.")
        waiting = Help(need, about, within_s, on_change=self.on_change)
        self._all[waiting.id] = waiting
        came = "The run ended."
        try:
            async with live_screen(browser, need.page.context) as screen:
                screen.before = _covering
                waiting.screen = screen
                await screen.bring(need.page)
                self.on_change()
                async with watched(need) as heard:
                    answer = await _answered(waiting, unwanted)
            came = self._noted(waiting, answer)
            if waiting.keeps and not isinstance(answer, NoHelp):
                self._take_deeds(waiting, heard)
            return answer
        finally:
            waiting.end(came)
            self._forget()

    def _noted(self, waiting: Help, answer: Answer) -> str:
        if isinstance(answer, NoHelp):
            if answer.came == "nobody" and waiting.about.batch:
                self._in_vain.add(waiting.about.batch)
            return answer.why
        self._in_vain.discard(waiting.about.batch)
        return f"{answer.by} helped, and the run went on."

    def _take_deeds(self, waiting: Help, heard: Watched) -> None:
        need = waiting.need
        if heard.shown is None or not (steps := kept_of(heard)):
            self.say(f"{need.recording.name}: what was done was not kept: only presses that send nothing are.")
            return
        waiting.deeds = Deeds(need.recording.name, waiting.about.folder, need.step.id, heard.shown, steps)

    def passed(self, trace_id: str) -> None:
        """A run came through: what was done for it, and is to be kept, is."""
        for each in self._all.values():
            if each.need.trace_id == trace_id and each.deeds is not None:
                self.to_keep.put_nowait(each.deeds)
                each.deeds = None

    def say(self, words: str) -> None:
        """Keep it among what came of late."""
        self.lately = [words, *self.lately][:_KEPT]
        self.on_change()

    def _forget(self) -> None:
        over = [each.id for each in self._all.values() if each.is_over]
        for help_id in over[:-_KEPT]:
            del self._all[help_id]


async def _answered(waiting: Help, unwanted: Callable[[], Awaitable[str]]) -> Answer:
    while not waiting.answer.done():
        if not waiting.left_s:
            return NoHelp("nobody", f"Nobody came to help within {_lasting(waiting.within_s)}.")
        await asyncio.wait({waiting.answer}, timeout=min(waiting.left_s, _LOOK_S))
        if not waiting.answer.done() and (why := await unwanted()):
            return NoHelp("withdrawn", why)
    return waiting.answer.result()


async def _covering(page: Page, asked: Gesture) -> None:
    """What a person types into is painted over in every picture that is kept from now on."""
    if not types(asked):
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(_COVER_S):
            for frame in page.frames:
                with suppress(Error, LookLostError):
                    await keep_focused_secret(frame)


def _lasting(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"
