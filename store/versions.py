"""A whole recording as one blob: a zip that is the same wherever and whenever it is made, so its sha256 names it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from recordings.errors import RecordingUnreadableError
from recordings.files import contents_of, recording_from
from recordings.recording import Recording

_NO_TIME = (1980, 1, 1, 0, 0, 0)


def packed(recording: Recording) -> bytes:
    """The recording with its gestures and files."""
    whole = BytesIO()
    # Stored, not deflated: what deflating gives differs from one zlib to the next, and pictures do not shrink.
    with ZipFile(whole, "w", ZIP_STORED) as archive:
        for name, content in sorted(contents_of(recording).items()):
            entry = ZipInfo(name, _NO_TIME)
            entry.create_system = 3  # else it says which system it was made on
            archive.writestr(entry, content)
    return whole.getvalue()


def unpacked(content: bytes, digest: str) -> Recording:
    """The recording of ``packed``.

    Raises:
        RecordingUnreadableError, RecordingVersionError: It is damaged, or of a newer showonce.
    """
    place = Path(f"version-{digest[:8]}")
    try:
        with ZipFile(BytesIO(content)) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
    except (BadZipFile, OSError) as error:
        raise RecordingUnreadableError(place, f"{error}") from error
    return recording_from(contents, place)
