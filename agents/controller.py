"""A recording under way, steered: one set of commands for the panel's buttons and the terminal's keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from agents.revising import revised_by
from recorder import Recorder
from recorder.compile import Compiled
from recorder.live_check import Doubt, LiveCheck
from recordings.errors import ControlRefusedError
from recordings.recording import Recording

HOVER_IN_S = 3.0
_TELL_EVERY_S = 0.25


class Command(StrEnum):
    """What can be asked while recording."""

    undo = "undo"
    pause = "pause"
    secret = "secret"
    check = "check"
    equals = "equals"
    read = "read"
    rows = "rows"
    next = "next"
    revise = "revise"
    hover = "hover"
    note = "note"
    stop = "stop"
    cancel = "cancel"


KEYS = {
    "u": Command.undo,
    "p": Command.pause,
    "s": Command.secret,
    "a": Command.check,
    "e": Command.equals,
    "r": Command.read,
    "t": Command.rows,
    "x": Command.next,
    "h": Command.hover,
    "n": Command.note,
    "q": Command.stop,
}
"""The letter of each command, in the panel and in the terminal."""
ASKS = {
    Command.read: "Name of the value",
    Command.rows: "Name of the list or table",
    Command.note: "Note on the last step",
}
"""Commands that take a text, and what to ask for."""


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to a command, for the person; ``trouble`` where it could not be done."""

    words: str = ""
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is shown of a recording under way. ``doubts`` are by step id: what did not come out the same."""

    name: str
    understood: Compiled
    said: Said
    paused: bool
    picking: str
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    trouble: str = ""


Watcher = Callable[[Situation | None], None]
"""Gets every situation as it comes, and None at the end."""


class Controller:
    """Obeys commands and tells every watcher, at once, what came of it.

    Args:
        stop: Set when the person says that the demonstration is over.
        hover_in_s: How long the person has to bring the pointer to its place.
        live: Tries the steps while they are shown.
    """

    def __init__(
        self,
        demo: Recorder,
        name: str,
        stop: asyncio.Event,
        hover_in_s: float = HOVER_IN_S,
        live: LiveCheck | None = None,
    ) -> None:
        self._demo, self._name, self._stop, self._hover_in_s, self._live = demo, name, stop, hover_in_s, live
        self._said = Said()
        self._watchers: list[Watcher] = []
        self._told: tuple[int, ...] = ()

    @property
    def situation(self) -> Situation:
        demo, live = self._demo, self._live
        doubts, trouble = (live.doubts(), live.trouble) if live is not None else ({}, "")
        return Situation(self._name, demo.so_far(), self._said, demo.paused, demo.picking or "", doubts, trouble)

    @property
    def _changes(self) -> tuple[int, ...]:
        """Others whenever the situation may be another."""
        return *self._demo.changes, self._live.changes if self._live is not None else 0

    def as_understood(self) -> Recording:
        """The recording as it would be, were the demonstration over now."""
        return self._demo.as_understood()

    @contextmanager
    def watched_by(self, watcher: Watcher) -> Iterator[None]:
        """Tell the watcher how things stand now, and each time that they change, until the block is left."""
        watcher(self.situation)
        self._watchers.append(watcher)
        try:
            yield
        finally:
            self._watchers.remove(watcher)

    async def follow(self, goes_on: Callable[[], bool]) -> None:
        """Tell the watchers what is heard, a few times a second, while it goes on and nobody says stop."""
        while goes_on() and not self._stop.is_set():
            if self._changes != self._told:
                self._tell(self.situation)
            with suppress(TimeoutError):
                async with asyncio.timeout(_TELL_EVERY_S):
                    await self._stop.wait()

    def end(self) -> None:
        """Tell the watchers that it is over."""
        self._tell(None)

    def _tell(self, situation: Situation | None) -> None:
        self._told = self._changes
        for watcher in list(self._watchers):
            watcher(situation)

    async def obey(self, command: Command, text: str = "") -> Said:
        """Do what is asked; what cannot be done is said, and changes nothing."""
        try:
            words = await self._do(command, text)
            self._say(Said(words))
        except ControlRefusedError as error:
            self._say(Said(str(error), trouble=True))
        return self._said

    def _say(self, said: Said) -> None:
        self._said = said
        self._tell(self.situation)

    async def _do(self, command: Command, text: str) -> str:
        demo = self._demo
        match command:
            case Command.undo:
                last = self.situation.understood.steps[-1:]
                await demo.undo()
                return f"Taken back: {last[0].words if last else 'the last step'}. The page stays as it is."
            case Command.pause if demo.paused:
                await demo.resume()
                return "Recording again."
            case Command.pause:
                await demo.pause()
                return "Paused. What you do now is not recorded."
            case Command.secret:
                await demo.mark_secret()
                return "The field is a secret now; what was typed there is forgotten."
            case Command.check:
                await demo.must_be_there()
                return ""
            case Command.read:
                await demo.read_value(text)
                return ""
            case Command.rows:
                await demo.read_rows(text)
                return ""
            case Command.next:
                await demo.next_page()
                return ""
            case Command.equals:
                await demo.must_equal()
                return ""
            case Command.revise:
                await demo.revise(revised_by(text))
                return ""
            case Command.hover:
                self._say(Said(f"Put the pointer on the element and keep it still: {self._hover_in_s:.0f} seconds."))
                await demo.hover_now(self._hover_in_s)
                return "Kept where the pointer rests."
            case Command.note:
                await demo.note(text)
                return "Noted." if text.strip() else "The note is taken away."
            case Command.cancel:
                await demo.cancel_picking()
                return ""
            case Command.stop:
                self._stop.set()
                return "Finishing the recording."
            case _:
                assert_never(command)
