"""Fit what the jury's evidence counts, and write ``replayer/weights.py``.

    python -m bench.relocate_facts FILE     # once, with a browser: what the page script tells
    python -m bench.fit_jury FILE [--write] # fits, and tries by leaving out a product each

The ranking is a conditional logit over the candidates of each case (the null candidate stands for absence), the trial
a logistic regression on the first candidate; both by gradient descent, with a quadratic penalty, and with no weight
below zero: an opinion that speaks for a candidate never counts against it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.relocate import Outcome, outcome_of, usefulness
from bench.relocate_facts import Facts, read_facts
from replayer.commons import commons_of
from replayer.jury import FINDINGS, Hearing, Weights, hear, probability
from replayer.kinds import NEVER, compatibility
from replayer.match import Match, verdict_on
from replayer.opinions import KINDS, opinions

Array = NDArray[Any]
_KEPT = 24
_RANK_PENALTY, _TRIAL_PENALTY = 0.02, 0.005
_OUT = Path(__file__).parents[1] / "replayer" / "weights.py"


@dataclass(frozen=True, slots=True)
class Case:
    """A decision as numbers: opinions of each fitting candidate, and which are right."""

    facts: Facts
    said: Array
    right: Array


def cases_of(facts: Sequence[Facts]) -> list[Case]:
    """Opinions of all fitting candidates of all cases."""
    cases = []
    for fact in facts:
        wanted, seen = fact.target.description, fact.look.candidates
        fitting = [n for n, c in enumerate(seen) if c.visible and compatibility(wanted, c) > NEVER]
        common = commons_of([seen[n] for n in fitting])
        rows = [_vector(opinions(wanted, seen[n], common)) for n in fitting]
        said = np.array(rows) if rows else np.zeros((0, len(KINDS)))
        cases.append(Case(fact, said, np.array([n in fact.right for n in fitting], bool)))
    return cases


def _vector(said: dict[str, float]) -> list[float]:
    return [said.get(kind, 0.0) for kind in KINDS]


def fit(cases: Sequence[Case]) -> Weights:
    """Both rounds; the trial once with the rivals known, once without."""
    strengths = dict(zip(KINDS, _ranking(cases).tolist(), strict=True))
    first = Weights(strengths, {}, 0.0, {}, 0.0)
    heard = [(case, _heard(case, first)) for case in cases]
    heard = [(case, hearing) for case, hearing in heard if hearing.rated and not hearing.objection]
    right = np.array([hearing.rated[0].place in case.facts.right for case, hearing in heard], float)
    with_rivals = _trial(heard, right, (*FINDINGS, *KINDS))
    alone = _trial(heard, right, (*FINDINGS[:4], *KINDS))
    return Weights(strengths, *with_rivals, *alone)


def _heard(case: Case, weights: Weights) -> Hearing:
    target = case.facts.target
    return hear(target.description, target.rivals, case.facts.look.candidates, weights)


def _trial(heard: Sequence[tuple[Case, Hearing]], right: Array, kinds: Sequence[str]) -> tuple[dict[str, float], float]:
    table = np.array([[{**h.findings, **h.rated[0].said}.get(kind, 0.0) for kind in kinds] for _, h in heard])

    def gradient(at: Array) -> Array:
        off = 1 / (1 + np.exp(-(table @ at[:-1] + at[-1]))) - right
        return np.append(table.T @ off / len(right) + _TRIAL_PENALTY * at[:-1], off.mean())

    at = _descend(gradient, np.zeros(len(kinds) + 1), steps=1500, rate=0.03)
    return dict(zip(kinds, at[:-1].tolist(), strict=True)), float(at[-1])


def _ranking(cases: Sequence[Case]) -> Array:
    """Strengths, after a first look at all candidates from the strongest of each case only."""
    said, there, right = _tables(cases)
    start = np.append(np.full(len(KINDS), 0.5), 2.0)
    first = _descend(_rank_gradient(said, there, right), start, steps=60, rate=0.05)
    order = np.argsort(-(np.where(there, said @ first[:-1], -1e9) + 1e6 * right[:, :-1]), 1)[:, :_KEPT]
    kept = (
        np.take_along_axis(said, order[:, :, None], 1),
        np.take_along_axis(there, order, 1),
        np.concatenate([np.take_along_axis(right[:, :-1], order, 1), right[:, -1:]], 1),
    )
    return _descend(_rank_gradient(*kept), first, steps=500, rate=0.05)[:-1]


def _tables(cases: Sequence[Case]) -> tuple[Array, Array, Array]:
    longest = max(len(case.right) for case in cases)
    said = np.zeros((len(cases), longest, len(KINDS)))
    there = np.zeros((len(cases), longest), bool)
    right = np.zeros((len(cases), longest + 1), bool)
    for place, case in enumerate(cases):
        count = len(case.right)
        said[place, :count], there[place, :count], right[place, :count] = case.said, True, case.right
        right[place, longest] = not case.right.any()
    return said, there, right


def _rank_gradient(said: Array, there: Array, right: Array) -> Any:
    def gradient(at: Array) -> Array:
        sums = np.concatenate([np.where(there, said @ at[:-1], -1e9), np.full((len(said), 1), at[-1])], 1)
        chance = np.exp(sums - sums.max(1, keepdims=True))
        chance /= chance.sum(1, keepdims=True)
        truth = chance * right
        off = chance - truth / np.maximum(truth.sum(1, keepdims=True), 1e-12)
        by_kind = np.tensordot(off[:, :-1], said, ((0, 1), (0, 1))) / len(said)
        return np.append(by_kind + _RANK_PENALTY * at[:-1], off[:, -1].mean())

    return gradient


def _descend(gradient: Any, at: Array, *, steps: int, rate: float) -> Array:
    """Adam (Kingma and Ba 2015); all but the last number stay at or above zero."""
    mean, square = np.zeros_like(at), np.zeros_like(at)
    for step in range(1, steps + 1):
        slope = gradient(at)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        at = at - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        at[:-1] = np.maximum(0.0, at[:-1])
    return at


def judged(cases: Sequence[Case], weights: Weights, *, alone: bool = False) -> list[tuple[Case, Outcome, float]]:
    """What the verdict comes to on each case, and the probability it claims."""
    results = []
    for case in cases:
        target = case.facts.target
        if alone:
            target = target.model_copy(update={"rivals": ()})
        hearing = hear(target.description, target.rivals, case.facts.look.candidates, weights)
        claimed = probability(hearing, weights, rivals_known=bool(target.rivals))
        verdict = verdict_on(target, hearing, claimed, commits=False)
        found = isinstance(verdict, Match)
        right = found and verdict.candidate in case.facts.right  # type: ignore[union-attr]
        results.append((case, outcome_of(case.facts.kind, found=found, right=right), claimed))
    return results


def cross_validated(cases: Sequence[Case], *, alone: bool = False) -> list[tuple[Case, Outcome, float]]:
    """Each product judged by weights that were fitted without it."""
    results = []
    for product in sorted({case.facts.product for case in cases}):
        weights = fit([case for case in cases if case.facts.product != product])
        results += judged([case for case in cases if case.facts.product == product], weights, alone=alone)
    return results


def claims(cases: Sequence[Case]) -> list[tuple[float, bool]]:
    """What the jury claims of its first candidate, fitted without the product, and whether it is the element; where
    something objects to it, or a rival explains it, no claim is made."""
    told = []
    for product in sorted({case.facts.product for case in cases}):
        weights = fit([case for case in cases if case.facts.product != product])
        for case in cases:
            if case.facts.product != product:
                continue
            hearing = _heard(case, weights)
            if not hearing.rated or hearing.objection or hearing.rival is not None:
                continue
            first = hearing.rated[0].place
            told.append(
                (probability(hearing, weights, rivals_known=bool(case.facts.target.rivals)), first in case.facts.right)
            )
    return told


def summary(results: Sequence[tuple[Case, Outcome, float]]) -> str:
    """Two lines: the benchmark's own cases, and with those that only the fit uses."""
    lines = []
    for name, some in (
        ("benchmark", [r for r in results if r[0].facts.counted]),
        ("both ways, all removed", list(results)),
    ):
        count = Counter(outcome for _, outcome, _ in some)
        lines.append(f"{name:24} U {usefulness(outcome for _, outcome, _ in some):.3f} {dict(count)}")
    return "\n".join(lines)


