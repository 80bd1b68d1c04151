"""The loop of a run: locate, picture, act, settle, verify, and a StepRecord for every step in ``finally``."""

from __future__ import annotations

import secrets as randomness
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Literal

from playwright.async_api import BrowserContext, Error, Page

from browser.page_script import LookLostError, keep_secret, look
from recordings.blocks import Repeat
from recordings.commits import Sending, guarded_steps
from recordings.errors import (
    ActionFailedError,
    EvidenceMissingError,
    PageGoneError,
    ShowonceError,
)
from recordings.heal import Heal
from recordings.recording import Recording
from recordings.scene import Scene
from recordings.signals import DialogAnswered, Requested
from recordings.steps import Drag, Navigate, ReadRows, Step, target_of
from recordings.target import Box, Target
from recordings.trace import StepRecord, Trace
from recordings.urls import origin_of
from replayer.act import act, needs_sight
from replayer.asking import Asking
from replayer.confirm import Confirming, Effects, demands_of
from replayer.errors import AmbiguousAtError, NotFoundAtError, as_ours
from replayer.evidence import see_texts, skipped_words, waits_for
from replayer.guard import CommitGuard, Wire
from replayer.heal import Hints, confirmed, heal_of, is_astray, seen_now
from replayer.locate import Found, Waits, locate_within
from replayer.looking import LOOKS, Looking, Sight, look_on
from replayer.opening import open_first
from replayer.passing import passed_over
from replayer.pictures import Camera
from replayer.plan import Plan, PlannedStep, SecretSource, plan_of
from replayer.record import Making, Running, record_of, timed, trace_of
from replayer.settle import refuse_unexpected, settle
from replayer.sinks import Kept, Sink, TakesHeals
from replayer.verify import verify
from replayer.walk import Do, RowsDone, Taker, Walk
from replayer.watch import Watch

Pictures = Literal["none", "failure", "steps"]
_OPENING = 3


