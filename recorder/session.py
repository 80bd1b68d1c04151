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
from recorder.controls import Controls, Heard, Purpose
from recorder.events import (
    Answered,
    BrowserEvent,
    CapturedEvent,
    DownloadBegan,
    FileBytes,
    KeyDown,
    PageEvent,
    PageText,
    Pointed,
    Press,
    Rested,
    SecretTyped,
    Sent,
    TabClosed,
    TabOpened,
    ToldScene,
    Trouble,
    Typed,
    Unpicked,
)
from recorder.finish import Demonstration, finished
from recorder.pictures import Evidence
from recorder.scenes import SeenScene
from recorder.selfcheck import self_check
from recorder.surroundings import Surroundings, surroundings_of, with_options
from recorder.tap import Tap
from recordings.errors import RecordingFailedError
from recordings.recording import Recording, Viewport
from recordings.target import Box

log = logging.getLogger("showonce.recorder")
_CHECK_AT_LEAST_S = 30.0
_Seen = Press | KeyDown | Typed | Pointed | Rested
_ASKING = {"document", "xhr", "fetch", "eventsource", "websocket"}
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

        verify: Replay, at the end, what was understood in a context of its own of the same browser, as far as that
            changes no data; ``recording.checked`` and ``recording.warnings`` say what came of it.

    Leaving the block never needs the browser: what was heard until it closed is kept.
    """

    def __init__(
        self,
        context: BrowserContext,
        *,
        name: str = "recording",
        secret_fields: Sequence[str] = (),
        verify: bool = True,
    ) -> None:
        self._context, self._name, self._verify = context, name, verify
        self._around = Surroundings()
        self._streamed: list[int] = []
        self._asked: list[int] = []
        self._began_s = time.monotonic()
        chooser = f"so{randomness.token_hex(8)}"
        self._source, self._chooser = capture_source(secret_fields, chooser), chooser_source(chooser)
        self._heard = Heard()
        self._events, self._evidence, self._dom = self._heard.events, self._heard.evidence, self._heard.dom
        self._file_bytes: dict[tuple[str, int, int], bytes] = {}
        self._pages: list[Page] = []
        self._taps: dict[Page, Tap] = {}
        self._requests: dict[Request, int] = {}
        self._open_answers: set[int] = set()
        self._answer_came = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._viewport = Viewport()
        self._recording: Recording | None = None
        self._controls = Controls(
            self._heard, lambda what: self._hear(0, what), self._flush, self._spawn, secret_fields
        )

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
        return len(self._events) + self._controls.changes

    def so_far(self) -> Compiled:
        """The steps as they are understood now; the last ones may still change."""
        return compile_events(self._events)

    @property
    def paused(self) -> bool:
        """Whether it looks away."""
        return self._controls.paused

    @property
    def picking(self) -> Purpose | None:
        """What the next press in a page points at an element for; None: it is an ordinary press."""
        return self._controls.picking

    async def undo(self) -> None:
        """Take back the last step. The page stays as it is; what it still answers to that step is left out too.

        Raises:
            ControlRefusedError: There is none. Every control raises it where it cannot do what it should.
        """
        await self._flush()
        await self._controls.undo(len(self.so_far().steps))

    async def pause(self) -> None:
        """Look away: what is done now becomes no step and is kept nowhere."""
        await self._controls.pause()

    async def resume(self) -> None:
        """Look again; a warning says how much was missed."""
        await self._controls.resume()

    async def mark_secret(self) -> None:
        """Make the field that was typed into last a secret: its value leaves all that is kept, before and after.

        Fields that hold the same text become secrets too. Pictures and page texts since it was typed go whole.
        """
        await self._controls.mark_secret()

    async def must_be_there(self) -> None:
        """The next press in a page points at an element whose text must be there; the page does not get it."""
        await self._controls.pick("assert")

    async def read_value(self, name: str = "") -> None:
        """The next press in a page points at an element that replays read, into ``Trace.values[name]``.

        Args:
            name: "" for one made of what stands beside the value.
        """
        await self._controls.pick("read", name)

    async def cancel_picking(self) -> None:
        """The next press is an ordinary one after all."""
        await self._controls.cancel_picking()

    async def hover_now(self, after_s: float = 0) -> None:
        """Keep that the pointer rests where it is, whether or not something was seen to open.

        Args:
            after_s: Time to bring it there.
        """
        await self._controls.hover_now(after_s)

    async def note(self, text: str) -> None:
        """Write something beside the last step; the last note counts, "" takes it away."""
        await self._flush()
        await self._controls.note(len(self.so_far().steps), text)

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
        if self._verify:
            self._around = await surroundings_of(context)
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
        self._recording = finished(self._name, datetime.now(UTC).isoformat(timespec="seconds"), self._shown())
        await self._check_itself(self._recording)

    async def _check_itself(self, shown: Recording) -> None:
        """Try the recording; whatever goes wrong in that, what was shown is kept."""
        browser = self._context.browser
        if not self._verify or browser is None or not browser.is_connected():
            return
        try:
            around = await with_options(self._around, shown, self._pages)
            budget_s = max(_CHECK_AT_LEAST_S, 2 * (time.monotonic() - self._began_s))
            self._recording = await self_check(shown, browser, around, budget_s)
        except Exception as error:
            log.error("the self-check failed", exc_info=error)
            self._recording = shown.model_copy(
                update={"warnings": (*shown.warnings, f"The recording could not be tried: {error}.")}
            )

    def _shown(self) -> Demonstration:
        heard = self._heard
        return Demonstration(
            self._viewport,
            self.so_far(),
            heard.scenes,
            heard.evidence,
            self._file_bytes,
            heard.secret_values,
            self._streamed,
            self._asked,
        )

    async def _hear_the_rest(self) -> None:
        """Wait for what was told but not heard: bindings, file contents, answers to requests under way."""
        if self._context.browser is not None and not self._context.browser.is_connected():
            self._hear(0, Trouble("The browser ended during the demonstration; what was shown until then is kept."))
        await self._controls.worlds.rest()
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

    async def _flush(self) -> None:
        for tap in list(self._taps.values()):
            await tap.flush()

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
        tap = Tap(
            self._context,
            page,
            sources,
            lambda what: self._hear(index, what),
            self._spawn,
            by_page,
            self._controls.worlds,
        )
        self._taps[page] = tap
        page.on("websocket", lambda socket: socket.on("framesent", lambda _: self._streamed.append(len(self._events))))
        page.on("download", lambda download: self._on_download(index, download))
        if page.viewport_size and index == 0:
            self._viewport = Viewport(**page.viewport_size)
        try:
            await tap.attach()
        except Error as error:
            if not page.is_closed():
                self._hear(index, Trouble(f"Tab {index + 1} cannot be recorded: {error.message}."))

    def _hear(self, page: int, told: PageEvent | BrowserEvent) -> None:
        what = self._controls.admit(told)
        match what:
            case None | Unpicked():
                return
            case PageText():
                self._dom[what.doc] = what.html or self._dom.get(what.doc, "")
                self._note_scene(len(self._events) - 0.5, page, what, what.scene)
                return
            case SecretTyped():
                self._heard.secret_values[what.doc, what.ref] = what.value
                return
            case FileBytes():
                self._file_bytes[what.doc, what.ref, what.index] = base64.b64decode(what.data)
                return
            case TabClosed() if not self._events:
                return
        event = CapturedEvent(len(self._events), page, what)
        self._events.append(event)
        if isinstance(what, (Press, KeyDown)):
            self._note_scene(event.seq, page, what, what.scene)
        if isinstance(what, (Press, KeyDown, Pointed, Rested)):
            self._look_back(event, what, what.secrets)
        elif isinstance(what, Typed) and what.element is not None:
            self._look_back(event, what, (what.element.box,) if what.secret else ())

    def _note_scene(self, seq: float, page: int, what: Press | KeyDown | PageText, scene: ToldScene | None) -> None:
        if scene is None or self._controls.looked_away:
            return
        known = self._heard.facts
        facts = known[what.doc] = known.get(what.doc, ()) if scene.facts is None else scene.facts
        self._heard.scenes.append(SeenScene(seq, page, what.doc, what.frame, scene.hashes, facts))

    def _look_back(self, event: CapturedEvent, what: _Seen, secrets: tuple[Box, ...]) -> None:
        """Keep the picture and the text of the page from just before the gesture."""
        tap = self._taps[self._pages[event.page]]
        evidence = Evidence(what.at / 1000, event.page, secrets, dom=self._dom.get(what.doc, ""))
        self._controls.may_show(evidence)
        self._evidence[event.seq] = evidence
        tap.ring.expect(evidence)
        if what.frame:
            evidence.offset = None
            self._spawn(_place(evidence, tap, tuple(step.index for step in what.frame)))

    def _on_request(self, request: Request) -> None:
        if request.resource_type in _ASKING:
            self._asked.append(len(self._events))
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
