"""A batch's life: rows become items, items are handed to the engine in chunks, and people stop it and let it go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from agents.policy import NEEDS_LOGIN
from agents.rows_done import loops_of, without_rows_done
from recordings.batch import FINAL, Batch, BatchSettings, Item
from recordings.errors import CouldNotStartError
from recordings.recording import Recording
from recordings.urls import origin_of
from scheduler.hashing import hash_rows
from scheduler.rows import KeyMissingError, Row
from store import RestartRefusedError, Store
from store.batches import Added

if TYPE_CHECKING:
    from scheduler.engine import Engine  # it takes a second to load, and who only checks rows needs none


_MOST_IN_CHUNK, _CHUNKS_LEFT = 10, 4
"""Beside 10 items the 5 to 15 ms of CPU that the engine spends on a chunk are next to nothing. When a chunk begins, an
agent's share of what is left is at least 4 times as much."""


_QUEUED_S = 60.0
"""So long after a batch was begun or resumed it is queued, also one of 100,000 rows, or whoever did so is no more."""


class BatchOverError(CouldNotStartError):
    """Something was asked of a batch that has come to its end."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"Batch {batch.id} is {batch.status}: there is nothing left of it to do.",
            "'showonce rerun ITEM' repeats one of its items.",
        )


class MaybeSentError(CouldNotStartError):
    """An item is to be repeated that may have taken effect."""

    def __init__(self, item: Item) -> None:
        super().__init__(
            f"Item {item.id} may have been sent: {item.note}",
            "Look in the application. Then --there keeps it as done, and --not-there does it again.",
        )


class BatchUnderWayError(CouldNotStartError):
    """One item of a batch is to be done alone while others of it are queued or at work."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"Batch {batch.id} is not through: to do one of its rows alone would take the others from its workers.",
            f"Wait for it, or 'showonce pause {batch.id}' first and 'showonce resume {batch.id}' after.",
        )


def new_batch(
    recording: Recording,
    version: str,
    settings: BatchSettings,
    *,
    folder: str,
    now: float,
    new_id: Callable[[int], str],
) -> Batch:
    """A batch of this recording, kept whole in the store under ``version``, without items yet."""
    return Batch(
        id=new_id(6),
        trace_id=new_id(16),
        recording=recording.name,
        version=version,
        folder=folder,
        app=origin_of(settings.base_url or recording.start),
        settings=settings,
        cap=settings.ramp[0] if settings.ramp else 0,
        created_at=now,
    )


def items_of(batch: Batch, rows: Iterable[Row], key: str = "") -> Iterator[Item]:
    """The rows as items of ``batch``; ``key`` is the input that tells one from another, "" all of them together.

    Raises:
        KeyMissingError: A row has no such input, or nothing in it.
    """
    for number, row in enumerate(rows, 1):
        yield Item(
            batch_id=batch.id, number=number, line=row.number, key=_key(batch, row, key), inputs=dict(row.values)
        )