class Replayer:
    """Replays recordings in a browser context, in its first tab.

    >>> trace = await Replayer(context).replay(recording, inputs={"email": "ada@example.com"})
    >>> trace.status
    'passed'

    Args:
        sink: Gets every StepRecord as soon as it is made, whatever happened; a ``Kept`` by default.
        pictures: Before every step, only where a step fails, or none.
        secrets: Asked for secrets that are not among the inputs.
        effects: Waits before each step until the page is ready, and after it for what came of it.
        hints: What earlier runs of a batch found; this one looks for it, and adds to it.
        guard: Is told of each step that must not take effect twice, before it is done; then the context is to be closed
            after the run, and the pages are held until it is. Also without one, no such step sends twice in a run.
        dry: Stop before the first such step, once its element was found; the run passes.
        rows_done: Rows of loops that an earlier run did, by the loop's id: they are passed over.
        new_id: Makes random hex ids of so many bytes.
    """

    def __init__(
        self,
        context: BrowserContext,
        *,
        sink: Sink | None = None,
        pictures: Pictures = "failure",
        waits: Waits | None = None,
        secrets: SecretSource | None = None,
        effects: Effects | None = None,
        hints: Hints | None = None,
        guard: CommitGuard | None = None,
        dry: bool = False,
        rows_done: RowsDone | None = None,
        clock: Callable[[], float] = time.time,
        new_id: Callable[[int], str] = randomness.token_hex,
    ) -> None:
        self._context = context
        self.sink: Sink = sink or Kept()
        self._pictures, self._waits, self._secrets = pictures, waits or Waits(), secrets
        self._clock, self._new_id = clock, new_id
        self._effects: Effects = effects or Confirming()
        self._hints, self._guard, self._dry, self._rows_done = hints, guard, dry, rows_done or {}
        self._camera = Camera(context)
        self._run: Running | None = None

    async def replay(
        self, recording: Recording, inputs: Mapping[str, str] | None = None, base_url: str | None = None
    ) -> Trace:
        """Run a recording once. A step that fails ends the run; the trace says where and why.

        Raises:
            CouldNotStartError: An input or secret is missing or unknown; nothing was done.
        """
        return await self.run(plan_of(recording, inputs, base_url, self._secrets))

    async def run(self, plan: Plan, tabs: Watch | None = None, *, trace_id: str = "") -> Trace:
        """Run a plan; the trace is closed in the sink whatever happens.

        Args:
            tabs: What an earlier run in this context saw; where it saw a tab, this run goes on there and opens nothing.
            trace_id: What the run is called, where that was settled before it begins: 32 hex digits.
        """
        self._run = run = self._begun(plan, tabs or Watch(self._context), trace_id or self._new_id(16))
        await self.sink.begin(run.trace)
        goes_on = bool(run.watch.pages)
        run.watch.start()
        run.asking.start()
        try:
            if not goes_on:
                await open_first(self._context, plan, run.watch, self._waits.step_s * _OPENING, self._clock())
            await Walk(run, self._taker(run), self._waits, self._rows_done).all()
            run.passed = True
            if self._hints is not None:
                self._hints.learn(run.heals)
        except (ShowonceError, Error) as raised:
            run.error = as_ours(raised)
        except BaseException as raised:
            run.error = raised if isinstance(raised, Exception) else None
            raise
        finally:
            await run.wire.end(failed=not run.passed)
            run.watch.stop()
            run.asking.stop()
            run.trace = trace_of(run, self._clock())
            await self.sink.finish(run.trace)
        return run.trace

    @property
    def unsent(self) -> tuple[Sending, ...]:
        """Steps of the last run that the guard was told of before they were done, that were not confirmed, and of which
        nothing can have left. Ask once the context is closed; it is right only if the browser lived until then."""
        return self._run.wire.unsent if self._run is not None else ()

    def _begun(self, plan: Plan, watch: Watch, trace_id: str) -> Running:
        trace = Trace(
            trace_id=trace_id,
            recording=plan.recording.name,
            base_url=plan.base_url,
            app=origin_of(plan.start),
            inputs={name: plan.redactor.clean(value) for name, value in plan.inputs.items()},
            started_at=self._clock(),
            total_steps=0 if any(isinstance(block, Repeat) for block in plan.recording.blocks) else len(plan.steps),
        )
        steps, guarded = [planned.step for planned in plan.steps], guarded_steps(plan.recording)
        wire = Wire(self._context, steps, guarded, self._guard, trace_id, plan.redactor.clean)
        asking = Asking(self._context, on=any(isinstance(step, ReadRows) for step in steps))
        return Running(plan, trace, watch, wire, asking)

    def _taker(self, run: Running) -> Taker:
        return Taker(
            make=lambda planned, plan: Making(planned, plan, len(run.records), self._clock()),
            record=partial(self._recorded, run),
            do=partial(self._do, run),
            page_of=partial(self._page_of, run.watch),
            tab=partial(_tab, run.watch),
        )

    async def _recorded(self, run: Running, making: Making, do: Do) -> bool:
        """Do a step, and make its record whatever came of it; True where the run ends before it is done."""
        clean, records = run.plan.redactor.clean, run.records
        try:
            await do(making)
        except (ShowonceError, Error) as error:
            run.wire.fails()
            making.error = as_ours(error)
            if isinstance(error, (NotFoundAtError, AmbiguousAtError)):
                making.candidates = error.candidates
            if self._pictures != "none":
                await self._photograph(making)
            raise making.error from error
        finally:
            making.notes.extend(run.wire.take_notes())
            record = record_of(making, run.trace.trace_id, self._new_id(8), clean)
            records.append(record)
            stored = await self.sink.add_step(record, making.picture)
            if isinstance(stored, StepRecord):
                records[-1] = stored
        run.heals.extend(await self._propose(making, records[-1], run.proposed))
        return making.ends

    async def _propose(self, making: Making, record: StepRecord, known: list[Heal]) -> list[Heal]:
        """What the step proposes for the recording, told to the sink; returned where it is sure enough for a hint.
        In a loop the same is told once."""
        if making.now is None or making.came is None:
            return []
        plan = making.plan
        heal = heal_of(plan, record, making.now, making.came, plan.redactor.clean)
        if heal is None or any((heal.step_id, heal.new) == (other.step_id, other.new) for other in known):
            return []
        known.append(heal)
        if isinstance(self.sink, TakesHeals):
            await self.sink.propose(heal, plan.recording.files.get(making.planned.step.picture))
        return [heal] if making.came.sure else []

    async def _do(self, run: Running, making: Making) -> None:
        plan, watch, step, waits = making.plan, run.watch, making.planned.step, self._waits
        if step.disabled:
            making.skipped = True
            making.notes.append("Not done: the step is disabled.")
            return
        watch.expect([signal for signal in step.signals if isinstance(signal, DialogAnswered)])
        making.page = page = await self._page_of(watch, making.planned)
        onto, before = await self._sought(run, page, making)
        if making.found is not None and self._may_heal and is_astray(step, making.found):
            making.now = await seen_now(making.found)
        making.ends = self._dry and run.wire.guards(step) and not making.skipped
        telling = making.now is not None or making.ends
        if self._pictures == "steps" or (telling and self._pictures == "failure"):
            with timed(making, "picture_ms"):
                await self._photograph(making, half=True)
        if making.ends:
            making.skipped = True
            making.notes.append(_would_send(step))
        if making.skipped:
            return
        refuse_unexpected(watch, step.words)
        await self._effects.ready(step, before, page)
        await run.wire.begin(making.sending, page)
        await self._act(plan, page, making, onto)
        if making.skipped:
            return
        with timed(making, "settle_ms"):
            if making.planned.secret and making.found is not None:
                await _hide(making.found)
            await settle(watch, step.signals, waits.effect_s, step.words)
            read_back = await verify(making.planned, making.found)
            await self._effects.came(step, before, watch.pages, waits.effect_s)
            await run.wire.confirmed(making.sending)
        if making.now is not None:
            demands = demands_of(step, before, pages=len(watch.pages))
            making.came = confirmed(step, demands, read_back=read_back)

    async def _sought(self, run: Running, page: Page, making: Making) -> tuple[Found | None, Scene | None]:
        """Find the step's element, or see that it may be skipped; what a drag ends on, and what its document shows."""
        plan, step, waits = making.plan, making.planned.step, self._waits
        onto: Found | None = None
        before: Scene | None = None
        try:
            with timed(making, "locate_ms"):
                making.notes.extend(await see_texts(page, step, waits))
                if isinstance(step, LOOKS):
                    await self._look(run, page, making, step)
                else:
                    making.found = await self._locate(plan, page, making, target_of(step))
                onto = await self._locate(plan, page, making, step.onto) if isinstance(step, Drag) else None
                before = await self._scene_before(page, step, making.found)
        except (NotFoundAtError, AmbiguousAtError, EvidenceMissingError) as error:
            skips = _may_skip(step, error)
            why = skipped_words(error) if skips else await passed_over(page, step, making.later, waits)
            if not why:
                raise
            making.skipped, making.found = True, None
            making.notes.append(why)
            making.candidates = () if isinstance(error, EvidenceMissingError) else error.candidates
        return onto, before

    async def _scene_before(self, page: Page, step: Step, found: Found | None) -> Scene | None:
        """What the step's document shows before it; asked for only where that matters."""
        if found is not None:
            return found.look.scene
        if step.scene is not None and step.changes and self._effects.looks(step):
            with suppress(Error, LookLostError):
                return (await look(page.main_frame, (), "body", every=False, scene=True)).scene
        return None

    async def _act(self, plan: Plan, page: Page, making: Making, onto: Found | None) -> None:
        """Do it; a hover that cannot be done is passed over where nothing depends on it."""
        try:
            with timed(making, "act_ms"):
                await act(page, making.planned, making.found, self._waits.step_s, onto)
        except ActionFailedError:
            why = "the pointer could not rest there"
            told = await passed_over(page, making.planned.step, making.later, self._waits, why)
            if not told:
                raise
            making.skipped = True
            making.notes.append(told)

    @property
    def _may_heal(self) -> bool:
        """Whether somebody wants to know of heals, in an ordinary run, which asks for effects."""
        wanted = self._hints is not None or isinstance(self.sink, TakesHeals)
        return wanted and isinstance(self._effects, Confirming)

    async def _look(self, run: Running, page: Page, making: Making, step: Looking) -> None:
        """Check or read what an element says."""

        async def find(target: Target, within_s: float) -> Found:
            waits = replace(self._waits, step_s=min(within_s, self._waits.step_s))
            making.found = found = await self._find(making.plan, page, making, target, waits)
            return found

        waits = replace(self._waits, step_s=waits_for(step, self._waits).step_s)
        trial = not isinstance(self._effects, Confirming)
        sight = Sight(page, find, waits, run.asking, run.values, run.tables, trial)
        readings = await look_on(making.planned, step, sight)
        making.notes.extend(readings.notes)
        making.found = readings.found or making.found
        making.said = run.take(readings)

    async def _locate(self, plan: Plan, page: Page, making: Making, target: Target | None) -> Found | None:
        return await self._find(plan, page, making, target, self._waits) if target is not None else None

    async def _find(self, plan: Plan, page: Page, making: Making, target: Target, waits: Waits) -> Found:
        step = making.planned.step
        is_own = target is target_of(step)
        return await locate_within(
            page,
            target,
            waits=waits_for(step, waits),
            words=step.words,
            hidden_too=not needs_sight(step),
            commits=step.commits,
            crop=plan.recording.files.get(target.crop),
            picture=lambda: self._camera.take(page, None, ()),
            scene=step.scene,
            see=is_own and self._effects.looks(step),
            hint=self._hints.target(plan, step.id) if self._hints is not None and is_own else None,
        )

    async def _page_of(self, watch: Watch, planned: PlannedStep) -> Page:
        """The tab of the step; a Navigate in a tab that nobody opened opens it."""
        number = planned.step.page
        if number == len(watch.pages) and isinstance(planned.step, Navigate):
            return await self._context.new_page()
        return _tab(watch, number, f"{planned.step.words}: ")

    async def _photograph(self, making: Making, half: bool = False) -> None:
        """The tab as it is, the target outlined; secrets in it painted over. Full size where a step failed."""
        page, found = making.page, making.found
        if page is None or page.is_closed():
            return
        box: Box | None = None
        scrolled: tuple[float, float] | None = None
        secret_boxes: tuple[Box, ...] = ()
        if found is not None:
            box, secret_boxes, scrolled = found.box, found.look.secrets, found.scrolled
            if found.frame != page.main_frame or found.scrolled is None:
                box, secret_boxes = await _in_view(found)
                scrolled = None
        making.box = box
        making.picture = await self._camera.take(page, box, secret_boxes, scrolled if half else None) or making.picture


