"""Pictures and recordings, kept under the sha256 of their content: the same is kept once."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Protocol

from sqlalchemy import Connection, delete, select

from store.database import Database, insert_into
from store.tables import blobs

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Blobs(Protocol):
    """Byte strings by digest."""

    async def put(self, content: bytes) -> str:
        """Keep ``content`` and return its digest, 64 hex digits.

        Raises:
            OSError: The disk is full, or the folder cannot be written to; nothing is left behind.
            StoreUnusableError: The database does not take it.
        """

    async def get(self, digest: str) -> bytes | None:
        """What was kept under ``digest``; None if nothing was, or if it is no digest at all."""

    async def path(self, digest: str) -> Path | None:
        """A file with what was kept under ``digest``; None if nothing was."""

    async def remove(self, digest: str) -> bool:
        """Take away what was kept under ``digest``; whether anything was."""


class FolderBlobs:
    """In ``folder``, which comes to be with the first of them. Files are their owner's alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, content: bytes) -> str:
        # On the loop: 0.2-0.4 ms for the usual 30 kB; a thread costs as much again and frees little.
        digest = sha256(content).hexdigest()
        path = self.file(digest)
        if _size(path) != len(content):
            if not path.parent.is_dir():
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.parent.mkdir(mode=0o700, exist_ok=True)
            _write_whole(path, content)
        return digest

    async def get(self, digest: str) -> bytes | None:
        path = await self.path(digest)
        with suppress(OSError):
            return path.read_bytes() if path else None
        return None

    async def path(self, digest: str) -> Path | None:
        path = self.file(digest)
        return path if _DIGEST.fullmatch(digest) and path.is_file() else None

    async def remove(self, digest: str) -> bool:
        path = await self.path(digest)
        if path is None:
            return False
        with suppress(OSError):  # what is written over is gone also where the disk is looked at; else it is unlinked
            path.write_bytes(bytes(path.stat().st_size))
        with suppress(OSError):
            path.unlink()
        return not path.exists()

    def file(self, digest: str) -> Path:
        """The file of a digest, whether it is there or not."""
        return self.folder / digest[:2] / digest[2:]


class TableBlobs:
    """In a table of the database, so that every machine that reaches it has them; ``seen`` has files of those that
    are opened here."""

    def __init__(self, database: Database, seen: FolderBlobs) -> None:
        self._database, self._seen = database, seen

    async def put(self, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        row = {"digest": digest, "content": content, "at": time.time()}

        def put(connection: Connection) -> None:
            new = insert_into(connection, blobs).on_conflict_do_nothing(index_elements=["digest"])
            connection.execute(new, row)

        await self._database.write(put)
        return digest

    async def get(self, digest: str) -> bytes | None:
        if not _DIGEST.fullmatch(digest):
            return None
        content: bytes | None = await self._database.scalar(select(blobs.c.content).where(blobs.c.digest == digest))
        return content

    async def path(self, digest: str) -> Path | None:
        content = await self.get(digest)
        if content is None:
            return None
        try:
            return await self._seen.path(await self._seen.put(content))
        except OSError:
            return None

    async def remove(self, digest: str) -> bool:
        gone = await self._database.change(delete(blobs).where(blobs.c.digest == digest))
        await self._seen.remove(digest)
        return gone > 0


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
