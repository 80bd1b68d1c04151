"""Recording: attaches to every tab and frame of a context, hears what is done, and makes a Recording of it."""

from __future__ import annotations

import asyncio
import logging
import secrets as randomness
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from playwright.async_api import BrowserContext, Dialog, Download, Error, Page, Request, Response

from browser.page_script import capture_source, chooser_source
from recorder.collect import Collected
from recorder.compile import Compiled
from recorder.events import (
    Answered,
    CapturedEvent,
    DownloadBegan,
    Sent,
    TabOpened,
    Trouble,
)
from recorder.pictures import Evidence
from recorder.tabs import Tabs
from recorder.tap import Tap
from recordings.errors import RecordingFailedError
from recordings.recording import Recording, Viewport

log = logging.getLogger("showonce.recorder")
_UNTOLD = {"ping", "cspviolationreport", "preflight"}


class Recorder:
    """Records what a person does in a context's tabs, those open already included.

    >>> async with Recorder(context, name="add customer") as demo:
    ...     ...  # the person works; every trusted gesture is heard
    >>> demo.recording.save("add-customer")

    Args:
        secret_fields: Labels, names or ids of fields whose values are secrets, besides passwords,
            one-time codes and cards, which always are.
        start: The tab it begins in, in a browser that a person uses for other things too: other tabs take part
            when a page opens them, or from the first gesture made in them. Without it every tab does.

    Leaving the block never needs the browser: what was heard until it closed is kept.
    """

    def __init__(
        self,
        context: BrowserContext,
        *,
        name: str = "recording",
        secret_fields: Sequence[str] = (),
        start: Page | None = None,
    ) -> None:
        self._context, self._name, self._start = context, name, start
        chooser = f"so{randomness.token_hex(8)}"
        self._source, self._chooser = capture_source(secret_fields, chooser), chooser_source(chooser)
        self._collected = Collected(self._look_back)
        self._tabs: Tabs[Page] = Tabs(self._collected.hear)
        self._taps: dict[Page, Tap] = {}
        self._requests: dict[Request, int] = {}
        self._open_answers: set[int] = set()
        self._answer_came = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._viewport: Viewport | None = None
        self._recording: Recording | None = None

    @property
    def recording(self) -> Recording:
        """What was shown.

        Raises:
            RecordingFailedError: The ``async with`` block has not ended yet.
        """
        if self._recording is None:
            raise RecordingFailedError("The demonstration is still going on.", "Leave the 'async with' block first.")
        return self._recording

    @property
    def _events(self) -> list[CapturedEvent]:
        return self._collected.events

    @property
    def heard(self) -> int:
        """How many events were heard; it changes when ``so_far`` may."""
        return len(self._events)

    def so_far(self) -> Compiled:
        """The steps as they are understood now; the last ones may still change."""
        return self._collected.so_far()

    async def __aenter__(self) -> Self:
        context = self._context
        context.on("page", self._on_page)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        # Without a listener Playwright dismisses dialogs itself, and the person never sees them.
        context.on("dialog", _leave_to_the_person)
        for page in [self._start] if self._start is not None else context.pages:
            self._tabs.join(page)
        await asyncio.gather(*(self._tap(page, by_page=False) for page in self._tabs.joined))
        for page in context.pages:
            if page not in self._taps:  # a person's other tab: it may be asleep, and nobody waits for it
                self._spawn(self._tap(page, by_page=False))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._hear_the_rest()
        context = self._context
        context.remove_listener("page", self._on_page)
        context.remove_listener("request", self._on_request)
        context.remove_listener("response", self._on_response)
        context.remove_listener("dialog", _leave_to_the_person)
        await asyncio.gather(*(tap.detach() for tap in self._taps.values()))
        self._recording = self._collected.finish(self._name, self._viewport)

    async def _hear_the_rest(self) -> None:
        """Wait for what was told but not heard: bindings, file contents, answers to requests under way."""
        await asyncio.gather(*(tap.flush() for tap in self._taps.values()))
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                while self._open_answers and any(not page.is_closed() for page in self._tabs.joined):
                    self._answer_came.clear()
                    await self._answer_came.wait()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)
        for task in self._tasks:
            task.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a part of the recorder failed", exc_info=error)
            words = f"A part of the recorder failed ({error}); what follows may be incomplete."
            self._collected.hear(0, Trouble(words))

    def _on_page(self, page: Page) -> None:
        if self._start is None:
            self._tabs.join(page)
        self._spawn(self._meet(page))

    async def _meet(self, page: Page) -> None:
        opener = await page.opener()
        by = self._tabs.join(opener) if opener is not None and opener in self._tabs else 0
        if self._start is None or opener in self._tabs:
            index = self._tabs.join(page)
            if index > 0 or opener is not None:
                self._collected.hear(by, TabOpened(opened=index, by_page=opener is not None))
        await self._tap(page, by_page=opener is not None)

    async def _tap(self, page: Page, *, by_page: bool) -> None:
        sources = (self._source, self._chooser)
        tap = Tap(self._context, page, sources, lambda what: self._tabs.hear(page, what), self._spawn, by_page)
        self._taps[page] = tap
        page.on("download", lambda download: self._on_download(page, download))
        if page.viewport_size and self._tabs.joined[:1] == [page]:
            self._viewport = Viewport(**page.viewport_size)
        try:
            await tap.attach()
        except Error as error:
            if not page.is_closed():
                self._tabs.hear(page, Trouble(f"The tab at {page.url} cannot be recorded: {error.message}."))

    def _look_back(self, evidence: Evidence, path: tuple[int, ...]) -> None:
        tap = self._taps[self._tabs.joined[evidence.page]]
        tap.ring.expect(evidence)
        if path:
            self._spawn(_place(evidence, tap, path))

    def _on_request(self, request: Request) -> None:
        if request.method in ("GET", "HEAD", "OPTIONS") or request.resource_type in _UNTOLD:
            return
        page = self._page_of(request)
        if page is None:
            return
        number = len(self._requests)
        self._requests[request] = number
        self._open_answers.add(number)
        self._tabs.hear(page, Sent(number, request.method, request.url))

    def _on_response(self, response: Response) -> None:
        number, page = self._requests.get(response.request), self._page_of(response.request)
        if number is not None and page is not None:
            self._open_answers.discard(number)
            self._answer_came.set()
            self._tabs.hear(page, Answered(number, response.status))

    def _page_of(self, request: Request) -> Page | None:
        """The tab that asks; of what asks for itself (a service worker) the first. None: a tab that has no part."""
        with suppress(Error):
            page = request.frame.page
            return page if page in self._tabs else None
        return next(iter(self._tabs.joined), None)

    def _on_download(self, page: Page, download: Download) -> None:
        self._tabs.hear(page, DownloadBegan(download.suggested_filename))


def _leave_to_the_person(dialog: Dialog) -> None:
    log.debug("dialog left to the person: %s at %s", dialog.type, time.time())


async def _place(evidence: Evidence, tap: Tap, path: tuple[int, ...]) -> None:
    evidence.offset = await tap.offset_of(path)
