"""Serves who does items: a batch as its worker knows it, and what its recording says of what must not be repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.rows_done import Loop, loops_of
from recordings.batch import Batch, Commit, ItemStatus
from recordings.commits import guarded_steps
from recordings.recording import Recording
from replayer.heal import Hints
from scheduler.ramp import Finished, baseline_s_of, cap_after


@dataclass(slots=True)
class Work:
    """What all items of a batch share here.

    ``last`` is the last of the recording's steps that must not be repeated, "" for none, and ``ends_with`` that one
    where nothing comes after it. ``loops`` are its loops over rows. ``cap`` is how many items may be at work, ``since``
    are those that ended since it changed, ``base_s`` how long they took at the first. Of those that wait to begin, the
    first holds the ``gate``.
    """

    batch: Batch
    recording: Recording
    probe: Recording | None
    last: str
    ends_with: str | None
    loops: tuple[Loop, ...] = ()
    hints: Hints = field(default_factory=Hints)
    cap: int = 0
    since: list[Finished] = field(default_factory=list)
    base_s: float | None = None
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)

    def ramped(self, finished: Finished) -> int | None:
        """The number of items that may be at work from now on, one more having ended; None for no change."""
        ramp = self.batch.settings.ramp
        if not ramp:
            return None
        self.since.append(finished)
        after = cap_after(self.cap, ramp, self.since, self.base_s)
        if after == self.cap:
            return None
        if self.base_s is None:
            self.base_s = baseline_s_of(self.since)
        self.cap = after
        self.since.clear()
        return after

    def stops(self, status: ItemStatus) -> bool:
        """Whether the batch goes on no more after an item that ended so."""
        return self.batch.settings.on_failure == "stop" and status in ("failed", "waiting")

    def answers_for_all(self, known: Sequence[Commit]) -> bool:
        """Whether one step is unresolved that sent one request in the demonstration: one answer then speaks for it."""
        unsure = {commit.step_id for commit in known if commit.state in ("intent", "sent")}
        steps = [step for step in self.recording.steps if step.id in unsure]
        return len(unsure) == sum(signal.kind == "request" for step in steps for signal in step.signals) == 1


def work_of(batch: Batch, recording: Recording, probe: Recording | None) -> Work:
    """A batch with its recording and the one that tells whether an item was done."""
    guarded = guarded_steps(recording)
    steps = [step.id for step in recording.steps if not step.disabled]
    last = next((step for step in reversed(steps) if step in guarded), "")
    ends_with = last if last and steps[-1] == last else None
    return Work(batch, recording, probe, last, ends_with, loops_of(recording), cap=batch.cap)
