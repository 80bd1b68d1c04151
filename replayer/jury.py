"""The jury: how strong the evidence for each candidate is, and how probable it is that the first is the element; pure.

Two rounds. In the first each kind of evidence gives its opinion on each candidate, and the weighted sum ranks them.
In the second the first candidate is tried: is it ahead of the others, and is it more like the target than like any
rival, an element that stood beside the target in the demonstration? A candidate that a rival explains better is that
rival, and the target is gone. Source: own; the ranking is a conditional logit, the trial a logistic regression, both
without negative weights, fitted by ``bench/fit_jury.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

from recordings.target import Description
from replayer.commons import Commons, commons_of
from replayer.kinds import NEVER, compatibility
from replayer.objections import objection
from replayer.opinions import opinions
from replayer.paths import same_control
from replayer.stability import fits_as_it_was, is_as_it_was

_TOP = 12
_UNIT = 6.0
_NARROW, _WIDE, _RIVAL = 0.6, 3.0, 1.5
FINDINGS = ("score", "share", "margin", "far margin", "ahead of rivals", "ahead of rivals here")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence counts in the ranking; what findings and evidence count in the trial.

    ``alone`` is for targets of which no rivals are known.
    """

    strengths: Mapping[str, float]
    trial: Mapping[str, float]
    trial_bias: float
    alone: Mapping[str, float]
    alone_bias: float


@dataclass(frozen=True, slots=True)
class Rated:
    """A candidate by its place in the look, and what was said on it."""

    place: int
    seen: Description
    said: Mapping[str, float]
    strength: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """The candidates, the strongest first; ``findings`` on the first; ``objection``: why it cannot be, "" if nothing;
    ``rival``: the element of the demonstration that explains the first better than the target does."""

    rated: tuple[Rated, ...]
    findings: Mapping[str, float]
    objection: str = ""
    rival: Description | None = None


def hear(
    wanted: Description, rivals: Sequence[Description], candidates: Sequence[Description], weights: Weights
) -> Hearing:
    """Rank the visible candidates of a fitting kind, and try the first.

    Args:
        rivals: Elements of the demonstration's page that could be taken for the target.
    """
    fitting = [n for n, seen in enumerate(candidates) if seen.visible and compatibility(wanted, seen) > NEVER]
    common = commons_of([candidates[n] for n in fitting])
    rated = [_rated(n, wanted, candidates[n], common, weights) for n in fitting]
    rated.sort(key=lambda r: -r.strength)
    if not rated:
        return Hearing((), {})
    hearing = _tried(wanted, rivals, rated, common, weights)
    if not hearing.objection and is_as_it_was(rivals, candidates) and not fits_as_it_was(wanted, rated[0].seen):
        return replace(hearing, objection="the page is as it was, and this is not what stood there")
    return hearing


def probability(hearing: Hearing, weights: Weights, *, rivals_known: bool) -> float:
    """How probable it is, from 0 to 1, that the first candidate is the element."""
    if not hearing.rated:
        return 0.0
    trial, bias = (weights.trial, weights.trial_bias) if rivals_known else (weights.alone, weights.alone_bias)
    evidence = {**hearing.findings, **hearing.rated[0].said}
    total = bias + sum(trial.get(kind, 0.0) * value for kind, value in evidence.items())
    return 1 / (1 + exp(-total))


def _rated(place: int, wanted: Description, seen: Description, common: Commons, weights: Weights) -> Rated:
    said = opinions(wanted, seen, common)
    return Rated(place, seen, said, _strength(said, weights))


def _strength(said: Mapping[str, float], weights: Weights) -> float:
    return sum(weights.strengths.get(kind, 0.0) * value for kind, value in said.items())


def _tried(
    wanted: Description, rivals: Sequence[Description], rated: Sequence[Rated], common: Commons, weights: Weights
) -> Hearing:
    best = rated[0]
    others = [r for r in rated[1:_TOP] if not same_control(best.seen, r.seen)]
    ahead = best.strength - (others[0].strength if others else 0.0)
    whole = _strength(opinions(wanted, wanted, common), weights)
    claim, here, rival = _claims(rivals, best, others, common, weights)
    findings = {
        "score": min(best.strength / _UNIT, 1.5),
        "share": best.strength / max(whole, 1e-6),
        "margin": _bounded(ahead / _NARROW),
        "far margin": _bounded(ahead / _WIDE),
        "ahead of rivals": _bounded((best.strength - claim) / _RIVAL),
        "ahead of rivals here": _bounded((best.strength - here) / _RIVAL),
    }
    why = objection(wanted, best.seen, best.said)
    return Hearing(tuple(rated), findings, why, rival if max(claim, here) >= best.strength else None)


def _claims(
    rivals: Sequence[Description], best: Rated, others: Sequence[Rated], common: Commons, weights: Weights
) -> tuple[float, float, Description | None]:
    """How strongly a rival claims the candidate; the same less what another candidate offers it; and that rival."""
    claim = here = 0.0
    first: Description | None = None
    for rival in rivals:
        if compatibility(rival, best.seen) <= NEVER:
            continue
        mine = _strength(opinions(rival, best.seen, common), weights)
        offered = [
            _strength(opinions(rival, other.seen, common), weights)
            for other in others
            if compatibility(rival, other.seen) > NEVER
        ]
        here = max(here, mine - max(0.0, max(offered, default=0.0) - mine))
        if mine > claim:
            claim, first = mine, rival
    return claim, here, first


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))
