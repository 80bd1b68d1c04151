"""A folder takes the place of another at once: whoever is stopped in the middle leaves the old or the new."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_RANDOM = 8
"""Letters that ``mkdtemp`` puts after its prefix."""

_WRITING_S = 600
_AT_CWD, _EXCHANGE, _SWAP = -100, 2, 2  # linux/fcntl.h, linux/fs.h, and sys/stdio.h of macOS


def swap(fresh: Path, folder: Path) -> None:
    """``fresh`` becomes ``folder``; what was there goes.

    Where the system can, the two change names in one step. Where it cannot, there is a moment with neither name: the
    old one is then beside, as ``.NAME-old-PID``, and ``restore`` puts it back.
    """
    fresh.chmod(0o755)
    if not folder.exists():
        fresh.rename(folder)
        return
    if _exchanged(fresh, folder):
        return  # the old one now has the name of the fresh one, which its owner takes away
    old = folder.with_name(f".{folder.name}-old-{os.getpid()}")
    folder.rename(old)
    try:
        fresh.rename(folder)
    except BaseException:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else who asks for the same changes this folder, or one beside it, meanwhile: no thread and no process."""
    place = os.open(folder.resolve().parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network disks lock no folders: there the last one to save wins
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def restore(folder: Path) -> None:
    """Put back what a swap in two steps left beside when it was stopped."""
    if folder.exists():
        return
    for old in sorted(folder.parent.glob(f".{folder.name}-old-*")):
        with suppress(OSError):
            old.rename(folder)
            return


def clear_leftovers(folder: Path) -> None:
    """Take away what swaps of this folder left beside when they were stopped, and nobody can be writing any more."""
    for left in folder.parent.glob(f".{folder.name}-{'?' * _RANDOM}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _WRITING_S:
                shutil.rmtree(left, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system changed the two names in one step."""
    try:
        names = os.fsencode(one), os.fsencode(other)
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform.startswith("linux"):
            return bool(libc.renameat2(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(libc.renamex_np(names[0], names[1], _SWAP) == 0)
    except (OSError, AttributeError, TypeError):
        pass  # an old C library, or none that can be asked
    return False
