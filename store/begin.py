"""What the store tells of an item that wants to begin, and what whoever decides may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recordings.batch import Batch, Breaker, Item


@dataclass(frozen=True, slots=True)
class Situation:
    """An item that ``worker`` wants to begin at ``now`` (seconds since the epoch), and what is at work at that moment.

    The counts leave the item itself out: ``in_batch`` its batch's items at work, ``in_app`` those in its application,
    of all batches, ``on_session`` those that use its saved session, ``session_alone`` those of them whose batch shares
    it with nobody. ``app_cap`` is the least cap that a batch at work
    in the application asks for, 0 for none. ``begun`` are the times at which items of its batch began within the
    window of its rate, oldest first. ``behind``: its batch is sequential, and an item before it is not over.
    """

    batch: Batch
    item: Item
    now: float
    worker: str = ""
    in_batch: int = 0
    in_app: int = 0
    app_cap: int = 0
    on_session: int = 0
    session_alone: int = 0
    begun: tuple[float, ...] = ()
    breaker: Breaker | None = None
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Begin:
    """It may begin now. ``breaker`` is what the application's breaker becomes by it, None for no change."""

    breaker: Breaker | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """It may not begin yet, for this ``reason``; asked again after ``seconds`` at the earliest. ``own``: others of its
    batch might, so they are not to wait behind it."""

    reason: str
    seconds: float
    own: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """It is not to be begun: its batch does not go on, or it has an end already."""

    reason: str


Verdict = Begin | Wait | Leave
Decide = Callable[[Situation], Verdict]
