"""The documents: what is recorded, what is found, what was done. Pure; imports none of the other packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recordings.recording import Recording as Recording


def __getattr__(name: str) -> object:
    # Loaded where it is asked for: its models take a quarter of a second, and the command line needs none to start.
    if name == "Recording":
        from recordings.recording import Recording

        return Recording
    raise AttributeError(f"module 'recordings' has no attribute '{name}'")
