"""An edit written into its recording's folder, whoever made it: whole, or not at all."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from recordings.errors import ShowonceError
from recordings.names import check_only_ours
from recordings.recording import Recording
from recordings.versions import save_edit


def keep_edit(
    before: Recording, after: Recording, folder: Path, said: str, *, forget: bool, place: Path | None = None
) -> None:
    """Write the new one whole before the old one goes."""
    check_only_ours(folder)
    place = place or folder
    try:
        save_edit(before, after, folder, said, datetime.now().astimezone(), forget=forget, place=place)
        if place.resolve() != folder.resolve():
            shutil.rmtree(folder)
    except OSError as error:
        raise unsaved(place, folder, error) from error


def unsaved(place: Path, folder: Path, error: OSError) -> ShowonceError:
    """What is said where an edit could not be written."""
    return ShowonceError(
        f"The recording could not be saved to {place}: {error.strerror or error}.",
        f"What was in {folder} is unchanged; make room or get write access, and try again.",
    )
