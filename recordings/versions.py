"""What edits changed, kept in the recording's own folder: undo, redo, and the list of both.

versions/history.json   the edits done and undone, each with the number of the version on its other side
versions/0003.json      a recording as it was, with its gestures, and its files by the sha256 of what is in them
versions/files/         what those files hold, where the recording itself does not hold it still

The latest ``KEPT`` edits can be undone. ``Recording.save`` writes a recording alone and so ends its history, as does an
edit that makes a secret: the versions before would show it. Everything is written beside and swapped at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from recordings.document import Document
from recordings.errors import EditRefusedError, RecordingUnreadableError
from recordings.files import as_json, gesture_rows, gestures_of, load_recording, recording_of, save_recording
from recordings.recording import Recording
from recordings.swap import alone

KEPT = 20
"""How many edits can be undone."""

FOLDER = "versions"
Kind = TypeVar("Kind", bound=Document)


class Edit(Document):
    """One edit: what was ``said``, when (ISO 8601), and the number of the version before it (undone: after it)."""

    number: int
    at: str
    said: str


class History(Document):
    """The edits that can be undone and redone, the oldest first."""

    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()


class Version(Document):
    """A recording as it was. ``files`` are sha256 by name."""

    recording: dict[str, Any]
    gestures: tuple[dict[str, Any], ...] = ()
    files: dict[str, str] = Field(default_factory=dict)


def history_of(folder: Path) -> History:
    """The history of a recording; an empty one where it was never edited.

    Raises:
        RecordingUnreadableError: It is there and cannot be read.
    """
    path = folder / FOLDER / "history.json"
    if not path.exists():
        return History()
    return _read(History, path, folder)


def steps_of(folder: Path, edit: Edit) -> dict[str, tuple[int, str]]:
    """The steps of the version on the other side of an edit: their numbers and words by id; none where it is gone."""
    try:
        version = _read(Version, folder / FOLDER / f"{edit.number:04}.json", folder)
    except RecordingUnreadableError:
        return {}
    steps = version.recording.get("steps", [])
    return {step["id"]: (number, step.get("words", "")) for number, step in enumerate(steps, 1)}


def save_edit(
    before: Recording,
    after: Recording,
    folder: Path,
    said: str,
    now: datetime,
    *,
    forget: bool = False,
    place: Path | None = None,
) -> None:
    """Keep an edit: ``after`` in the place of ``before``, which can be gone back to.

    Args:
        forget: Keep no version before this one; the edit made a secret.
        place: Another folder to write to, with the history; ``folder`` stays as it is.

    Raises:
        EditRefusedError: What is on the disk is no longer ``before``.
        OSError: It cannot be written; the old one is as it was.
    """
    with alone(folder):
        _check_unchanged(before, folder)
        place = place or folder
        if forget:
            save_recording(after, place)
            return
        history = history_of(folder)
        new: dict[int, Recording] = {}
        if after.model_copy(update={"name": before.name}) != before:
            number = _free(history)
            history = History(done=(*history.done, Edit(number=number, at=_stamp(now), said=said))[-KEPT:])
            new = {number: before}
        _save(after, place, history, new, before, source=folder)


def undo(folder: Path) -> tuple[Recording, str]:
    """Go back before the latest edit; return the recording as it is then, and what was undone.

    Raises:
        EditRefusedError: There is nothing to undo.
        OSError: It cannot be written; the old one is as it was.
    """
    with alone(folder):
        history, now = history_of(folder), load_recording(folder)
        if not history.done:
            raise EditRefusedError("There is no edit to undo.", _mend(history))
        edit = history.done[-1]
        number = _free(history)
        undone = (*history.undone, edit.model_copy(update={"number": number}))
        return _gone_to(folder, now, edit, History(done=history.done[:-1], undone=undone), number)


def redo(folder: Path) -> tuple[Recording, str]:
    """Do the edit again that was undone last; return the recording as it is then, and what was done.

    Raises:
        EditRefusedError: Nothing was undone since the latest edit.
        OSError: It cannot be written; the old one is as it was.
    """
    with alone(folder):
        history, now = history_of(folder), load_recording(folder)
        if not history.undone:
            raise EditRefusedError("There is no edit to do again.", _mend(history))
        edit = history.undone[-1]
        number = _free(history)
        done = (*history.done, edit.model_copy(update={"number": number}))
        return _gone_to(folder, now, edit, History(done=done, undone=history.undone[:-1]), number)


def _check_unchanged(before: Recording, folder: Path) -> None:
    """Refuse to save over what somebody else saved meanwhile."""
    if load_recording(folder) != before:
        raise EditRefusedError(
            f"The recording in {folder} was changed by someone else meanwhile.",
            "Nothing was saved. Open it again and repeat the edit.",
        )


def _gone_to(folder: Path, now: Recording, edit: Edit, history: History, number: int) -> tuple[Recording, str]:
    then = _version(folder, edit.number, now)
    _save(then, folder, history, {number: now}, now)
    return then, edit.said


def _version(folder: Path, number: int, now: Recording) -> Recording:
    """A version; its name is the one that the recording has now."""
    version = _read(Version, folder / FOLDER / f"{number:04}.json", folder)
    try:
        gestures = gestures_of(version.gestures)
        held = {digest_of(content): content for content in now.files.values()}
        files = {name: _content(folder, digest, held) for name, digest in version.files.items()}
    except (OSError, ValueError, KeyError) as error:
        raise RecordingUnreadableError(folder, f"version {number} is not whole ({error})") from error
    return recording_of({**version.recording, "name": now.name}, gestures, files, folder)


def _save(
    recording: Recording,
    folder: Path,
    history: History,
    new: Mapping[int, Recording],
    before: Recording,
    source: Path | None = None,
) -> None:
    """Write the recording, its history, and the versions that the history speaks of, in one swap."""
    source = source or folder
    held = {digest_of(content): content for content in before.files.values()}

    def more(fresh: Path) -> None:
        place = fresh / FOLDER
        (place / "files").mkdir(parents=True)
        _write(place / "history.json", history.model_dump(mode="json"))
        there = {digest_of(content) for content in recording.files.values()}
        for edit in (*history.done, *history.undone):
            known = new.get(edit.number)
            path = source / FOLDER / f"{edit.number:04}.json"
            version = _version_of(known) if known is not None else _read(Version, path, source)
            _write(place / f"{edit.number:04}.json", version.model_dump(mode="json"))
            for digest in set(version.files.values()) - there:
                (place / "files" / digest).write_bytes(_content(source, digest, held))

    save_recording(recording, folder, more if history.done or history.undone else None)


def _version_of(recording: Recording) -> Version:
    return Version(
        recording=json.loads(as_json(recording)),
        gestures=tuple(gesture_rows(recording)),
        files={name: digest_of(content) for name, content in recording.files.items()},
    )


def _content(folder: Path, digest: str, held: Mapping[str, bytes]) -> bytes:
    return held[digest] if digest in held else (folder / FOLDER / "files" / Path(digest).name).read_bytes()


def digest_of(content: bytes) -> str:
    """The sha256 of a file."""
    return sha256(content).hexdigest()


def _free(history: History) -> int:
    return max((edit.number for edit in (*history.done, *history.undone)), default=0) + 1


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _read(kind: type[Kind], path: Path, folder: Path) -> Kind:
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        what = f"{FOLDER}/{path.name} cannot be read; take the folder '{FOLDER}' away to go on without undo"
        raise RecordingUnreadableError(folder, what) from error


def _mend(history: History) -> str:
    return f"{len(history.done)} can be undone and {len(history.undone)} done again; making a secret ends the history."
