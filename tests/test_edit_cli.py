"""``showonce edit`` as people meet it: options, and the editor in a pseudo terminal with keys typed into it."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from recordings.recording import Recording
from showonce.cli import main
from tests.test_cli import EXAMPLE, SHOWONCE, environment, everything_in

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")

_IN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes the pseudo terminal that of the command, so that Ctrl+C is a signal."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two of the example recordings, ``add`` and ``order``."""
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    shutil.copytree(EXAMPLE, tmp_path / "recordings" / "add")
    shutil.copytree(EXAMPLE.parent / "place-order", tmp_path / "recordings" / "order")
    return tmp_path


def added(home: Path) -> Recording:
    return Recording.load(home / "recordings" / "add")


def ids(home: Path) -> list[str]:
    return [step.id for step in added(home).steps]


# With options


def test_a_branch_is_added_shown_and_undone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = added(home)
    assert main(["edit", "add", "--do", 'branch 2-3 if visible "Cookies"', "--do", "otherwise 4", "--show"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "If 'Cookies' is visible:" in shown and "Otherwise:" in shown
    assert [block.steps for block in added(home).blocks] == [tuple(step.id for step in before.steps[1:3])]
    assert main(["edit", "add", "--undo"]) == 0
    assert added(home) == before


def test_all_commands_of_a_call_are_done_and_undone_at_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = added(home)
    does = ["--do", "delete 2", "--do", 'wait 5 "New customer"', "--rename-input", "email=mail"]
    assert main(["edit", "add", *does]) == 0
    edited = added(home)
    assert (len(edited.steps), edited.steps[4].waits) == (12, ("New customer",))
    assert "mail" in [item.name for item in edited.inputs]
    assert main(["edit", "add", "--undo"]) == 0
    assert added(home) == before
    assert main(["edit", "add", "--redo"]) == 0
    assert added(home) == edited
    capsys.readouterr()
    main(["edit", "add", "--history"])
    assert "rename-input email mail; delete 2; wait 5 'New customer'" in " ".join(capsys.readouterr().out.split())


def test_a_step_of_another_recording_is_put_in(home: Path) -> None:
    assert main(["edit", "add", "--insert-from", "order:s05", "--after", "s05"]) == 0
    assert ids(home)[4:7] == ["s05", "s14", "s06"]
    assert main(["edit", "add", "--insert-goto", "/orders", "--before", "1"]) == 0
    assert added(home).steps[0].words == "Go to http://127.0.0.1:8010/orders"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--do", "delete 3", "--do", "move 99 after 2"], "no step '99'"),
        (["--do", "mvoe 1"], "Did you mean 'move'?"),
        (["--insert-goto", "/x"], "Add --after STEP or --before STEP"),
        (["--insert-goto", "/x", "--after", "1", "--before", "2"], "one of the two"),
        (["--insert-goto", "nowhere", "--after", "1"], "is no address"),
        (["--insert-from", "order", "--after", "1"], "names no step of a recording"),
        (["--insert-from", "nosuch:s01", "--after", "1"], "There are: add, order."),
        (["--insert-from", "order:s99", "--after", "1"], "no step 's99'"),
        (["--after", "1"], "nothing is inserted"),
        (["--undo"], "There is no edit to undo"),
        (["--redo"], "There is no edit to do again"),
        (["--undo", "--do", "delete 1"], "does not go with other changes"),
        (["--undo", "--redo"], "does not go with other changes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_refused_says_why_and_changes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    before = everything_in(home)
    code = main(["edit", "add", *arguments])
    err = capsys.readouterr().err
    assert (code, words in err, "Traceback" in err) == (2, True, False), err
    assert everything_in(home) == before


def test_making_a_secret_forgets_what_was_before_and_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["edit", "add", "--do", "optional 2"])
    assert main(["edit", "add", "--do", "secret company"]) == 0
    assert "cannot be undone" in capsys.readouterr().err
    assert b"Analytical Engines" not in everything_in(home / "recordings" / "add")
    assert main(["edit", "add", "--undo"]) == 2


def test_without_a_terminal_the_recording_is_shown(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edit", "add", "--do", "disable 2", "--do", "optional 5"]) == 0
    capsys.readouterr()
    assert main(["edit", "add"]) == 0
    out = capsys.readouterr().out
    assert ("disabled: never done" in out, "optional: skipped" in out, "username" in out) == (True, True, True), out


# In a terminal


@dataclass(slots=True)
class Terminal:
    """A command in a pseudo terminal, and a person at its keys."""

    process: subprocess.Popen[bytes]
    keys: int
    shown: str = ""

    def sees(self, text: str, pressing: bytes = b"") -> str:
        """What came on the screen until ``text``; ``pressing`` a key, again when nothing comes of it.

        Python hears a Ctrl+C between the prompt and the wait for keys only with the next key.
        """
        self.presses(pressing)
        deadline = time.monotonic() + 20
        while text not in self.shown:
            if not select.select([self.keys], [], [], 2)[0]:
                assert time.monotonic() < deadline, f"{text!r} did not come; there is: {self.shown}"
                self.presses(pressing)
                continue
            try:
                self.shown += _ESCAPES.sub("", os.read(self.keys, 65536).decode(errors="replace"))
            except OSError:
                raise AssertionError(f"{text!r} did not come before the end; there was: {self.shown}") from None
        seen, _, self.shown = self.shown.partition(text)
        return seen + text

    def types(self, line: str, prompt: str = "> ") -> str:
        """A line and Enter; what came of it until the next prompt."""
        os.write(self.keys, f"{line}\n".encode())
        self.sees("\n")  # the line itself, echoed
        return self.sees(prompt) if prompt else ""

    def presses(self, key: bytes) -> None:
        os.write(self.keys, key)

    def ends(self, pressing: bytes = b"") -> tuple[int, str]:
        """Its exit code and the rest of what it showed; ``pressing`` as in ``sees``."""
        self.presses(pressing)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if not select.select([self.keys], [], [], 2)[0]:
                self.presses(pressing)
                continue
            try:
                more = os.read(self.keys, 65536)
            except OSError:
                break
            self.shown += _ESCAPES.sub("", more.decode(errors="replace"))
            if not more:
                break
        return self.process.wait(timeout=20), self.shown


def editor(home: Path, name: str = "add") -> AbstractContextManager[Terminal]:
    """The editor, when it has shown the recording and its prompt."""
    return at_terminal(home, "edit", name)


@contextmanager
def at_terminal(home: Path, *command: str) -> Iterator[Terminal]:
    """A command in a terminal of its own."""
    if sys.platform == "win32":
        pytest.skip("there are no pseudo terminals")
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _IN_TERMINAL, *SHOWONCE, *command],
        env=environment(home, TERM="xterm", COLUMNS="120", LINES="40"),
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    ) as process:
        os.close(its)
        terminal = Terminal(process, ours)
        try:
            yield terminal
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            os.close(ours)


def test_a_sitting_is_done_undone_saved_and_left(home: Path) -> None:
    with editor(home) as terminal:
        assert "'help' shows all" in terminal.sees("> ")
        assert "› " in terminal.types("move 12 after 5")
        assert "optional: skipped if missing" in terminal.types("optional s02")
        assert "waits for 'New customer'" in terminal.types('wait s06 "New customer"')
        assert "It asks for: username, full_name, company, country" in terminal.types("delete s08")
        assert "Undone: delete s08" in terminal.types("undo")
        assert "Saved 3 changes." in terminal.types("save")
        terminal.types("quit", prompt="")
        assert terminal.ends()[0] == 0
    edited = added(home)
    assert ids(home)[4:7] == ["s05", "s12", "s06"]
    assert (edited.steps[1].optional, edited.steps[6].waits) == (True, ("New customer",))
    assert main(["edit", "add", "--undo"]) == 0
    assert added(home) == Recording.load(EXAMPLE).model_copy(update={"name": added(home).name})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mvoe 1", "Did you mean 'move'?"),
        ("sve", "Did you mean 'save'?"),
        ("move 99 after 2", "There is no step '99'."),
        ("words 3 don't", "A quotation is not closed"),
        ("undo", "Nothing was done in this sitting"),
        ("redo", "Nothing was undone"),
        ("save", "there are no changes"),
        ("enable 1", "it is so already"),
        ("help", "insert RECORDING:STEP after|before STEP"),
    ],
)
def test_the_editor_answers_clearly_and_goes_on(home: Path, line: str, words: str) -> None:
    before = everything_in(home)
    with editor(home) as terminal:
        terminal.sees("add> ")
        answer = terminal.types(line, prompt="add> ")
        assert (words in answer, "Traceback" in answer) == (True, False), answer
        terminal.types("quit", prompt="")
        assert terminal.ends()[0] == 0
    assert everything_in(home) == before


