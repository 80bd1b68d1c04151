"""The gate that items pass one by one: an item begins when there is an agent for it, and its limits let it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from recordings.batch import Item
from scheduler.in_hand import LOOK_AGAIN_S, InHand
from scheduler.limits import may_begin
from scheduler.work import Work
from store import Store
from store.begin import Leave, Wait


class Gate:
    """Of one worker, who has so many ``agents``; ``at_work`` are the items that were let in and are not over.

    Args:
        clock, new_id: Seconds since the epoch, random hex ids of so many bytes.
    """

    def __init__(
        self,
        store: Store,
        worker: str,
        agents: int,
        in_hand: InHand,
        clock: Callable[[], float],
        new_id: Callable[[int], str],
    ) -> None:
        self._store, self._worker, self._agents, self._in_hand = store, worker, agents, in_hand
        self._clock, self._new_id = clock, new_id
        self.at_work = 0

    async def wait(self, seconds: float) -> None:
        """Wait so long, or until no more items are to be begun."""
        until = self._clock() + seconds
        while not self._in_hand.stopped and (left_s := until - self._clock()) > 0:  # noqa: ASYNC110 - a time is waited for
            await asyncio.sleep(min(left_s, LOOK_AGAIN_S))

    async def begin(self, work: Work, item_id: str) -> Item | None:
        """Wait at the gate until the item may begin; None if it is not to be begun."""
        while not self._in_hand.stopped:
            async with work.gate:  # of those that wait one asks; the others would in vain
                came = await self._asked(item_id)
            if not isinstance(came, Wait):
                return came
            await self._in_hand.freed_since(self._in_hand.turns, came.seconds)
        return None

    async def _asked(self, item_id: str) -> Item | Wait | None:
        """Ask until the item begins, is not to be begun, or waits for what others of its batch need not wait for."""
        while not self._in_hand.stopped:
            turns = self._in_hand.turns  # what comes free while the store is asked is not slept over
            if self.at_work >= self._agents:
                await self._in_hand.freed_since(turns, LOOK_AGAIN_S)
                continue
            came = await self._store.batches.begin(
                item_id, self._worker, self._new_id(16), may_begin, now=self._clock()
            )
            match came:
                case Item():
                    return came
                case Leave():
                    return None
                case Wait(own=True):
                    return came
                case Wait():
                    await self._in_hand.freed_since(turns, came.seconds)
        return None
