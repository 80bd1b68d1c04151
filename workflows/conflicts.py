"""Which items may not be at work at once, and why: the same record, one session or account, or an order; pure.

An item is one row of a stage. The planner keeps two apart where one of the reasons says ``apart``; the others are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from recordings.recording import Recording
from workflows.graph import only_row_by_row, side_by_side
from workflows.rows import AppRows
from workflows.scope import Known
from workflows.workflow import RunStage, Stage
from workflows.writes import Account, Write, account_of, writes_of

Row = Mapping[str, str]

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two items may not be at work at once (``apart``), or what a person should know where they may.

    ``keys`` are the inputs that tell whether it is the same record. ``depends``: not all of their values are known yet,
    and items that turn out to differ in one of them may run together.
    """

    kind: Literal["order", "sequential", "record", "session", "account"]
    apart: bool
    words: str
    keys: tuple[str, ...] = ()
    depends: bool = False

    @property
    def verdict(self) -> str:
        """What follows, in the words that come after "they are" or "they"."""
        if not self.apart:
            return "may run together"
        return "are kept apart where it is one record" if self.depends else "are kept apart"


@dataclass(frozen=True, slots=True)
class Apart:
    """Two stages (or one, twice) whose items may meet, and the reasons."""

    one: str
    other: str
    reasons: tuple[Reason, ...]


def explain(known: Known, one: str, other: str, row: Row | None = None, other_row: Row | None = None) -> list[Reason]:
    """Why an item of one stage and an item of another (or of the same) may not be at work at once.

    Args:
        row: The values of the first item, by column; None where they are not known, so that any may be meant.
    """
    first, second = known.workflow.stage(one), known.workflow.stage(other)
    if first is None or second is None:
        return []
    return [*_orders(known, first, second), *_clashes(known, first, second, row, other_row)]


def kept_apart(known: Known) -> list[Apart]:
    """What is to be known of all stages that may be at work at once, also of rows of one stage, in the file's order."""
    pairs = [*((name, name) for name in known.graph.stages if _many(known.workflow.stage(name)))]
    pairs += side_by_side(known.graph)
    found = []
    for one, other in pairs:
        first, second = known.workflow.stage(one), known.workflow.stage(other)
        if first is not None and second is not None and (reasons := tuple(_clashes(known, first, second))):
            found.append(Apart(one, other, reasons))
    return found


def told(apart: Iterable[Apart]) -> list[tuple[str, Reason]]:
    """Each reason once, with all the pairs that it holds for in words: ``runs of find; find and order``."""
    found: dict[Reason, list[str]] = {}
    for each in apart:
        pair = f"runs of {each.one}" if each.one == each.other else f"{each.one} and {each.other}"
        for reason in each.reasons:
            found.setdefault(reason, []).append(pair)
    ordered = sorted(found.items(), key=lambda item: not item[0].apart)
    return [("; ".join(pairs), reason) for reason, pairs in ordered]


def _many(stage: Stage | None) -> bool:
    """Whether several runs of a stage may be at work at once."""
    if not isinstance(stage, RunStage) or stage.mode == "sequential" or stage.agents == 1:
        return False
    return stage.for_each is not None or len(stage.recording) > 1


def _orders(known: Known, one: Stage, other: Stage) -> Iterator[Reason]:
    if one.name == other.name:
        if isinstance(one, RunStage) and one.mode == "sequential":
            yield Reason("sequential", True, f"'{one.name}' is sequential: its rows are done one after another.")
        return
    for before, after in ((one, other), (other, one)):
        if after.name not in known.graph.descendants(before.name):
            continue
        if after.name in only_row_by_row(known.graph, before.name):
            words = f"'{after.name}' does a row as soon as '{before.name}' has done it: only different rows meet."
            yield Reason("order", False, words)
        else:
            yield Reason("order", True, f"'{after.name}' begins when '{before.name}' is over.")


