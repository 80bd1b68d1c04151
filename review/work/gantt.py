"""Who did which row when, as geometry: bars in lanes over a time axis, for templates to draw; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from recordings.batch import ItemStatus
from recordings.figures import Mark
from review.durations import duration_words
from review.work.charts import WIDE, Bar
from store.flow_facts import FlowFacts

LANE = 22
_LONGEST_NAME = 14
_MOST_BARS = 1_000
"""Of more items, the last that began are drawn."""
_NARROWEST = 1.5
_MOST_TICKS = 8
_EVERY_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400)
STATE_WORDS: dict[ItemStatus, str] = {
    "running": "is being done",
    "passed": "passed",
    "failed": "failed",
    "waiting": "waits for a person",
    "cancelled": "given up",
    "skipped": "left out",
    "queued": "to be done again",
}


@dataclass(frozen=True, slots=True)
class Spell:
    """A row at work: ``group`` is what the lanes are for that it may be drawn in, ``words`` call it."""

    mark: Mark
    group: str
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A line of bars; ``name`` is what it is for, "" where the lane above says it; cut off at 14 letters."""

    name: str
    y: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Gantt:
    """``title`` says what its lanes are for, ``began_at`` when its axis begins (seconds since the epoch); ``kinds`` are
    the states that there are bars of, for a legend."""

    title: str
    bars: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    kinds: tuple[tuple[ItemStatus, str], ...]
    height: int
    began_at: float
    span_s: float
    left_out: int = 0


@dataclass(slots=True)
class _Lanes:
    """The lanes of one group, by when each is free."""

    free_at: list[float] = field(default_factory=list)

    def take(self, begun: float, ended: float) -> int:
        at = next((at for at, free in enumerate(self.free_at) if free <= begun), len(self.free_at))
        self.free_at[at : at + 1] = [ended]
        return at


def gantt_of_batch(marks: Sequence[Mark], now: float) -> Gantt | None:
    """The rows of a batch by who did them; None where none began."""
    spells = [Spell(mark, mark.worker, f"Row {mark.number}") for mark in marks]
    return _drawn("Agents", spells, now, lambda number, _: f"Agent {number}")


def gantt_of_flow(facts: FlowFacts, marks: Mapping[str, Sequence[Mark]], now: float) -> Gantt | None:
    """The rows of a workflow by stage, in the order of its stages; None where none began.

    Args:
        marks: Those of each batch, by its id.
    """
    batches = [batch for stage in facts.stages for batch in stage.batches]
    named = [(batch, batch.stage) for batch in batches] + [(batch, f"undo {batch.stage}") for batch in facts.undoing]
    spells = [
        Spell(mark, group, f"{group}, {batch.recording}, row {mark.number}")
        for batch, group in named
        for mark in marks.get(batch.id, ())
    ]
    return _drawn("Stages", spells, now, lambda _, group: group)


def _drawn(title: str, spells: Sequence[Spell], now: float, name_of: Callable[[int, str], str]) -> Gantt | None:
    """``name_of`` is given a lane's number among all and its group."""
    begun = sorted(
        (each for each in spells if each.mark.begun_at is not None), key=lambda each: each.mark.begun_at or 0
    )
    left_out = max(0, len(begun) - _MOST_BARS)
    begun = begun[left_out:]
    if not begun:
        return None
    first = begun[0].mark.begun_at or now
    span_s = max(max(each.mark.ended_at or now for each in begun) - first, 1e-3)
    shown = {each.group for each in begun}
    groups = {each.group: _Lanes() for each in spells if each.group in shown}
    placed = [(each, groups[each.group].take(each.mark.begun_at or first, each.mark.ended_at or now)) for each in begun]
    above, names = dict[str, int](), list[str]()
    for group, lanes in groups.items():
        above[group] = len(names)
        names += [name_of(len(names) + at + 1, group) for at in range(len(lanes.free_at))]
    bars = tuple(_bar(each, above[each.group] + lane, first, span_s, now) for each, lane in placed)
    kinds = {each.mark.status for each in begun}
    return Gantt(
        title=title,
        bars=bars,
        lanes=tuple(Lane(_cut(name) if name not in names[:at] else "", at * LANE) for at, name in enumerate(names)),
        ticks=_ticks(span_s),
        kinds=tuple((kind, words) for kind, words in STATE_WORDS.items() if kind in kinds),
        height=len(names) * LANE,
        began_at=first,
        span_s=span_s,
        left_out=left_out,
    )


def _bar(spell: Spell, lane: int, first: float, span_s: float, now: float) -> Bar:
    mark = spell.mark
    start, end = (mark.begun_at or first) - first, (mark.ended_at or now) - first
    width = max((end - start) / span_s * WIDE, _NARROWEST)
    words = f"{spell.words}: {STATE_WORDS[mark.status]}, {duration_words(max(0.0, end - start))}"
    return Bar(start / span_s * WIDE, lane * LANE + 3, width, LANE - 6, mark.status, words, mark.trace_id)


def _ticks(span_s: float) -> tuple[Tick, ...]:
    """Even times, at most 8 and the begin."""
    every_s = next((each for each in _EVERY_S if span_s / each <= _MOST_TICKS), span_s / _MOST_TICKS)
    count = int(span_s / every_s)
    return tuple(
        Tick(at * every_s / span_s * WIDE, duration_words(at * every_s) if at else "0") for at in range(count + 1)
    )


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
