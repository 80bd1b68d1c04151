"""Leaving an application alone for a while when it fails again and again; a state machine, pure.

closed → (so many failures within a window) → open → (a while later, one item) → half-open → closed, or open for longer.
"""

from __future__ import annotations

from dataclasses import dataclass

from recordings.batch import Breaker
from store.begin import Begin, Wait

_ASK_AGAIN_S = 1.0
"""While another item tries the application: it may end at any moment."""


@dataclass(frozen=True, slots=True)
class Rules:
    """When a breaker opens, and for how long.

    ``failures`` of the application's kind within ``window_s`` open it for ``open_s``, and each time that it opens again
    for twice as long, at most ``most_s``; chance takes up to ``jitter`` (a share) off. An item that was let through to
    try and is not heard of for ``lease_s`` gives its place to another.

    Source:
        The pattern is M. Nygard's ("Release It!", 2007). The numbers are ours: an application that restarts is back
        within the first half minute, and four agents that wait 10 s each for a dead one give 5 failures in 20 s.
    """

    failures: int = 5
    window_s: float = 60
    open_s: float = 30
    most_s: float = 600
    jitter: float = 0.25
    lease_s: float = 120


DEFAULT = Rules()


def allows(breaker: Breaker | None, item_id: str, now: float, rules: Rules = DEFAULT) -> Begin | Wait:
    """Whether an item may begin in the breaker's application; ``Begin.breaker`` is what to keep if it does.

    In the state half-open ``until`` is the time at which the item that tries it began.
    """
    if breaker is None or breaker.state == "closed":
        return Begin()
    if breaker.state == "open" and now < breaker.until:
        return Wait(f"{breaker.app} is left alone, because it failed again and again", breaker.until - now)
    lapses_at = breaker.until + rules.lease_s
    if breaker.state == "half-open" and breaker.probe != item_id and now < lapses_at:
        return Wait(f"another item tries whether {breaker.app} works again", min(_ASK_AGAIN_S, lapses_at - now))
    return Begin(breaker.model_copy(update={"state": "half-open", "probe": item_id, "until": now}))


def after_item(
    breaker: Breaker | None,
    app: str,
    item_id: str,
    *,
    ok: bool,
    apps_fault: bool,
    now: float,
    chance: float,
    rules: Rules = DEFAULT,
) -> Breaker:
    """The breaker after a run of an item ended.

    While it is open nothing counts: what ends now began before it opened. While it is half-open any success closes it,
    so that items that take longer than the lease can; a failure counts only if it is that of the item that tries the
    application. If that one fails by its own fault, the next may try at once.

    Args:
        apps_fault: It failed, and the application is to blame (``agents.policy.is_the_apps``).
        chance: A random number from 0 to just below 1.
    """
    breaker = breaker or Breaker(app=app)
    if breaker.state == "closed":
        return _counted(breaker, now, chance, rules) if apps_fault and not ok else breaker
    if breaker.state == "half-open" and ok:
        return Breaker(app=breaker.app)
    if breaker.state == "open" or breaker.probe != item_id:
        return breaker
    if apps_fault:
        return _opened(breaker, (*breaker.failures, now)[-rules.failures :], now, chance, rules)
    return breaker.model_copy(update={"state": "open", "probe": "", "until": now})


def _counted(breaker: Breaker, now: float, chance: float, rules: Rules) -> Breaker:
    failures = (*(at for at in breaker.failures if now - at < rules.window_s), now)
    if len(failures) >= rules.failures:
        return _opened(breaker, failures, now, chance, rules)
    return breaker.model_copy(update={"failures": failures})


def _opened(breaker: Breaker, failures: tuple[float, ...], now: float, chance: float, rules: Rules) -> Breaker:
    longest_s = min(rules.most_s, rules.open_s * 2.0 ** min(breaker.opened, 30))
    return breaker.model_copy(
        update={
            "state": "open",
            "failures": failures,
            "until": now + longest_s * (1 - rules.jitter * chance),
            "probe": "",
            "opened": breaker.opened + 1,
        }
    )
