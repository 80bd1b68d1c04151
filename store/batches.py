"""Batches in the store: their items, which of them begins and how it ended."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from recordings.batch import Batch, BatchSettings, BatchStatus, Item, ItemStatus
from store.begin import Begin, Decide, Leave, Wait
from store.beginning import situation_of
from store.breakers import Turn, put_breaker, turn_breaker
from store.claims import claim, claimants, sorted_out
from store.database import Database
from store.errors import BatchAmbiguousError, BatchUnknownError, ItemUnknownError, RestartRefusedError
from store.items import (
    AFTER_A_RUN,
    GIVEN_UP,
    ONE,
    give_back_if_running,
    in_batch,
    items_of,
    row_of,
    shared_session,
    write_if_running,
    write_item,
)
from store.prefixes import starting_with
from store.tables import batches, items
from store.traces import NOT_KEPT, WORKER_DIED, WriteRun, close_runs

_CHUNK = 1_000
_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the rows of a new batch: how many are to be done, and which, at most the first 1,000, are not."""

    taken: int
    skipped: tuple[Item, ...]
    skipped_count: int


class Batches:
    """Documents in, documents out. Reached as ``Store.batches``. Ids of batches are whole where not said otherwise."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, batch: Batch, given: Iterable[Item], *, again: bool = False) -> Added:
        """Keep a batch with its items, all or nothing, one after another: they need not be in memory at once.

        An item that asks for what another has done, does or will do (the same recording and key) is kept as skipped,
        with a note that names the other; one without a key is always taken. The batch's ``total`` becomes the number
        of all of them.

        Args:
            again: Do also what items of other batches did.
        """

        def add(connection: Connection) -> Added:
            taken, skipped, count = 0, list[Item](), 0
            connection.execute(insert(batches).values(_batch_row(batch)))
            for chunk in _chunks(given):
                with self._database.sound(Item):
                    kept = sorted_out(connection, batch, chunk, again)
                connection.execute(insert(items), [row_of(item) for item in kept])
                mine = [item for item in kept if item.status == "queued"]
                claim(connection, batch.recording, mine)
                taken, count = taken + len(mine), count + len(kept) - len(mine)
                skipped += [item for item in kept if item.status != "queued"][: _TOLD - len(skipped)]
            _write_batch(connection, batch.model_copy(update={"total": taken + count}))
            return Added(taken, tuple(skipped), count)

        return await self._database.write(add, alone="claims")

    async def batch(self, prefix: str) -> Batch:
        """The batch whose id starts with ``prefix``.

        Raises:
            BatchUnknownError: No batch has it.
            BatchAmbiguousError: Several have.
        """
        query = select(batches.c.id, batches.c.document).where(starting_with(batches.c.id, prefix))
        found = await self._database.rows(query.order_by(batches.c.id).limit(2))
        if not found:
            raise BatchUnknownError(prefix)
        if len(found) > 1:
            raise BatchAmbiguousError(prefix)
        return self._database.document(Batch, found[0].document)

    async def list(self, limit: int = 20, status: BatchStatus | None = None) -> builtins.list[Batch]:
        """Batches, the newest first."""
        query = select(batches.c.document).order_by(batches.c.created_at.desc(), batches.c.id).limit(limit)
        query = query if status is None else query.where(batches.c.status == status)
        return [self._database.document(Batch, text) for text in await self._database.scalars(query)]

    async def items(
        self, batch_id: str, *, status: ItemStatus | None = None, after: int = 0, limit: int = 1000, text: str = ""
    ) -> builtins.list[Item]:
        """Items numbered above ``after``, in order of number; with ``text``, those whose values or error have it."""
        return await self._items(in_batch(batch_id, status, after, limit, text))

    async def left_to_others(self, batch_id: str) -> builtins.list[Item]:
        """Items of other batches that did not pass, to which rows of this one were left, at most 1,000 of them."""
        skipped = await self.items(batch_id, status="skipped", limit=_TOLD)
        others = {item.instead for item in skipped if not item.instead.startswith(f"{batch_id}:")}
        return await self._items(select(items).where(items.c.id.in_(others), items.c.status != "passed"))

    async def item(self, item_id: str) -> Item:
        """One item, by its id; the beginning of the batch's and a number without zeros will do.

        Raises:
            ItemUnknownError: There is none of this id.
            BatchUnknownError, BatchAmbiguousError: Its batch is not to be found.
        """
        if whole := await self._items(select(items).where(items.c.id == item_id)):
            return whole[0]
        prefix, _, number = item_id.partition(":")
        if not number.isdecimal():
            raise ItemUnknownError(item_id)
        batch = await self.batch(prefix)
        found = await self._items(in_batch(batch.id, None, int(number) - 1, 1))
        if not found or found[0].number != int(number):
            raise ItemUnknownError(item_id)
        return found[0]

    async def open_numbers(self, batch_id: str) -> builtins.list[int]:
        """The numbers of a batch's queued items, in order."""
        query = select(items.c.number).where(items.c.batch_id == batch_id, items.c.status == "queued")
        return list(await self._database.scalars(query.order_by(items.c.number)))

    async def settle(self, item_id: str, note: str, now: float) -> Item:
        """Keep that an item has passed which did not by itself: a person says so.

        Raises:
            RestartRefusedError: It is at work, or has passed.
        """
        whole = (await self.item(item_id)).id

        def settle(connection: Connection) -> Item:
            item = self._item_in(connection, whole)
            if item.status not in ("failed", "waiting", "cancelled"):
                raise RestartRefusedError(item.id, f"it is {item.status}")
            settled = item.model_copy(update={"status": "passed", "note": note, "ended_at": now})
            write_item(connection, settled)
            return settled

        return await self._database.write(settle, alone="begin")

    async def set_status(self, batch_id: str, status: BatchStatus, ended_at: float | None = None) -> Batch:
        """Keep how a batch goes on, and when it ended; all of it, from now on."""
        return await self._change(batch_id, {"status": status, "ended_at": ended_at, "alone": ""})

    async def let_go_on(
        self, batch_id: str, now: float, *, left: bool, alone: str = "", held: BatchStatus = "paused"
    ) -> Batch:
        """Have a batch go on, ``left`` to workers or not: all of it, or one item ``alone``, and be ``held`` after that;
        see ``scheduler.batch.close``."""
        going = {"status": "running", "ended_at": None, "alone": alone, "held": held, "left": left, "resumed_at": now}
        return await self._change(batch_id, going)

    async def set_cap(self, batch_id: str, cap: int) -> Batch:
        """Keep how many items of a batch may be at work now."""
        return await self._change(batch_id, {"cap": cap})

    async def set_settings(self, batch_id: str, settings: BatchSettings) -> Batch:
        """Keep other settings; they hold for items that begin from now on."""
        return await self._change(batch_id, {"settings": settings})

    async def begin(self, item_id: str, worker: str, trace_id: str, decide: Decide, now: float) -> Item | Wait | Leave:
        """Have an item begin if ``decide`` lets it: over all workers, one is decided on at a time.

        An item that is found running begins again, and its run is closed: its worker died, and the engine gives it to
        another, or its end could not be kept. ``begun_at`` is when it began last, so that rates count what the
        application saw.

        Returns:
            The item as it runs now, or why it does not.

        Raises:
            ItemUnknownError: There is none of this id.
        """

        def begin(connection: Connection) -> Item | Wait | Leave:
            with self._database.sound(Item):
                situation = replace(situation_of(connection, item_id, now), worker=worker)
            verdict = decide(situation)
            if not isinstance(verdict, Begin):
                return verdict
            begun = _begun(situation.item, worker, trace_id, now)
            write_item(connection, begun)
            if situation.item.status == "running":
                close_runs(connection, self._database, [situation.item.trace_id], now, NOT_KEPT)
            if verdict.breaker is not None:
                put_breaker(connection, verdict.breaker)
            return begun

        return await self._database.write(begin, alone="begin")

    async def end(
        self,
        item: Item,
        app: str = "",
        turn: Turn | None = None,
        *,
        cap: int | None = None,
        stops: bool = False,
        run: WriteRun | None = None,
    ) -> bool:
        """Keep how an item ended, with what the breaker of its application turns to, and its batch's cap becomes by it.

        Args:
            stops: A batch that runs goes on no more.
            run: Writes how its run ended, whoever has the item; last, as in ``release``, lest each waits for the other.

        Returns:
            False, and nothing was kept of the item, where another run has it meanwhile, or it was given back.
        """

        def end(connection: Connection) -> bool:
            mine = write_if_running(connection, item)
            if mine:
                turn_breaker(connection, self._database, app, turn)
                if cap is not None:
                    self._change_in(connection, item.batch_id, {"cap": cap})
                if stops:
                    self._change_in(connection, item.batch_id, {"status": "stopped"}, only_from="running")
            if run is not None:
                run(connection)
            return mine

        return await self._database.write(end, alone="begin" if turn else None)

    async def requeue(self, item_id: str, trace_id: str, app: str = "", turn: Turn | None = None) -> bool:
        """Give an item back that this run has, to be done again, or to be cancelled as its batch was; see ``end``."""

        def requeue(connection: Connection) -> bool:
            if not give_back_if_running(connection, item_id, trace_id):
                return False
            turn_breaker(connection, self._database, app, turn)
            return True

        return await self._database.write(requeue, alone="begin")

    async def release(self, worker: str, now: float) -> builtins.list[str]:
        """Give back all items that a worker who died has, and close its runs.

        Returns:
            The ids of those that are queued again; those of a cancelled batch are cancelled.
        """
        of_worker = (items.c.worker == worker, items.c.status == "running")

        def release(connection: Connection) -> builtins.list[str]:
            traces = connection.scalars(select(items.c.trace_id).where(*of_worker)).all()
            freed = update(items).where(*of_worker).values(status=AFTER_A_RUN).returning(items.c.id, items.c.status)
            found = connection.execute(freed).all()
            close_runs(connection, self._database, traces, now, WORKER_DIED)
            return sorted(item_id for item_id, status in found if status == "queued")

        return await self._database.write(release, alone="begin")

    async def at_work(self) -> set[str]:
        """The workers that items say they are run by."""
        query = select(items.c.worker).where(items.c.status == "running").distinct()
        return set(await self._database.scalars(query))

    async def cancel(self, batch_id: str, ended_at: float | None = None) -> Batch:
        """End a batch: what is queued is cancelled; what is running goes on to its own end."""
        queued = (items.c.batch_id == batch_id, items.c.status == "queued")

        def cancel(connection: Connection) -> Batch:
            connection.execute(update(items).where(*queued).values(status=GIVEN_UP, ended_at=ended_at))
            return self._change_in(connection, batch_id, {"status": "cancelled", "ended_at": ended_at})

        return await self._database.write(cancel, alone="begin")

    async def restart(self, item_id: str) -> Item:
        """Queue an item once more that failed, waits or was cancelled; its attempts are kept, its note says what was.

        One that is queued already stays as it is. Whether its batch goes on is the caller's to see to.

        Raises:
            ItemUnknownError: There is none of this id.
            RestartRefusedError: It has passed, runs or was skipped, or another item has taken its row over.
        """
        whole = (await self.item(item_id)).id
        return await self._database.write(lambda connection: self._restart(connection, whole), alone="claims")

    def _restart(self, connection: Connection, item_id: str) -> Item:
        item = self._item_in(connection, item_id)
        if item.status == "queued":
            return item
        if item.status not in ("failed", "waiting", "cancelled"):
            raise RestartRefusedError(item.id, f"it is {item.status}")
        if item.erased:
            raise RestartRefusedError(item.id, "what it was given is erased")
        recording = self._recording_of(connection, item.batch_id)
        other = claimants(connection, recording, [item.key]).get(item.key)
        if other is not None and other.item_id != item.id and other.holds and not item.repeats:
            raise RestartRefusedError(item.id, f"another has its row: {other.words}")
        queued = item.model_copy(update={**_AFRESH, "note": _note_of(item)})
        write_item(connection, queued)
        claim(connection, recording, [queued])
        return queued

    async def _items(self, query: Select[Any]) -> builtins.list[Item]:
        rows = await self._database.rows(query)
        with self._database.sound(Item):
            return items_of(rows)

    def _item_in(self, connection: Connection, item_id: str) -> Item:
        with self._database.sound(Item):
            (item,) = items_of(connection.execute(ONE, {"this_item": item_id}))
        return item

    async def _change(self, batch_id: str, changes: dict[str, Any]) -> Batch:
        return await self._database.write(lambda connection: self._change_in(connection, batch_id, changes))

    def _change_in(
        self, connection: Connection, batch_id: str, changes: dict[str, Any], only_from: BatchStatus | None = None
    ) -> Batch:
        kept = connection.scalar(select(batches.c.document).where(batches.c.id == batch_id).with_for_update())
        if kept is None:
            raise BatchUnknownError(batch_id)
        batch = self._database.document(Batch, kept)
        if only_from is not None and batch.status != only_from:
            return batch
        batch = batch.model_copy(update=changes)
        _write_batch(connection, batch)
        return batch

    def _recording_of(self, connection: Connection, batch_id: str) -> str:
        kept = connection.scalar(select(batches.c.document).where(batches.c.id == batch_id))
        return self._database.document(Batch, kept or "").recording


