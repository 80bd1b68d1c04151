"""The recording that a run ran: as its batch kept it, or by its name."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path

from recordings.errors import ShowonceError
from recordings.names import known_names
from recordings.recording import Recording
from recordings.trace import Trace
from review.recordings.summaries import Summaries, Summary
from store import Store

_KEPT = 12


class Demonstrations:
    """Recordings, read once each while they are asked for and stay as they are; a few are kept in memory."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder, self._summaries = store, folder, Summaries(folder)
        self._known: OrderedDict[tuple[object, ...], Recording] = OrderedDict()

    async def of(self, trace: Trace) -> Recording | None:
        """What a run ran; None where it is not to be had any more."""
        try:
            if trace.item:
                batch = await self._store.batches.batch(trace.item.partition(":")[0])
                return await self._version(batch.version)
            return await self.named(trace.recording)
        except ShowonceError:
            return None

    def summary(self, name: str) -> Summary:
        """What a list says of one of ``names``."""
        return self._summaries.of(name)

    async def named(self, name: str) -> Recording | None:
        """The recording of a name, as it is now; None where there is none, or none that can be read."""
        file = self._folder / name / "recording.json"
        if name not in self.names():
            return None
        stat = file.stat()
        key = (name, stat.st_mtime_ns, stat.st_size)
        if key not in self._known:
            self._keep(key, await asyncio.to_thread(Recording.load, file.parent))
        return self._known[key]

    def names(self) -> list[str]:
        """The names that there are: no other text ever becomes a path."""
        return known_names(self._folder)

    async def _version(self, digest: str) -> Recording:
        key = (digest,)
        if key not in self._known:
            self._keep(key, await self._store.version(digest))
        return self._known[key]

    def _keep(self, key: tuple[object, ...], recording: Recording) -> None:
        self._known[key] = recording
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
