"""``showonce workflow replay``: one row of a workflow or of a batch, alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from showonce.batches import opened
from showonce.replay import Pictures, asked_secrets, run_plan

if TYPE_CHECKING:
    from recordings.batch import Batch, Item
    from recordings.recording import Recording


def replay(
    item: Annotated[
        str, typer.Argument(metavar="ITEM", help="BATCH:NUMBER, as 'showonce workflow show --items' tells.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Find every element up to the first that sends something, and stop there.")
    ] = False,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser while it works.")] = False,
    pictures: Annotated[
        Pictures, typer.Option("--pictures", help="Which steps to take pictures of.")
    ] = Pictures.marked,
) -> None:
    """Replay one row alone, with the values and the recording that it had; nothing of its workflow or batch changes.

    What the recording sends is sent again: --dry-run stops before. To have the row itself done again, see 'showonce
    rerun'.

    Example: showonce workflow replay 4f2a1b3c:7 --dry-run
    """
    from replayer.plan import plan_of
    from showonce.render import end_line
    from showonce.settings import read_settings
    from showonce.terminal import say_note, screen

    settings = read_settings()
    found, batch, recording = asyncio.run(_found(item))
    base_url = batch.settings.base_url or None
    plan_of(recording, found.inputs, base_url, lambda _: "")
    plan = plan_of(recording, found.inputs, base_url, asked_secrets())
    folder = Path(batch.folder) if batch.folder else settings.recordings / recording.name
    ended = asyncio.run(
        run_plan(
            plan,
            folder,
            settings,
            pictures,
            headless=not headed,
            timeout_s=batch.settings.step_s,
            dry=dry_run,
            session=batch.settings.session,
        )
    )
    screen().print(end_line(ended.trace), soft_wrap=True)
    if ended.asks:
        say_note(ended.asks)
    if ended.trace.status != "passed":
        raise typer.Exit(1)


async def _found(item_id: str) -> tuple[Item, Batch, Recording]:
    async with opened() as (_, store):
        item = await store.batches.item(item_id)
        batch = await store.batches.batch(item.batch_id)
        return item, batch, await store.version(batch.version)
