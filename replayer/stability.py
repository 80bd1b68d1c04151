"""Whether a page is as it was, the target aside, and whether a candidate fits a page that is; pure.

A release that only took the target away leaves all around it as it was. There, what has the target's name but neither
its attributes nor its surroundings is another control.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from recordings.target import Description
from replayer.naming import called, name_likeness
from replayer.rows import in_its_row
from replayer.wording import text_likeness, words_of

_FEWEST = 2
_MOST = 0.75
_SAME = 0.85
_NEAR = 0.5
_VERY_NEAR = 0.75
TIES = ("id", "name", "href", "data-testid", "data-test-id", "data-test", "data-cy", "data-qa")


def is_as_it_was(rivals: Sequence[Description], candidates: Sequence[Description]) -> bool:
    """Whether nearly all that stood around the target in the demonstration is there unchanged.

    Args:
        rivals: Elements of the demonstration's page, the target not among them.
    """
    if len(rivals) < _FEWEST:
        return False
    there: dict[tuple[str, str], list[Description]] = defaultdict(list)
    for seen in candidates:
        there[seen.tag, called(seen)].append(seen)
    kept = sum(any(_unchanged(rival, seen) for seen in there[rival.tag, called(rival)]) for rival in rivals)
    return kept >= _MOST * len(rivals)


def fits_as_it_was(wanted: Description, seen: Description) -> bool:
    """Whether a candidate on such a page has what programmers name it by, or its name and its place; rows may move."""
    ties = [tie for tie in TIES if wanted.attributes.get(tie)]
    if any(wanted.attributes[tie] == seen.attributes.get(tie) for tie in ties):
        return True
    if called(wanted) and (name_likeness(wanted, seen) < _SAME or _says_more(wanted, seen)):
        return False
    if in_its_row(wanted, seen):
        return True
    if wanted.xpath and (wanted.xpath == seen.xpath or wanted.css == seen.css):
        return True
    if not (wanted.group or wanted.heading or _around(wanted)):
        return True
    if ties:
        return _near(wanted, seen) >= _VERY_NEAR  # what it was named by is gone
    return _same_surroundings(wanted, seen)


def _says_more(wanted: Description, seen: Description) -> bool:
    """Whether the other's name adds words, as "Save as template" does to "Save"."""
    mine = {word for word in words_of(called(wanted)) if not word.isdigit()}
    theirs = {word for word in words_of(called(seen)) if not word.isdigit()}
    return mine < theirs


def _same_surroundings(wanted: Description, seen: Description) -> bool:
    if (wanted.group and wanted.group == seen.group) or (wanted.heading and wanted.heading == seen.heading):
        return True
    return _near(wanted, seen) >= _NEAR


def _unchanged(rival: Description, seen: Description) -> bool:
    ties = all(rival.attributes.get(tie) == seen.attributes.get(tie) for tie in TIES)
    place = rival.heading == seen.heading and rival.landmark == seen.landmark
    return ties and place and (rival.css == seen.css or rival.xpath == seen.xpath or _near(rival, seen) >= _NEAR)


def _around(seen: Description) -> list[str]:
    return [text for text in seen.near if text not in (called(seen), seen.label)]


def _near(wanted: Description, seen: Description) -> float:
    """The share of what stands around it, its own name aside, that stands around the other."""
    around = _around(wanted)
    kept = sum(any(text_likeness(text, other) >= _SAME for other in seen.near) for text in around)
    return kept / len(around) if around else 0.0