def _clashes(
    known: Known, one: Stage, other: Stage, row: Row | None = None, other_row: Row | None = None
) -> list[Reason]:
    if not isinstance(one, RunStage) or not isinstance(other, RunStage):
        return []
    found: dict[Reason, None] = {}
    if one.session and one.session == other.session and not (one.shared_session and other.shared_session):
        found[Reason("session", True, f"Both begin with the saved session {one.session}, which is not shared.")] = None
    for first in known.recordings_of(one):
        for second in known.recordings_of(other):
            here, there = _Side(known, one, first, row), _Side(known, other, second, other_row)
            found |= dict.fromkeys([*_same_record(here, there), *_same_account(here, there)])
    return list(found)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two items: a recording of a stage, run for a row."""

    known: Known
    stage: RunStage
    recording: Recording
    row: Row | None

    def value(self, name: str) -> str | None:
        """What an input is given, None where it is known only when it runs."""
        if (text := self.stage.inputs.get(name)) is not None:
            return None if "${" in text else text
        if self.stage.for_each is None:
            return self._default(name)
        if self.row is not None:
            return self.row.get(name, self._default(name))
        columns = self.known.row(self.stage)
        return self._default(name) if columns is not None and name not in columns else None

    def origins(self, recorded: str) -> frozenset[str]:
        """Where the recorded application is, as this item meets it."""
        bases = [self.stage.base_url] if self.stage.base_url else []
        if isinstance(self.stage.for_each, AppRows):
            app = (self.row or {}).get("app")
            bases = [each.base_url for each in self.stage.for_each.apps if app in (None, each.name)]
        moved = bool(bases) and recorded == _origin(self.recording.start)
        return frozenset(map(_origin, bases)) if moved else frozenset([recorded])

    def _default(self, name: str) -> str | None:
        return next((item.default for item in self.recording.inputs if item.name == name), None)


def _same_record(here: _Side, there: _Side) -> Iterator[Reason]:
    for one in writes_of(here.recording):
        for other in writes_of(there.recording):
            if one.place != other.place or not here.origins(one.origin) & there.origins(other.origin):
                continue
            shared = tuple(name for name in one.by if name in other.by)
            values = [(here.value(name), there.value(name)) for name in shared]
            if any(None not in pair and pair[0] != pair[1] for pair in values):
                continue
            depends = any(None in pair for pair in values)
            yield Reason("record", True, _record_words(one, other, shared, depends), shared, depends)


def _record_words(one: Write, other: Write, shared: tuple[str, ...], depends: bool) -> str:
    both = one.method if one.method == other.method else f"{one.method} and {other.method}"
    place = f"{both} {one.origin}{one.place}"
    if not shared:
        return f"Both write {place}, and nothing tells their records apart."
    names = ", ".join(shared[:_MOST_NAMED]) + (f" and {more} more" if (more := len(shared) - _MOST_NAMED) > 0 else "")
    if not depends:
        return f"Both write {place}, and {names} are alike."
    return f"Both write {place}; it is one record where {names} are alike."


def _same_account(here: _Side, there: _Side) -> Iterator[Reason]:
    one, other = account_of(here.recording), account_of(there.recording)
    if one is None or other is None or here.stage.session or there.stage.session:
        return
    if one.secrets != other.secrets or not here.origins(one.origin) & there.origins(other.origin):
        return
    names = _who(one, here), _who(other, there)
    if None not in names and names[0] != names[1]:
        return
    apart = 1 in (here.stage.limits.per_account, there.stage.limits.per_account)
    who = f"'{names[0]}'" if names[0] else "one account"
    mend = "" if apart else " 'limits: {per_account: 1}' keeps them apart."
    yield Reason("account", apart, f"Both sign in to {one.origin} as {who}.{mend}")


def _who(account: Account, side: _Side) -> str | None:
    values = [side.value(name) for name in account.by]
    return None if None in values else " ".join(value for value in values if value)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
