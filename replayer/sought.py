"""What a page with very many controls is asked for: words, names and place of the target and its rivals; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from browser.page_script import Sought
from recordings.target import Description, Target
from replayer.naming import names_of
from replayer.rows import is_keyed
from replayer.stability import TIES
from replayer.wording import meant_by

_WORDS = re.compile(r"[^\W_]+")


def sought_of(target: Target) -> Sought:
    """Of the target and of its rivals, which must be seen to lose, or the page to be as it was."""
    wanted = target.description
    both = (wanted, *target.rivals)
    return Sought(
        words=tuple(sorted({word for seen in both for word in _words(seen)})),
        names=tuple(sorted({value for seen in both for name in TIES if (value := seen.attributes.get(name))})),
        key=wanted.key.casefold() if is_keyed(wanted) else "",
        x=wanted.box.x,
        y=wanted.box.y,
    )


def _words(seen: Description) -> Iterator[str]:
    """As they are written, and those that a release may put for them."""
    for name in names_of(seen):
        yield from (word.casefold() for word in _WORDS.findall(name))
        yield from meant_by(name)
