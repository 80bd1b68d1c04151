"""An exam as plain values, for machines: what ``showonce exam --json`` writes; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from replayer.exam.grade import Case, StepExam, usefulness


def as_values(name: str, seed: int, exams: Sequence[StepExam]) -> dict[str, Any]:
    """The exam as JSON values.

    ``steps[].cases[]``: kind, seed, gone, grade, right, score, ms (milliseconds of locating), reasons, got.
    ``totals``: cases, survives, refuses, wrong, and U (from -1 to 1).
    """
    cases = [case for exam in exams for case in exam.cases]
    totals: dict[str, Any] = {grade: sum(c.grade == grade for c in cases) for grade in ("survives", "refuses", "wrong")}
    return {
        "recording": name,
        "seed": seed,
        "totals": {"cases": len(cases), **totals, "U": round(usefulness(cases), 4)},
        "steps": [_step(exam) for exam in exams],
    }


def _step(exam: StepExam) -> dict[str, Any]:
    weakness = exam.weakness
    return {
        "step": exam.step,
        "words": exam.words,
        "unfit": exam.unfit,
        "survival": exam.survival,
        "weak": exam.weak,
        "lacks": weakness.lacks if weakness else "",
        "proposal": weakness.proposal if weakness else "",
        "cases": [_case(case) for case in exam.cases],
    }


def _case(case: Case) -> dict[str, Any]:
    kind = case.mutation.kind
    return {
        "kind": kind.name,
        "seed": case.mutation.seed,
        "gone": kind.gone,
        "grade": case.grade,
        "right": case.right,
        "score": round(case.score, 3),
        "ms": round(case.ms, 1),
        "reasons": list(case.reasons),
        "got": case.got,
    }
