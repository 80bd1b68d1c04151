"""A batch that is over: what is personal in its rows is hashed, where nobody needs it to do them again."""

from __future__ import annotations

from contextlib import suppress

from recordings.batch import Batch, ItemStatus
from recordings.private import private_of
from recordings.recording import Recording
from recordings.veil import is_token
from store import Store
from store.errors import VersionUnknownError

_DONE: tuple[ItemStatus, ...] = ("passed", "skipped")
_AT_ONCE = 200


async def hash_rows(store: Store, batch: Batch) -> None:
    """Hash what is personal in the rows of a batch that passed or were skipped; the others may be done again, and keep
    what they were given until they are.

    Not of a workflow: rows of other stages, and of later workflows with the same keys, may be given what these read.
    """
    if batch.flow:
        return
    with suppress(VersionUnknownError):  # purged: nothing of it is done again, nor looked at
        recording = await store.version(batch.version)
        if recording.personal is not None:
            await _hash(store, batch, recording)


async def _hash(store: Store, batch: Batch, recording: Recording) -> None:
    for status in _DONE:
        after = 0
        while found := await store.batches.items(batch.id, status=status, after=after, limit=_AT_ONCE):
            after = found[-1].number
            fresh = [item for item in found if not any(map(is_token, item.inputs.values()))]
            await store.veils.rows([(item, private_of(recording, item.inputs)) for item in fresh])