def source_of(weights: Weights) -> str:
    """The module that holds the weights."""

    def table(name: str, values: Any) -> str:
        rows = "".join(f'    "{kind}": {value:.3f},\n' for kind, value in values.items() if value >= 0.0005)
        return f"{name} = {{\n{rows}}}\n"

    return (
        '"""What the jury\'s evidence counts: written by ``bench/fit_jury.py``, not by hand; see docs/locating.md."""'
        "\n\nfrom __future__ import annotations\n\nfrom replayer.jury import Weights\n\n"
        + table("_STRENGTHS", weights.strengths)
        + table("_TRIAL", weights.trial)
        + table("_ALONE", weights.alone)
        + f"\nFITTED = Weights(_STRENGTHS, _TRIAL, {weights.trial_bias:.3f}, _ALONE, {weights.alone_bias:.3f})\n"
    )


def main(facts: Path, write: bool, quick: bool) -> None:
    cases = cases_of(read_facts(facts))
    weights = fit(cases)
    print(f"fitted on all:\n{summary(judged(cases, weights))}")
    if write:
        _OUT.write_text(source_of(weights), encoding="utf-8")
    if quick:
        return
    for name, alone in (("with rivals", False), ("no rivals known", True)):
        results = cross_validated(cases, alone=alone)
        print(f"fitted without the product, {name}:\n{summary(results)}")
        for case, outcome, claimed in results:
            if outcome in ("wrong", "false found") or (outcome == "missed" and case.facts.counted):
                print(f"  {outcome}: {case.facts.id} {case.facts.way} {case.facts.kind} {claimed:.2f}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("facts", type=Path)
    options.add_argument("--write", action="store_true")
    options.add_argument("--quick", action="store_true", help="no cross-validation")
    given = options.parse_args()
    main(given.facts, given.write, given.quick)
