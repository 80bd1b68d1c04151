"""The edits of one sitting: done, undone and done again in memory; the disk is not touched."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher

from recordings.blocks import ids_of
from recordings.editing.applying import Opener, applied
from recordings.editing.commands import command_of
from recordings.errors import EditRefusedError
from recordings.recording import Recording


@dataclass(frozen=True, slots=True)
class _Change:
    """A command done: its line, the recording on its other side, and whether it made a secret."""

    line: str
    other: Recording
    forgets: bool


@dataclass(slots=True)
class Session:
    """A recording being edited. ``now`` is what it has become, ``unsaved`` what was done since it was saved."""

    now: Recording
    open_recording: Opener
    unsaved: list[str] = field(default_factory=list)
    _done: list[_Change] = field(default_factory=list)
    _undone: list[_Change] = field(default_factory=list)
    _forgets: bool = False

    @property
    def forgets(self) -> bool:
        """Whether what was before must not be kept on the disk, since a secret was made."""
        return self._forgets

    def do(self, line: str) -> tuple[str, ...]:
        """Do one command and return what is to be known of it.

        Raises:
            CouldNotStartError: It cannot be done; nothing was changed.
        """
        done = applied(self.now, [command_of(line)], self.open_recording)
        if done.recording == self.now:
            return ("Nothing changed: it is so already.", *done.notes)
        self._done.append(_Change(line, self.now, done.forgets))
        self._undone.clear()
        self.unsaved.append(line)
        self.now, self._forgets = done.recording, self._forgets or done.forgets
        return done.notes

    def undo(self) -> str:
        """Take the latest command of this sitting back and return it."""
        if not self._done:
            raise EditRefusedError(
                "Nothing was done in this sitting that could be undone.",
                "Edits that were saved before are undone by 'showonce edit NAME --undo'.",
            )
        change = self._done.pop()
        self._undone.append(_Change(change.line, self.now, change.forgets))
        self._log(change.line, f"undo {change.line}")
        self.now = change.other
        if change.forgets:
            self._forgets = any(earlier.forgets for earlier in self._done)
        return change.line

    def redo(self) -> str:
        """Do the command again that was undone last and return it."""
        if not self._undone:
            raise EditRefusedError("Nothing was undone since the latest change.")
        change = self._undone.pop()
        self._done.append(_Change(change.line, self.now, change.forgets))
        self._log(f"undo {change.line}", change.line)
        self.now, self._forgets = change.other, self._forgets or change.forgets
        return change.line

    def saved(self) -> None:
        """It is on the disk now. What was before a secret was made is forgotten here too."""
        self.unsaved.clear()
        if self._forgets:
            self._done.clear()
            self._undone.clear()
        self._forgets = False

    def _log(self, opposite: str, line: str) -> None:
        if self.unsaved and self.unsaved[-1] == opposite:
            self.unsaved.pop()
        else:
            self.unsaved.append(line)


def changed_steps(before: Recording, after: Recording) -> set[str]:
    """The ids of the steps that are new, at another place, marked otherwise, or in other blocks."""
    old = {step.id: step for step in before.steps}
    was, now = [step.id for step in before.steps], [step.id for step in after.steps]
    changed = {step.id for step in after.steps if old.get(step.id) != step}
    for block in (*before.blocks, *after.blocks):
        if (block in before.blocks) != (block in after.blocks):
            changed.update(step for step in ids_of(block) if step in now)
    for kind, _, _, start, end in SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            changed.update(now[start:end])
    return changed