_AFRESH: dict[str, object] = {
    "status": "queued",
    "worker": "",
    "failure": None,
    "values": {},
    "tables": {},
    "ended_at": None,
}


def _begun(item: Item, worker: str, trace_id: str, now: float) -> Item:
    changes = {**_AFRESH, "status": "running", "attempts": item.attempts + 1, "worker": worker, "begun_at": now}
    return item.model_copy(update={**changes, "trace_id": trace_id, "follows": item.trace_id})


def _note_of(item: Item) -> str:
    return f"Asked for again; before, run {item.trace_id} {item.status}." if item.trace_id else "Asked for again."


def _chunks(given: Iterable[Item]) -> Iterator[list[Item]]:
    remaining = iter(given)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk


def _batch_row(batch: Batch) -> dict[str, object]:
    return {
        "id": batch.id,
        "app": batch.app,
        "session": shared_session(batch.settings.session) if batch.settings.shared else batch.settings.session,
        "limit_per_app": batch.settings.limit_per_app,
        "status": batch.status,
        "created_at": batch.created_at,
        "document": batch.model_dump_json(exclude_defaults=True),
        "flow": batch.flow,
    }


def _write_batch(connection: Connection, batch: Batch) -> None:
    connection.execute(update(batches).where(batches.c.id == batch.id).values(_batch_row(batch)))
