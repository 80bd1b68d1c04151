"""The self-check while the person still shows: each step is done again soon after it, in a context apart, and what does
not come out the same is told at once. It only informs: what is kept of it in the recording is decided at the end."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext

from recorder.doing import Doing, doings_of, may_grow
from recorder.probe import Probe
from recorder.selfcheck import WAITS, gap_ms, safe_steps, self_check
from recorder.session import Recorder
from recorder.surroundings import Guard, Surroundings, opened_like
from recordings.errors import BrowserDiedError, CouldNotStartError
from recordings.recording import Recording
from recordings.steps import Step
from recordings.trace import Trace
from replayer import Replayer
from replayer.plan import plan_of
from replayer.watch import Watch

_LOOK_S = 0.25
_STILL_S = 1.0
_LAST_S = 1.5
_GROWS_S = 4.0
_SURE_S = 20.0
_END_S = 5.0
Doings = tuple[Doing, ...]
log = logging.getLogger("showonce.recorder")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a step did not come out the same when it was tried; ``sure`` once it was tried in every way."""

    why: str
    sure: bool = False

    def words(self, number: int, step: Step) -> str:
        """The doubt on the step with this number, for the person."""
        again = "" if self.sure else " It is being tried in other ways."
        return f"Step {number} ({step.words}) did not come out the same when tried: {self.why.rstrip('.')}.{again}"


@dataclass(frozen=True, slots=True)
class _Understood:
    """The demonstration so far, and how many of its first steps may be tried."""

    changes: tuple[int, int]
    recording: Recording
    doings: Doings
    safe: int


@dataclass(frozen=True, slots=True)
class _Trial:
    """The step to try, which is the last of ``doings``; ``last``: the person has done nothing after it."""

    step: Step
    doings: Doings
    last: bool

    @property
    def number(self) -> int:
        return len(self.doings) - 1


@dataclass(frozen=True, slots=True)
class _Walk:
    """A context in which the first steps were done again, one after the other."""

    context: BrowserContext
    guard: Guard
    tabs: Watch


