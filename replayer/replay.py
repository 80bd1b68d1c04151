"""The loop of a run: locate, picture, act, settle, verify, and a StepRecord for every step in ``finally``."""

from __future__ import annotations

import secrets as randomness
import time
from collections.abc import Callable, Mapping
from functools import partial

from playwright.async_api import BrowserContext, Error, Page

from browser.asking import LookLostError
from browser.page_script import keep_secret
from recordings.blocks import Repeat
from recordings.commits import Sending, guarded_steps
from recordings.errors import ActionFailedError, PageGoneError, PageSilentError, ShowonceError
from recordings.heal import Heal
from recordings.private import private_of
from recordings.recording import Recording
from recordings.scene import Scene
from recordings.signals import DialogAnswered, Requested
from recordings.steps import Navigate, Read, ReadRows, Step
from recordings.trace import Pictures, StepRecord, Trace
from recordings.urls import origin_of
from replayer.act import act
from replayer.answering import Answering
from replayer.answers import Told, answers_of
from replayer.asking import Asking
from replayer.choices import choices_now
from replayer.confirm import Confirming, Effects, demands_of
from replayer.errors import AmbiguousAtError, NotFoundAtError, as_ours
from replayer.fence import fence_of, refuse_opening
from replayer.gate import Gate
from replayer.guard import CommitGuard, Wire
from replayer.heal import Hints, confirmed, heal_of, is_astray, pointed_at, seen_now
from replayer.help import Helper
from replayer.helping import Helping, begin
from replayer.interception import Interception
from replayer.locate import Found, Waits
from replayer.login_page import LoginPage
from replayer.opening import open_first
from replayer.passing import passed_over
from replayer.photograph import photograph, photograph_end
from replayer.pictures import Camera
from replayer.plan import Plan, PlannedStep, plan_of
from replayer.record import Making, Running, record_of, timed, trace_of
from replayer.secrets import SecretSource
from replayer.seeking import Seeking
from replayer.settle import refuse_unexpected, settle
from replayer.sinks import Kept, Sink, TakesEnds, TakesHeals
from replayer.tab_sessions import TabSessions
from replayer.unwatched import Unwatched
from replayer.verify import verify
from replayer.walk import Do, RowsDone, Taker, Walk
from replayer.watch import Watch

_OPENING = 3


