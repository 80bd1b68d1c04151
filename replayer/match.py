"""Deciding which candidate is the recorded element, or that none is sure; pure and explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browser.page_script import Look
from recordings.target import Description, Target
from recordings.trace import Candidate, How
from replayer.jury import Hearing, Rated, hear, probability
from replayer.kinds import kind_of
from replayer.naming import called
from replayer.paths import same_control
from replayer.reasons import in_words, independent
from replayer.rows import in_its_keyed_row, in_its_row, is_keyed
from replayer.similarity import Likeness, likeness
from replayer.stability import fits_as_it_was
from replayer.weights import FITTED
from replayer.wording import text_likeness, words_of

CONFIRMED = 0.85
SAME = 0.9
MARGIN = 0.08
SURE = 0.8
SURE_TO_COMMIT = 0.85
SURE_ENOUGH = 0.7  # of a field, which is read back; where no rivals are known, since none comes near certainty then
CLOSE = 0.4
NOTHING = 0.1
KINDS_NEEDED = 2
KINDS_TO_COMMIT = 3
SAME_PLACE = 0.7
OTHER_ROW = 0.3
TWINS = 8
NEARLY = 0.05
_PLACES = {"structure", "place", "size", "ordinal"}
_TELLING = {"test_id", "role", "label", "placeholder", "text"}


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate is the element. ``reasons`` say in words what agreed and what had changed."""

    candidate: int
    score: float
    how: How
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several candidates are too alike to tell apart."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No candidate is like enough."""

    candidates: tuple[Candidate, ...] = ()


Verdict = Match | Ambiguous | NoMatch


@dataclass(frozen=True, slots=True)
class _Rated:
    place: int
    seen: Description
    like: Likeness


def agree(target: Target, look: Look) -> Verdict:
    """Whether the recorded selectors agree on one element and its description confirms it.

    Selectors that tell what the element is (test id, role and name, label, text) must agree; where they
    find several, the row and the rest of the description must single one out, and where nothing tells
    them apart, position may, only if as many are there as in the demonstration.
    """
    telling = _finds(target, look, telling=True)
    structural = _finds(target, look, telling=False)
    common = set.intersection(*telling) if telling else set.intersection(*structural) if structural else set()
    rated = [r for r in _rated(target.description, look, common) if _in_its_place(target.description, r.seen)]
    if not rated:
        return NoMatch(_closest(_rated(target.description, look, range(len(look.candidates)))))
    best = rated[0]
    if all(best.place not in found for found in structural) and not fits_as_it_was(target.description, best.seen):
        return NoMatch(_closest(rated))  # the whole page decides whether it is another of the same name
    if len(rated) > 1 and not _stands_out(target.description, best, rated[1:], structural):
        return Ambiguous(_closest(rated))
    elsewhere = [found for found in structural if best.place not in found]
    enough = SAME if not telling else SAME - 0.15 if elsewhere else CONFIRMED
    if best.like.score < enough:
        return NoMatch(_closest(rated))
    return Match(best.place, best.like.score, "selectors", _reasons(target, look, best))


def most_similar(target: Target, look: Look, *, commits: bool) -> Verdict:
    """The visible candidate that the jury finds to be the target, if it is sure enough.

    Args:
        commits: The step sends data; it needs more certainty than a read.
    """
    hearing = hear(target.description, target.rivals, look.candidates, FITTED)
    claimed = probability(hearing, FITTED, rivals_known=bool(target.rivals))
    return verdict_on(target, hearing, claimed, commits=commits)


def verdict_on(target: Target, hearing: Hearing, claimed: float, *, commits: bool) -> Verdict:
    """What a hearing comes to; ``claimed`` is the probability that its first candidate is the element.

    It takes certainty, distance to the next candidate, no rival that explains the candidate better, and at least two
    kinds of evidence that do not hang together; where the step commits, more of it.
    """
    if not hearing.rated:
        return NoMatch()
    best, shown = hearing.rated[0], _shown(hearing, claimed)
    if hearing.objection or hearing.rival is not None:
        return NoMatch(shown)
    if claimed < NOTHING:
        return NoMatch(shown)  # what is nothing like it is not one of several that could be meant
    if hearing.findings["margin"] < CLOSE or _has_twin(hearing):
        return Ambiguous(shown)
    needed = KINDS_TO_COMMIT if commits else KINDS_NEEDED
    if claimed < _enough(target, commits=commits) or independent(best.said) < needed:
        return NoMatch(shown)
    return Match(best.place, claimed, "similar", in_words(target.description, best.seen, best.said))


def _enough(target: Target, *, commits: bool) -> float:
    """The probability that it takes: by how the fit fares on products that it has not seen, see docs/locating.md."""
    if not target.rivals:
        return SURE_ENOUGH
    if commits:
        return SURE_TO_COMMIT
    return SURE_ENOUGH if kind_of(target.description) == "field" else SURE


