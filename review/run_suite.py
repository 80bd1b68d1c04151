"""A run as a CI server reads it: each step a case; pure."""

from __future__ import annotations

from recordings.trace import StepRecord, Trace
from review.junit import Case, Suite


def suite_of(trace: Trace) -> Suite:
    """The run's steps as cases; a run that failed outside of its steps, or is not over, has one more that says so."""
    cases = [_case(number, step) for number, step in enumerate(trace.steps, 1)]
    if trace.failure is not None and not any(case.failure for case in cases):
        told = f"{trace.failure.message} {trace.failure.mend}".strip()
        cases.append(Case("The run", failure=told, code=trace.failure.code))
    if trace.status == "running":
        cases.append(Case("The run", skipped="Not over yet."))
    return Suite(trace.recording, tuple(cases))


def _case(number: int, step: StepRecord) -> Case:
    timing = step.timing
    seconds = (timing.locate_ms + timing.picture_ms + timing.act_ms + timing.settle_ms) / 1000
    failure = f"{step.failure.message} {step.failure.mend}".strip() if step.failure else ""
    code = step.failure.code if step.failure else ""
    skipped = (" ".join(step.notes) or "It was not done.") if step.outcome == "skipped" else ""
    return Case(f"{number}. {step.words or step.kind}", seconds, failure, code, skipped=skipped)
