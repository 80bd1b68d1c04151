"""The loop of a run: locate, picture, act, settle, verify, and a StepRecord for every step in ``finally``."""

from __future__ import annotations

import secrets as randomness
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from playwright.async_api import BrowserContext, Error, Page, ViewportSize

from browser.page_script import LookLostError, install, keep_secret, look
from recordings.errors import (
    ActionFailedError,
    BrowserDiedError,
    EvidenceMissingError,
    PageGoneError,
    PageUnreachableError,
    ShowonceError,
)
from recordings.heal import Heal
from recordings.recording import Recording
from recordings.scene import Scene
from recordings.signals import DialogAnswered
from recordings.steps import Assert, Drag, Navigate, Read, Step, target_of
from recordings.target import Box, Target
from recordings.trace import StepRecord, Trace
from replayer.act import act, needs_sight
from replayer.confirm import Confirming, Effects, demands_of
from replayer.errors import AmbiguousAtError, NotFoundAtError, failure_of
from replayer.evidence import see_texts, skipped_words, waits_for
from replayer.heal import Hints, confirmed, heal_of, is_astray, seen_now
from replayer.locate import Found, Waits, locate_within
from replayer.passing import passed_over
from replayer.pictures import Camera
from replayer.plan import Plan, PlannedStep, SecretSource, plan_of
from replayer.reading import look_for_text, read_text
from replayer.record import Making, record_of, timed
from replayer.settle import refuse_unexpected, settle
from replayer.sinks import Kept, Sink, TakesHeals
from replayer.verify import verify
from replayer.watch import Watch

