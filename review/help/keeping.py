"""Takes what a person pointed at, or did, into the recording: tried where it can be, and a version to be undone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from agents.live.deeds import Deeds
from agents.stored_example import refuse_other
from recordings.editing.made_way import with_way_made
from recordings.errors import ShowonceError
from recordings.heal import Heal
from recordings.kept_edits import keep_edit
from recordings.kept_heals import accepted, folder_of
from recordings.names import recording_folder
from recordings.recording import Recording
from review.console import Console

log = logging.getLogger("showonce.review")


@asynccontextmanager
async def keeping(console: Console) -> AsyncIterator[None]:
    """Keep what is put on the desk for it, one after the other, until the block is left."""
    task = asyncio.create_task(_keep_all(console))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_all(console: Console) -> None:
    while True:
        wanted = await console.desk.to_keep.get()
        try:
            words = await (_accept(console, wanted) if isinstance(wanted, Heal) else _insert(console, wanted))
        except ShowonceError as error:
            words = str(error)
        except Exception:  # the edge: whatever it is, the next is kept
            log.exception("What a person did could not be kept.")
            words = "it could not be kept; why is in the console's log."
        if isinstance(wanted, Heal):
            words = f"{wanted.words or wanted.step_id}: {words}"
        console.desk.say(f"{wanted.recording}: {words}")


async def _accept(console: Console, heal: Heal) -> str:
    """Accept a proposal.

    Raises:
        EditRefusedError: It means another element on the demonstration's page, or the step is another by now. It stays
            among the proposals.
    """
    folder = folder_of(heal, console.recordings)
    refuse_other(await console.trials.of([heal], Recording.load(folder)))
    await asyncio.to_thread(accepted, [heal], folder)
    await console.store.decide(heal.id, "accepted")
    console.news.tell("heals", "recordings")
    return "the recording looks for what was pointed at from now on."


async def _insert(console: Console, deeds: Deeds) -> str:
    """Put what was done before the step that was stuck.

    Raises:
        EditRefusedError, RecordingUnknownError: The recording, or the step, is there no more.
    """
    there = Path(deeds.folder) if deeds.folder else None
    known = there if there and (there / "recording.json").is_file() else None
    folder = known or recording_folder(deeds.recording, console.recordings)
    before = Recording.load(folder)
    after = with_way_made(before, deeds.shown, deeds.steps, deeds.before)
    said = f"done by hand before {deeds.before}, where it was stuck"
    await asyncio.to_thread(keep_edit, before, after, folder, said, forget=False)
    console.news.tell("recordings")
    count = "1 optional step" if len(deeds.steps) == 1 else f"{len(deeds.steps)} optional steps"
    return f"what was done before step {deeds.before} is kept as {count}."
