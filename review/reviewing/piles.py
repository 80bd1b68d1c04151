"""Runs that are one matter to a person: the same recording, step and reason, on pages that look alike; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from review.reviewing.looks import Look, alike, apart
from store.piles import Founded, PileKey
from store.review_queue import Open

_MOST_BITS = 14
_LEAST_ALIKE = 0.8
"""Own choice, rather one pile too many: in the home of ``make screens``, pictures of one step are 0.70 to 1.0 alike on
one release of Northdesk (0 to 20 bits apart), and 0.11 to 0.88 on two (4 to 37 bits)."""


@dataclass(frozen=True, slots=True)
class Pile:
    """Runs that are decided on together, ``count`` of them; ``newest`` are the latest, of which the first is shown."""

    key: PileKey
    count: int
    newest: Sequence[Open]

    @property
    def first(self) -> Open:
        return self.newest[0]

    @property
    def code(self) -> str:
        """What kind of matter it is: an error's code, ``waiting`` or ``healed``."""
        return "waiting" if self.key.waiting else _code(self.first)


@dataclass(slots=True)
class Sorting:
    """What sorting came to: piles that began, and the pile of each run, by ids."""

    founded: list[Founded] = field(default_factory=list)
    placed: dict[str, str] = field(default_factory=dict)


def sorted_into(known: Iterable[Founded], found: Iterable[Open], looks: Mapping[str, Look]) -> Sorting:
    """Put runs into piles: each joins the first pile about its matter whose first run it is like, or begins one.

    Args:
        looks: By the digests of pictures; a run without one is like those without.
    """
    by_matter: dict[str, list[tuple[str, Look | None]]] = {}
    for begun in known:
        first = Look.model_validate_json(begun.look) if begun.look else None
        by_matter.setdefault(begun.matter, []).append((begun.id, first))
    sorting = Sorting()
    for each in found:
        trace_id, matter = each.line.trace.trace_id, matter_of(each)
        look = looks.get(each.step.picture) if each.step is not None else None
        piles = by_matter.setdefault(matter, [])
        pile = next((other for other, first in piles if _same(first, look)), "")
        if not pile:
            pile = trace_id
            piles.append((pile, look))
            sorting.founded.append(Founded(pile, matter, look.model_dump_json() if look is not None else ""))
        sorting.placed[trace_id] = pile
    return sorting


def matter_of(each: Open) -> str:
    """What a run is about, short: its recording, the step, and what came of that."""
    told = json.dumps([each.line.trace.recording, each.step.step_id if each.step else "", _code(each)])
    return sha256(told.encode()).hexdigest()


def _code(each: Open) -> str:
    failure = each.step.failure if each.step is not None and each.step.failure is not None else each.line.trace.failure
    return failure.code if failure is not None else "healed"


def _same(one: Look | None, other: Look | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or (apart(one, other) <= _MOST_BITS and alike(one, other) >= _LEAST_ALIKE)
