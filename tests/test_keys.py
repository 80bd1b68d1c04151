"""Keys of the terminal while a demonstration goes on: which command each one completes."""

from __future__ import annotations

import pytest

from agents.controller import KEYS, Command
from showonce.keys import Line, after, keys_in
from showonce.studio import KEYS_SAID


def typed(text: str) -> list[tuple[Command, str]]:
    """The commands that these keys complete, one after another."""
    line, done = Line(), []
    for key in text:
        line, command = after(line, key)
        done += [command] if command is not None else []
    return done


@pytest.mark.parametrize(
    ("keys", "commands"),
    [
        ("u", [(Command.undo, "")]),
        ("Uq", [(Command.undo, ""), (Command.stop, "")]),
        ("jy", []),
        ("nask up\ru", [(Command.note, "ask up"), (Command.undo, "")]),
        ("rno\x7fumber\n", [(Command.read, "number")]),
        ("nforget\x1bu", [(Command.undo, "")]),
        ("\x1b", [(Command.cancel, "")]),
    ],
)
def test_keys_complete_commands(keys: str, commands: list[tuple[Command, str]]) -> None:
    assert typed(keys) == commands


def test_an_arrow_key_is_no_command() -> None:
    assert keys_in("\x1b[A") == []


def test_every_key_is_said() -> None:
    assert [part.split()[0] for part in KEYS_SAID.split(" · ")] == list(KEYS)