def chunks_of(batch: Batch, open_numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Which items are handed out as one (their first and last number): all in order where the batch is sequential, else
    as many as it says; where it says nothing, the fewer the fewer are left."""
    if open_numbers and batch.settings.mode == "sequential":
        return [(open_numbers[0], open_numbers[-1])]
    chunks, at = [], 0
    while at < len(open_numbers):
        size = batch.settings.chunk or _fair_size(len(open_numbers) - at, batch.settings)
        part = open_numbers[at : at + size]
        chunks.append((part[0], part[-1]))
        at += size
    return chunks


def _fair_size(left: int, settings: BatchSettings) -> int:
    """How many items the next chunk has so that the agents still end together: large chunks first, single items in the
    end (guided self-scheduling: Polychronopoulos and Kuck, 1987)."""
    if settings.help_s:
        return 1  # what stands behind an item would wait for a person with it
    return max(1, min(_MOST_IN_CHUNK, left // (_CHUNKS_LEFT * settings.agents)))


async def start(store: Store, engine: Engine, batch: Batch, items: Iterable[Item], *, again: bool, lane: str) -> Added:
    """Keep a batch with its items, and queue them; an item that was done before is kept as skipped."""
    batch = batch.model_copy(update={"left": not lane})
    added = await store.batches.add(batch, items, again=again)
    await _queue(store, engine, batch, lane)
    return added


async def go_on(store: Store, engine: Engine, batch: Batch, now: float, *, lane: str) -> Batch:
    """Queue what is left of a batch that was paused, stopped, or left by a worker that is buried by now; with it what
    only waited for somebody to sign in.

    Raises:
        BatchOverError: Nothing is left.
    """
    if not await _again_signed_in(store, batch):
        _refuse_over(batch)
    await engine.withdraw(batch.id)
    batch = await store.batches.let_go_on(batch.id, now, left=_is_left(batch, lane))
    await _queue(store, engine, batch, lane)
    return batch


async def pause(store: Store, engine: Engine, batch: Batch) -> Batch:
    """Begin no more of its items; those at work come to their end.

    Raises:
        BatchOverError: It came to its end.
    """
    _refuse_over(batch)
    batch = await store.batches.set_status(batch.id, "paused")
    await engine.withdraw(batch.id)
    return batch


async def cancel(store: Store, engine: Engine, batch: Batch) -> Batch:
    """Give up what was not begun; items at work come to their end.

    Raises:
        BatchOverError: It came to its end.
    """
    _refuse_over(batch)
    await store.batches.cancel(batch.id)
    await engine.withdraw(batch.id)
    return await store.batches.batch(batch.id)


async def repeat(
    store: Store, engine: Engine, batch: Batch, item: Item, now: float, *, not_there: bool, lane: str | None = None
) -> Batch:
    """Queue one item alone, in the batch's own lane where no other is given.

    Args:
        not_there: A person looked, and it is not in the application.

    Raises:
        MaybeSentError: It may have been sent, and nobody looked.
        BatchUnderWayError: Others of its batch are queued or at work.
        RestartRefusedError: It has passed, or is being done.
        VersionUnknownError: The recording that it was begun with was erased.
    """
    await store.version(batch.version)  # else a row that nobody can do would wait in a batch that is over
    if batch.status == "running" and not await is_over(store, batch.id):
        raise BatchUnderWayError(batch)
    sent = [commit for commit in await store.ledger.commits(item.id) if commit.state != "void"]
    if sent and not not_there and item.status != "passed":  # what has passed is refused for that
        raise MaybeSentError(item)
    await store.batches.restart(item.id)
    await store.ledger.take_back(item.id, now, keep=await _of_rows_done(store, batch, item))
    others = [number for number in await store.batches.open_numbers(batch.id) if number != item.number]
    lane = batch.id if lane is None else lane
    alone = item.id if others and batch.status in ("paused", "stopped") else ""
    batch = await store.batches.let_go_on(
        batch.id, now, left=_is_left(batch, lane), alone=alone, held=batch.status if alone else "paused"
    )
    await engine.withdraw(batch.id)
    await engine.submit(batch.id, [(item.number, item.number)], at_once=1, lane=lane)
    return batch


async def settle_rows(store: Store, batch: Batch, item: Item, now: float) -> bool:
    """Keep that the rows of loops that are in doubt are done: a person saw them. The other rows can be gone on with.

    Returns:
        Whether that is so: not where none is in doubt, nor where another step took effect, which would be done again.
    """
    known = await store.ledger.commits(item.id)
    loops = loops_of(await store.version(batch.version))
    doubtful = [commit for commit in without_rows_done(known, loops) if commit.state != "void"]
    if not doubtful or not all(commit.row for commit in doubtful):
        return False
    for commit in doubtful:
        loop = next(loop.id for loop in loops if commit.step_id in loop.steps)
        settled = commit.model_copy(update={"state": "done", "at": now})
        await store.ledger.settle(settled)
        await store.ledger.note(settled.model_copy(update={"step_id": loop}))
    return True


async def leave_to_workers(store: Store, engine: Engine, batch: Batch) -> None:
    """Queue what is left of a batch that is kept and not queued; of two who do so at once, one does."""
    await _queue(store, engine, batch, "", attempt=f"left-{_going_since(batch):.0f}")


async def queue_left(store: Store, engine: Engine, batch: Batch, now: float) -> bool:
    """Queue a batch that is left to workers, where the process that began or resumed it ended before it did so; whether
    that is so."""
    if not batch.left or _going_since(batch) > now - _QUEUED_S or await engine.is_queued(batch.id):
        return False
    await leave_to_workers(store, engine, batch)
    return await engine.is_queued(batch.id)  # not where nothing of it is to be done


async def queue_more(store: Store, engine: Engine, batch: Batch, numbers: Sequence[int], lane: str) -> None:
    """Queue items that were added to a batch, by their numbers."""
    await engine.submit(batch.id, chunks_of(batch, numbers), at_once=await _at_once(store, batch, lane), lane=lane)


async def is_over(store: Store, batch_id: str) -> bool:
    """Whether every item of a batch has come to an end."""
    counts = await store.tallies.counts(batch_id)
    return not any(count for status, count in counts.items() if status not in FINAL)


async def close(store: Store, engine: Engine, batch_id: str, now: float) -> Batch:
    """Keep that a batch is done, where it is: every item has an end, and no more will come. One that went on for an
    item alone is held again once that has its end."""
    batch = await store.batches.batch(batch_id)
    if batch.status == "running" and batch.alone and (await store.batches.item(batch.alone)).status in FINAL:
        batch = await store.batches.set_status(batch_id, batch.held)
    if batch.status not in ("cancelled", "done") and not batch.growing and await is_over(store, batch_id):
        batch = await store.batches.set_status(batch_id, "done", now)
    if batch.status in ("done", "cancelled"):
        await hash_rows(store, batch)
        await engine.forget(batch_id)
    return batch


async def _again_signed_in(store: Store, batch: Batch) -> int:
    """Queue once more the items that wait for a person to sign in, of which nothing was sent; how many those are."""
    count = 0
    for item in await store.batches.items(batch.id, status="waiting") if batch.status != "cancelled" else ():
        if item.failure is None or item.failure.code not in NEEDS_LOGIN:
            continue
        if any(commit.state != "void" for commit in await store.ledger.commits(item.id)):
            continue
        with suppress(RestartRefusedError):
            await store.batches.restart(item.id)
            count += 1
    return count


def _is_left(batch: Batch, lane: str) -> bool:
    """Whether workers find by themselves what of a batch nobody queued; a workflow's batches are queued by it."""
    return not lane and not batch.flow


def _going_since(batch: Batch) -> float:
    return max(batch.created_at, batch.resumed_at)


def _refuse_over(batch: Batch) -> None:
    if batch.status in ("done", "cancelled"):
        raise BatchOverError(batch)


async def _of_rows_done(store: Store, batch: Batch, item: Item) -> set[str]:
    """The keys of what is known of rows that are done: a person who finds that it is not there means the others."""
    known = await store.ledger.commits(item.id)
    if not any(commit.row for commit in known):
        return set()
    rest = without_rows_done(known, loops_of(await store.version(batch.version)))
    return {commit.key for commit in known} - {commit.key for commit in rest}


async def _queue(store: Store, engine: Engine, batch: Batch, lane: str, attempt: str = "") -> None:
    numbers = await store.batches.open_numbers(batch.id)
    if batch.alone:
        only = (await store.batches.item(batch.alone)).number
        numbers = [number for number in numbers if number == only]
    at_once = await _at_once(store, batch, lane)
    await engine.submit(batch.id, chunks_of(batch, numbers), at_once=at_once, lane=lane, attempt=attempt)


async def _at_once(store: Store, batch: Batch, lane: str) -> int:
    """How many chunks of a batch can be at work in one process."""
    own = 1 if batch.settings.mode == "sequential" else batch.settings.agents
    if lane:
        return own
    return max((worker.agents for worker in await store.workers.all() if not worker.lane), default=own)


def _key(batch: Batch, row: Row, key: str) -> str:
    if batch.settings.dry:
        return f"dry {batch.id} {row.number}"
    if key:
        if not (said := row.values.get(key, "").strip()):
            raise KeyMissingError(
                f"Line {row.number} has nothing in '{key}', which --key says tells rows apart.",
                "Fill it in, or choose another with --key.",
            )
        return said
    return sha256(json.dumps(row.values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