def test_ctrl_c_says_what_is_not_saved_and_a_second_one_leaves_with_the_command_that_does_it(home: Path) -> None:
    before = everything_in(home)
    with editor(home) as terminal:
        terminal.sees("> ")
        terminal.types("optional 2")
        terminal.types('wait 6 "New customer"')
        assert "2 changes not saved" in terminal.sees("add*> ", pressing=b"\x03")
        code, shown = terminal.ends(pressing=b"\x03")
    assert code == 130
    command = "showonce edit add --do 'optional 2' --do 'wait 6 \"New customer\"'"
    assert command in " ".join(shown.split()), shown
    assert everything_in(home) == before


def test_ctrl_c_leaves_at_once_where_all_is_saved(home: Path) -> None:
    with editor(home) as terminal:
        terminal.sees("> ")
        assert terminal.ends(pressing=b"\x03")[0] == 130


def test_the_end_of_input_says_what_is_not_saved(home: Path) -> None:
    with editor(home) as terminal:
        terminal.sees("> ")
        terminal.types("optional 2")
        terminal.presses(b"\x04")
        code, shown = terminal.ends()
    assert (code, "Not saved: 1 change" in shown) == (0, True), shown


@pytest.mark.parametrize(("answer", "optional"), [("yes", True), ("n", False)])
def test_leaving_asks_about_changes(home: Path, answer: str, optional: bool) -> None:
    with editor(home) as terminal:
        terminal.sees("> ")
        terminal.types("optional 2")
        assert "Save 1 change?" in terminal.types("quit", prompt="editing: ")
        assert terminal.types("", prompt="add*> ")  # Enter goes on
        terminal.types("quit", prompt="editing: ")
        terminal.types(answer, prompt="")
        assert terminal.ends()[0] == 0
    assert added(home).steps[1].optional is optional


def test_a_save_over_what_someone_else_saved_is_refused_and_loses_neither(home: Path) -> None:
    with editor(home) as terminal:
        terminal.sees("> ")
        terminal.types("optional 2")
        assert main(["edit", "add", "--do", "disable 3"]) == 0
        assert "changed by someone else" in terminal.types("save", prompt="add*> ")
        terminal.presses(b"\x04")
        assert "--do 'optional 2'" in terminal.ends()[1]
    assert (added(home).steps[1].optional, added(home).steps[2].disabled) == (False, True)
