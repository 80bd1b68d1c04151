"""How long whoever gave wrong tokens must wait before the next is looked at: pure, time comes in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_FREE = 5
"""So many wrong ones cost nothing: people mistype."""

_FIRST_S = 2.0
_LONGEST_S = 15 * 60.0
_FORGOTTEN_S = 3600.0
_MOST = 10_000
"""So many are remembered: who sends from ever other addresses must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Tries:
    """How many were wrong, one after another, and when the last was."""

    count: int
    last_at: float

    @property
    def free_at(self) -> float:
        """When the next is looked at: each wrong one doubles the wait."""
        over = self.count - _FREE
        return self.last_at + (min(_LONGEST_S, _FIRST_S * 2.0 ** min(over, 20)) if over >= 0 else 0.0)


class Throttle:
    """Remembers wrong tries by key: an address, or an account. Times are seconds of any clock that only goes on."""

    def __init__(self) -> None:
        self._tries: dict[str, Tries] = {}

    def wait_s(self, keys: Iterable[str], now: float) -> float:
        """How long until a try under all these keys is looked at; 0: at once."""
        return max((self._tries[key].free_at - now for key in keys if key in self._tries), default=0.0)

    def failed(self, keys: Iterable[str], now: float) -> None:
        """A wrong try more, under each of them."""
        for key in keys:
            before = self._tries.pop(key, None)
            count = before.count if before is not None and now - before.last_at < _FORGOTTEN_S else 0
            self._tries[key] = Tries(count + 1, now)
        while len(self._tries) > _MOST:
            self._tries.pop(next(iter(self._tries)))

    def passed(self, keys: Iterable[str]) -> None:
        """A right one: those before it are forgotten."""
        for key in keys:
            self._tries.pop(key, None)

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._tries)
