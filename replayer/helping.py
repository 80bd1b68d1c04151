"""A step that failed, done with a person's help: it is asked for, and what they did is gone on from.

failed → Need → (a person, for as long as the helper waits) → Answer → the step again, its effect, or its failure
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable

from playwright.async_api import Error, Request

from recordings.errors import EffectMissingError, ShowonceError
from recordings.signals import Requested
from recordings.trace import Helped
from recordings.urls import same_place
from replayer.errors import as_ours, failure_of
from replayer.help import MENDABLE, Answer, Did, Helper, Need, NoHelp, Pointed, StepDone, TryAgain, can_be_pointed_at
from replayer.looking import looks
from replayer.record import Making, Running
from replayer.watch import UNTOLD

_SHORTEST = 3
"""Of what a person types, shorter texts are in too many words to be taken out of them."""


class Helping:
    """Does the steps of a run; where one fails that a person can mend, asks for one.

    A person's own press counts: before the pages are theirs the step is begun on the wire, so that what it sends is
    told before it leaves, and leaves once; what later steps send is kept back.

    Args:
        do: Does a step.
        follow: Waits for what the demonstration showed to follow a step; whether it showed anything.
        photograph: Takes the picture of the step's page for its record.
        or_login: The error of a step; that it needs a login, where that is the reason.
        dry: The run stops before the first step that must not take effect twice, whoever would do it.
    """

    def __init__(
        self,
        helper: Helper,
        run: Running,
        do: Callable[[Making], Awaitable[None]],
        follow: Callable[[Making], Awaitable[bool]],
        photograph: Callable[[Making], Awaitable[None]],
        or_login: Callable[[Making, ShowonceError], Awaitable[ShowonceError]],
        clock: Callable[[], float],
        *,
        dry: bool,
    ) -> None:
        self._helper, self._run, self._clock, self._dry = helper, run, clock, dry
        self._do, self._follow, self._photograph, self._or_login = do, follow, photograph, or_login

    async def do(self, making: Making) -> None:
        """Do a step, with help where it is needed and comes.

        Raises:
            ShowonceError, playwright.async_api.Error: It failed, and no help came.
        """
        doing = self._do
        while True:
            try:
                await doing(making)
                return
            except (ShowonceError, Error) as error:
                failed = await self._or_login(making, as_ours(error))
                if not self._can_be_mended(making, failed):
                    raise
                making.candidates = getattr(error, "candidates", ())
                answer = await self._asked(making, failed)
                if isinstance(answer, NoHelp):
                    if answer.why:
                        making.notes.append(answer.why)
                    raise
                doing = self._next(making, answer, failed)

    def _can_be_mended(self, making: Making, failed: ShowonceError) -> bool:
        page, failure = making.page, failure_of(failed)
        if page is None or page.is_closed() or failure.code not in MENDABLE or self._run.gate.breach is not None:
            return False
        if failure.status is not None and failure.code != "LoginRequired":
            return False
        if self._run.wire.guards(making.planned.step) and self._dry:
            return False
        # What the agent sent took effect or not: that is found out as without help.
        return not (making.acted and self._took_effect(making))

    def _took_effect(self, making: Making) -> bool:
        """Whether it may have taken effect, and must not twice. Where nothing left yet, the wire lets it leave once."""
        step = making.planned.step
        if not self._run.wire.guards(step):
            return False
        return self._run.wire.has_sent(making.sending) or (making.acted and step.streams)

    async def _asked(self, making: Making, failed: ShowonceError) -> Answer:
        """Hand the pages over, and take them back with the answer."""
        run, page = self._run, making.page
        assert page is not None
        await self._photograph(making)
        if not await run.unwatched.in_full(run.watch.pages):
            return NoHelp(why="Nobody was asked: a tab did not answer.")
        run.wire.hand_over()
        await begin(run, making)
        tabs, requests, at = len(run.watch.pages), len(run.watch.seen.requests), self._clock()
        began = time.monotonic()
        run.watch.hand_over()
        run.gate.hand_over()
        try:
            answer = await self._helper.help(self._need(making, failed))
        finally:
            run.watch.take_back(tabs)
            run.wire.take_back()
            run.gate.take_back()
        if isinstance(answer, NoHelp):
            return answer
        sent = tuple(dict.fromkeys(map(self._told, self._strange(making, run.watch.seen.requests[requests:]))))
        making.helped.append(
            Helped(
                by=answer.by,
                did=_did(answer),
                why=failure_of(failed).code,
                at=at,
                lasted_s=round(time.monotonic() - began, 2),
                sent=sent,
            )
        )
        making.candidates = ()
        return answer

    def _need(self, making: Making, failed: ShowonceError) -> Need:
        run, step = self._run, making.planned.step
        failure, clean = failure_of(failed), making.plan.redactor.clean
        once = self._took_effect(making)
        assert making.page is not None
        return Need(
            trace_id=run.trace.trace_id,
            recording=making.plan.recording,
            step=step,
            words=clean(step.words),
            index=making.index,
            failure=failure.model_copy(update={"message": clean(failure.message)}),
            candidates=tuple(c.model_copy(update={"words": clean(c.words)}) for c in making.candidates),
            page=making.page,
            done=not looks(step),
            again=not once,
            point=not once and can_be_pointed_at(step),
            learn=self._learn,
            sent=lambda: run.wire.has_sent(making.sending),
        )

    def _learn(self, values: Iterable[str]) -> None:
        """What was typed is a secret, but for what the run was given, which everybody may see."""
        known = set(self._run.plan.inputs.values())
        for value in values:
            if len(value) >= _SHORTEST and value not in known:
                self._run.plan.redactor.learn(value, here=True)

    def _next(
        self, making: Making, answer: StepDone | TryAgain | Pointed, failed: ShowonceError
    ) -> Callable[[Making], Awaitable[None]]:
        """What is done now: the step once more, or no more than what follows it where it is done."""
        making.pointed = answer.found if isinstance(answer, Pointed) else None
        making.keeps = isinstance(answer, Pointed) and answer.keep
        if isinstance(answer, StepDone) and making.by_person and isinstance(failed, EffectMissingError):
            return self._believed
        if not isinstance(answer, StepDone) and not self._took_effect(making):
            making.by_person = False
            return self._do
        if not isinstance(answer, StepDone):
            making.notes.append("Its request left while a person helped, so it was not done again.")
        making.by_person, making.pointed, making.now = True, None, None
        if making.planned.secret:
            making.found = None  # what stands in the field is the person's own, and is not read
        return self._seen

    async def _seen(self, making: Making) -> None:
        """What the person did, seen by what follows it where the demonstration showed that anything does."""
        if not await self._follow(making):
            self._take_word(making, "Nothing follows this step that could be seen: a person says that it was done.")

    async def _believed(self, making: Making) -> None:
        """A person looked twice, and says that it is done."""
        await self._run.wire.confirmed(making.sending)
        self._take_word(making, "What followed in the demonstration was not seen; a person says that it was done.")

    def _take_word(self, making: Making, words: str) -> None:
        making.helped[-1] = making.helped[-1].model_copy(update={"seen": False})
        making.notes.append(words)

    def _strange(self, making: Making, requests: Iterable[Request]) -> Iterable[Request]:
        """Those that may have changed data, and are not the step's own."""
        own = [signal for signal in making.planned.step.signals if isinstance(signal, Requested)]
        for request in requests:
            if request.resource_type in UNTOLD:
                continue
            if not any(each.method == request.method and same_place(each.url, request.url) for each in own):
                yield request

    def _told(self, request: Request) -> str:
        return f"{request.method} {self._run.plan.redactor.clean(request.url.partition('?')[0])}"


async def begin(run: Running, making: Making) -> None:
    """Tell the wire that the step is about to be done, once, whoever does it.

    Raises:
        Exception: Whoever keeps the ledger does not have it begin.
    """
    if not making.begun and making.page is not None:
        await run.wire.begin(making.sending, making.page)
        making.begun = True


def _did(answer: StepDone | TryAgain | Pointed) -> Did:
    match answer:
        case StepDone():
            return "step"
        case TryAgain():
            return "again"
        case Pointed():
            return "element"
