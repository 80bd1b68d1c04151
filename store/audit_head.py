"""The newest entry of the audit log in a second place, beside the database: a file for its owner alone.

Where only the database was changed, this tells that its end was cut off, or that all of it was written anew.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from recordings.audit import Head
from recordings.errors import StoreUnusableError

_LINE = "{:020d} {}\n"
_LONG = len(_LINE.format(0, "0" * 64))


class HeadFile:
    """Holds a ``Head``; only a later one takes its place, whichever process comes last."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Head | None:
        """What it holds; None where there is no such file yet.

        Raises:
            StoreUnusableError: It cannot be read, or holds something else.
        """
        try:
            with self.path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                return self._head_in(file.read(_LONG + 1))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from error

    def put(self, head: Head) -> None:
        """Hold this one, unless a later one is held already.

        Raises:
            StoreUnusableError: It cannot be written.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                held = self._head_in(file.read(_LONG + 1))
                if held is None or held.number < head.number:
                    # Always as long, and in one call: a process that dies here leaves the old one or the new one.
                    os.pwrite(file.fileno(), _LINE.format(head.number, head.hash).encode(), 0)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from error

    def _head_in(self, content: bytes) -> Head | None:
        """What was written; None for a file that was only just made."""
        if not content:
            return None
        number, _, digest = content.decode(errors="replace").partition(" ")
        if len(content) != _LONG or not number.isdecimal() or len(digest) != 65:
            raise self._unusable("it does not hold what was written to it")
        return Head(int(number), digest.rstrip("\n"))

    def _unusable(self, reason: str) -> StoreUnusableError:
        mend = "Run 'showonce audit verify'; if the log is whole, take this file away: it is made anew."
        return StoreUnusableError(self.path, reason, mend)
