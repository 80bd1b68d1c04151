"""What a step that was found in another way teaches: a proposal for the recording, and a hint for the rest of a batch.

What is worth a proposal, what confirms it and what it says is pure; only ``seen_now`` asks the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.async_api import ElementHandle, Error

from browser.asking import LookLostError
from browser.page_script import Among, describe_among, pick
from recordings.errors import ShowonceError
from recordings.files import digest_of
from recordings.heal import Heal
from recordings.inputs import InputRef
from recordings.signals import PageClosed
from recordings.steps import Check, Click, Step, target_of
from recordings.target import Target
from recordings.trace import HEALED, StepRecord
from replayer.confirm import Demand
from replayer.locate import Found
from replayer.looking import looks
from replayer.match import SAME
from replayer.plan import Plan, changed_texts, told
from replayer.settle import said
from replayer.untold import inputs_said, run_values, untold

_STRUCTURAL = ("css", "xpath")
_CAME = {
    "same": "the page came to what it came to in the demonstration",
    "likely": "what appeared and went in the demonstration did so again",
    "told": "the page showed what this run was given",
    "any": "the page changed; whether as in the demonstration cannot be compared",
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of a step, in words; ``sure`` where more came than that something changed."""

    words: tuple[str, ...]
    sure: bool


def is_astray(step: Step, found: Found) -> bool:
    """Whether a step's element was found in another way than recorded, in a way that the recording should learn.

    Where the selectors agreed, one that tells what the element is must have missed it, or all that tell its place while
    the element has changed too. A place alone changes with the data: with a message above it, or more rows.
    """
    target = target_of(step)
    if target is None or looks(step) or step.way == "gestures":
        return False  # nothing comes of a check or a read that would confirm it
    if found.how in HEALED:
        return True
    if len(found.look.found) != len(target.selectors):
        return False
    missed = [
        s.kind for s, there in zip(target.selectors, found.look.found, strict=True) if found.candidate not in there
    ]
    if any(kind not in _STRUCTURAL for kind in missed):
        return True
    in_row = target.description.row or target.description.key or found.seen.row or found.seen.key
    places = [s for s in target.selectors if s.kind in _STRUCTURAL]
    return bool(missed) and len(missed) == len(places) and not in_row and found.score < SAME


async def seen_now(found: Found) -> Among:
    """The element as it would be recorded now, with its rivals; without them where the page does not tell."""
    alone = Among(description=found.seen, rivals=())
    with suppress(Error, LookLostError, ShowonceError):
        control = found.control
        element = (
            control if isinstance(control, ElementHandle) else await pick(found.frame, found.look, found.candidate)
        )
        among = await describe_among(element) if element is not None else alone
        # What is described is the control around it, which need not be what was found.
        return (
            among if (among.description.xpath, among.description.css) == (found.seen.xpath, found.seen.css) else alone
        )
    return alone


def confirmed(step: Step, demands: Iterable[Demand], *, read_back: bool) -> Confirmed | None:
    """What came of a step that passed; None where nothing was asked for, so that nothing tells whether it was right.

    Args:
        demands: What was asked of the page, and came.
        read_back: The field was read, and holds what it should.
    """
    words = [f"then came {said(signal)}, as in the demonstration" for signal in step.signals if not _of_itself(signal)]
    if read_back:
        words.append("the field was read back and holds what was given")
    modes = {demand.mode for demand in demands}
    sure = bool(words) or bool(modes - {"any"})
    words += [_CAME[mode] for mode in ("same", "likely", "told", "any") if mode in modes]
    return Confirmed(tuple(dict.fromkeys(words)), sure) if words else None


def pointed_at(came: Confirmed | None) -> Confirmed:
    """What came of a step whose element a person pointed at: their word is more than likeness."""
    return Confirmed(("a person pointed at it", *(came.words if came is not None else ())), sure=True)


def heal_of(plan: Plan, record: StepRecord, now: Among, came: Confirmed, clean: Callable[[str], str]) -> Heal | None:
    """The proposal that a step yields; None where this run's values would come into the recording, or nothing new.

    Args:
        record: The step as it was kept, with its picture.
        clean: Takes secrets out of a text.
    """
    recorded = next(step for step in plan.recording.steps if step.id == record.step_id)
    old = target_of(recorded)
    if old is None or not as_shown(recorded, plan):
        return None
    values = run_values(plan.recording.inputs, plan.inputs, plan.redactor.written)
    new = untold(old, now.description, now.rivals, values)
    if new is None or new == old:
        return None
    return Heal(
        recording=plan.recording.name,
        made_from=digest_of(plan.recording),
        step_id=recorded.id,
        index=record.index,
        words=clean(recorded.words),
        old=old,
        new=new,
        says=inputs_said(new, plan.recording.inputs),
        how=record.how,
        score=record.score,
        evidence=(*record.evidence, *map(clean, came.words)),
        found=record.picture,
        where=record.box,
        trace_id=record.trace_id,
        at=record.started_at,
        last_at=record.started_at,
        last_trace=record.trace_id,
    )


@dataclass(slots=True)
class Hints:
    """What the runs of a batch found in other ways than recorded, by step: the runs after them look for that too.

    Only a run that passed as a whole teaches, and only by steps of which more came than that something changed.
    """

    _targets: dict[str, Target] = field(default_factory=dict)

    def learn(self, heals: Sequence[Heal]) -> None:
        """Take over what a run that passed has found."""
        for heal in heals:
            self._targets[heal.step_id] = heal.new

    def target(self, plan: Plan, step_id: str) -> Target | None:
        """What a step's element was like in an earlier run, in the words of this one's inputs."""
        step = next(step for step in plan.recording.steps if step.id == step_id)
        target = self._targets.get(step.id)
        if target is None or not as_shown(step, plan):
            return None
        changed = changed_texts(plan.recording.inputs, plan.inputs)
        return told(target, changed) if changed else target


def as_shown(step: Step, plan: Plan) -> bool:
    """Whether it acts on what was acted on in the demonstration: not where another of several is taken."""
    if not isinstance(step, (Click, Check)) or not isinstance(step.choice, InputRef):
        return True
    name = step.choice.name
    return any(item.name == name and item.used == plan.inputs.get(name) for item in plan.recording.inputs)


def _of_itself(signal: object) -> bool:
    """A tab that closes may be closed by the run itself."""
    return isinstance(signal, PageClosed)
