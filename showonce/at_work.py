"""A batch being done in this process: its browsers, its progress, and what Ctrl+C means for it."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from agents.pool import AgentPool, open_pool
from recordings.batch import Batch, Item
from recordings.recording import Recording
from scheduler.attended import see_through
from showonce.batch_view import ended_lines, items_table, progress_of
from showonce.heal_view import proposed_line
from showonce.live import say_lost_pictures
from showonce.results import Write, writing
from showonce.sessions import sessions_of
from showonce.terminal import say_note, screen

if TYPE_CHECKING:
    from replayer.secrets import SecretSource
    from scheduler.engine import Engine
    from scheduler.sink import Tracing
    from showonce.settings import Settings
    from store import Store
    from store.batches import Added

_SHOWN = 50
"""Of a longer batch only what did not pass is listed."""


def say_added(batch: Batch, added: Added, *, detach: bool) -> None:
    """What was taken in, and what was done before."""
    if added.skipped_count:
        first = added.skipped[0]
        rows = "1 row was" if added.skipped_count == 1 else f"{added.skipped_count} rows were"
        say_note(f"{rows} not taken: line {first.line}: {first.note}")
        say_note("Add --again to do also what was done before.")
    if detach:
        screen().print(f"Batch {batch.id}: {added.taken} rows are queued for 'showonce worker'.")
        if batch.settings.help_s:
            screen().print(
                "A row that is stuck waits for a person where the console does it: keep 'showonce review' open, and "
                "look at 'Take over'. Other workers' rows end where they are stuck."
            )


async def do_here(
    store: Store,
    engine: Engine,
    settings: Settings,
    batch: Batch,
    secrets: SecretSource,
    *,
    pool: AgentPool | None = None,
    browsers: int = 1,
    headless: bool = True,
    only: str = "",
    results: Path | None = None,
    tracing: Tracing | None = None,
) -> None:
    """Do a queued batch with agents of this process until it is done or stopped, and say how it went.

    Args:
        pool: Whose agents; without, one is opened with so many ``browsers``, ``headless`` or not.

    Raises:
        typer.Exit: With 1 if any row did not pass here or elsewhere, with 130 if a person stopped it.
    """
    recording = await store.version(batch.version)
    gc.freeze()  # all that was loaded lives until the end, and need not be looked through for garbage
    agents = 1 if only or batch.settings.mode == "sequential" else batch.settings.agents
    counts = await store.tallies.counts(batch.id)
    stopped = False

    async def pause() -> None:
        nonlocal stopped
        stopped = True
        say_note("Stopping: the rows under way come to their end. Ctrl+C again ends at once.")
        await store.batches.set_status(batch.id, "paused")

    with _results(results, recording) as write, progress_of(batch, counts) as show:
        with interrupted(pause):
            opening = open_pool(agents=agents, browsers=browsers, headless=headless, browser=settings.browser)
            async with opening if pool is None else _warmed(pool) as agents_here:

                def on_ended(of: Batch, item: Item) -> None:
                    show(item)
                    write(item)

                batch = await see_through(
                    store,
                    engine,
                    settings.home,
                    agents_here,
                    batch,
                    secrets=secrets,
                    sessions=sessions_of(store, settings, secrets),
                    only=only,
                    on_ended=on_ended,
                    tracing=tracing,
                )
    say_lost_pictures(store.lost_pictures)
    await say_ended(store, batch, only)
    if store.proposed:
        screen().print(proposed_line(len(store.proposed), recording.name), soft_wrap=True)
    if stopped:
        raise typer.Exit(130)
    counts = await store.tallies.counts(batch.id)
    ended = (await store.batches.item(only)).status if only else "passed"
    bad = any(counts.get(status, 0) for status in ("failed", "waiting", "queued", "cancelled"))
    if not only and (left := await store.batches.left_to_others(batch.id)):
        bad = True
        say_note(_left_words(left))
    if ended != "passed" or (bad and not only):
        raise typer.Exit(1)


async def say_ended(store: Store, batch: Batch, only: str = "") -> None:
    """The rows of a short batch, those that did not pass of a long one, and what can be done about them."""
    if only:
        screen().print(items_table([await store.batches.item(only)]))
        return
    counts = await store.tallies.counts(batch.id)
    items = await store.batches.items(batch.id, limit=_SHOWN + 1)
    if len(items) > _SHOWN:
        failed = await store.batches.items(batch.id, status="failed", limit=_SHOWN)
        items = [*failed, *await store.batches.items(batch.id, status="waiting", limit=_SHOWN)]
    if items:
        screen().print(items_table(items))
    for line in ended_lines(batch, counts):
        screen().print(line, soft_wrap=True)


def _left_words(left: Sequence[Item]) -> str:
    """Rows that other batches were asked for before, and have not done."""
    rows, first = "1 row is" if len(left) == 1 else f"{len(left)} rows are", left[0]
    mend = (
        f"showonce rerun {first.id} --there or --not-there"
        if first.status == "waiting"
        else f"showonce batch {first.batch_id}"
    )
    return f"{rows} left to other batches, which have not done them; the first is {first.status}: {mend}"


@asynccontextmanager
async def _warmed(pool: AgentPool) -> AsyncIterator[AgentPool]:
    await pool.warm()
    yield pool


def _results(path: Path | None, recording: Recording) -> AbstractContextManager[Write]:
    return writing(path, recording) if path is not None else nullcontext(lambda _: None)


@contextmanager
def interrupted(pause: Callable[[], Coroutine[object, object, object]]) -> Iterator[None]:
    """The first Ctrl+C, or a request to end, does ``pause``; the second ends the process as it always does."""
    loop, main = asyncio.get_running_loop(), asyncio.current_task()
    pausing: list[asyncio.Task[object]] = []

    def stop() -> None:
        if not pausing:
            pausing.append(asyncio.ensure_future(pause()))
        elif main is not None:
            main.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
