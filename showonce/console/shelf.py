"""Keeps what is shown in the console by its name: see ``agents.live.lesson.Shelf``."""

from __future__ import annotations

from pathlib import Path

from recordings.names import checked_name
from recordings.recording import Recording
from showonce.record import check_free, keep


class ConsoleShelf:
    """The folder of recordings that go by a name."""

    def __init__(self, recordings: Path) -> None:
        self._recordings = recordings

    def check(self, name: str, *, replace: bool) -> str:
        """See ``Shelf``."""
        name = checked_name(name)
        check_free(self._recordings / name, replace)
        return name

    def keep(self, recording: Recording, name: str) -> None:
        """See ``Shelf``."""
        keep(recording, self._recordings / name)
