"""Doing items: what a worker does with each one that it is handed, from the gate to what became of it."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets as randomness
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agents.agent import Job
from agents.policy import (
    AskPerson,
    GiveUp,
    Passed,
    Probe,
    Retry,
    RunAgain,
    SignIn,
    after_a_crash,
    after_help,
    decide,
    probe_can_tell,
    was_refused,
)
from agents.pool import AgentPool
from agents.rows_done import rows_done, without_rows_done
from agents.sessions import Lent, SessionMissingError, Sessions
from recordings.batch import FINAL, Commit, Item
from recordings.errors import ShowonceError, StoreUnusableError
from recordings.trace import Failure
from replayer import Waits
from replayer.errors import failure_of
from replayer.help import NoHelp
from replayer.plan import plan_of
from replayer.secrets import SecretSource
from scheduler.ending import Ending, OnEnded
from scheduler.engine import Engine, TakenOverError
from scheduler.gate import Gate
from scheduler.helping import ItemHelper
from scheduler.in_hand import InHand
from scheduler.ledger import CommitKnownError, Ledger
from scheduler.probe import Probing, look_for
from scheduler.signed_in import SignedIn
from scheduler.sink import InBatch, RunSink, Tracing
from scheduler.work import Work, work_of
from store import Store

if TYPE_CHECKING:  # what shows a page live is loaded where there is somebody to show it to
    from agents.live.help import HelpDesk

log = logging.getLogger("showonce.scheduler")

_PATIENCE_S = 30.0
"""How long it is waited at most before the store is tried again."""


class Doing:
    """Does the items of batches with the agents of ``pool``, as ``worker``.

    ``in_hand`` tells when it is at rest.

    Args:
        secrets: Asked for the secrets of recordings.
        sessions: Where the sessions are that batches name.
        desk: Where people are asked for help with runs; without one, nobody is.
        on_ended: Told of each item that came to an end here.
        tracing: Told of each run, too.
        clock, new_id, chance: Seconds since the epoch, random hex ids of so many bytes, numbers from 0 to 1.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        pool: AgentPool,
        worker: str,
        secrets: SecretSource | None = None,
        *,
        sessions: Sessions | None = None,
        desk: HelpDesk | None = None,
        on_ended: OnEnded = lambda _batch, _item: None,
        tracing: Tracing | None = None,
        clock: Callable[[], float] = time.time,
        new_id: Callable[[int], str] = randomness.token_hex,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._engine, self._pool, self._worker = store, engine, pool, worker
        self._secrets, self._tracing = secrets, tracing
        self._clock, self._new_id, self._chance, self._desk = clock, new_id, chance, desk
        self._ending = Ending(store, on_ended, clock, chance)
        self._signed_in = SignedIn(sessions, pool)
        self._works: dict[str, Work] = {}
        self._opening = asyncio.Lock()
        self._left = asyncio.Event()
        self.in_hand = InHand()
        self._gate = Gate(store, worker, pool.agents, self.in_hand, clock, new_id)

    async def chunk(self, batch_id: str, first: int, last: int) -> None:
        """Do the items of a batch from a number to a number in order; those that have an end are passed over."""
        number, patience_s = first, 1.0
        while number <= last:
            if self.in_hand.stopped:
                await self._left.wait()  # to return sooner would say that the chunk is done, which another is given
                raise TakenOverError
            try:
                work = await self._work_of(batch_id)
                async with self.in_hand.alone_with(item_id := f"{batch_id}:{number:06d}"):
                    if not await self._item(work, item_id) and not self.in_hand.stopped:
                        return
                number, patience_s = number + (not self.in_hand.stopped), 1.0
            except TakenOverError:
                return
            except StoreUnusableError as error:  # a full disk, a database that is away: what it says stays true
                log.warning("%s Trying again in %.0f s.", error, patience_s)
                await asyncio.sleep(patience_s)
                patience_s = min(2 * patience_s, _PATIENCE_S)

    def stop(self) -> None:
        """Begin no more items."""
        self.in_hand.stop()

    def leave(self) -> None:
        """Let go of the chunks that were cut short, once they are given back."""
        self._left.set()

    async def _work_of(self, batch_id: str) -> Work:
        async with self._opening:
            if batch_id not in self._works:
                batch = await self._store.batches.batch(batch_id)
                recording = await self._store.version(batch.version)
                probe = await self._store.version(batch.settings.probe) if batch.settings.probe else None
                self._works[batch_id] = work_of(batch, recording, probe)
            return self._works[batch_id]

    async def _item(self, work: Work, item_id: str) -> bool:
        """Do an item to its end; whether the next may be done."""
        while True:
            begun = await self._gate.begin(work, item_id)
            if begun is None:
                return (await self._store.batches.item(item_id)).status in FINAL
            self._gate.at_work += 1
            try:
                came = await self._attempt(work, begun)
            except TakenOverError:  # if it is this run's still, it is nobody's: whoever has the chunk begins it
                await self._store.batches.requeue(begun.id, begun.trace_id)
                raise
            except StoreUnusableError:
                raise
            except CommitKnownError:
                await self._store.batches.requeue(begun.id, begun.trace_id)
                continue
            except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the item comes to an end
                came = await self._give_up(work, begun, error)
            finally:
                self._gate.at_work -= 1
            if isinstance(came, Item):
                self._signed_in.over(came)
                self._ending.tell(work, came)
                return not work.stops(came.status)
            self.in_hand.free()
            await self._gate.wait(came)

    async def _give_up(self, work: Work, item: Item, error: Exception) -> Item:
        """Bring an item to its end that an error of ours has befallen, which nobody foresaw."""
        log.exception("Item %s ended in an error that nobody foresaw.", item.id)
        known = await self._store.ledger.commits(item.id)
        sent = any(commit.state != "void" for commit in known)
        note = "It may have been sent before an error that nobody foresaw." if sent else ""
        return await self._ending.end(work, item, "waiting" if sent else "failed", failure=failure_of(error), note=note)

    async def _attempt(self, work: Work, item: Item) -> float | Item:
        """Run the item once, if nothing is known of it yet that speaks against: the item as it ended, or after how many
        seconds it is run again."""
        known = await self._store.ledger.commits(item.id) if item.attempts > 1 else ()
        if known and (ended := await self._knows(work, item, without_rows_done(known, work.loops))):
            return ended
        settings = work.batch.settings
        try:
            session = await self._signed_in.session(settings)
        except SessionMissingError as error:
            return await self._asks_to_sign_in(work, item, _failure(error, 0))
        if why := await self._signed_in.refusal(session):
            return await self._asks_to_sign_in(work, item, Failure(code="LoginRequired", message=why))
        helper = self._helper(work, item)
        async with self._run_of(work, item) as run:
            job = replace(self._job(work, item, session, run), rows_done=rows_done(known, work.loops), helper=helper)
            try:
                trace = await self._pool.run(job, self._within_s(work, helped=helper is not None))
            except (TakenOverError, CommitKnownError, StoreUnusableError):
                raise
            except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the item comes to an end
                return await self._judge(work, item, _failure(error, settings.item_s))
            if trace.status == "passed":
                if helper is not None:
                    helper.passed()
                return await self._ending.end(work, item, "passed", read=trace, run=run)
            failure = trace.failure or Failure(code="Unknown", message="The run failed.")
            asked = helper.came if helper is not None else None
            return await self._judge(work, item, failure, session, asked)

    def _within_s(self, work: Work, *, helped: bool) -> float | None:
        """How long a run may take; the time that a person may be waited for is not its own."""
        settings = work.batch.settings
        return settings.item_s + (settings.help_s if helped else 0) if settings.item_s else None

    def _helper(self, work: Work, item: Item) -> ItemHelper | None:
        if self._desk is None or not work.batch.settings.help_s:
            return None
        return ItemHelper(self._desk, self._store, work, item, self.in_hand)

    async def _asks_to_sign_in(self, work: Work, item: Item, failure: Failure) -> Item:
        """Have the item wait for a person who signs in, and its batch with it: the next row would come no further. The
        application is not to blame."""
        batch = work.batch
        then = f"showonce rerun {item.id}" if batch.flow else f"showonce resume {batch.id}"
        note = f"{failure.message} {failure.mend}; then: {then}".strip()
        return await self._ending.end(work, item, "waiting", failure=failure, note=note, signs_in=True)

    async def _knows(self, work: Work, item: Item, known: Sequence[Commit]) -> Item | None:
        """Bring an item to its end by what earlier runs sent; None where it has to be run (again)."""
        has_probe = work.probe is not None and probe_can_tell(known, work.last)
        match after_a_crash(known, work.ends_with, has_probe):
            case RunAgain():
                return None
            case Passed():
                return await self._ending.end(work, item, "passed", note="Its effect was seen before the worker ended.")
            case Probe():
                return await self._probed(work, item, known)
            case AskPerson(reason):
                return await self._ending.end(work, item, "waiting", note=reason)

    async def _probed(self, work: Work, item: Item, known: Sequence[Commit]) -> Item | None:
        """Ask the application. That it is not there takes its commits back, so that it may be run: None."""
        assert work.probe is not None
        left_at = max(commit.at for commit in known)
        wait_s = max(0.0, left_at + work.batch.settings.settle_s - self._clock())
        found, why = await look_for(work.probe, item.inputs, await self._probing(work, item), wait_s)
        if found == "there" and (item.repeats or work.ends_with is None):
            what = "it may be from before" if item.repeats else "steps after it were not done"
            return await self._ending.end(work, item, "waiting", note=f"It is in the application, but {what}.")
        if found == "there":
            note = "It was found in the application after its run was cut short."
            return await self._ending.end(work, item, "passed", note=note)
        if found == "unknown" or any(commit.state == "done" for commit in known):
            # What took effect and is not to be found: to do it all again might do a part of it twice.
            note = f"It may have been sent, and the probe could not tell: {why}"
            return await self._ending.end(work, item, "waiting", note=note)
        await self._ending.take_back(item)
        return None

    def _job(self, work: Work, item: Item, session: Path | Lent | None, run: InBatch) -> Job:
        """The next run of an item."""
        settings = work.batch.settings
        plan = plan_of(
            work.recording, item.inputs, settings.base_url or None, self._secrets, from_disk=settings.from_disk
        )
        return Job(
            plan,
            self._told(work, item, run),
            pictures=settings.pictures,
            waits=Waits(step_s=settings.step_s, effect_s=settings.step_s),
            hints=work.hints,
            guard=Ledger(self._store, self._engine, item.id, self._clock),
            trace_id=item.trace_id,
            session=session,
            dry=settings.dry,
        )

    @asynccontextmanager
    async def _run_of(self, work: Work, item: Item) -> AsyncIterator[InBatch]:
        """Where the next run of an item is written; how it ended is kept at the latest on the way out."""
        run = InBatch(self._store, item, work.batch.folder, item.follows, ends_item=True)
        try:
            yield run
        finally:
            await run.keep()

    def _told(self, work: Work, item: Item, run: InBatch) -> RunSink:
        return self._tracing.around(work.batch, item, run) if self._tracing is not None else run

    async def _probing(self, work: Work, item: Item) -> Probing:
        settings = work.batch.settings
        return Probing(
            self._pool,
            self._told(work, item, InBatch(self._store, item, work.batch.folder, item.trace_id)),
            secrets=self._secrets,
            base_url=settings.base_url or None,
            from_disk=settings.from_disk,
            pictures=settings.pictures,
            waits=Waits(step_s=settings.step_s, effect_s=settings.step_s),
            session=await self._signed_in.session(settings),
        )

    async def _judge(
        self,
        work: Work,
        item: Item,
        failure: Failure,
        session: Path | Lent | None = None,
        asked: NoHelp | None = None,
    ) -> float | Item:
        """What comes after a run that failed: the item as it ended, or seconds until it is run again.

        Args:
            asked: What came of asking a person, where no help came of it.
        """
        settings = work.batch.settings
        sign_ins = self._signed_in.times(item, session)
        known = await self._store.ledger.commits(item.id)
        if was_refused(failure) and work.answers_for_all(known):
            await self._ending.take_back(item)
        for _ in range(2):
            all_known = await self._store.ledger.commits(item.id)
            known = without_rows_done(all_known, work.loops)
            verdict = decide(
                failure,
                item.attempts - (sign_ins or 0),
                known,
                retries=settings.retries,
                retry_after_s=failure.retry_after_s,
                chance=self._chance(),
                rows=sum(map(len, rows_done(all_known, work.loops).values())),
                sign_ins=sign_ins,
            )
            unsure = any(commit.state in ("intent", "sent") for commit in known)
            if not (unsure and work.probe is not None and probe_can_tell(known, work.last)):
                break
            if ended := await self._probed(work, item, known):
                return ended
        untouched = all(commit.state == "void" for commit in all_known)
        match after_help(verdict, failure, asked, untouched=untouched):
            case Retry(after_s):
                turn = self._ending.turn(work, item, failure)
                await self._store.batches.requeue(item.id, item.trace_id, work.batch.app, turn)
                return after_s
            case SignIn():
                if why := await self._signed_in.anew(item, session):
                    return await self._asks_to_sign_in(work, item, failure.model_copy(update={"mend": why}))
                await self._store.batches.requeue(item.id, item.trace_id)
                return 0.0
            case AskPerson(reason):
                return await self._ending.end(work, item, "waiting", failure=failure, note=reason)
            case GiveUp():
                return await self._ending.end(work, item, "failed", failure=failure)


def _failure(error: Exception, item_s: float) -> Failure:
    if isinstance(error, TimeoutError):
        return Failure(
            code="ItemTimeout",
            message=f"The item was not done within {item_s:g} s.",
            mend="Give it longer with --timeout, or see in its run what it waited for.",
        )
    if isinstance(error, ShowonceError):
        return Failure(code=error.code, message=error.message, mend=error.mend)
    log.exception("An item ended in an error that nobody foresaw.")
    return failure_of(error)
