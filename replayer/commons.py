"""What several candidates of a page have in common, and what only one has; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from recordings.target import Description
from replayer.naming import called
from replayer.wording import words_of

SPECIFIC_TYPES = {
    "date",
    "time",
    "datetime-local",
    "month",
    "week",
    "email",
    "tel",
    "url",
    "number",
    "password",
    "file",
}
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class Commons:
    """``words`` that at least three different names share, and so tell little; ``sole_types`` of one input each."""

    words: frozenset[str] = frozenset()
    sole_types: frozenset[str] = frozenset()


def commons_of(candidates: Sequence[Description]) -> Commons:
    """What the candidates of one look have in common."""
    count = Counter(word for name in {called(seen) for seen in candidates} for word in set(words_of(name)))
    types = Counter(seen.type for seen in candidates if seen.tag == "input")
    return Commons(
        frozenset(word for word, times in count.items() if times >= _SEVERAL),
        frozenset(kind for kind, times in types.items() if times == 1 and kind in SPECIFIC_TYPES),
    )
