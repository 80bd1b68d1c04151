"""Looks every few seconds which rules for alerts hold, and tells each that begins to hold, once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import assert_never

from recordings.batch import Batch
from recordings.errors import StoreUnusableError
from scheduler.alert_rules import BreakerRule, ErrorRateRule, LatencyRule, Rule, StalledRule
from scheduler.alerts import Alert, Ended, Seen, firing
from scheduler.ramp import Finished, baseline_s_of
from scheduler.telling import Call, Notice
from store import Store
from store.tallies import Span

log = logging.getLogger("showonce.alerts")

_LOOK_S = 5.0
_FIRST = 20
"""So many items that ended first are what latency is measured against."""

_NEWEST = 50
_ALL = 1_000
_RUN = ("passed", "failed", "waiting")


class Watch:
    """Knows which alerts hold since when, and of batches what the store does not tell. ``only`` is the one batch to
    look at, "" for all that go on. Made by ``watching``; a test calls ``look`` itself."""

    def __init__(self, store: Store, call: Call, only: str, clock: Callable[[], float]) -> None:
        self._store, self._call, self._only, self._clock = store, call, only, clock
        self._looked = clock()
        self._holding = set[tuple[str, str, str]]()
        self._since: dict[str, float] = {}
        self._baseline_s: dict[str, float | None] = {}

    async def look(self) -> None:
        """Tell what holds now and did not before."""
        now = self._clock()
        batches = await self._batches()
        notices = [notice for batch in batches for notice in await self._of_batch(batch, now)]
        notices += await self._of_apps({batch.app for batch in batches}, now)
        holding = {(notice.batch, notice.rule, notice.about): notice for notice in notices}
        for key, notice in holding.items():
            if key not in self._holding:
                await self._call.tell(notice)
        self._holding = set(holding)
        self._looked = now

    async def _batches(self) -> list[Batch]:
        """Those that go on, and those that came to their end since the last look."""
        if self._only:
            found = [await self._store.batches.batch(self._only)]
        else:
            newest = await self._store.batches.list(_NEWEST)
            found = await self._store.batches.list(_ALL, "running")
            found += [batch for batch in newest if batch.ended_at is not None and batch.ended_at >= self._looked]
        going = {batch.id for batch in found if batch.status == "running"}
        self._since = {batch_id: self._since.get(batch_id, self._clock()) for batch_id in going}
        return found

    async def _of_batch(self, batch: Batch, now: float) -> list[Notice]:
        rules = [rule for rule in self._call.rules if not isinstance(rule, BreakerRule)]
        if not rules:
            return []
        since = self._since.get(batch.id, now)
        spans = await self._store.tallies.spans(batch.id, now - max(map(_reach_s, rules)))
        counts = await self._store.tallies.counts(batch.id)
        seen = Seen(
            now=now,
            since=since,
            ended=_run(spans),
            left=counts["queued"] + counts["running"] if batch.status == "running" else 0,
            baseline_s=await self._baseline_of(batch) if any(isinstance(rule, LatencyRule) for rule in rules) else None,
        )
        return [_notice(alert, batch, now) for alert in firing(rules, seen)]

    async def _of_apps(self, apps: set[str], now: float) -> list[Notice]:
        rules = [rule for rule in self._call.rules if isinstance(rule, BreakerRule)]
        if not rules:
            return []
        breakers = [breaker for breaker in await self._store.breakers.all() if breaker.app in apps]
        alerts = firing(rules, Seen(now=now, since=now, breakers=breakers))
        return [Notice(rule=alert.rule, message=alert.message, about=alert.about, at=now) for alert in alerts]

    async def _baseline_of(self, batch: Batch) -> float | None:
        if batch.id not in self._baseline_s:
            first = _run(await self._store.tallies.spans(batch.id))[:_FIRST]
            measured = baseline_s_of([Finished(each.ok, each.took_s) for each in first])
            if len(first) < _FIRST:
                return measured
            self._baseline_s[batch.id] = measured
        return self._baseline_s[batch.id]


@asynccontextmanager
async def watching(
    store: Store, call: Call, *, only: str = "", clock: Callable[[], float] = time.time
) -> AsyncIterator[None]:
    """Look every five seconds until the end, and once more then."""
    if not call.rules:
        yield
        return
    end = asyncio.Event()
    # Not cancelled: what is being told would be lost, or told twice.
    task = asyncio.create_task(_watch(Watch(store, call, only, clock), end))
    try:
        yield
    finally:
        end.set()
        await task


async def _watch(watch: Watch, end: asyncio.Event) -> None:
    while not end.is_set():
        await _look(watch)
        with suppress(TimeoutError):
            await asyncio.wait_for(end.wait(), _LOOK_S)
    await _look(watch)


async def _look(watch: Watch) -> None:
    try:
        await watch.look()
    except StoreUnusableError as error:
        log.warning("%s Alerts are looked at again in %.0f s.", error, _LOOK_S)
    except Exception:
        log.exception("Looking for alerts ended in an error that nobody foresaw.")


def _run(spans: Iterable[Span]) -> list[Ended]:
    """Those that ended by a run, in order."""
    return [Ended(ended, status == "passed", ended - begun) for begun, ended, status, _ in spans if status in _RUN]


def _reach_s(rule: Rule) -> float:
    """How far back it must be known what ended."""
    match rule:
        case ErrorRateRule() | LatencyRule():
            return rule.window_s
        case StalledRule():
            return rule.after_s + 2 * _LOOK_S  # so that what ended last is still there when the rule begins to hold
        case BreakerRule():
            return 0
        case _:
            assert_never(rule)


def _notice(alert: Alert, batch: Batch, now: float) -> Notice:
    return Notice(
        rule=alert.rule, message=alert.message, about=alert.about, batch=batch.id, recording=batch.recording, at=now
    )