Pictures = Literal["none", "failure", "steps"]


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
        clock: Callable[[], float] = time.time,
        new_id: Callable[[int], str] = randomness.token_hex,
    ) -> None:
        self._context = context
        self.sink: Sink = sink or Kept()
        self._pictures, self._waits, self._secrets = pictures, waits or Waits(), secrets
        self._clock, self._new_id = clock, new_id
        self._effects: Effects = effects or Confirming()
        self._hints = hints
        self._camera = Camera(context)

    async def replay(
        self, recording: Recording, inputs: Mapping[str, str] | None = None, base_url: str | None = None
    ) -> Trace:
        """Run a recording once. A step that fails ends the run; the trace says where and why.

        Raises:
            CouldNotStartError: An input or secret is missing or unknown; nothing was done.
        """
        return await self.run(plan_of(recording, inputs, base_url, self._secrets))

    async def run(self, plan: Plan, tabs: Watch | None = None) -> Trace:
        """Run a plan; the trace is closed in the sink whatever happens.

        Args:
            tabs: What an earlier run in this context saw; where it saw a tab, this run goes on there and opens nothing.
        """
        trace = Trace(
            trace_id=self._new_id(16),
            recording=plan.recording.name,
            base_url=plan.base_url,
            inputs={name: plan.redactor.clean(value) for name, value in plan.inputs.items()},
            started_at=self._clock(),
            total_steps=len(plan.steps),
        )
        await self.sink.begin(trace)
        watch = tabs or Watch(self._context)
        goes_on = bool(watch.pages)
        watch.start()
        records: list[StepRecord] = []
        heals: list[Heal] = []
        status: Literal["passed", "failed"] = "failed"
        error: Exception | None = None
        try:
            if not goes_on:
                await self._open(plan, watch)
            for index, planned in enumerate(plan.steps):
                await self._step(plan, trace, watch, planned, index, records, heals)
            status = "passed"
            if self._hints is not None:
                self._hints.learn(heals)
        except (ShowonceError, Error) as raised:
            error = _plain(raised)
        except BaseException as raised:
            error = raised if isinstance(raised, Exception) else None
            raise
        finally:
            watch.stop()
            failure = failure_of(error) if error is not None else None
            if failure is not None:
                failure = failure.model_copy(update={"message": plan.redactor.clean(failure.message)})
            trace = trace.model_copy(
                update={
                    "status": status,
                    "ended_at": self._clock(),
                    "failure": failure,
                    "values": _read_values(plan, records),
                    "steps": tuple(records),
                }
            )
            await self.sink.finish(trace)
        return trace

    async def _open(self, plan: Plan, watch: Watch) -> None:
        try:
            await install(self._context)
            page = watch.pages[0] if watch.pages else await self._context.new_page()
            view: ViewportSize = {
                "width": plan.recording.viewport.width,
                "height": plan.recording.viewport.height,
            }
            if page.viewport_size and page.viewport_size != view:
                await page.set_viewport_size(view)
            if plan.start != "about:blank":
                response = await page.goto(plan.start, timeout=self._waits.step_s * 3000, wait_until="domcontentloaded")
                if response is not None and response.status >= 500:
                    raise PageUnreachableError(plan.start, f"the server answered {response.status}")
        except Error as error:
            if _is_dead(error):
                raise
            raise PageUnreachableError(plan.start, error.message.splitlines()[0]) from error

    async def _step(
        self,
        plan: Plan,
        trace: Trace,
        watch: Watch,
        planned: PlannedStep,
        index: int,
        records: list[StepRecord],
        heals: list[Heal],
    ) -> None:
        making = Making(planned, index, self._clock())
        try:
            await self._do(plan, watch, making)
        except (ShowonceError, Error) as error:
            making.error = _plain(error)
            if isinstance(error, (NotFoundAtError, AmbiguousAtError)):
                making.candidates = error.candidates
            if self._pictures != "none":
                await self._photograph(making)
            raise making.error from error
        finally:
            record = record_of(making, trace.trace_id, self._new_id(8), plan.redactor.clean)
            records.append(record)
            stored = await self.sink.add_step(record, making.picture)
            if isinstance(stored, StepRecord):
                records[-1] = stored
        heals.extend(await self._propose(plan, making, records[-1]))

    async def _propose(self, plan: Plan, making: Making, record: StepRecord) -> list[Heal]:
        """What the step proposes for the recording, told to the sink; returned where it is sure enough for a hint."""
        if making.now is None or making.came is None:
            return []
        heal = heal_of(plan, record, making.now, making.came, plan.redactor.clean)
        if heal is None:
            return []
        if isinstance(self.sink, TakesHeals):
            await self.sink.propose(heal, plan.recording.files.get(making.planned.step.picture))
        return [heal] if making.came.sure else []

    async def _do(self, plan: Plan, watch: Watch, making: Making) -> None:
        step, waits = making.planned.step, self._waits
        if step.disabled:
            making.skipped = True
            making.notes.append("Not done: the step is disabled.")
            return
        watch.expect([signal for signal in step.signals if isinstance(signal, DialogAnswered)])
        making.page = page = await self._page_of(watch, making.planned)
        onto: Found | None = None
        before: Scene | None = None
        try:
            with timed(making, "locate_ms"):
                making.notes.extend(await see_texts(page, step, waits))
                if isinstance(step, (Assert, Read)):
                    await self._look(plan, page, making, step)
                else:
                    making.found = await self._locate(plan, page, making, target_of(step))
                onto = await self._locate(plan, page, making, step.onto) if isinstance(step, Drag) else None
                before = await _scene_before(page, step, making.found)
        except (NotFoundAtError, AmbiguousAtError, EvidenceMissingError) as error:
            later = plan.steps[making.index + 1 :]
            why = skipped_words(error) if _may_skip(step, error) else await passed_over(page, step, later, waits)
            if not why:
                raise
            making.skipped, making.found = True, None
            making.notes.append(why)
            making.candidates = () if isinstance(error, EvidenceMissingError) else error.candidates
        if making.found is not None and self._may_heal and is_astray(step, making.found):
            making.now = await seen_now(making.found)
        if self._pictures == "steps" or (making.now is not None and self._pictures == "failure"):
            with timed(making, "picture_ms"):
                await self._photograph(making, half=True)
        if making.skipped:
            return
        refuse_unexpected(watch, step.words)
        await self._effects.ready(step, before, page)
        await self._act(plan, page, making, onto)
        if making.skipped:
            return
        with timed(making, "settle_ms"):
            if making.planned.secret and making.found is not None:
                await _hide(making.found)
            await settle(watch, step.signals, waits.effect_s, step.words)
            read_back = await verify(making.planned, making.found)
            await self._effects.came(step, before, watch.pages, waits.effect_s)
        if making.now is not None:
            demands = demands_of(step, before, pages=len(watch.pages))
            making.came = confirmed(step, demands, read_back=read_back)

    async def _act(self, plan: Plan, page: Page, making: Making, onto: Found | None) -> None:
        """Do it; a hover that cannot be done is passed over where nothing depends on it."""
        try:
            with timed(making, "act_ms"):
                await act(page, making.planned, making.found, self._waits.step_s, onto)
        except ActionFailedError:
            later, why = plan.steps[making.index + 1 :], "the pointer could not rest there"
            told = await passed_over(page, making.planned.step, later, self._waits, why)
            if not told:
                raise
            making.skipped = True
            making.notes.append(told)

    @property
    def _may_heal(self) -> bool:
        """Whether somebody wants to know of heals, in an ordinary run, which asks for effects."""
        wanted = self._hints is not None or isinstance(self.sink, TakesHeals)
        return wanted and isinstance(self._effects, Confirming)

    async def _look(self, plan: Plan, page: Page, making: Making, step: Assert | Read) -> None:
        """Check or read what an element says."""

        async def find(target: Target, within_s: float) -> Found:
            waits = replace(self._waits, step_s=min(within_s, self._waits.step_s))
            making.found = found = await self._find(plan, page, making, target, waits)
            return found

        if isinstance(step, Read):
            making.said = plan.redactor.clean(await read_text(step, find, self._waits.step_s))
        else:
            await look_for_text(making.planned, step, find, self._waits.step_s)

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
            see=(step.scene is not None or bool(step.changes)) and is_own,
            hint=self._hints.target(plan, making.index) if self._hints is not None and is_own else None,
        )

    async def _page_of(self, watch: Watch, planned: PlannedStep) -> Page:
        """The tab of the step; a Navigate in a tab that nobody opened opens it."""
        number = planned.step.page
        if number == len(watch.pages) and isinstance(planned.step, Navigate):
            return await self._context.new_page()
        if number >= len(watch.pages) or watch.pages[number].is_closed():
            raise PageGoneError(f"{planned.step.words}: tab {number + 1} is not open.", "Record the step again.")
        return watch.pages[number]

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


