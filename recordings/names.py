"""Which recording a person means: a folder, or the name of one among their recordings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from recordings.errors import CouldNotStartError
from recordings.swap import restore

_OURS = {"recording.json", "gestures.jsonl", "crops", "pages", "files", "versions"}
_NAME = re.compile(r"[^\W_][\w .-]*")


class RecordingUnknownError(CouldNotStartError):
    """Neither a folder nor the name of a recording."""

    def __init__(self, name: str, place: Path, known: Sequence[str]) -> None:
        mend = (
            f"There are: {', '.join(known)}."
            if known
            else "There are none yet: 'showonce record URL --name NAME' makes one."
        )
        super().__init__(f"There is no recording '{name}', neither as a folder nor in {place}.", mend)
        self.name, self.known = name, tuple(known)


class NameUnusableError(CouldNotStartError):
    """A name that cannot be a folder's."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A recording cannot be called '{name}'.",
            "Begin with a letter or digit; letters, digits, spaces, '-', '_' and '.' may follow.",
        )


class FolderOccupiedError(CouldNotStartError):
    """A folder with other things in it, which writing a recording there would take away."""

    def __init__(self, folder: Path, strangers: Sequence[str]) -> None:
        super().__init__(
            f"{folder} holds other things than a recording ({', '.join(strangers[:3])}), and they would be lost.",
            "Choose another folder, or move them out of it.",
        )


def recording_folder(name: str, recordings: Path) -> Path:
    """The folder of a recording: ``name`` as a path if a recording is there, else among ``recordings``.

    Raises:
        RecordingUnknownError: There is neither; it lists what there is.
    """
    path = Path(name).expanduser()
    if path.name == "recording.json" and path.is_file():
        return path.parent
    restore(recordings / path.name)
    known = known_names(recordings)
    if (path / "recording.json").is_file():
        return path
    if name in known:
        return recordings / name
    if path.is_dir() and path.name != name:
        return path  # written as a path: reading it says what is wrong with it
    raise RecordingUnknownError(name, recordings, known)


def known_names(recordings: Path) -> list[str]:
    """The names of the recordings in a folder, sorted."""
    found = (path.parent.name for path in recordings.glob("*/recording.json"))
    return sorted(name for name in found if not name.startswith("."))  # what is being written, or was left so


def checked_name(name: str) -> str:
    """``name`` without spaces around it, if it can be a folder's name."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise NameUnusableError(name)
    return name


def check_only_ours(folder: Path) -> None:
    """Refuse to write a recording over a folder that holds anything else.

    Raises:
        FolderOccupiedError: It does, and saving swaps whole folders.
    """
    strangers = sorted({path.name for path in folder.iterdir()} - _OURS) if folder.is_dir() else []
    if strangers:
        raise FolderOccupiedError(folder, strangers)
