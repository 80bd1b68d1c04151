"""What was changed in a recording, as a person reads it: steps by their numbers and words, not by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recordings.editing.commands import tokens_of
from recordings.errors import EditRefusedError
from recordings.recording import Recording
from recordings.versions import Edit, History, steps_of

Steps = Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """An edit in words, and when it was made: seconds since the epoch, None where that cannot be read."""

    words: str
    at: float | None


@dataclass(frozen=True, slots=True)
class ToldHistory:
    """The edits that can be undone and done again, the oldest first."""

    done: tuple[Told, ...]
    undone: tuple[Told, ...]


def told_history(folder: Path, now: Recording, history: History) -> ToldHistory:
    """All of a recording's history in words.

    Args:
        now: The recording as it is.
    """
    return ToldHistory(*(tuple(told(folder, now, edit) for edit in edits) for edits in (history.done, history.undone)))


def told(folder: Path, now: Recording, edit: Edit) -> Told:
    """One edit; its steps are numbered as they were at its other side, or where they are not there, as they are."""
    steps = {step.id: (number, step.words) for number, step in enumerate(now.steps, 1)}
    try:
        at = datetime.fromisoformat(edit.at).timestamp()
    except ValueError:
        at = None
    return Told(edit_words(edit.said, {**steps, **steps_of(folder, edit)}), at)


def edit_words(said: str, steps: Steps) -> str:
    """A command as it was kept, such as ``move s02 after s03``, with its steps by number and words."""
    try:
        verb, *rest = tokens_of(said)
    except (EditRefusedError, ValueError):  # it was kept as something else than a command
        return said
    return " ".join([verb.replace("-", " "), *(_called(token, steps) for token in rest)])


def _called(token: str, steps: Steps) -> str:
    if token not in steps:
        return f"“{token}”" if " " in token or not token else token
    number, words = steps[token]
    return f"step {number} ({words})" if words else f"step {number}"
