"""The process behind a browser, for tests that end it."""

from __future__ import annotations

import os
from pathlib import Path


def main_process(mark: str) -> int:
    """The browser itself: of the processes started with ``mark``, not its helpers, nor what it has only just forked to
    be one and is called like itself, nor a script that started it."""
    folders = [folder for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    lines = {int(folder.name): read(folder / "cmdline") for folder in folders}
    ours = [pid for pid, line in lines.items() if mark in line and "--type=" not in line]
    stats = {pid: read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split() for pid in ours}
    parents = {pid: int(fields[1]) for pid, fields in stats.items() if fields}
    first = {pid: parent for pid, parent in parents.items() if _program(pid) != _program(parent)}
    (found,) = set(first) - set(first.values())
    return found


def _program(pid: int) -> Path | None:
    try:
        return Path(f"/proc/{pid}/exe").readlink()
    except OSError:
        return None


def read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:  # the process ended since it was listed
        return ""


def child_processes() -> set[int]:
    """The processes that this one has started, and that have not ended."""
    folders = [folder for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    stats = {int(folder.name): read(folder / "stat").rpartition(")")[2].split() for folder in folders}
    return {pid for pid, fields in stats.items() if fields[1:2] == [str(os.getpid())] and fields[0] != "Z"}


def environment_of(pid: int) -> dict[str, str]:
    """What a process was told in its environment."""
    pairs = (each.partition("=") for each in read(Path(f"/proc/{pid}/environ")).split("\0") if each)
    return {name: value for name, _, value in pairs}
