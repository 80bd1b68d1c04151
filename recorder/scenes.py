"""What each step came to change on the pages, pure: scenes told on the way, given to the steps they came of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recordings.scene import Change, Scene
from recordings.target import FrameStep

_CHANGES = 3
_FACTS = 40
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class SeenScene:
    """One document's scene. ``seq`` places it among the events: after the event before that number. ``moved_on``: the
    pointer had come over something else since the last gesture."""

    seq: float
    page: int
    doc: str
    frame: tuple[FrameStep, ...]
    scene: Scene
    facts: tuple[str, ...]
    moved_on: bool = False


@dataclass(frozen=True, slots=True)
class Began:
    """Where among the events a step began, and in which document; ``doc`` is "" where it has no element."""

    seq: int
    page: int
    doc: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a step found, and what came of it."""

    before: Scene | None
    changes: tuple[Change, ...]


def answers_of(begins: Mapping[str, Began], seen: Sequence[SeenScene], acts: Sequence[int]) -> dict[str, Answered]:
    """By step: what its document showed when it began, and all documents that came to show something else by the time
    the next step began.

    A scene from the middle of a step tells nothing of its end; the change is then told with a later step.

    Args:
        acts: Numbers of the events that were something done, or that something answered.
    """
    steps = sorted(begins.items(), key=lambda item: item[1].seq)
    ends = [*[began.seq for _, began in steps], float("inf")][1:]
    found: dict[str, Answered] = {}
    for (name, began), end in zip(steps, ends, strict=True):
        earlier = [one for one in seen if one.seq <= began.seq]
        last_act = max((act for act in acts if act < end), default=-1)
        during = [one for one in seen if began.seq < one.seq <= end]
        if any(last_act < one.seq < end for one in during):
            # At the next press the pointer is over something else, and what that shows is not of this step.
            during = [one for one in during if one.seq < end]
        found[name] = Answered(_before(began, earlier), _changes(earlier, during, last_act))
    return found


def _before(began: Began, earlier: Sequence[SeenScene]) -> Scene | None:
    """What the step's document showed, where that was told with the gesture itself or is known not to have changed."""
    told = [one for one in earlier if one.seq == began.seq and one.doc == began.doc]
    return told[-1].scene if told else None


def _changes(earlier: Sequence[SeenScene], during: Sequence[SeenScene], last_act: int) -> tuple[Change, ...]:
    latest = {one.doc: one for one in earlier}
    shown = {(one.page, tuple(hop.index for hop in one.frame)): one for one in earlier}
    changes = []
    for doc in dict.fromkeys(one.doc for one in during):
        told = [one for one in during if one.doc == doc]
        last = told[-1]
        before = latest.get(doc)
        if last.seq < last_act or (before is not None and before.scene == last.scene):
            continue
        was = before or shown.get((last.page, tuple(hop.index for hop in last.frame)))
        changes.append(_change(last, told[:-1], before, was.facts if was else ()))
    return tuple(changes[-_CHANGES:])


def _change(last: SeenScene, passing: Sequence[SeenScene], before: SeenScene | None, facts: tuple[str, ...]) -> Change:
    had, has = Counter(facts), Counter(last.facts)
    # What showed while the pointer was still where the step was, and shows at last, did not come of its moving on.
    own = [one for one in passing if not one.moved_on and before is not None and one.scene != before.scene]
    sure = Counter(own[-1].facts) if last.moved_on and own else has
    came = [fact for fact in last.facts if fact not in had and fact in sure]
    moved_on = last.moved_on and not own
    if not came and before is not None and before.moved_on:
        moved_on = True  # what the pointer had opened on its way here went away when it was done with
    went = [one for one in passing if not has - Counter(one.facts)]
    return Change(
        page=last.page,
        frame=last.frame,
        before=before.scene if before else None,
        moved_on=moved_on,
        after=tuple(dict.fromkeys([last.scene, *(one.scene for one in reversed(went))]))[:4],
        appeared=tuple(dict.fromkeys(fact[:_LONGEST] for fact in came))[:_FACTS],
        gone=tuple(dict.fromkeys(fact[:_LONGEST] for fact in facts if fact not in has))[:_FACTS],
    )
