"""Single keys of the terminal while a demonstration goes on, where standard input is one."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from agents.controller import ASKS, KEYS, Command

_ESCAPE = "\x1b"
_ERASE = ("\x7f", "\b")
_ENTER = ("\r", "\n")


@dataclass(frozen=True, slots=True)
class Line:
    """A text being typed for a command; ``command`` is None while keys are commands themselves."""

    command: Command | None = None
    text: str = ""

    @property
    def shown(self) -> str:
        """What to show of it: the question and what is typed so far."""
        return f"{ASKS[self.command]}: {self.text}▌" if self.command is not None else ""


def after(line: Line, key: str) -> tuple[Line, tuple[Command, str] | None]:
    """The line after a key, and the command that the key completed, if it did."""
    if line.command is None:
        command = Command.cancel if key == _ESCAPE else KEYS.get(key.lower())
        if command in ASKS:
            return Line(command), None
        return line, (command, "") if command is not None else None
    if key == _ESCAPE:
        return Line(), None
    if key in _ENTER:
        return Line(), (line.command, line.text)
    if key in _ERASE:
        return replace(line, text=line.text[:-1]), None
    return replace(line, text=line.text + key) if key.isprintable() else line, None


def keys_in(text: str) -> list[str]:
    """What was read, as keys; arrows and the like come as one sequence and mean nothing here."""
    return [_ESCAPE] if text == _ESCAPE else [] if text.startswith(_ESCAPE) else list(text)


def has_keys() -> bool:
    """Whether keys can be heard: both ends are a terminal, and the system lets us listen."""
    try:
        import termios  # noqa: F401
    except ImportError:
        return False
    return sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def heard(on_key: Callable[[str], None]) -> Iterator[None]:
    """Hear each key at once and unechoed until the block is left; Ctrl+C stays what it is."""
    import termios
    import tty

    descriptor, loop = sys.stdin.fileno(), asyncio.get_running_loop()
    before = termios.tcgetattr(descriptor)

    def read() -> None:
        for key in keys_in(os.read(descriptor, 256).decode(errors="ignore")):
            on_key(key)

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, read)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
