"""Steps that may not be found again, or not come to what they came to, as the recording itself tells; pure."""

from __future__ import annotations

from recordings.recording import Recording
from recordings.steps import Step


def weak_steps(recording: Recording) -> dict[str, str]:
    """Why a step is weak, by its id; those that are not are left out."""
    return {step.id: why for step in recording.steps if (why := _why(step))}


def _why(step: Step) -> str:
    if step.doubt:
        return f"When it was tried after the demonstration, it did not come out the same: {step.doubt}"
    target = getattr(step, "target", None)
    if target is None:
        return ""
    kinds = {selector.kind for selector in target.selectors}
    if kinds <= {"css", "xpath"}:
        return "Its element says nothing of itself: it is known by its place and its picture alone."
    return ""
