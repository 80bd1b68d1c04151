"""Whether an item may begin now: breaker, caps, saved session and rate; pure."""

from __future__ import annotations

from dataclasses import replace

from recordings.batch import FINAL, Batch
from scheduler.breaker import DEFAULT, Rules, allows
from store.begin import Leave, Situation, Verdict, Wait

_ASK_AGAIN_S = 0.5
"""Where a place comes free when some item ends, which nobody can foretell."""


def may_begin(situation: Situation, rules: Rules = DEFAULT) -> Verdict:
    """The first of these that stands in the way: batch, the item's own end, its worker, breaker, caps, session, rate.

    An answer of Begin or Wait holds for the moment of the situation alone: whoever asks must ask and begin in one
    transaction.
    """
    batch, item = situation.batch, situation.item
    if batch.status != "running":
        return Leave(f"the batch is {batch.status}")
    if item.status in FINAL:
        return Leave(f"the item is {item.status}")
    if item.status == "running" and item.worker != situation.worker:
        # Its worker lives, or is not buried yet, which gives the item back.
        return Wait("another worker has it", _ASK_AGAIN_S, own=True)
    if situation.behind and item.status != "running":
        return Wait("an item before it is not over", _ASK_AGAIN_S, own=True)
    allowed = allows(situation.breaker, item.id, situation.now, rules)
    if isinstance(allowed, Wait):
        return replace(allowed, own=True)  # one of them is let through to try
    return _full(situation) or _too_soon(situation) or allowed


def cap_of(batch: Batch) -> int:
    """How many items of a batch may be at work at once, at least 1; a sequential batch does one at a time."""
    return 1 if batch.settings.mode == "sequential" else max(1, batch.cap or batch.settings.agents)


def app_cap_of(situation: Situation) -> int:
    """How many items may be at work in the application, 0 for no cap: the least that any batch in it asks for."""
    asked = (situation.app_cap, situation.batch.settings.limit_per_app)
    return min((cap for cap in asked if cap > 0), default=0)


def _full(situation: Situation) -> Wait | None:
    settings, app_cap = situation.batch.settings, app_cap_of(situation)
    if situation.in_batch >= cap_of(situation.batch):
        return Wait(f"the batch has as many items at work as it may: {situation.in_batch}", _ASK_AGAIN_S)
    if app_cap and situation.in_app >= app_cap:
        return Wait(f"{situation.batch.app} has as many items at work as it may: {situation.in_app}", _ASK_AGAIN_S)
    if settings.session and (situation.session_alone if settings.shared else situation.on_session):
        return Wait(f"the session '{settings.session}' is in use, and it is not shared", _ASK_AGAIN_S)
    return None


def _too_soon(situation: Situation) -> Wait | None:
    """The window is as long as the rate's seconds, its beginning left out: what began then counts no more."""
    rate, now = situation.batch.settings.rate, situation.now
    if rate is None:
        return None
    begun = [at for at in situation.begun if now - at < rate.seconds]
    if len(begun) < rate.count:
        return None
    free_s = rate.seconds - (now - begun[-rate.count])
    return Wait(f"as many items of the batch began within {rate.seconds:g} s as may: {rate.count}", free_s)
