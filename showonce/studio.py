"""The terminal while a demonstration goes on: the steps so far, what is wrong, and the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from showonce.keys import Line, after, has_keys, heard
from showonce.render import steps_table
from showonce.terminal import say_note, screen

if TYPE_CHECKING:
    from agents.controller import Controller, Situation
    from recorder.live_check import Doubt

KEYS_SAID = (
    "u undo · p pause · s secret · a must be there · e must equal · r read value · t read list · x next page · "
    "h hover now · n note · q stop"
)
_POINT = {
    "assert": "Press the text in the page that must be there; Esc to leave it.",
    "equals": "Press the value in the page that must be the same at each run; Esc to leave it.",
    "read": "Press the value in the page that each run shall read; Esc to leave it.",
    "rows": "Press a cell or a row of the list that each run shall read; Esc to leave it.",
    "next": "Press what leads to the next page of the list; the page does not get it; Esc to leave it.",
}


class Studio:
    """Shows a recording under way and obeys keys; without a terminal it only says what cannot be recorded."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._console = screen()
        self._live = Live(console=self._console, transient=True, auto_refresh=False)
        self._open = ExitStack()
        self._controller: Controller | None = None
        self._situation: Situation | None = None
        self._line = Line()
        self._warned = 0
        self._doubted: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._live.stop()

    def begin(self, controller: Controller) -> None:
        """There is a window now: say how to finish, watch, and hear keys."""
        self._controller = controller
        self._console.print("Recording… close the window, or press Ctrl+C here, to finish.")
        self._live.start()
        self._open.enter_context(controller.watched_by(self._show))
        if has_keys():
            self._open.enter_context(heard(self._on_key))

    def panel_closed(self) -> None:
        """Say that nothing ended."""
        self._note("The panel was closed. The recording goes on; close the recorded window to finish.")

    def trying(self) -> None:
        """Say that the demonstration is over and what is waited for."""
        self._live.stop()
        self._console.print("Trying what was recorded, in a browser of its own…")

    def _note(self, words: str) -> None:
        """Above the steps where they are drawn: what is written around them, the next drawing would erase."""
        if self._live.is_started and self._console.is_terminal:
            self._console.print(Text(words, "yellow"), soft_wrap=True)
        else:
            say_note(words)

    def _on_key(self, key: str) -> None:
        self._line, done = after(self._line, key)
        if done is not None and self._controller is not None:
            self._tasks.create_task(self._controller.obey(*done))
        self._draw()

    def _show(self, situation: Situation | None) -> None:
        if situation is None:
            return
        self._situation = situation
        self._draw()
        if not self._console.is_terminal:
            for warning in situation.understood.warnings[self._warned :]:
                say_note(warning)
            self._warned = len(situation.understood.warnings)
            self._say_doubts(situation)

    def _say_doubts(self, situation: Situation) -> None:
        """Where nothing can be taken back: what is sure, each once."""
        sure = {name: doubt for name, doubt in situation.doubts.items() if doubt.sure}
        for words in (*_doubts(situation, sure), *filter(None, [situation.trouble])):
            if words not in self._doubted:
                self._doubted.add(words)
                say_note(words)

    def _draw(self) -> None:
        if self._situation is not None:
            parts = _parts(self._situation, self._line.shown, self._console.height)
            self._live.update(Group(*parts), refresh=True)


def _parts(situation: Situation, typing: str, height: int) -> list[RenderableType]:
    """What fits on the screen: the latest steps and warnings, the answer to the last key, and the keys."""
    understood, said = situation.understood, situation.said
    told = (*understood.warnings[-3:], *filter(None, [situation.trouble]), *_doubts(situation, situation.doubts))
    warnings = [Text(warning, "yellow") for warning in told]
    below = [Text(said.words, "red" if said.trouble else "dim")] if said.words else []
    if situation.paused:
        below.append(Text("Paused: what you do now is not recorded. p to go on.", "bold yellow"))
    if situation.picking:
        below.append(Text(_POINT[situation.picking], "bold cyan"))
    if typing:
        below.append(Text(typing, "bold"))
    if has_keys():
        below.append(Text(KEYS_SAID, "dim"))
    room = max(3, height - len(warnings) - len(below) - 4)
    return [steps_table(understood.steps, understood.parameters.inputs, last=room), *warnings, *below]


def _doubts(situation: Situation, doubts: Mapping[str, Doubt]) -> list[str]:
    steps = enumerate(situation.understood.steps, 1)
    return [doubts[step.id].words(number, step) for number, step in steps if step.id in doubts]
