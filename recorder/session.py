"""Recording: attaches to every tab and frame of a context, hears what is done, and makes a Recording of it."""

from __future__ import annotations

import asyncio
import base64
import logging
import secrets as randomness
import time
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from playwright.async_api import BrowserContext, Dialog, Download, Error, Page, Request, Response

from browser.page_script import capture_source, chooser_source
from recorder.compile import Compiled, compile_events
from recorder.events import (
    Answered,
    BrowserEvent,
    CapturedEvent,
    DownloadBegan,
    FileBytes,
    KeyDown,
    PageEvent,
    PageText,
    Press,
    Sent,
    TabClosed,
    TabOpened,
    Trouble,
    Typed,
)
from recorder.finish import finished
from recorder.pictures import Evidence
from recorder.tap import Tap
from recordings.errors import RecordingFailedError
from recordings.recording import Recording, Viewport
from recordings.target import Box

log = logging.getLogger("showonce.recorder")
_UNTOLD = {"ping", "cspviolationreport", "preflight"}
_RECORDED: WeakSet[BrowserContext] = WeakSet()
"""Contexts that have a recorder: a second one would hear everything twice."""


class Recorder:
    """Records what a person does in a context's tabs, those open already included.

    >>> async with Recorder(context, name="add customer") as demo:
    ...     ...  # the person works; every trusted gesture is heard
    >>> demo.recording.save("add-customer")

    Args:
        secret_fields: Labels, names or ids of fields whose values are secrets, besides passwords,
            one-time codes and cards, which always are.

    Leaving the block never needs the browser: what was heard until it closed is kept.
    """

    def __init__(self, context: BrowserContext, *, name: str = "recording", secret_fields: Sequence[str] = ()) -> None:
        self._context, self._name = context, name
        chooser = f"so{randomness.token_hex(8)}"
        self._source, self._chooser = capture_source(secret_fields, chooser), chooser_source(chooser)
        self._events: list[CapturedEvent] = []
        self._evidence: dict[int, Evidence] = {}
        self._file_bytes: dict[tuple[str, int, int], bytes] = {}
        self._pages: list[Page] = []
        self._taps: dict[Page, Tap] = {}
        self._dom: dict[str, str] = {}
        self._requests: dict[Request, int] = {}
        self._open_answers: set[int] = set()
        self._answer_came = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._viewport = Viewport()
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
    def heard(self) -> int:
        """How many events were heard; it changes when ``so_far`` may."""
        return len(self._events)

    def so_far(self) -> Compiled:
        """The steps as they are understood now; the last ones may still change."""
        return compile_events(self._events)

    async def __aenter__(self) -> Self:
        context = self._context
        if context in _RECORDED:
            raise RecordingFailedError(
                "This browser context is being recorded already.",
                "End the other recording first, or record in a context of its own.",
            )
        _RECORDED.add(context)
        context.on("page", self._on_page)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        # Without a listener Playwright dismisses dialogs itself, and the person never sees them.
        context.on("dialog", _leave_to_the_person)
        for page in context.pages:
            self._pages.append(page)
        await asyncio.gather(*(self._tap(page, by_page=False) for page in list(self._pages)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._hear_the_rest()
        context = self._context
        _RECORDED.discard(context)
        context.remove_listener("page", self._on_page)
        context.remove_listener("request", self._on_request)
        context.remove_listener("response", self._on_response)
        context.remove_listener("dialog", _leave_to_the_person)
        for tap in self._taps.values():
            await tap.detach()
        self._recording = finished(
            self._name,
            datetime.now(UTC).isoformat(timespec="seconds"),
            self._viewport,
            self.so_far(),
            self._evidence,
            self._file_bytes,
        )

    async def _hear_the_rest(self) -> None:
        """Wait for what was told but not heard: bindings, file contents, answers to requests under way."""
        if self._context.browser is not None and not self._context.browser.is_connected():
            self._hear(0, Trouble("The browser ended during the demonstration; what was shown until then is kept."))
        for page, tap in list(self._taps.items()):
            if not await tap.flush():
                index = self._pages.index(page)
                self._hear(index, Trouble(f"Tab {index + 1} does not answer; what was done last in it may be missing."))
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                while self._open_answers and any(not page.is_closed() for page in self._pages):
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
            self._hear(0, Trouble(f"A part of the recorder failed ({error}); what follows may be incomplete."))

    def _on_page(self, page: Page) -> None:
        self._pages.append(page)
        self._spawn(self._meet(page))

    async def _meet(self, page: Page) -> None:
        opener = await page.opener()
        index = self._pages.index(page)
        by = self._pages.index(opener) if opener in self._pages else 0
        if index > 0 or opener is not None:
            self._hear(by, TabOpened(opened=index, by_page=opener is not None))
        await self._tap(page, by_page=opener is not None)

    async def _tap(self, page: Page, *, by_page: bool) -> None:
        index = self._pages.index(page)
        sources = (self._source, self._chooser)
        tap = Tap(self._context, page, sources, lambda what: self._hear(index, what), self._spawn, by_page)
        self._taps[page] = tap
        page.on("download", lambda download: self._on_download(index, download))
        if page.viewport_size and index == 0:
            self._viewport = Viewport(**page.viewport_size)
        try:
            await tap.attach()
        except Error as error:
            if not page.is_closed():
                self._hear(index, Trouble(f"Tab {index + 1} cannot be recorded: {error.message}."))

    def _hear(self, page: int, what: PageEvent | BrowserEvent) -> None:
        match what:
            case PageText():
                self._dom[what.doc] = what.html
                return
            case FileBytes():
                self._file_bytes[what.doc, what.ref, what.index] = base64.b64decode(what.data)
                return
            case TabClosed() if not self._events:
                return
        event = CapturedEvent(len(self._events), page, what)
        self._events.append(event)
        if isinstance(what, (Press, KeyDown)):
            self._look_back(event, what, what.secrets)
        elif isinstance(what, Typed) and what.element is not None:
            self._look_back(event, what, (what.element.box,) if what.secret else ())

    def _look_back(self, event: CapturedEvent, what: Press | KeyDown | Typed, secrets: tuple[Box, ...]) -> None:
        """Keep the picture and the text of the page from just before the gesture."""
        tap = self._taps[self._pages[event.page]]
        evidence = Evidence(what.at / 1000, event.page, secrets, dom=self._dom.get(what.doc, ""))
        self._evidence[event.seq] = evidence
        tap.ring.expect(evidence)
        if what.frame:
            evidence.offset = None
            self._spawn(_place(evidence, tap, tuple(step.index for step in what.frame)))

    def _on_request(self, request: Request) -> None:
        if request.method in ("GET", "HEAD", "OPTIONS") or request.resource_type in _UNTOLD:
            return
        number = len(self._requests)
        self._requests[request] = number
        self._open_answers.add(number)
        self._hear(self._page_of(request), Sent(number, request.method, request.url))

    def _on_response(self, response: Response) -> None:
        number = self._requests.get(response.request)
        if number is not None:
            self._open_answers.discard(number)
            self._answer_came.set()
            self._hear(self._page_of(response.request), Answered(number, response.status))

    def _page_of(self, request: Request) -> int:
        with suppress(Error, ValueError):
            return self._pages.index(request.frame.page)
        return 0

    def _on_download(self, page: int, download: Download) -> None:
        self._hear(page, DownloadBegan(download.suggested_filename))


def _leave_to_the_person(dialog: Dialog) -> None:
    log.debug("dialog left to the person: %s at %s", dialog.type, time.time())


async def _place(evidence: Evidence, tap: Tap, path: tuple[int, ...]) -> None:
    evidence.offset = await tap.offset_of(path)