def _may_skip(step: Step, error: ShowonceError) -> bool:
    return step.optional and not isinstance(error, AmbiguousAtError)


def _read_values(plan: Plan, records: Sequence[StepRecord]) -> dict[str, str]:
    """What the run read, by name."""
    done = zip(plan.steps, records, strict=False)
    return {
        planned.step.name: record.value
        for planned, record in done
        if isinstance(planned.step, Read) and record.outcome == "passed"
    }


async def _scene_before(page: Page, step: Step, found: Found | None) -> Scene | None:
    """What the step's document shows before it; asked for only where that was recorded."""
    if found is not None or step.scene is None or not step.changes:
        return found.look.scene if found is not None else None
    with suppress(Error, LookLostError):
        return (await look(page.main_frame, (), "body", every=False, scene=True)).scene
    return None


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


def _is_dead(error: Exception) -> bool:
    text = str(error)
    return "has been closed" in text or "Target crashed" in text or "Connection closed" in text


def _plain(error: Exception) -> ShowonceError:
    """One of our own errors for one of Playwright's."""
    if isinstance(error, ShowonceError):
        return error
    if _is_dead(error):
        return BrowserDiedError()
    return PageGoneError(f"The page could not be used any more: {str(error).splitlines()[0]}.", "Run again.")