def _tab(watch: Watch, number: int, who: str = "") -> Page:
    if number >= len(watch.pages) or watch.pages[number].is_closed():
        raise PageGoneError(f"{who}tab {number + 1} is not open.", "Record the step again.")
    return watch.pages[number]


def _may_skip(step: Step, error: ShowonceError) -> bool:
    return step.optional and not isinstance(error, AmbiguousAtError)


def _would_send(step: Step) -> str:
    sends = " and ".join(f"{s.method} {s.url}" for s in step.signals if isinstance(s, Requested))
    return f"Not done: this is a dry run; it would send {sends}."


async def _hide(found: Found) -> None:
    try:
        await keep_secret(found.frame, found.look, found.candidate)
    except (Error, LookLostError):
        return  # the page moved on and took the field with it


async def _in_view(found: Found) -> tuple[Box | None, tuple[Box, ...]]:
    """Scroll to the element, as acting on it will; boxes in the tab's viewport."""
    try:
        await found.control.scroll_into_view_if_needed(timeout=1000)
        box = await found.control.bounding_box()
    except Error:
        return None, ()
    if box is None:
        return None, ()
    now = Box(**box)
    by = (now.x - found.box.x, now.y - found.box.y)
    return now, tuple(s.model_copy(update={"x": s.x + by[0], "y": s.y + by[1]}) for s in found.look.secrets)
