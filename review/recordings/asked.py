"""Which recording a request is about: one of those that are there, by its name; no path of a request is opened."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from recordings.names import RecordingUnknownError, known_names
from recordings.recording import Recording
from review.answers import console_of
from review.console import Console


async def asked_recording(request: Request) -> tuple[Console, str, Recording]:
    """The console, the name, and the recording as it is now.

    Raises:
        RecordingUnknownError: None goes by that name.
        RecordingUnreadableError, RecordingVersionError: It cannot be read.
    """
    console, name = console_of(request), request.path_params["name"]
    known = known_names(console.recordings)
    if name not in known:
        raise RecordingUnknownError(name, console.recordings, known)
    return console, name, await asyncio.to_thread(Recording.load, console.recordings / name)
