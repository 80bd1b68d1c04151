"""Runs that are one matter to a person: the same recording, step and reason, on pages that look alike; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from review.reviewing.looks import Look, alike, apart
from store.review_queue import Open

_MOST_BITS = 14
_LEAST_ALIKE = 0.8
"""Own choice, rather one pile too many: in the home of ``make screens``, pictures of one step are 0.70 to 1.0 alike on
one release of Northdesk (0 to 20 bits apart), and 0.11 to 0.88 on two (4 to 37 bits)."""


@dataclass(slots=True)
class Pile:
    """Runs that are decided on together, the newest first; ``first`` is the one that is shown."""

    first: Open
    look: Look | None
    runs: list[Open] = field(default_factory=list)

    @property
    def code(self) -> str:
        """What kind of matter it is: an error's code, ``waiting`` or ``healed``."""
        return _matter(self.first)[2]


def piles_of(found: Iterable[Open], looks: Mapping[str, Look]) -> list[Pile]:
    """Sort runs into piles, the largest first; a run joins the first pile whose first run it is like.

    Args:
        looks: By the digests of pictures; a run without one is like those without.
    """
    by_matter: dict[tuple[str, str, str], list[Pile]] = {}
    for each in found:
        look = looks.get(each.step.picture) if each.step is not None else None
        piles = by_matter.setdefault(_matter(each), [])
        pile = next((pile for pile in piles if _same(pile.look, look)), None)
        if pile is None:
            pile = Pile(each, look)
            piles.append(pile)
        pile.runs.append(each)
    return sorted((pile for piles in by_matter.values() for pile in piles), key=lambda pile: -len(pile.runs))


def _matter(each: Open) -> tuple[str, str, str]:
    trace, step = each.line.trace, each.step
    if each.item is not None:
        return trace.recording, step.step_id if step else "", "waiting"
    failure = step.failure if step is not None and step.failure is not None else trace.failure
    return trace.recording, step.step_id if step else "", failure.code if failure is not None else "healed"


def _same(one: Look | None, other: Look | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or (apart(one, other) <= _MOST_BITS and alike(one, other) >= _LEAST_ALIKE)
