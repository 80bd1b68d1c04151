"""A Trace and its StepRecords in the making: what is known while they run, and the records that come of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from playwright.async_api import Page

from browser.page_script import Among
from recordings.commits import Sending
from recordings.errors import ShowonceError
from recordings.heal import Heal
from recordings.target import Box
from recordings.trace import Candidate, Choice, Helped, StepRecord, Timing, Trace
from replayer.answering import Answering
from replayer.asking import Asking
from replayer.errors import failure_of
from replayer.gate import Gate
from replayer.guard import Wire
from replayer.heal import Confirmed
from replayer.interception import Interception
from replayer.locate import Found
from replayer.looking import Readings
from replayer.plan import Plan, PlannedStep
from replayer.secrets import with_secrets_in
from replayer.unwatched import Unwatched
from replayer.watch import Watch


@dataclass(slots=True)
class Making:
    """A StepRecord in the making, of a step of ``plan``, which is that of one row in a loop. ``now`` is what a strayed
    element is like now, ``came`` what came of the step, and ``ends`` whether the run stops before it is done.

    ``begun``: the wire was told of it; ``acted``: the agent began to do it; ``by_person``: a person did it instead.
    ``pointed`` is the element that a person pointed at, and ``keeps`` whether the recording is to look for that.
    """

    planned: PlannedStep
    plan: Plan
    index: int
    started_at: float
    within: tuple[str, ...] = ()
    row: str = ""
    page: Page | None = None
    found: Found | None = None
    now: Among | None = None
    came: Confirmed | None = None
    picture: bytes | None = None
    box: Box | None = None
    error: ShowonceError | None = None
    times: dict[str, float] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    choices: tuple[Choice, ...] = ()
    notes: list[str] = field(default_factory=list)
    answers: tuple[str, ...] = ()
    said: str = ""
    skipped: bool = False
    ends: bool = False
    begun: bool = False
    acted: bool = False
    by_person: bool = False
    pointed: Found | None = None
    keeps: bool = False
    helped: list[Helped] = field(default_factory=list)

    @property
    def later(self) -> tuple[PlannedStep, ...]:
        """The steps of its plan that come after it."""
        place = next(place for place, planned in enumerate(self.plan.steps) if planned is self.planned)
        return self.plan.steps[place + 1 :]

    async def revealed(self, page: Page) -> PlannedStep:
        """The step with its secrets in it, for the document that its element is in.

        Raises:
            SecretElsewhereError: One belongs to another origin.
            SecretMissingError: Nobody has it any more.
        """
        planned = self.planned
        if not planned.secret:
            return planned
        frame = self.found.frame if self.found is not None else page.main_frame
        values = await with_secrets_in(planned.step, planned.values, self.plan.secrets, frame)
        return replace(planned, values=values)

    @property
    def sending(self) -> Sending:
        """The step as what must not take effect twice."""
        return Sending(self.planned.step, self.row)


@dataclass(slots=True)
class Running:
    """A run under way: what it does, what it saw, sent and read, and what was made of it so far. ``proposed`` are all
    heals, ``heals`` those that are sure enough for a hint;
    ``last`` is the last step that was done."""

    plan: Plan
    trace: Trace
    watch: Watch
    interception: Interception
    wire: Wire
    gate: Gate
    asking: Asking
    unwatched: Unwatched
    answering: Answering
    values: dict[str, str] = field(default_factory=dict)
    tables: dict[str, tuple[dict[str, str], ...]] = field(default_factory=dict)
    records: list[StepRecord] = field(default_factory=list)
    heals: list[Heal] = field(default_factory=list)
    proposed: list[Heal] = field(default_factory=list)
    last: Making | None = None
    passed: bool = False
    error: Exception | None = None

    def take(self, readings: Readings) -> str:
        """Keep what a step read, secrets taken out; what its record shows. What is personal of it is so from now on."""
        clean, private = self.plan.redactor.clean, self.trace.private
        read = {name: clean(text) for name, text in readings.values.items()}
        self.values |= read
        for name in read.keys() & private.names:
            private.learn(read[name])
        for name, rows in readings.tables.items():
            self.tables[name] = tuple({column: clean(text) for column, text in row.items()} for row in rows)
            private.learn_cells(name, self.tables[name])
        return clean(readings.shown)


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
        words=clean(_words_in(step.words, making.row)),
        within=tuple(map(clean, making.within)),
        row=clean(making.row),
        started_at=making.started_at,
        timing=Timing(**making.times),
        how="person" if making.by_person else found.how if found else "",
        evidence=tuple(clean(reason) for reason in found.reasons) if found else (),
        score=round(found.score, 3) if found else 0,
        round_trips=found.round_trips if found else 0,
        url=clean(making.page.url) if making.page else "",
        value=making.said or making.planned.shown,
        outcome="failed" if failure else "skipped" if making.skipped else "passed",
        failure=failure,
        candidates=tuple(c.model_copy(update={"words": clean(c.words)}) for c in making.candidates),
        choices=tuple(c.model_copy(update={"words": clean(c.words)}) for c in making.choices),
        box=making.box,
        notes=tuple(clean(note) for note in dict.fromkeys(making.notes)),
        answers=making.answers,
        helped=tuple(making.helped),
    )


def _words_in(words: str, row: str) -> str:
    """The step in words that name the row it is done for."""
    return words if not row or row in words else f"{words}, for {row}"


def trace_of(run: Running, ended_at: float) -> Trace:
    """The finished trace of a run."""
    failure = failure_of(run.error) if run.error is not None else None
    if failure is not None:
        failure = failure.model_copy(update={"message": run.plan.redactor.clean(failure.message)})
    return run.trace.model_copy(
        update={
            "status": "passed" if run.passed else "failed",
            "ended_at": ended_at,
            "failure": failure,
            "total_steps": run.trace.total_steps or (len(run.records) if run.passed else 0),
            "values": dict(run.values),
            "tables": dict(run.tables),
            "steps": tuple(run.records),
        }
    )


class timed:
    """Adds the milliseconds of its block to the record, also when it fails."""

    def __init__(self, making: Making, name: str) -> None:
        self._making, self._name = making, name

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._making.times[self._name] = round((time.perf_counter() - self._began) * 1000, 2)
