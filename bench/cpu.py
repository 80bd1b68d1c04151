"""CPU seconds and memory of a process and all it started, from /proc: what ended is counted in its parent."""

from __future__ import annotations

import ctypes
import os
import time
from contextlib import suppress
from pathlib import Path

_SUBREAPER, _GONE_S = 36, 3.0
"""PR_SET_CHILD_SUBREAPER of <sys/prctl.h>; how long after its parent a process may still end."""

_TICKS = os.sysconf("SC_CLK_TCK")


def tree_cpu_s() -> float:
    """User and system time of the tree below this process, ended children included."""
    stats = _stats()
    tree = _below(os.getpid(), stats)
    return sum(sum(map(int, stats[pid][11:15])) for pid in tree if pid in stats) / _TICKS


def adopt() -> None:
    """From now on what processes below leave behind comes to this one: a browser's helpers outlive it by a moment."""
    ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)


def children() -> set[int]:
    """The processes that are this one's own."""
    return {pid for pid, fields in _stats().items() if fields[1] == str(os.getpid())}


def bury(but: set[int]) -> None:
    """Wait for all children but these, so that what they used is counted: others left them to this process."""
    until = time.monotonic() + _GONE_S
    while time.monotonic() < until and (left := children() - but):
        for pid in left:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)


def tree_pss_mb(pid: int) -> float:
    """The memory of a process and those below it, what several share divided among them."""
    return sum(map(_pss_kb, _below(pid, _stats()))) / 1024


def _below(pid: int, stats: dict[int, list[str]]) -> set[int]:
    tree, found = {pid}, True
    while found:
        fresh = {pid for pid, fields in stats.items() if int(fields[1]) in tree and pid not in tree}
        tree |= fresh
        found = bool(fresh)
    return tree


def _stats() -> dict[int, list[str]]:
    return {pid: fields for pid, fields in map(_stat, Path("/proc").iterdir()) if fields}


def _pss_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def _stat(folder: Path) -> tuple[int, list[str]]:
    """The fields after the command's name: state, parent, …, utime, stime, cutime, cstime."""
    if not folder.name.isdigit():
        return 0, []
    try:
        text = (folder / "stat").read_text()
    except OSError:
        return 0, []
    return int(folder.name), text.rpartition(")")[2].split()
