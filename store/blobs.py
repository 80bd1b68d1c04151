"""Pictures of the trace stage, on disk under the sha256 of their content: the same picture is kept once."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """Byte strings in ``folder``, which comes to be with the first of them. Files are their owner's alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep ``content`` and return its digest, 64 hex digits.

        Raises:
            OSError: The disk is full, or the folder cannot be written to; nothing is left behind.
        """
        digest = sha256(content).hexdigest()
        path = self.path(digest)
        if _size(path) != len(content):
            if not path.parent.is_dir():
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.parent.mkdir(mode=0o700, exist_ok=True)
            _write_whole(path, content)
        return digest

    def get(self, digest: str) -> bytes | None:
        """What was kept under ``digest``; None if nothing was, or if it is no digest at all."""
        if not _DIGEST.fullmatch(digest):
            return None
        try:
            return self.path(digest).read_bytes()
        except OSError:
            return None

    def path(self, digest: str) -> Path:
        """The file of a digest, whether it is there or not."""
        return self.folder / digest[:2] / digest[2:]


def _size(path: Path) -> int | None:
    # A size is compared because a power cut can leave a renamed file empty: it is then written again.
    try:
        return path.stat().st_size
    except OSError:
        return None


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside ``path`` and rename, so a reader never sees half a picture."""
    handle, fresh = mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(fresh).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(fresh).unlink()
        raise