def _has_twin(hearing: Hearing) -> bool:
    """Whether another candidate differs from the first only by where it stands, and not as many are there as were."""
    best, *others = hearing.rated
    if best.said.get("ordinal"):
        return False
    return any(_is_twin(best, other) for other in others[:TWINS] if not same_control(best.seen, other.seen))


def _is_twin(best: Rated, other: Rated) -> bool:
    if words_of(called(best.seen)) != words_of(called(other.seen)) or best.seen.role != other.seen.role:
        return False
    kinds = (best.said.keys() | other.said.keys()) - _PLACES
    return all(other.said.get(kind, 0.0) >= best.said.get(kind, 0.0) - NEARLY for kind in kinds)


def _shown(hearing: Hearing, claimed: float) -> tuple[Candidate, ...]:
    best = hearing.rated[0].strength
    scores = [claimed, *(claimed * max(0.0, r.strength) / max(best, 1e-6) for r in hearing.rated[1:3])]
    return tuple(closest(score, r.seen) for score, r in zip(scores, hearing.rated, strict=False))


def said(seen: Description) -> str:
    """A candidate for a reader."""
    name = seen.name or seen.label or seen.text or seen.placeholder or seen.attributes.get("id", "")
    row = f" in '{seen.row[:40]}'" if seen.row else ""
    return f"{seen.role or seen.tag} '{name[:40]}'{row}"


def closest(score: float, seen: Description) -> Candidate:
    """A candidate that was not taken, for the refusal."""
    return Candidate(score=round(score, 3), words=said(seen), box=seen.box)


def _finds(target: Target, look: Look, *, telling: bool) -> list[set[int]]:
    return [
        set(found)
        for selector, found in zip(target.selectors, look.found, strict=True)
        if found and (selector.kind in _TELLING) == telling
    ]


def _rated(wanted: Description, look: Look, places: Sequence[int] | set[int] | range) -> list[_Rated]:
    rated = [_Rated(n, look.candidates[n], likeness(wanted, look.candidates[n])) for n in sorted(places)]
    return sorted(rated, key=lambda r: -r.like.score)


def _stands_out(wanted: Description, best: _Rated, others: Sequence[_Rated], structural: list[set[int]]) -> bool:
    """Whether one of several with the same name is the recorded one beyond doubt."""
    if best.like.score < SAME:
        return False
    if wanted.row and best.seen.row == wanted.row and all(other.seen.row != wanted.row for other in others):
        return True
    if is_keyed(wanted) and any(other.seen.row != best.seen.row for other in others):
        return False  # two rows are called the same
    if wanted.row and not is_keyed(wanted) and any(other.like.row is not None for other in others):
        mine = best.like.row or 0
        return mine >= SAME and all((other.like.row or 0) < mine - MARGIN for other in others)
    if _context_differs(wanted, best, others):
        return True
    return len(others) + 1 == wanted.alike and bool(structural) and all(best.place in found for found in structural)


def _context_differs(wanted: Description, best: _Rated, others: Sequence[_Rated]) -> bool:
    """The group (dialog, fieldset) or heading is the recorded one for the best and another for every other."""
    for field in ("group", "heading"):
        mine: str = getattr(wanted, field)
        if not mine or text_likeness(mine, getattr(best.seen, field)) < SAME:
            continue
        if all(text_likeness(mine, getattr(other.seen, field)) < SAME - MARGIN for other in others):
            return True
    return False


def _in_its_place(wanted: Description, seen: Description) -> bool:
    """A control of which the page had several alike must stand in the recorded row, else group, else heading.

    The Open of the row 'Bob' is not the Open of 'Ada', even when that is the only one left.
    """
    if (keyed := in_its_keyed_row(wanted, seen)) is not None:
        return keyed
    if wanted.alike <= 1:
        return not wanted.row or not seen.row or text_likeness(wanted.row, seen.row) >= OTHER_ROW
    if wanted.row:
        return bool(in_its_row(wanted, seen))
    for field in ("group", "heading"):
        if key := getattr(wanted, field):
            return text_likeness(key, getattr(seen, field)) >= SAME_PLACE
    return True


def _closest(rated: Sequence[_Rated]) -> tuple[Candidate, ...]:
    return tuple(closest(r.like.score, r.seen) for r in rated[:3])


def _reasons(target: Target, look: Look, best: _Rated) -> tuple[str, ...]:
    kinds = [selector.kind for selector, found in zip(target.selectors, look.found, strict=True) if best.place in found]
    reasons = [f"found by {', '.join(kinds)}"] if kinds else []
    if best.like.agreed:
        reasons.append(f"same {', '.join(best.like.agreed[:5])}")
    if best.like.changed:
        reasons.append(f"changed: {', '.join(best.like.changed[:5])}")
    return tuple(reasons)
