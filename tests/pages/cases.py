"""Cases of a table of which some are enough each time; the others are for ``make slow``."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import pytest
from _pytest.mark.structures import ParameterSet


def mostly_slow(cases: Iterable[str], always: Iterable[str]) -> list[ParameterSet]:
    """Each case by its name; those that are not ``always`` run are slow."""
    kept, known = set(always), list(cases)
    assert kept <= set(known), kept - set(known)
    return [pytest.param(case, id=case, marks=() if case in kept else pytest.mark.slow) for case in known]


def across(cases: Iterable[str], others: Iterable[str]) -> list[ParameterSet]:
    """Each case with each of the others; always run are so many of these pairs that every value is in one of them."""
    first, second = list(cases), list(others)
    longest = range(max(len(first), len(second)))
    kept = {(first[at % len(first)], second[at % len(second)]) for at in longest}
    pairs = itertools.product(first, second)
    return [pytest.param(*pair, id=", ".join(pair), marks=() if pair in kept else pytest.mark.slow) for pair in pairs]


def every(nth: int, cases: Mapping[str, tuple[object, ...]]) -> list[ParameterSet]:
    """Every ``nth`` case is always run, the others are slow."""
    marks = [() if at % nth == 0 else pytest.mark.slow for at in range(len(cases))]
    return [pytest.param(*case, id=name, marks=mark) for (name, case), mark in zip(cases.items(), marks, strict=True)]
