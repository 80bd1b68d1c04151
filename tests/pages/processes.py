"""The process behind a browser, for tests that end it."""

from __future__ import annotations

from pathlib import Path


def main_process(mark: str) -> int:
    """The browser itself: of the processes started with ``mark``, not its helpers, nor a script that started it."""
    folders = [folder for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    lines = {int(folder.name): read(folder / "cmdline") for folder in folders}
    ours = [pid for pid, line in lines.items() if mark in line and "--type=" not in line]
    starters = {int(read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()[1]) for pid in ours}
    (found,) = set(ours) - starters
    return found


def read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:  # the process ended since it was listed
        return ""
