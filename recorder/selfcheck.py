"""The self-check: replays what was understood, in a context of its own, and compares what came of each step with what
came of it in the demonstration. A step that only its raw gestures bring about is kept so; one that nothing brings about
is marked."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from playwright.async_api import Browser, Error

from recorder.keys import is_written
from recorder.probe import Probe, Seen
from recorder.surroundings import Guard, Surroundings, opened_like
from recordings.errors import CouldNotStartError
from recordings.recording import Recording
from recordings.scene import Change
from recordings.signals import Navigated
from recordings.steps import Click, Fill, History, Navigate, Press, Step, Type
from recordings.trace import Trace
from replayer import Replayer, Waits

WAITS = Waits(step_s=5, effect_s=5, quiet_s=0.3, fallback_s=1.0)
_ATTEMPTS = 9
_WAYS = 2
_SLOW = 2
_LONGEST_PACE_MS = 5000
_READY_MS = 3000
_AT_LEAST_S = 30.0
Key = tuple[str, int]
log = logging.getLogger("showonce.recorder")


async def tried(shown: Recording, browser: Browser, around: Surroundings, spent_s: float) -> Recording:
    """The recording tried by itself; whatever goes wrong in that, what was shown is kept.

    Args:
        spent_s: How long the demonstration took: the check may take twice that.
    """
    if not browser.is_connected():
        return shown
    try:
        return await self_check(shown, browser, around, max(_AT_LEAST_S, 2 * spent_s))
    except Exception as error:
        log.error("the self-check failed", exc_info=error)
        words = f"The recording could not be tried: {error}."
        return shown.model_copy(update={"warnings": (*shown.warnings, words)})


async def self_check(
    recording: Recording, browser: Browser, around: Surroundings, budget_s: float, guard: Guard | None = None
) -> Recording:
    """The recording with what replays of its first steps showed: how surely each comes again, and in which way.

    Only steps before the first that may change data are tried; ``recording.checked`` says how many came again.
    """
    safe = safe_steps(recording)
    if not safe or not recording.start.startswith(("http:", "https:")):
        return recording
    check = _Check(recording.model_copy(update={"steps": safe}))
    until = time.monotonic() + budget_s
    for left in reversed(range(_ATTEMPTS)):
        tried = check.next_trial()
        trace, probe = await _run(tried, browser, around, check.tolerated, guard)
        if trace is None:
            return recording
        failed = None if trace.status == "passed" else max(0, len(trace.steps) - 1)
        again = failed is not None and left > 0 and time.monotonic() < until and check.learns(failed, probe)
        if not again:
            return _told(recording, tried, probe, failed, trace)
    raise AssertionError("the last attempt ends the check")


@dataclass(slots=True)
class _Check:
    """What is tried next: each step's way (0: as it is meant, 1: after the person's pause, 2: by its raw gestures)."""

    trial: Recording
    ways: dict[str, int] = field(default_factory=dict)
    tolerated: frozenset[Key] = frozenset()
    _earlier: Mapping[Key, Seen] = field(default_factory=dict)
    _earlier_ways: dict[str, int] = field(default_factory=dict)

    def next_trial(self) -> Recording:
        return _in_ways(self.trial, self.ways)

    def learns(self, failed: int, probe: Probe) -> bool:
        """Whether another attempt may do better after this step failed; chooses its ways."""
        step = self.trial.steps[failed]
        last_way, same = self.ways.get(step.id, 0) == _WAYS, self.ways == self._earlier_ways
        strange = self._varying(step, probe.seen) if same else frozenset()
        self._earlier, self._earlier_ways = probe.seen, dict(self.ways)
        if strange:
            self.tolerated |= strange
            self.ways[step.id] = 0
        elif last_way:
            return not same  # once more in the same ways: what differs then, differs by itself
        else:
            self._escalate(failed)
        return True

    def _varying(self, step: Step, now: Mapping[Key, Seen]) -> frozenset[Key]:
        """The changes whose outcome was another in each of two equal replays: the page itself varies."""
        return frozenset(
            key
            for key, seen in now.items()
            if key[0] == step.id and not seen.level and key in self._earlier and seen.scene != self._earlier[key].scene
        )

    def _escalate(self, failed: int) -> None:
        """The failed step, and the one before it, whose effect may not have been visible, in their next ways."""
        ids = [step.id for step in self.trial.steps]
        way = self.ways.get(ids[failed], 0) + 1
        self.ways[ids[failed]] = way
        if failed > 0:
            self.ways[ids[failed - 1]] = max(way, self.ways.get(ids[failed - 1], 0))
        if sum(other > 0 for other in self.ways.values()) > _SLOW:  # each would cost a replay of its own
            self.ways.update({name: max(1, self.ways.get(name, 0)) for name in ids[failed:]})


def safe_steps(recording: Recording) -> tuple[Step, ...]:
    """The steps that can be done again without changing data: all before the first that may."""
    unsafe = next((n for n, step in enumerate(recording.steps) if step.commits or step.streams), len(recording.steps))
    return recording.steps[:unsafe]


async def _run(
    trial: Recording,
    browser: Browser,
    around: Surroundings,
    tolerated: frozenset[tuple[str, int]],
    guard: Guard | None,
) -> tuple[Trace | None, Probe]:
    steps = zip((None, *trial.steps), trial.steps, strict=False)
    probe = Probe(tolerated, {step.id: gap_ms(trial, before, step) for before, step in steps}, trial.steps[-1].id)
    async with AsyncExitStack() as opened:
        try:
            context = await opened.enter_async_context(opened_like(browser, around, guard))
        except Error:
            return None, probe
        try:
            return await Replayer(context, waits=WAITS, pictures="none", effects=probe).replay(trial), probe
        except CouldNotStartError:
            return None, probe  # a secret that is not known any more, a file that was not kept


def _in_ways(trial: Recording, ways: Mapping[str, int]) -> Recording:
    """0: as it is meant; 1: after the pause the person made; 2: by the raw gestures too."""
    steps = []
    for before, step in zip((None, *trial.steps), trial.steps, strict=False):
        steps.append(_in_way(trial, before, step, ways.get(step.id, 0)))
    return trial.model_copy(update={"steps": tuple(steps)})


def _in_way(trial: Recording, before: Step | None, step: Step, way: int) -> Step:
    if not way or isinstance(step, (Navigate, History)):
        return step
    update: dict[str, object] = {"pace_ms": gap_ms(trial, before, step)}
    if isinstance(step, Fill) and is_written(step.target.description):
        update["by_keys"] = True
    elif way == _WAYS and trial.gestures.get(step.id):
        update["way"] = "gestures"
    return step.model_copy(update=update)


def gap_ms(recording: Recording, before: Step | None, step: Step) -> int:
    """How long the person waited before the step, at most 5 s."""
    this = recording.gestures.get(step.id, ())
    last = recording.gestures.get(before.id, ()) if before is not None else ()
    if not this:
        return 0
    return min(_LONGEST_PACE_MS, max(0, this[0].at_ms - (last[-1].at_ms if last else 0)))


def _told(recording: Recording, tried: Recording, probe: Probe, failed: int | None, trace: Trace) -> Recording:
    """The recording with what the check found out; ``failed`` is the place of the step that did not come again."""
    steps, warnings = list(recording.steps), list(recording.warnings)
    reproduced = len(tried.steps) if failed is None else failed
    for number, step in enumerate(tried.steps[:reproduced]):
        steps[number] = _proven(step, probe, fresh=_is_fresh(tried.steps, number))
    if failed is not None and trace.failure is not None and not _has_other_data(recording, probe, failed):
        doubt = trace.failure.message
        steps[failed] = steps[failed].model_copy(update={"doubt": doubt})
        warnings.append(f"Step {steps[failed].id} ({steps[failed].words}) was not captured faithfully: {doubt}")
    return recording.model_copy(update={"steps": tuple(steps), "warnings": tuple(warnings), "checked": reproduced})


def _has_other_data(recording: Recording, probe: Probe, failed: int) -> bool:
    """Whether the step's page came to show something else in the check as soon as it was there, and a later step of the
    demonstration sent data: what that changed, the check cannot have as it was, and so says nothing."""
    if not any(step.commits or step.streams for step in recording.steps[failed + 1 :]):
        return False
    for step in reversed(recording.steps[:failed]):
        if step.page != recording.steps[failed].page:
            return False
        keys = [(step.id, n) for n, c in enumerate(step.changes) if c.before is None and not c.moved_on]
        if keys:
            return any((seen := probe.seen.get(key)) is not None and seen.scene and not seen.level for key in keys)
    return False


def _proven(step: Step, probe: Probe, *, fresh: bool) -> Step:
    """The step with how surely its changes come again, and with a pause where it needs one."""
    changes = tuple(
        _seen_again(change, probe.seen[step.id, n]) if (step.id, n) in probe.seen else change
        for n, change in enumerate(step.changes)
        if not (change.moved_on and (step.id, n) in probe.seen and not probe.seen[step.id, n].level)
    )  # what only came of where the pointer was taken is no change of this step
    update: dict[str, object] = {"changes": changes}
    gap_ms = probe.gaps_ms.get(step.id, 0)
    if step.id in probe.readied:
        update |= {"looks_ready": True, "pace_ms": gap_ms}
    elif fresh and isinstance(step, (Click, Press, Type)) and not step.signals and not step.changes:
        # Nothing tells whether a new page was ready for it: it gets the time that the person gave it.
        update["pace_ms"] = max(step.pace_ms, min(gap_ms, _READY_MS))
    return step.model_copy(update=update)


def _seen_again(change: Change, seen: Seen) -> Change:
    """What was there before the step already, the pointer's way brought in the demonstration: no run has to see it
    come or go."""
    if seen.level and seen.there:
        return change.model_copy(update={"proven": seen.level, "appeared": (), "gone": ()})
    return change.model_copy(update={"proven": seen.level})


def _is_fresh(steps: Sequence[Step], number: int) -> bool:
    """Whether the step is the first on its page."""
    if number == 0:
        return True
    before = steps[number - 1]
    moved = any(isinstance(signal, Navigated) and not signal.same_document for signal in before.signals)
    return moved or isinstance(before, (Navigate, History)) or before.page != steps[number].page