@dataclass(slots=True)
class LiveCheck:
    """Follows a demonstration in a browser of its own.

    A step is tried when the person rests, and is done with it; as long as none so far may have changed data, and
    nothing that may change data leaves the follower's context. Where steps that were passed are not the same any more
    (undo, a field marked as secret), it begins afresh.

    Args:
        browser: Gives the browser, opened when it is asked for first; whoever gives it closes it.
        came: How many of the first steps came out the same, as last seen.
        trouble: Why steps are not tried any more; "" while they are.
        changes: Grows whenever a doubt came or went.
    """

    demo: Recorder
    browser: Callable[[], Awaitable[Browser]]
    came: int = 0
    trouble: str = ""
    changes: int = 0
    _doubts: dict[int, tuple[Doings, Doubt]] = field(default_factory=dict)
    _known: _Understood | None = None
    _heard_at_s: float = field(default_factory=time.monotonic)
    _stuck: tuple[Doings, bool] | None = None
    _proven: tuple[Doings, Recording] | None = None
    _around: Surroundings | None = field(default=None, repr=False)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Try steps until the block is left."""
        task = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task}, timeout=_END_S)

    def doubts(self) -> dict[str, Doubt]:
        """By step id, what is in doubt of the steps as they are understood now."""
        steps = self._understood().recording.steps
        return {steps[number].id: doubt for number, (_, doubt) in self._doubts.items()}

    async def _follow(self) -> None:
        try:
            while True:
                if await self._next(()) is not None:
                    await self._begin()
                await asyncio.sleep(_LOOK_S)
        except Exception as error:
            log.error("steps cannot be tried while they are shown", exc_info=error)
            self._doubts.clear()
            self.trouble = f"Steps are not tried while you show them ({error}). The recording goes on."
            self.changes += 1

    async def _begin(self) -> None:
        """Do the steps again from the first on, each when it is time, as far as they go."""
        around = await self._surroundings(self._understood().recording)
        guard = Guard()
        passed: Doings = ()
        async with opened_like(await self.browser(), around, guard) as context:
            walk = _Walk(context, guard, Watch(context))
            while (trial := await self._next(passed)) is not None:
                if not await self._unless_overtaken(trial, self._passes(trial, walk)):
                    return
                passed = trial.doings
                self.came = len(passed)

    async def _next(self, passed: Doings) -> _Trial | None:
        """The step to try after these, when it is time; None: these do not stand any more, or there is none to come."""
        while True:
            now, number = self._understood(), len(passed)
            if now.doings[:number] != passed or self._is_stuck(now):
                return None
            if number < len(now.doings) and not self.demo.in_dialog:
                if now.safe <= number:
                    self._stuck = now.doings[: number + 1], False
                    return None
                step, last = now.recording.steps[number], number == len(now.doings) - 1
                if time.monotonic() - self._heard_at_s >= _patience_s(step, last):
                    return _Trial(step, now.doings[: number + 1], last)
            await asyncio.sleep(_LOOK_S)

    def _understood(self) -> _Understood:
        """How things stand; doubts that rest on what does not stand any more are gone."""
        changes = self.demo.changes
        if self._known is None or self._known.changes != changes:
            if self._known is None or self._known.changes[0] != changes[0]:  # what a page shows by itself is no deed
                self._heard_at_s = time.monotonic()
            shown = self.demo.as_understood()
            safe = len(safe_steps(shown)) if shown.start.startswith(("http:", "https:")) else 0
            self._known = now = _Understood(changes, shown, doings_of(shown), safe)
            for number, (doings, _) in list(self._doubts.items()):
                if not _stands(doings, now):
                    self._tell(number, doings, None)
        return self._known

    def _is_stuck(self, now: _Understood) -> bool:
        """Whether it cannot get on. What was the last step then is tried once more when its whole effect is known."""
        if self._stuck is None:
            return False
        doings, last = self._stuck
        return _stands(doings, now) and not (last and len(now.doings) > len(doings))

    async def _unless_overtaken(self, trial: _Trial, work: Coroutine[None, None, bool]) -> bool:
        """What comes of the work; False, and the work given up, where the steps it is about do not stand any more."""
        task = asyncio.create_task(work)
        try:
            while not (await asyncio.wait({task}, timeout=_LOOK_S))[0]:
                if not _stands(trial.doings, self._understood()):
                    return False
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
            if not task.cancelled():
                task.exception()  # whoever was overtaken need not hear of it

    async def _passes(self, trial: _Trial, walk: _Walk) -> bool:
        """Try a step where the walk has come to."""
        trace = await self._run(trial, walk)
        if trace is None or walk.guard.refused:
            self._leave_off(trial)
        elif trace.failure is None:
            self._tell(trial.number, trial.doings, None)
            return True
        elif walk.context.browser is None or not walk.context.browser.is_connected():
            raise BrowserDiedError
        elif self._proven_for(trial) is not None:
            self._leave_off(trial)  # it comes out the same at one time and not at another: no fault of the recording
        else:
            self._tell(trial.number, trial.doings, Doubt(trace.failure.message))
            await self._make_sure(trial)
        return False

    async def _run(self, trial: _Trial, walk: _Walk) -> Trace | None:
        """The step done again; None where it cannot or may not be."""
        shown = self._proven_for(trial)
        if shown is None:
            shown = self.demo.as_understood({trial.step.id})
            if len(safe_steps(shown)) <= trial.number:
                return None
        steps, step = shown.steps[: trial.number], shown.steps[trial.number]
        varies = {
            (step.id, n) for n, change in enumerate(step.changes) if self._proven_for(trial) and not change.proven
        }
        gaps_ms = {step.id: gap_ms(shown, steps[-1] if steps else None, step)}
        probe = Probe(frozenset(varies), gaps_ms, step.id if trial.last else "")
        try:
            plan = plan_of(shown.model_copy(update={"steps": (step,)}))
        except CouldNotStartError:
            return None  # a secret that is not known, a file that was not kept
        return await Replayer(walk.context, waits=WAITS, pictures="none", effects=probe).run(plan, walk.tabs)

    def _proven_for(self, trial: _Trial) -> Recording | None:
        """The recording in the ways in which the check of all steps so far found them to come out the same."""
        if self._proven is None or self._proven[0][: len(trial.doings)] != trial.doings:
            return None
        return self._proven[1]

    async def _make_sure(self, trial: _Trial) -> None:
        """Have the steps so far tried as at the end of a demonstration, in all ways, afresh."""
        shown = self.demo.as_understood({step.id for step in self._understood().recording.steps})
        shown = shown.model_copy(update={"steps": shown.steps[: len(trial.doings)]})
        guard, around = Guard(), await self._surroundings(shown)
        checked = await self_check(shown, await self.browser(), around, _SURE_S, guard)
        doubtful = next((n for n, step in enumerate(checked.steps) if step.doubt), None)
        if guard.refused or checked.checked is None:
            self._leave_off(trial)
        elif doubtful is None:
            self._proven = trial.doings, checked
            self._tell(trial.number, trial.doings, None)
        else:
            doings = trial.doings[: doubtful + 1]
            self._stuck = doings, trial.last and doubtful == trial.number
            self._tell(trial.number, trial.doings, None)
            self._tell(doubtful, doings, Doubt(checked.steps[doubtful].doubt, sure=True))

    async def _surroundings(self, shown: Recording) -> Surroundings:
        """Asked of a page once: it is the person's."""
        if self._around is None or self._around.options.get("viewport") != shown.viewport.model_dump():
            self._around = await self.demo.surroundings(shown)
        return self._around

    def _leave_off(self, trial: _Trial) -> None:
        """Nothing can be said of this step, nor of those after it."""
        self._stuck = trial.doings, False
        self._tell(trial.number, trial.doings, None)

    def _tell(self, number: int, doings: Doings, doubt: Doubt | None) -> None:
        before = self._doubts.pop(number, None)
        if doubt is not None:
            self._doubts[number] = doings, doubt
        if before is not None or doubt is not None:
            self.changes += 1


def _stands(doings: Sequence[Doing], now: _Understood) -> bool:
    return now.doings[: len(doings)] == tuple(doings)


def _patience_s(step: Step, last: bool) -> float:
    """How long nothing must have been heard before the step is tried."""
    if not last:
        return _STILL_S
    return _GROWS_S if may_grow(step) else _LAST_S
