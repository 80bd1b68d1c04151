"""What people decide on heals, done to the recording that they are for, from wherever it is decided."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from recordings.editing import healed
from recordings.errors import EditRefusedError
from recordings.heal import Heal
from recordings.kept_edits import keep_edit
from recordings.names import RecordingUnknownError, recording_folder
from recordings.recording import Recording


def folder_of(heal: Heal, recordings: Path, inside: str | None = None) -> Path:
    """Where the recording of a heal is: as given, where the run found it, or by its name.

    Raises:
        EditRefusedError: It is nowhere there.
        RecordingUnknownError: It is not ``inside``.
    """
    if inside is not None:
        return recording_folder(inside, recordings)
    if heal.folder and (Path(heal.folder) / "recording.json").is_file():
        return Path(heal.folder)
    try:
        return recording_folder(heal.recording, recordings)
    except RecordingUnknownError as error:
        raise EditRefusedError(
            f"The recording '{heal.recording}' is no longer where it was run from.",
            "Say where it is: showonce heal accept ID --in FOLDER.",
        ) from error


def accepted(heals: Sequence[Heal], folder: Path) -> Path:
    """Keep the recording with all of them as one edit, all or nothing; its folder.

    Raises:
        EditRefusedError: They are for several recordings, or one cannot be had any more.
    """
    if len({(heal.recording, heal.folder) for heal in heals}) > 1:
        raise EditRefusedError("These proposals are for several recordings.", "Accept those of one at a time.")
    before = after = Recording.load(folder)
    for heal in heals:
        after = healed(after, heal)
    said = "; ".join(f"heal {heal.step_id} as run {heal.trace_id[:8]} found it" for heal in heals)
    keep_edit(before, after, folder, said, forget=False)
    return folder


def check_refusable(heal: Heal) -> None:
    """See that a heal was not accepted before.

    Raises:
        EditRefusedError: It was.
    """
    if heal.status == "accepted":
        raise EditRefusedError(
            f"Proposal {heal.id} was accepted; the recording may have it already.",
            f"'showonce edit {shlex.quote(heal.recording)} --undo' takes the latest edit back.",
        )
