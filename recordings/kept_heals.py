"""What people decide on heals, done to the recording that they are for, from wherever it is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Literal

from recordings.editing import healed, unhealed
from recordings.errors import EditRefusedError, ShowonceError
from recordings.files import load_document
from recordings.heal import Heal
from recordings.kept_edits import keep_edit
from recordings.names import RecordingUnknownError, recording_folder
from recordings.recording import Recording
from recordings.steps import target_of

Standing = Literal["proposed", "accepted", "refused", "taken back", "overtaken"]
"""How a heal stands, told from its recording as it is now: ``accepted`` is one that is in force, ``taken back`` was
accepted and its step has the old target again, ``overtaken`` one whose step was edited or healed otherwise, or went."""


def standing_of(heal: Heal, recording: Recording | None) -> Standing:
    """How a heal stands; where there is no recording, as it was decided on."""
    if recording is None:
        return heal.status
    step = next((step for step in recording.steps if step.id == heal.step_id), None)
    now = target_of(step) if step is not None else None
    if now == heal.new:
        return "accepted"
    if heal.status == "refused":
        return "refused"
    if now != heal.old:
        return "overtaken"
    return "taken back" if heal.status == "accepted" else "proposed"


def standings(heals: Sequence[Heal], recordings: Path, inside: str | None = None) -> dict[int, Standing]:
    """How heals stand, by their ids; each recording is read once. ``inside`` is as for ``folder_of``."""

    @cache
    def read(folder: Path) -> Recording | None:
        with suppress(ShowonceError):
            return load_document(folder)
        return None

    def recording_for(heal: Heal) -> Recording | None:
        with suppress(ShowonceError):
            return read(folder_of(heal, recordings, inside))
        return None

    return {heal.id: standing_of(heal, recording_for(heal)) for heal in heals}


def is_taken_back(heal: Heal, folder: Path) -> bool:
    """Whether a heal was accepted, and the recording in the folder has the old target again."""
    with suppress(ShowonceError):
        return standing_of(heal, load_document(folder)) == "taken back"
    return False


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
            "Put it back, or say where it is in the terminal: showonce heal accept ID --in FOLDER.",
        ) from error


def acceptable(heals: Sequence[Heal], recording: Recording) -> tuple[list[Heal], dict[int, str]]:
    """Those that a recording can take together, and why it cannot take the others, by their ids."""
    times = Counter(heal.step_id for heal in heals)
    good, left = list[Heal](), dict[int, str]()
    for heal in heals:
        if times[heal.step_id] > 1:
            left[heal.id] = f"{times[heal.step_id]} proposals for this step were chosen. Choose one of them."
            continue
        try:
            recording = healed(recording, heal)
            good.append(heal)
        except EditRefusedError as error:
            left[heal.id] = f"{error.message} {error.mend}"
    return good, left


def accepted(heals: Sequence[Heal], folder: Path) -> Path:
    """Keep the recording with all of them as one edit, all or nothing; its folder.

    Raises:
        EditRefusedError: They are for several recordings, or one cannot be had any more.
    """
    check_of_one(heals)
    before = after = Recording.load(folder)
    for heal in heals:
        after = healed(after, heal)
    said = "; ".join(f"heal {heal.step_id} as run {heal.trace_id[:8]} found it" for heal in heals)
    keep_edit(before, after, folder, said, forget=False)
    return folder


def check_of_one(heals: Sequence[Heal]) -> None:
    """See that heals are for one recording.

    Raises:
        EditRefusedError: They are for several.
    """
    if len({(heal.recording, heal.folder) for heal in heals}) > 1:
        raise EditRefusedError("These proposals are for several recordings.", "Accept those of one at a time.")


def reverted(heal: Heal, folder: Path) -> None:
    """Keep the recording with the old target again, as an edit of its own, which can be undone.

    Raises:
        EditRefusedError: The heal is not in force there.
    """
    before = Recording.load(folder)
    after = unhealed(before, heal)
    said = f"take back heal {heal.step_id} as run {heal.trace_id[:8]} found it"
    keep_edit(before, after, folder, said, forget=False)


def check_refusable(heal: Heal, standing: Standing) -> None:
    """See that a heal is not in force.

    Raises:
        EditRefusedError: It is.
    """
    if standing == "accepted":
        raise EditRefusedError(
            f"Proposal {heal.id} was accepted, and its recording looks for the new target now.",
            "Take it back first, then it can be refused.",
        )


def check_undecidable(heal: Heal, standing: Standing) -> None:
    """See that something was decided on a heal that can be taken back.

    Raises:
        EditRefusedError: Nothing was, or it is not in force any more.
    """
    if standing in ("accepted", "refused"):
        return
    why = {
        "proposed": "Nothing was decided on it yet",
        "taken back": "It was taken back already",
        "overtaken": f"Step {heal.step_id} ({heal.words}) was edited or healed since",
    }[standing]
    raise EditRefusedError(
        f"Proposal {heal.id} cannot be taken back. {why}.", "Nothing was changed; the recording's page has its edits."
    )
