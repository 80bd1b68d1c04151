"""The wire: what a guarded step sends is told before it leaves the browser, and leaves no second time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from playwright.async_api import CDPSession, Error, Page, Request, Response

from recordings.commits import Sending
from recordings.errors import ActionFailedError
from recordings.steps import Step
from recordings.urls import url_pattern
from replayer.allowance import SAFE, Allowance, allow, allowances, content_of, only_reads, patterns
from replayer.interception import Interception, Paused
from replayer.settle import SIGN_IN_ANEW
from replayer.watch import UNTOLD

_ANSWER_S = 2.0
_END_S = 6.0
_PAUSE_S = 1.0
Key = tuple[str, str]
log = logging.getLogger("showonce.replayer")


class CommitGuard(Protocol):
    """Is told of each step that must not take effect twice. What it writes down outlives the run."""

    async def intend(self, sending: Sending, trace_id: str) -> None:
        """Before the step is done; if this raises, nothing is done."""
        ...

    async def sent(self, sending: Sending, trace_id: str, request: str) -> None:
        """Its request (``POST http://…``) leaves when this returns; if it raises, the request is kept back."""
        ...

    async def done(self, sending: Sending, trace_id: str) -> None:
        """Its effect was confirmed."""
        ...

    async def void(self, sending: Sending, trace_id: str) -> None:
        """Nothing of it left the browser; told once its context is closed."""
        ...

    async def row_done(self, loop: str, row: str, trace_id: str) -> None:
        """All that the loop of this id does for a row was done, such a step among it."""
        ...


class Wire:
    """Stands between a context's pages and the network, from the first guarded step of a run to its end.

    Requests at the places where steps sent something are paused (``interception.py``). What that does not reach is told
    of as the browser tells of it, and not blocked. A request counts as sent if it is seen in either way.

    Not counted: what another redirects to (307, 308), preflights, what is sent again after 401 or 407, and GraphQL
    queries.

    Args:
        steps: All of the run, as planned.
        guarded: The ids of those that must not take effect twice.
        guard: Where there is one, the wire holds until the context is closed, which the caller does after the run.
    """

    def __init__(
        self,
        interception: Interception,
        steps: Iterable[Step],
        guarded: frozenset[str],
        guard: CommitGuard | None,
        trace_id: str,
        clean: Callable[[str], str],
    ) -> None:
        self._interception, self._context = interception, interception.context
        self._guard, self._trace_id, self._clean = guard, trace_id, clean
        self._guarded = guarded
        planned = tuple(steps)
        self._places = allowances(planned) if guarded else []
        interception.pause_at(patterns(self._places))
        self._once = allowances(step for step in planned if step.id in guarded)
        self._now: list[Allowance] = []
        self._notes: list[str] = []
        self._known: set[str] = set()
        self._gone: set[Key] = set()
        self._intended: dict[Key, Sending] = {}
        self._left: set[Key] = set()
        self._told: set[Key] = set()
        self._done: set[str] = set()
        self._telling = asyncio.Lock()
        self._moved = asyncio.Event()
        self._deciding = 0
        self._stands = self._shut = self._doubtful = self._handed = False

    def guards(self, step: Step) -> bool:
        return step.id in self._guarded

    @property
    def unsent(self) -> tuple[Sending, ...]:
        """Guarded steps that were begun and of which nothing can have left, as far as is known: a page that crashed or
        could not be held may have sent something. Right once the context is closed, if its browser lived until then.
        """
        if self._doubtful:
            return ()
        return tuple(s for key, s in self._intended.items() if key not in self._left and not s.step.streams)

    def has_sent(self, sending: Sending) -> bool:
        """Whether a request of a guarded step has left since it was begun."""
        return sending.key in self._gone

    def hand_over(self) -> None:
        """A person has the pages: what guarded steps send, that were not begun, is kept back until they are."""
        if not self._once:
            return
        self._handed = True
        if not self._stands:
            self._listen()

    def take_back(self) -> None:
        """The pages are the run's again."""
        self._handed = False

    def take_notes(self) -> list[str]:
        """What was noted since this was asked last, for the record of the step."""
        taken, self._notes = self._notes, []
        return taken

    def turn(self) -> None:
        """The next row of a loop begins, whose requests are its own."""
        for place in self._places:
            place.turn()

    def turns_over(self) -> None:
        """A loop is over: what was sent for its rows says nothing of what is sent after it."""
        for place in self._places:
            place.earlier.clear()

    async def row_done(self, loop: str, row: str) -> None:
        """All of a row was done."""
        if self._guard is not None and row in self._done:
            await self._guard.row_done(loop, row, self._trace_id)

    async def begin(self, sending: Sending, page: Page) -> None:
        """The step is about to be done in this page."""
        guarded = self.guards(sending.step)
        if guarded and self._guard is not None:
            # Before it is allowed anything: what an earlier step sends meanwhile is not taken for this one's.
            await self._guard.intend(sending, self._trace_id)
            self._intended[sending.key] = sending
        allow(sending, self._places, guarded=guarded)
        self._now = allowances([sending.step])
        if not guarded:
            return
        if not self._stands:
            self._listen()
        if not await self._interception.is_before(page) and not page.is_closed():
            raise ActionFailedError(
                f"{sending.step.words}: the browser did not hold back in time what the tab sends; nothing was done.",
                "Run it again, when the machine has less to do.",
            )

    async def confirmed(self, sending: Sending) -> None:
        """What the step should bring about was seen."""
        if not self.guards(sending.step):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE_S):
                await self._until(lambda: not self._deciding)
        if self._guard is not None:
            await self._guard.done(sending, self._trace_id)
            self._intended.pop(sending.key, None)
            self._done.add(sending.row)

    def fails(self) -> None:
        """A step failed: where there is a guard, nothing that is held leaves any more."""
        self._shut = self._guard is not None

    async def end(self, *, failed: bool) -> None:
        """The run is over: the page is free again, or, where there is a guard, still held; after a failure nothing that
        may change data leaves it any more."""
        if not self._stands:
            return
        if failed:
            self.fails()
        try:
            async with asyncio.timeout(_END_S):
                if self._shut:
                    await self._silence()
                elif self._guard is None:
                    await self._release()
        except (Error, TimeoutError):
            self._doubtful = True

    async def _silence(self) -> None:
        """Hold back everything, and where nothing left so far, leave the pages. While a context closes, its sessions
        are gone before its pages are: what those sent then was seen by the server and told by nobody (3 of 80 tries).
        """
        await self._interception.pause_all()
        if self.unsent:
            for page in self._context.pages:
                await page.goto("about:blank", wait_until="commit")

    def _listen(self) -> None:
        self._stands = True
        self._interception.add(self)
        self._context.on("request", self._on_request)
        self._context.on("response", self._on_response)
        self._context.on("page", self._on_page)
        for page in self._context.pages:
            self._on_page(page)

    async def _release(self) -> None:
        self._context.remove_listener("request", self._on_request)
        self._context.remove_listener("response", self._on_response)
        self._context.remove_listener("page", self._on_page)
        await self._until(lambda: not self._deciding)
        self._interception.remove(self)

    def _on_page(self, page: Page) -> None:
        page.on("crash", self._on_crash)

    def _on_crash(self, _: Page) -> None:
        self._doubtful = True

    async def may_go(self, session: CDPSession, paused: Paused) -> bool:
        self._deciding += 1
        return await self._may_go(paused)

    def told(self, paused: Paused, *, goes: bool, given_up: bool) -> None:
        request = paused["request"]
        place = self._place(request["method"], request["url"])
        # The page gave it up while it was held: it never left. (A form sent twice: the first is given up.)
        if goes and given_up and place is not None and paused.get("networkId") in self._known:
            place.give_back()
        self._deciding -= 1
        self._moved.set()

    async def _may_go(self, paused: Paused) -> bool:
        request = paused["request"]
        method, url, body = request["method"], request["url"], request.get("postData")
        if method in SAFE:
            return True
        place = self._place(method, url)
        if self._shut or only_reads(body):
            return not self._shut
        if place is None:
            return not self._is_too_early(method, url)
        if paused.get("networkId") in self._known:  # where the first was redirected to, or another session's look at it
            return True
        content = content_of(url, body if body or not request.get("hasPostData") else None, request["headers"])
        if not place.admits(content):
            await self._answers(place)
        if not place.admits(content):
            self._notes.append(place.refusal(url_pattern(url)))
            return False
        place.take(content)
        self._gone.add(place.steps[-1].key)
        if "networkId" in paused:
            self._known.add(paused["networkId"])
        return await self._tell(place, method, url) and not self._shut

    def _is_too_early(self, method: str, url: str) -> bool:
        """Whether a person who helps is about to do a later step, which the run would do a second time."""
        if not self._handed or any(place.is_at(method, url) for place in self._now):
            return False
        if not any(place.is_at(method, url) for place in self._once):
            return False
        where = url_pattern(url)
        self._notes.append(f"A {method} to {where} was blocked: it belongs to a later step, which the run does.")
        return True

    async def _answers(self, place: Allowance) -> None:
        """Wait a moment for answers to what was sent: it may have to be sent again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_ANSWER_S):
                await self._until(lambda: place.answered >= place.sent)

    async def _tell(self, place: Allowance, method: str, url: str) -> bool:
        """Tell the guard of a step's first request; False where it does not have it leave."""
        sending, told = place.steps[-1], self._clean(_without_query(url))
        if self._guard is None:
            return True
        async with self._telling:
            if sending.key not in self._told:
                try:
                    await self._guard.sent(sending, self._trace_id, f"{method} {told}")
                except Exception as error:  # nobody above an event's handler: the request fails, and the step with it
                    log.error("a request was kept back", exc_info=error)
                    self._notes.append(f"{method} {told} was kept back, since it could not be written down: {error}")
                    return False
                self._told.add(sending.key)
        return True

    async def _on_request(self, request: Request) -> None:
        place = self._place(request.method, request.url)
        if request.method in SAFE or (place is None and request.resource_type in UNTOLD):
            return
        self._left |= self._intended.keys()
        if place is not None and not self._shut and not only_reads(request.post_data):
            self._gone.add(place.steps[-1].key)
            await self._tell(place, request.method, request.url)

    def _on_response(self, response: Response) -> None:
        place = self._place(response.request.method, response.url)
        if place is not None:
            place.answered += 1
            place.spare += response.status in SIGN_IN_ANEW
            self._moved.set()

    def _place(self, method: str, url: str) -> Allowance | None:
        return next((place for place in self._places if place.steps and place.is_at(method, url)), None)

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._moved.clear()
            await self._moved.wait()


def _without_query(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
