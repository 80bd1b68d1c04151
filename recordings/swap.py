"""A folder takes the place of another at once: whoever is stopped in the middle leaves the old or the new."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_CWD, _EXCHANGE, _SWAP = -100, 2, 2  # linux/fcntl.h, linux/fs.h, and sys/stdio.h of macOS


def swap(fresh: Path, folder: Path) -> None:
    """``fresh`` becomes ``folder``; what was there goes.

    Where the system can, the two change names in one step. Where it cannot, there is a moment with neither name; the
    old one is then found beside, as ``.NAME-old-PID``, and put back if the new one cannot take its place.
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
