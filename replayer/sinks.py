"""Where a run is written: a list in tests, a live table, the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from recordings.drawing import drawn
from recordings.heal import Heal
from recordings.trace import StepRecord, Trace


class Sink(Protocol):
    """Where a run is written, step by step: a list in tests, a live table, the store."""

    async def begin(self, trace: Trace) -> None: ...

    async def add_step(self, record: StepRecord, picture: bytes | None) -> object: ...

    async def finish(self, trace: Trace) -> None: ...


@runtime_checkable
class TakesHeals(Protocol):
    """A sink that also takes what a run proposes for its recording."""

    async def propose(self, heal: Heal, shown: bytes | None) -> object:
        """Keep a proposal; ``shown`` is the demonstration's picture of the step."""
        ...


@runtime_checkable
class TakesEnds(Protocol):
    """A sink that also takes the picture of the page that a run came to."""

    async def add_after(self, record: StepRecord, picture: bytes) -> object:
        """Keep it with the run's last step, which was added before."""
        ...


@dataclass(slots=True)
class Kept:
    """A sink that keeps a run in memory; ``pictures`` by step index, drawn into, ``after`` that of the end."""

    traces: list[Trace] = field(default_factory=list)
    records: list[StepRecord] = field(default_factory=list)
    pictures: dict[int, bytes] = field(default_factory=dict)
    heals: list[Heal] = field(default_factory=list)
    after: bytes | None = None

    async def begin(self, trace: Trace) -> None:
        self.traces.append(trace)

    async def add_step(self, record: StepRecord, picture: bytes | None) -> None:
        self.records.append(record)
        if picture is not None:
            self.pictures[record.index] = drawn(picture)

    async def finish(self, trace: Trace) -> None:
        self.traces[-1:] = [trace]

    async def propose(self, heal: Heal, shown: bytes | None) -> None:
        self.heals.append(heal)

    async def add_after(self, record: StepRecord, picture: bytes) -> None:
        self.after = picture
