"""Steps that make the way free for another, as a notice that comes now and then is closed."""

from __future__ import annotations

from collections.abc import Sequence

from recordings.editing.insert import free_id, inserted
from recordings.editing.steps import with_optional
from recordings.recording import Recording


def with_way_made(recording: Recording, source: Recording, steps: Sequence[str], before: str) -> Recording:
    """The recording with copies of steps of ``source`` before one of its own, done only where their elements are there.

    Raises:
        EditRefusedError: There is no such step any more, or one cannot be copied.
    """
    for step in steps:
        name = free_id(recording)
        recording = with_optional(inserted(recording, source, step, before=before).recording, name)
    return recording
