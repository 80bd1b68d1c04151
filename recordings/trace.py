"""What a run did: a Trace of StepRecords, each tied to the run's W3C trace id."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, PrivateAttr

from recordings.document import Document
from recordings.target import Box, Description
from recordings.veil import Private

Outcome = Literal["passed", "failed", "skipped"]
How = Literal["", "selectors", "hint", "similar", "picture", "person"]
HEALED: frozenset[How] = frozenset({"hint", "similar", "picture", "person"})
"""The ways to find an element that are not the recorded one."""

Pictures = Literal["none", "failure", "steps", "marked"]
"""Which pages of a run are photographed; ``marked``: of every step, drawn so that differences can be marked."""


class Timing(Document):
    """Milliseconds spent in each part of a step."""

    locate_ms: float = 0
    picture_ms: float = 0
    act_ms: float = 0
    settle_ms: float = 0


class Failure(Document):
    """Why something failed: the error's code, what happened, and what to do next.

    ``status`` is the HTTP status where a server's answer was the reason, ``retry_after_s`` how long it asked to be
    left alone, if it did.
    """

    code: str
    message: str
    mend: str = ""
    status: int | None = None
    retry_after_s: float | None = None


class Candidate(Document):
    """An element that was considered: how like the recorded one (0 to 1), said for a reader."""

    score: float
    words: str
    box: Box = Box()


class Helped(Document):
    """A person's help at a step of a run that could not go on.

    ``why`` is the code of what had failed. They ``did`` the step itself, mended the page so that it was tried
    ``again``, or pointed at its ``element``. ``by`` is who, ``at`` when they were asked (seconds since the epoch),
    ``lasted_s`` how long it took until they answered. ``seen``: what the demonstration showed to follow was seen to
    follow; else it is the person who says that the step was done. ``sent`` are requests that may have changed data and
    belong to another step, or to none (``POST http://…``). What they typed is kept nowhere.
    """

    by: str
    did: Literal["step", "again", "element"]
    why: str
    at: float
    lasted_s: float
    seen: bool = True
    sent: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All of it in words: 'ada did this step after 12 s, where it had failed with ElementNotFound.'"""
        what = {"step": "did this step", "again": "mended the page", "element": "pointed at the element"}[self.did]
        said = f"{self.by} {what} after {self.lasted_s:.0f} s, where it had failed with {self.why}."
        word = "" if self.seen else " That it was done is their word."
        return said + word + (f" Meanwhile the page sent {', '.join(self.sent)}." if self.sent else "")


class Choice(Document):
    """An element that a person may point at where the step's own was not found: in words, where it stood in the run's
    picture (CSS pixels of the tab), and as it would be recorded."""

    words: str
    box: Box
    element: Description


class StepRecord(Document):
    """One step of one run. Ids are W3C trace context: 32 and 16 hex digits.

    ``how`` says which way the element was found (``hint``: by what an earlier run of the batch found; ``person``: by a
    person who was asked for help, or did the step themselves: ``helped`` says it all), ``evidence`` what agreed,
    ``score`` how sure (0 to 1).
    ``picture`` is the sha256 of the page's picture before the action, its target outlined, ``after`` that of the page
    that the run came to, on its last step alone.
    ``started_at`` is seconds since the epoch. A step that is ``skipped`` was not done: it is disabled, it is
    optional and its element was not there, a branch or a loop passed over it, or a dry run ended before it; ``notes``
    say which. ``choices`` are there where it failed for want of its element. ``index`` counts what the run did: a step
    of a loop has a record for each row. ``within`` are the blocks around it in words, the outermost first, and ``row``
    is the name of the row that it was done for. ``answers`` are what came of it, in words, addresses without a query:
    requests that may change data, the page it led to, tabs, downloads and dialogs.
    """

    trace_id: str
    span_id: str
    index: int
    step_id: str
    kind: str
    words: str = ""
    within: tuple[str, ...] = ()
    row: str = ""
    started_at: float
    timing: Timing = Timing()
    how: How = ""
    evidence: tuple[str, ...] = ()
    score: float = 0
    round_trips: int = 0
    url: str = ""
    value: str = ""
    outcome: Outcome
    failure: Failure | None = None
    candidates: tuple[Candidate, ...] = ()
    choices: tuple[Choice, ...] = ()
    box: Box | None = None
    picture: str = ""
    after: str = ""
    notes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    helped: tuple[Helped, ...] = ()

    @property
    def pictures(self) -> frozenset[str]:
        """All that it names."""
        return frozenset({self.picture, self.after} - {""})

    def without_pictures(self) -> Self:
        """The same, naming none."""
        return self.model_copy(update={"picture": "", "after": ""})


class Trace(Document):
    """One run of a recording. Secrets are in none of its fields; ``inputs`` are the values used, ``values`` those
    that were read, by name, and ``tables`` the rows. ``app`` is the origin that it began in. ``item`` is the item of a
    batch that it was for, ``follows`` the run of it before. ``total_steps`` is 0 where a loop decides how many there
    are."""

    trace_id: str
    recording: str
    base_url: str = ""
    app: str = ""
    item: str = ""
    follows: str = ""
    inputs: dict[str, str] = Field(default_factory=dict)
    started_at: float
    ended_at: float | None = None
    status: Literal["running", "passed", "failed"] = "running"
    failure: Failure | None = None
    total_steps: int = 0
    values: dict[str, str] = Field(default_factory=dict)
    tables: dict[str, tuple[dict[str, str], ...]] = Field(default_factory=dict)
    steps: tuple[StepRecord, ...] = ()

    _private: Private = PrivateAttr(default_factory=Private)

    @property
    def private(self) -> Private:
        """What of the run is personal, known to this process only: the store hashes it."""
        return self._private

    def with_private(self, private: Private) -> Trace:
        """The same run, knowing for the life of this process what of it is personal."""
        told = self.model_copy()
        told._private = private
        return told

    @property
    def duration_s(self) -> float | None:
        """Seconds from start to end; None while it runs."""
        return None if self.ended_at is None else self.ended_at - self.started_at

    @property
    def skipped(self) -> int:
        """How many steps were not done because they are disabled, or optional and not there."""
        return sum(step.outcome == "skipped" for step in self.steps)

    @property
    def healed(self) -> bool:
        """Whether an element was found by something other than its recorded selectors."""
        return any(step.how in HEALED for step in self.steps)