class Replayer:
    """Replays recordings in a browser context, in its first tab.

    >>> trace = await Replayer(context).replay(recording, inputs={"email": "ada@example.com"})
    >>> trace.status
    'passed'

    Args:
        sink: Gets every StepRecord as soon as it is made, whatever happened; a ``Kept`` by default.
        pictures: Before every step, only where a step fails, or none; ``marked``: before every step, drawn so that
            small differences from the demonstration can be told, for more CPU.
        secrets: Asked for secrets that are not among the inputs.
        effects: Waits before each step until the page is ready, and after it for what came of it.
        hints: What earlier runs of a batch found; this one looks for it, and adds to it.
        guard: Is told of each step that must not take effect twice, before it is done; then the context is to be closed
            after the run, and the pages are held until it is. Also without one, no such step sends twice in a run.
        helper: Asked where a step fails that a person can mend, before the run ends.
        dry: Stop before the first such step, once its element was found; the run passes.
        unwatched: Nobody looks at the tabs, and the context is closed after the run: they are drawn at half their size
            where the recording allows it, but for pictures that are to be ``marked``.
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
        helper: Helper | None = None,
        dry: bool = False,
        unwatched: bool = False,
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
        self._helper, self._unwatched = helper, unwatched
        self._sessions = TabSessions(context)
        self._camera = Camera(self._sessions)
        self._run: Running | None = None
        self._login: LoginPage
        self._seeking: Seeking

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
        self._login = LoginPage(plan.recording, plan.base_url, run.watch, on=isinstance(self._effects, Confirming))
        self._seeking = Seeking(run, self._waits, self._effects, self._hints, self._camera, self._login)
        goes_on = bool(run.watch.pages)
        run.watch.start()
        run.asking.start()
        try:
            run.gate.start()
            await run.interception.start()
            if not goes_on:
                await self._open_first(run)
            await Walk(run, self._taker(run), self._waits, self._rows_done).all()
            run.gate.refuse_breach()
            run.passed = True
            await self._photograph_end(run)
            if self._hints is not None:
                self._hints.learn(run.heals)
        except (ShowonceError, Error) as raised:
            run.error = as_ours(raised)
        except BaseException as raised:
            run.error = raised if isinstance(raised, Exception) else None
            raise
        finally:
            await run.wire.end(failed=not run.passed)
            run.gate.stop()
            await run.interception.stop()
            run.watch.stop()
            run.asking.stop()
            run.trace = trace_of(run, self._clock())
            await self.sink.finish(run.trace)
        return run.trace

    async def _open_first(self, run: Running) -> None:
        refuse_opening(run.gate.fence, run.plan.start, "The first page")
        within_s = self._waits.step_s * _OPENING
        try:
            await open_first(self._context, run.plan, run.watch, within_s, self._clock(), partial(_meet, run))
        finally:
            run.gate.refuse_breach()

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
        ).with_private(private_of(plan.recording, plan.inputs))
        steps, guarded = [planned.step for planned in plan.steps], guarded_steps(plan.recording)
        interception = Interception(self._sessions)
        wire = Wire(interception, steps, guarded, self._guard, trace_id, plan.redactor.clean)
        asking = Asking(self._context, on=any(isinstance(step, (Read, ReadRows)) for step in steps))
        gate = Gate(self._context, fence_of(plan), interception)
        halved = self._unwatched and self._pictures != "marked"
        unwatched = Unwatched(self._sessions, plan.recording, on=halved)
        answering = Answering(self._sessions, watch, self._waits)
        return Running(plan, trace, watch, interception, wire, gate, asking, unwatched, answering)

    def _taker(self, run: Running) -> Taker:
        return Taker(
            make=lambda planned, plan: Making(planned, plan, len(run.records), self._clock()),
            record=partial(self._recorded, run),
            do=self._doing(run),
            page_of=partial(self._page_of, run),
            tab=partial(_tab, run.watch),
            refuse=self._login.refuse,
        )

    def _doing(self, run: Running) -> Do:
        """Does a step, with a person's help where there is somebody to ask."""

        async def do(making: Making) -> None:
            await run.answering.heard(making.planned.step, self._do(run, making))

        if self._helper is None:
            return do
        follow, picture = partial(self._followed, run), partial(self._photograph_failed, run)
        return Helping(self._helper, run, do, follow, picture, self._login.or_login, self._clock, dry=self._dry).do

    async def _recorded(self, run: Running, making: Making, do: Do) -> bool:
        """Do a step, and make its record whatever came of it; True where the run ends before it is done."""
        clean, records = run.plan.redactor.clean, run.records
        if run.trace.private.rows:
            run.trace.private.learn(making.row)
        try:
            await do(making)
        except (ShowonceError, Error) as error:
            run.wire.fails()
            making.error = run.gate.breach or await self._login.or_login(making, as_ours(error))
            if isinstance(error, (NotFoundAtError, AmbiguousAtError)):
                making.candidates = error.candidates
                if self._may_heal and making.page is not None and making.found is None:
                    making.choices = await choices_now(making.page, making.planned, making.plan)
            await self._photograph_failed(run, making)
            raise making.error from error
        finally:
            making.notes.extend((*run.wire.take_notes(), *run.gate.take_notes()))
            if making.acted or making.by_person:
                run.last = making
                making.answers = answers_of(run.watch, Told(run.trace.app, clean))
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
            return await self._learned(making, None)
        known.append(heal)
        if isinstance(self.sink, TakesHeals):
            kept = await self.sink.propose(heal, plan.recording.files.get(making.planned.step.picture))
            await self._learned(making, kept if isinstance(kept, Heal) else heal)
        return [heal] if making.came.sure else []

    async def _learned(self, making: Making, heal: Heal | None) -> list[Heal]:
        if making.keeps and self._helper is not None:
            await self._helper.learned(heal)
        return []

    async def _do(self, run: Running, making: Making) -> None:
        watch, step = run.watch, making.planned.step
        if step.disabled:
            making.skipped = True
            making.notes.append("Not done: the step is disabled.")
            return
        watch.expect([signal for signal in step.signals if isinstance(signal, DialogAnswered)])
        making.page = page = await self._page_of(run, making.planned)
        onto, before = await self._seeking.sought(page, making)
        if making.found is not None and self._may_heal and (making.pointed or is_astray(step, making.found)):
            making.now = await seen_now(making.found)
        making.ends = self._dry and run.wire.guards(step) and not making.skipped
        telling = making.now is not None or making.ends
        if self._takes_all or (telling and self._pictures == "failure"):
            with timed(making, "picture_ms"):
                if telling:
                    await run.unwatched.in_full([page])
                await photograph(self._camera, making, run.trace.private, half=True, at_once=telling)
        if making.ends:
            making.skipped = True
            making.notes.append(_would_send(step))
        if making.skipped:
            return
        refuse_unexpected(watch, step.words)
        await self._effects.ready(step, before, page)
        run.gate.refuse_breach()
        await run.gate.admits(making.planned, making.found, page)
        async with run.gate.doing(step.words):
            await self._done(run, making, page, onto, before)

    async def _done(self, run: Running, making: Making, page: Page, onto: Found | None, before: Scene | None) -> None:
        """Do it, and see that it had its effect."""
        planned = await making.revealed(page)
        await begin(run, making)
        making.acted = True
        await self._act(planned, page, making, onto)
        if not making.skipped:
            await self._follow(run, making, planned, before)

    async def _followed(self, run: Running, making: Making) -> bool:
        """See that what a person did in the run's place had the step's effect."""
        async with run.gate.doing(making.planned.step.words):
            return await run.answering.heard(making.planned.step, self._follow(run, making, making.planned, None))

    async def _follow(self, run: Running, making: Making, planned: PlannedStep, before: Scene | None) -> bool:
        """Wait for what followed the step in the demonstration; whether anything did that says that it was done."""
        watch, step, waits = run.watch, making.planned.step, self._waits
        with timed(making, "settle_ms"):
            if making.planned.secret and making.found is not None:
                await _hide(making.found)
            await settle(watch, step.signals, waits.effect_s, step.words)
            read_back = await verify(planned, making.found)
            await self._effects.came(step, before, watch.pages, waits.effect_s)
            await run.wire.confirmed(making.sending)
        if making.now is not None:
            demands = demands_of(step, before, pages=len(watch.pages))
            came = confirmed(step, demands, read_back=read_back)
            making.came = pointed_at(came) if making.pointed is not None else came
        return bool(step.signals) or read_back

    async def _act(self, planned: PlannedStep, page: Page, making: Making, onto: Found | None) -> None:
        """Do it; a hover that cannot be done is passed over where nothing depends on it."""
        try:
            with timed(making, "act_ms"):
                await act(page, planned, making.found, self._waits.step_s, onto)
        except ActionFailedError:
            why = "the pointer could not rest there"
            told = await passed_over(page, making.planned.step, making.later, self._waits, why)
            if not told:
                raise
            making.skipped = True
            making.notes.append(told)

    @property
    def _takes_all(self) -> bool:
        return self._pictures in ("steps", "marked")

    @property
    def _may_heal(self) -> bool:
        """Whether somebody wants to know of heals, in an ordinary run, which asks for effects."""
        wanted = self._hints is not None or isinstance(self.sink, TakesHeals)
        return wanted and isinstance(self._effects, Confirming)

    async def _page_of(self, run: Running, planned: PlannedStep) -> Page:
        """The tab of the step; a Navigate in a tab that nobody opened opens it."""
        number = planned.step.page
        if number == len(run.watch.pages) and isinstance(planned.step, Navigate):
            page = await self._context.new_page()
            await run.interception.meet(page)
        else:
            page = _tab(run.watch, number, f"{planned.step.words}: ")
        await run.unwatched.meet(page)
        return page

    async def _photograph_end(self, run: Running) -> None:
        """One picture more where each step's is wanted: what came of the last step is in none of theirs."""
        if self._takes_all and run.last is not None and run.records and isinstance(self.sink, TakesEnds):
            picture = await photograph_end(self._camera, run.last, run.watch.pages, run.trace.private)
            if picture is not None:
                stored = await self.sink.add_after(run.records[-1], picture)
                run.records[-1] = stored if isinstance(stored, StepRecord) else run.records[-1]

    async def _photograph_failed(self, run: Running, making: Making) -> None:
        if self._pictures != "none" and not isinstance(making.error, PageSilentError):
            await photograph(self._camera, making, run.trace.private)


async def _meet(run: Running, page: Page) -> None:
    await run.interception.meet(page)
    await run.unwatched.meet(page)


def _tab(watch: Watch, number: int, who: str = "") -> Page:
    if number >= len(watch.pages) or watch.pages[number].is_closed():
        raise PageGoneError(f"{who}tab {number + 1} is not open.", "Record the step again.")
    return watch.pages[number]


def _would_send(step: Step) -> str:
    sends = " and ".join(f"{s.method} {s.url}" for s in step.signals if isinstance(s, Requested))
    return f"Not done: this is a dry run; it would send {sends}."


async def _hide(found: Found) -> None:
    try:
        await keep_secret(found.frame, found.look, found.candidate)
    except (Error, LookLostError):
        return  # the page moved on and took the field with it
