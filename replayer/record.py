"""A StepRecord in the making: what is known of a step while it runs, and the record that comes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.async_api import Page

from browser.page_script import Among
from recordings.errors import ShowonceError
from recordings.target import Box
from recordings.trace import Candidate, StepRecord, Timing
from replayer.errors import failure_of
from replayer.heal import Confirmed
from replayer.locate import Found
from replayer.plan import PlannedStep


@dataclass(slots=True)
class Making:
    """A StepRecord in the making. ``now`` is what a strayed element is like now, ``came`` what came of the step."""

    planned: PlannedStep
    index: int
    started_at: float
    page: Page | None = None
    found: Found | None = None
    now: Among | None = None
    came: Confirmed | None = None
    picture: bytes | None = None
    box: Box | None = None
    error: ShowonceError | None = None
    times: dict[str, float] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    notes: list[str] = field(default_factory=list)
    said: str = ""
    skipped: bool = False


def record_of(making: Making, trace_id: str, span_id: str, clean: Callable[[str], str]) -> StepRecord:
    """The finished record; ``clean`` takes secrets out of a text."""
    step, found = making.planned.step, making.found
    failure = failure_of(making.error) if making.error is not None else None
    if failure is not None:
        failure = failure.model_copy(update={"message": clean(failure.message)})
    return StepRecord(
        trace_id=trace_id,
        span_id=span_id,
        index=making.index,
        step_id=step.id,
        kind=step.kind,
        words=clean(step.words),
        started_at=making.started_at,
        timing=Timing(**making.times),
        how=found.how if found else "",
        evidence=tuple(clean(reason) for reason in found.reasons) if found else (),
        score=round(found.score, 3) if found else 0,
        round_trips=found.round_trips if found else 0,
        url=clean(making.page.url) if making.page else "",
        value=making.said or making.planned.shown,
        outcome="failed" if failure else "skipped" if making.skipped else "passed",
        failure=failure,
        candidates=tuple(c.model_copy(update={"words": clean(c.words)}) for c in making.candidates),
        box=making.box,
        notes=tuple(clean(note) for note in making.notes),
    )


class timed:
    """Adds the milliseconds of its block to the record, also when it fails."""

    def __init__(self, making: Making, name: str) -> None:
        self._making, self._name = making, name

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._making.times[self._name] = round((time.perf_counter() - self._began) * 1000, 2)
