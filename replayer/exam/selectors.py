"""Which of a target's selectors are worth keeping, by what they found on the mutated pages; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from recordings.recording import Recording
from recordings.steps import target_of
from recordings.target import Selector, Target
from replayer.exam.grade import Case, StepExam


def surviving(target: Target, cases: Sequence[Case]) -> Target:
    """The target without the selectors that never found it again where it was there, or once found only another.

    At least one is kept: the one that found it most often, the first of several. Where no case tells of selectors the
    target stays as it is.
    """
    there = [case.selectors for case in cases if case.selectors and not case.mutation.kind.gone]
    if not there or not target.selectors:
        return target
    kept = tuple(s for s, found in zip(target.selectors, zip(*there, strict=True), strict=True) if _survived(found))
    return target.model_copy(update={"selectors": kept or (_best(target, there),)})


def _survived(found: Sequence[str]) -> bool:
    return "other" not in found and ("it" in found or "among" in found)


def _best(target: Target, there: Sequence[Sequence[str]]) -> Selector:
    hits = [sum(found[n] in ("it", "among") for found in there) for n in range(len(target.selectors))]
    return target.selectors[hits.index(max(hits))]


def with_survivors(recording: Recording, exams: Sequence[StepExam]) -> tuple[Recording, Mapping[str, tuple[str, ...]]]:
    """The recording with only the selectors that survived, and by step id the kinds of those that went."""
    by_step = {exam.step: exam for exam in exams if exam.cases}
    steps, gone = [], {}
    for step in recording.steps:
        target = target_of(step)
        if target is not None and step.id in by_step:
            kept = surviving(target, by_step[step.id].cases)
            if lost := tuple(s.kind for s in target.selectors if s not in kept.selectors):
                gone[step.id] = lost
                step = step.model_copy(update={"target": kept})  # noqa: PLW2901 - the step as it is kept
        steps.append(step)
    return recording.model_copy(update={"steps": tuple(steps)}), gone


def no_worse(before: StepExam, after: StepExam) -> bool:
    """Whether a step, examined again with the same changes, clicks wrong no more often and is found no less often."""
    return after.wrong <= before.wrong and (after.survival or 0.0) >= (before.survival or 0.0)


def as_before(recording: Recording, kept: Recording, steps: Collection[str]) -> Recording:
    """``kept`` with these steps, by id, as they are in ``recording``."""
    old = {step.id: step for step in recording.steps if step.id in steps}
    return kept.model_copy(update={"steps": tuple(old.get(step.id, step) for step in kept.steps)})
