"""The durable engine behind batches, DBOS Transact, in one small module: what was submitted is done, whoever dies.

It hands out chunks of a batch, on SQLite or on Postgres, and gives those of a dead worker to another. It knows nothing
of what is in them: what was recorded is data, and what became of an item stands in the store. Importing it costs half
a second (../shared/ENGINE.md), so only what schedules does.
"""

from __future__ import annotations

import asyncio
import logging
import secrets as randomness
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from dbos import DBOS, AsyncSQLAlchemyDatasource, DBOSClient, DBOSPortableJSONSerializer, error

from recordings.errors import StoreUnusableError
from store import Store
from store.durable import Durable, durable_database

PROTOCOL = "1"
"""Pinned: DBOS would else take every change of the source for a version that leaves the work of the last one alone."""

_NAME = "showonce"
_CHUNK = "chunk"
_POLL_S = 0.25
_POLL_ALONE_S, _AHEAD = 1.0, 8
"""A process that does a batch alone asks less often, and is handed more chunks for each that can be at work, so that
the next is there when one ends: each look for more takes some 10 ms of CPU."""
_POLL_FLOW_S, _AHEAD_FLOW = 0.5, 4
"""One that does a workflow asks more often, since its batches grow while it does them."""
_POLL_FIRST_S = 0.1
"""How often such a process asks until it was handed anything."""
_END_S = 0.1
"""How soon DBOS's listener for notifications, of which there are none here, sees that it is to end."""

_SHARED = "shared-"
"""How the queues of batches begin that are left to workers."""

Do = Callable[[str, int, int], Awaitable[None]]
"""Does the items of a batch from a number to a number, both included; called again where it was cut short."""

Write = Callable[[Any], Awaitable[bool]]
"""Writes in the SQLAlchemy session that it is given; whether it did."""


class TakenOverError(Exception):
    """What is being done here was given to another worker, or withdrawn: stop, and send nothing."""


class Engine:
    """The queues of all batches. Made by ``open_engine``."""

    def __init__(self, client: DBOSClient, durable: Durable, store: Store) -> None:
        self._client, self._durable, self._store = client, durable, store
        self._datasource: AsyncSQLAlchemyDatasource | None = None
        self._queues: dict[str, int] = {}
        self._eager: dict[str, float] = {}

    @asynccontextmanager
    async def working(self, worker: str, do: Do, *, lane: str = "", batch: str = "") -> AsyncIterator[None]:
        """Do as ``worker`` what is queued in ``lane``, on this event loop, until the end; once in a process at a time.

        A lane other than "" is one process's own, for a batch or for a workflow; "" is for all workers. Where there
        will be no other ``batch`` than this in it, less is asked of the engine. What was submitted
        before begins at once, a new batch within a second. On the way out nothing new is begun, and what is still under
        way is left to whoever takes it over.
        """
        # Before the launch: what is made later is refused.
        address = self._store.engine.url.render_as_string(hide_password=False)
        self._datasource = await AsyncSQLAlchemyDatasource.create(address, engine=self._store.engine)
        try:
            _launch(self._durable, worker, lane, partial(self._done, do), batch)
            yield
        finally:
            self._datasource = None
            await _end()

    async def announce(self, batch_id: str, *, at_once: int, lane: str) -> None:
        """Make a batch's queue before ``working`` begins: what is submitted to it then begins a second sooner."""
        await asyncio.to_thread(self._register, batch_id, at_once, lane)

    async def submit(
        self, batch_id: str, chunks: Iterable[tuple[int, int]], *, at_once: int, lane: str = "", attempt: str = ""
    ) -> None:
        """Queue the items of each chunk (first and last number) to be done in order, by whoever works in ``lane``.

        In one transaction; what was queued before of this batch has to be withdrawn first.

        Args:
            at_once: How many can be at work in one process.
            attempt: What was queued under this name before is not queued again; "" for a name that is new.
        """
        await asyncio.to_thread(self._submit, batch_id, chunks, at_once, lane, attempt or randomness.token_hex(4))

    async def share_out(self, agents: int) -> None:
        """Have each worker be handed no more than ``agents`` chunks of a batch, and one for when one of them ends."""

        def share() -> None:
            for queue in self._client.list_queues():
                if queue.name.startswith(_SHARED):
                    queue.set_worker_concurrency(agents + 1)

        await asyncio.to_thread(share)

    async def has(self, batch_id: str) -> bool:
        """Whether anything of a batch was ever queued."""
        return await self._any(workflow_id_prefix=f"{batch_id}:")

    async def is_queued(self, batch_id: str) -> bool:
        """Whether anything of a batch is queued for workers now, or in the hand of one, also of a dead one."""
        _, shared = _queues_of(batch_id)
        return await self._any(queue_name=shared, status=["ENQUEUED", "PENDING"])

    async def _any(self, **which: Any) -> bool:
        found = await asyncio.to_thread(
            self._client.list_workflows, **which, limit=1, load_input=False, load_output=False
        )
        return bool(found)

    async def withdraw(self, batch_id: str) -> None:
        """Take back what is queued; what is being done goes on."""
        await asyncio.to_thread(self._withdraw, batch_id)

    async def forget(self, batch_id: str) -> None:
        """Take away the queue of a batch that is over."""
        for queue in _queues_of(batch_id):
            self._queues.pop(queue, None)
            await asyncio.to_thread(self._client.delete_queue, queue)

    async def take_over(self, workers: Sequence[str]) -> int:
        """Queue again what these workers, who are dead, had in hand; how many chunks it was."""
        return await asyncio.to_thread(self._take_over, workers)

    async def journal(self, write: Write) -> bool:
        """Write in one transaction with the engine's checkpoint, so that of two who do the same chunk only one can.

        What an earlier execution of the chunk wrote here comes first when it is done again, and is passed over.

        Returns:
            What ``write`` said.

        Raises:
            TakenOverError: Another does the chunk by now; nothing was written.
        """
        source, mine = self._datasource, randomness.token_hex(8)
        if source is None:
            raise TakenOverError

        async def entry() -> str:
            return f"{mine} {int(await write(source.sql_session()))}"

        try:
            while not (said := await source.run_tx_step_async({"name": "journal"}, entry)).startswith(mine):
                pass
        except (error.DBOSException, error.DBOSBaseException) as stopped:
            raise TakenOverError from stopped
        return said.endswith("1")

    async def _done(self, do: Do, batch_id: str, first: int, last: int) -> None:
        """Do a chunk; with the first of a batch, ask less often for more of it."""
        poll_s = self._eager.pop(batch_id, None)
        if poll_s is not None:
            with suppress(StoreUnusableError):  # then it is asked as often as before, which is no reason to stop
                await asyncio.to_thread(self._queue, batch_id, self._queues[batch_id], poll_s)
        await do(batch_id, first, last)

    def _submit(self, batch_id: str, chunks: Iterable[tuple[int, int]], at_once: int, lane: str, attempt: str) -> None:
        queue = self._register(batch_id, at_once, lane)
        with self._durable.sound(), self._durable.engine.begin() as connection:
            for first, last in chunks:
                self._client.enqueue_in_transaction(
                    connection,
                    {
                        "workflow_name": _CHUNK,
                        "queue_name": queue,
                        "workflow_id": f"{batch_id}:{first:06d}-{last:06d}:{attempt}",
                        "app_version": _version(lane),
                    },
                    batch_id,
                    first,
                    last,
                )

    def _register(self, batch_id: str, at_once: int, lane: str) -> str:
        """Make or change a batch's queue; its name."""
        alone, shared = _queues_of(batch_id)
        ahead, then_s = (_AHEAD, _POLL_ALONE_S) if lane == batch_id else (_AHEAD_FLOW, _POLL_FLOW_S)
        queue, handed, poll_s = (alone, ahead * at_once, _POLL_FIRST_S) if lane else (shared, at_once + 1, _POLL_S)
        if self._queues.get(queue) != handed:
            self._queue(queue, handed, poll_s)
            self._queues[queue] = handed
            if lane:
                self._eager[queue] = then_s
        return queue

    def _queue(self, name: str, handed: int, poll_s: float) -> None:
        with self._durable.sound():
            self._client.register_queue(name, worker_concurrency=handed, polling_interval_sec=poll_s)

    def _withdraw(self, batch_id: str) -> None:
        queues = list(_queues_of(batch_id))
        with self._durable.sound():
            left = self._client.list_workflows(
                queue_name=queues, status="ENQUEUED", load_input=False, load_output=False
            )
            self._client.cancel_workflows([each.workflow_id for each in left])

    def _take_over(self, workers: Sequence[str]) -> int:
        with self._durable.sound():
            left = self._client.list_workflows(
                executor_id=list(workers), status="PENDING", load_input=False, load_output=False
            )
            for each in left:
                self._client.resume_workflow(each.workflow_id, queue_name=each.queue_name)
        return len(left)


