"""``showonce edit NAME`` in a terminal: a line at a time, the steps shown after each; nothing is saved unasked."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import suppress

import typer
from rich.console import Console
from rich.text import Text

from recordings.editing.applying import Opener
from recordings.editing.commands import USAGE, tokens_of, unknown_verb
from recordings.errors import ShowonceError
from recordings.recording import Recording
from showonce.edit_session import Session, changed_steps
from showonce.edit_view import SITTING, help_view, room_of, steps_view, whole_view
from showonce.terminal import say_error, say_note, screen

Save = Callable[[Recording, Recording, str, bool], None]
"""Before, after, what was said, and whether the versions before must go."""

_HINT = "A command a line: 'move 5 after 2', 'optional 1', 'wait 6 \"Saved\"' … 'help' shows all; 'save', 'quit'."
_STOPPED = 130


def edit_in_terminal(recording: Recording, name: str, open_recording: Opener, save: Save) -> None:
    """Ask for commands until the person leaves. Ctrl+C tells of unsaved changes first; a second one leaves.

    Raises:
        typer.Exit: With 130, when it was left by Ctrl+C.
    """
    _Editor(Session(recording, open_recording), name, save, recording).run()


class _Editor:
    """A session, the terminal it is held in, and what is on the disk."""

    def __init__(self, session: Session, name: str, save: Save, on_disk: Recording) -> None:
        self._session, self._name, self._save, self._on_disk = session, name, save, on_disk
        self._console: Console = screen()
        self._warned = False

    def run(self) -> None:
        _complete_verbs()
        self._console.print(whole_view(self._session.now))
        self._console.print(Text(f"\n{_HINT}", "dim"), soft_wrap=True)
        while True:
            try:
                line = input(f"{self._name}{'*' if self._session.unsaved else ''}> ")
                self._warned = False
                if not self._answered(line):
                    return
            except EOFError:
                self._console.print()
                self._tell_unsaved()
                return
            except KeyboardInterrupt:
                self._interrupted()
            except ShowonceError as error:
                say_error(error.message, error.mend)

    def _answered(self, line: str) -> bool:
        """Do what a line says; False when that was to leave."""
        words = tokens_of(line)
        verb = words[0].lower() if words else ""
        if words and verb not in SITTING and verb not in USAGE and verb not in ("exit", "q", "?"):
            raise unknown_verb(verb, [*USAGE, *SITTING])
        match verb:
            case "":
                pass
            case "help" | "?":
                self._console.print(help_view(sitting=True))
            case "show":
                self._console.print(whole_view(self._session.now))
            case "undo" | "redo":
                self._stepped(self._session.undo if verb == "undo" else self._session.redo, verb)
            case "save":
                self._kept()
            case "quit" | "exit" | "q":
                return not self._left()
            case _:
                self._done(line.strip())
        return True

    def _done(self, line: str) -> None:
        before = self._session.now
        notes = self._session.do(line)
        self._show_since(before)
        for note in notes:
            say_note(note)

    def _stepped(self, step: Callable[[], str], verb: str) -> None:
        before = self._session.now
        line = step()
        self._show_since(before)
        self._console.print(f"{'Undone' if verb == 'undo' else 'Done again'}: {line}", soft_wrap=True)

    def _show_since(self, before: Recording) -> None:
        now = self._session.now
        if (before.steps, before.blocks) != (now.steps, now.blocks):
            self._console.print(steps_view(now, changed_steps(before, now), room_of(self._console)))
        if (before.inputs, before.secrets) != (now.inputs, now.secrets):
            names = ", ".join([item.name for item in now.inputs] + [f"{s.name} (secret)" for s in now.secrets])
            self._console.print(f"It asks for: {names or 'nothing'}", soft_wrap=True)

    def _kept(self) -> None:
        session = self._session
        if not session.unsaved:
            self._console.print("Nothing to save: there are no changes.")
            return
        self._save(self._on_disk, session.now, "; ".join(session.unsaved), session.forgets)
        self._console.print(f"Saved {_changes(session.unsaved)}.")
        self._on_disk = session.now
        session.saved()

    def _left(self) -> bool:
        """Whether the person leaves, having been asked about what is not saved."""
        if not self._session.unsaved:
            return True
        answer = input(f"Save {_changes(self._session.unsaved)}? yes, no, or Enter to go on editing: ").strip().lower()
        if answer in ("y", "yes"):
            self._kept()
            return True
        if answer in ("n", "no"):
            self._tell_unsaved()
            return True
        return False

    def _interrupted(self) -> None:
        self._console.print()
        if not self._session.unsaved:
            raise typer.Exit(_STOPPED)
        if self._warned:
            self._tell_unsaved()
            raise typer.Exit(_STOPPED)
        self._warned = True
        say_note(f"{_changes(self._session.unsaved).capitalize()} not saved. 'save' keeps them; Ctrl+C again leaves.")

    def _tell_unsaved(self) -> None:
        """Nothing is lost: what was not saved can be done by one command."""
        lines = self._session.unsaved
        if not lines:
            return
        say_note(f"Not saved: {_changes(lines)}; the recording is as it was.")
        if not any(line.startswith("undo ") for line in lines):
            does = " ".join(f"--do {shlex.quote(line)}" for line in lines)
            say_note(f"This does the same: showonce edit {shlex.quote(self._name)} {does}")


def _changes(lines: list[str]) -> str:
    return "1 change" if len(lines) == 1 else f"{len(lines)} changes"


def _complete_verbs() -> None:
    """Tab completes verbs, arrow keys bring earlier lines, where Python has readline."""
    verbs = sorted({verb.strip() for verb in [*USAGE, *SITTING]})
    with suppress(ImportError):
        import readline

        def complete(text: str, state: int) -> str | None:
            fits = [verb for verb in verbs if verb.startswith(text)] if readline.get_begidx() == 0 else []
            return f"{fits[state]} " if state < len(fits) else None

        readline.set_completer_delims(" ")
        readline.set_completer(complete)
        readline.parse_and_bind("tab: complete")
