"""A run as frames of a film: each step with its picture, what came after it, and the demonstration's own; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recordings.block_words import entered
from recordings.cover import END
from recordings.recording import Recording
from recordings.trace import HEALED, StepRecord, Trace
from review.durations import duration_words
from review.report import found_words

_SHORTEST_MS, _LONGEST_MS = 250, 4_000


@dataclass(frozen=True, slots=True)
class Frame:
    """A step as it is shown. ``after`` is the picture from when it had acted, "" where none is: that of ``after_step``,
    the next step that was not passed over, or of the end.
    ``demo``: whether the demonstration has a picture of it. ``shares`` are the parts of its time, in milliseconds;
    ``shown_ms`` how long it is shown where the run is played. ``heads`` are blocks that begin with it, with depths."""

    number: int
    record: StepRecord
    state: str
    found: str
    took: str
    shares: Sequence[tuple[str, int]]
    after: str
    after_step: str
    demo: bool
    shown_ms: int
    heads: Sequence[tuple[int, str]]


def frames_of(trace: Trace, recording: Recording | None) -> list[Frame]:
    """The frames of a run, in order; ``recording`` is what it ran, where that is still to be had."""
    shown = {step.id for step in recording.steps if step.picture in recording.files} if recording is not None else set()
    before = ((), *(record.within for record in trace.steps))
    later = [_after(trace.steps, at) for at in range(len(trace.steps))]
    return [
        Frame(
            number=at + 1,
            record=record,
            state="healed" if record.outcome == "passed" and record.how in HEALED else record.outcome,
            found=found_words(record),
            took=duration_words(_ms(record) / 1000),
            shares=_shares(record),
            after=later[at][0],
            after_step=later[at][1],
            demo=record.step_id in shown,
            shown_ms=round(min(max(_ms(record), _SHORTEST_MS), _LONGEST_MS)),
            heads=list(entered(before[at], record.within)),
        )
        for at, record in enumerate(trace.steps)
    ]


def _after(steps: Sequence[StepRecord], at: int) -> tuple[str, str]:
    """The picture from when a step had acted, and whose it is: of the next, since of those passed over none was taken,
    mostly; after the last that of the end."""
    record = next((each for each in steps[at + 1 :] if each.picture or each.outcome != "skipped"), None)
    if record is not None:
        return record.picture, record.step_id
    return steps[-1].after, END


def _ms(record: StepRecord) -> float:
    timing = record.timing
    return timing.locate_ms + timing.picture_ms + timing.act_ms + timing.settle_ms


def _shares(record: StepRecord) -> list[tuple[str, int]]:
    timing = record.timing
    parts = (
        ("finding", timing.locate_ms),
        ("picture", timing.picture_ms),
        ("acting", timing.act_ms),
        ("waiting for the page", timing.settle_ms),
    )
    return [(name, round(ms)) for name, ms in parts if ms >= 0.5]