def _queues_of(batch_id: str) -> tuple[str, str]:
    """A batch's queue where one process does it, and where it is left to workers."""
    return batch_id, f"{_SHARED}{batch_id}"


def _version(lane: str) -> str:
    """What DBOS takes for versions of an application keeps lanes apart: who works in one takes nothing of another."""
    return f"{PROTOCOL}.{lane}" if lane else PROTOCOL


@asynccontextmanager
async def open_engine(store: Store, home: Path, url: str = "") -> AsyncIterator[Engine]:
    """Open the engine's database, made or migrated as needed, to submit and withdraw; its ``working`` does what is
    queued."""
    logging.getLogger("dbos").setLevel(logging.CRITICAL)
    with durable_database(home, url) as durable:
        await asyncio.to_thread(DBOS.migrate, durable.address)
        with _client(durable) as client:
            yield Engine(client, durable, store)


def _launch(durable: Durable, worker: str, lane: str, do: Do, batch: str) -> None:
    DBOS(
        config={
            "name": _NAME,
            "system_database_url": durable.address,
            "system_database_engine": durable.engine if durable.private else None,
            "application_version": _version(lane),
            "executor_id": worker,
            "serializer": DBOSPortableJSONSerializer(),
            "console_log_level": "CRITICAL",
            "log_level": "CRITICAL",
            "notification_listener_polling_interval_sec": _END_S,
        }
    )

    async def chunk(batch_id: str, first: int, last: int) -> None:
        await do(batch_id, first, last)

    DBOS.workflow(name=_CHUNK)(chunk)
    if batch:
        DBOS.listen_queues([batch])
    DBOS.launch()


async def _end() -> None:
    """Stop DBOS, which makes the loop's threads its own and takes them with it: the loop is given others."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as apart:
        await loop.run_in_executor(apart, lambda: DBOS.destroy(destroy_registry=True))
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="showonce"))


@contextmanager
def _client(durable: Durable) -> Iterator[DBOSClient]:
    client = DBOSClient(
        system_database_url=durable.address,
        system_database_engine=durable.engine if durable.private else None,
        serializer=DBOSPortableJSONSerializer(),
        application_name=_NAME,
    )
    try:
        yield client
    finally:
        client.destroy()
