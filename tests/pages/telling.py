"""Runs a program as ``python -m`` does, and on SIGUSR1 has it tell on stderr where its threads are and what its tasks
wait for: of a command that does not end in a test nothing else would be known.

    python -m tests.pages.telling showonce run …
"""

from __future__ import annotations

import asyncio
import faulthandler
import runpy
import signal
import sys
from typing import Any


def _tell(*_: object) -> None:
    """What each task of the running loop waits for, the outermost first."""
    for task in asyncio.all_tasks():
        sys.stderr.write(f"{task.get_name()}\n")
        waits: Any = task.get_coro()
        while waits is not None:
            for kind in ("cr", "gi", "ag"):
                if (frame := getattr(waits, f"{kind}_frame", None)) is not None:
                    sys.stderr.write(f"  {frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}\n")
            inner = (getattr(waits, name, None) for name in ("cr_await", "gi_yieldfrom", "ag_await"))
            waits = next((each for each in inner if each is not None), None)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _tell)
    faulthandler.register(signal.SIGUSR1, all_threads=True, chain=True)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
