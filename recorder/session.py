"""Recording: attaches to every tab and frame of a context, hears what is done, and makes a Recording of it."""

from __future__ import annotations

import asyncio
import logging
import secrets as randomness
import time
from collections.abc import Collection, Coroutine, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from playwright.async_api import Browser, BrowserContext, Dialog, Download, Error, Page

from browser.page_script import capture_source, chooser_source
from recorder.collect import Collected
from recorder.compile import Compiled
from recorder.controls import Controls, Purpose
from recorder.events import CapturedEvent, DownloadBegan, Revised, TabOpened, Trouble
from recorder.pictures import Evidence
from recorder.requests import Requests
from recorder.selfcheck import tried
from recorder.surroundings import Surroundings, surroundings_of, with_options
from recorder.tabs import Tabs
from recorder.tap import Tap
from recordings.errors import RecordingFailedError
from recordings.recording import Recording, Viewport

log = logging.getLogger("showonce.recorder")
_NEW_TAB_S = 5.0
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
        start: The tab it begins in, in a browser that a person uses for other things too: other tabs take part
            when a page opens them, or from the first gesture made in them. Without it every tab does.
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
        start: Page | None = None,
        verify: bool = True,
    ) -> None:
        self._context, self._name, self._start, self._verify = context, name, start, verify
        self._around = Surroundings()
        self._began_s = time.monotonic()
        self._spent_s = 0.0
        self._secret_fields = secret_fields
        self._sources = ("", "")
        self._token = randomness.token_hex(16)
        self._collected = Collected(self._look_back)
        self._tabs: Tabs[Page] = Tabs(self._collected.hear)
        self._taps: dict[Page, Tap] = {}
        self._listening: dict[Page, asyncio.Event] = {}
        self._requests = Requests(context, self._tabs, self._collected)
        self._tasks: set[asyncio.Task[None]] = set()
        self._viewport: Viewport | None = None
        self._recording: Recording | None = None
        heard = self._collected.heard
        self._controls = Controls(
            heard, lambda what: self._collected.hear(0, what), self._flush, self._spawn, secret_fields
        )
        self._collected.gate = self._controls

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
        """How many events were heard."""
        return len(self._events) + self._controls.changes

    @property
    def changes(self) -> tuple[int, int]:
        """Others whenever ``so_far`` may be another: events, and what pages came to show after them."""
        return self.heard, self._collected.shown

    def so_far(self) -> Compiled:
        """The steps as they are understood now; the last ones may still change."""
        return self._collected.so_far()

    def as_understood(self, pictured: Collection[str] = ()) -> Recording:
        """The recording as it would be, were the demonstration over now.

        Args:
            pictured: The ids of the steps that get their pictures, which cost some milliseconds each.
        """
        return self._collected.finish(self._name, self._viewport, pictured)

    async def surroundings(self, recording: Recording) -> Surroundings:
        """What the context was like at the start, for trials of the recording."""
        return await with_options(self._around, recording, self._tabs.joined)

    @property
    def in_dialog(self) -> bool:
        """Whether a page waits for a dialog to be answered, so that its step is not done yet."""
        return any(tap.in_dialog for page, tap in self._taps.items() if not page.is_closed())

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
        await self._controls.undo(self.so_far().made_of)

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

    async def read_rows(self, name: str = "") -> None:
        """The next press in a page points at a cell, a row or an item: replays read all that are like it, into
        ``Trace.tables[name]``.

        Args:
            name: "" for one made of what the list is called.
        """
        await self._controls.pick("rows", name)

    async def next_page(self) -> None:
        """The next press in a page points at what leads to the next page of the list that was pointed at last. The page
        does not get it: it stays where it is."""
        await self._flush()
        await self._controls.pick_next(self.so_far().readings)

    async def must_equal(self) -> None:
        """The next press in a page points at a value that must equal what it shows; ``revise`` says what else."""
        await self._controls.pick("equals")

    async def revise(self, what: Revised) -> None:
        """Change what is understood of the last step that reads or compares: a name, a type, what it equals."""
        await self._flush()
        await self._controls.revise(self.so_far().readings, what)

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
        chooser = f"so{randomness.token_hex(8)}"
        source = capture_source(self._secret_fields, chooser, time.time() * 1000, self._token)
        self._sources = source, chooser_source(chooser)
        context.on("page", self._on_page)
        self._be_first_in_new_tabs()
        self._requests.start()
        # Without a listener Playwright dismisses dialogs itself, and the person never sees them.
        context.on("dialog", _leave_to_the_person)
        for page in [self._start] if self._start is not None else context.pages:
            self._tabs.join(page)
        if self._start is None:  # a person's own browser holds more than a replay may have
            self._around = await surroundings_of(context)
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
        _RECORDED.discard(context)
        context.remove_listener("page", self._on_page)
        vars(context).pop("new_page", None)
        self._requests.stop()
        context.remove_listener("dialog", _leave_to_the_person)
        await asyncio.gather(*(tap.detach() for tap in self._taps.values()))
        self._recording = self._collected.finish(self._name, self._viewport)
        self._around = await self.surroundings(self._recording)
        self._spent_s = time.monotonic() - self._began_s
        if self._verify and context.browser is not None:
            self._recording = await self.tried_in(context.browser)

    async def tried_in(self, browser: Browser) -> Recording:
        """The recording, tried in a context of its own of this browser; nothing that goes wrong there loses it."""
        return await tried(self.recording, browser, self._around, self._spent_s)

    async def _hear_the_rest(self) -> None:
        """Wait for what was told but not heard: bindings, file contents, answers to requests under way."""
        if self._context.browser is not None and not self._context.browser.is_connected():
            words = "The browser ended during the demonstration; what was shown until then is kept."
            self._collected.hear(0, Trouble(words))
        taps = dict(self._taps)
        answers = await asyncio.gather(*(tap.flush() for tap in taps.values()))
        for page, answered in zip(taps, answers, strict=True):
            if not answered and page in self._tabs:
                number = self._tabs.joined.index(page) + 1
                words = f"Tab {number} does not answer; what was done last in it may be missing."
                self._tabs.hear(page, Trouble(words))
        if all(answers):
            await self._controls.worlds.rest()
            await self._flush()
        await self._requests.until_answered()  # finished() says which answers were not seen
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)
        for task in self._tasks:
            task.cancel()

    async def _flush(self) -> None:
        await self._controls.worlds.flush()
        await asyncio.gather(*(tap.flush() for tap in self._taps.values()))

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

    def _be_first_in_new_tabs(self) -> None:
        """While this records, ``context.new_page()`` hands out a tab when the recorder listens in it: a page that were
        there first could keep what is done from it."""
        opened = self._context.new_page

        async def new_page() -> Page:
            page = await opened()
            with suppress(TimeoutError):
                async with asyncio.timeout(_NEW_TAB_S):
                    await self._listening.setdefault(page, asyncio.Event()).wait()
            return page

        vars(self._context)["new_page"] = new_page

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
        hear = lambda what: self._tabs.hear(page, what)  # noqa: E731
        tap = Tap(self._context, page, self._sources, self._token, hear, self._spawn, by_page, self._controls.worlds)
        self._taps[page] = tap
        self._requests.meet(page)
        page.on("download", lambda download: self._on_download(page, download))
        if page.viewport_size and self._tabs.joined[:1] == [page]:
            self._viewport = Viewport(**page.viewport_size)
        try:
            await tap.attach()
        except Error as error:
            if not page.is_closed():
                self._tabs.hear(page, Trouble(f"The tab at {page.url} cannot be recorded: {error.message}."))
        finally:
            self._listening.setdefault(page, asyncio.Event()).set()

    def _look_back(self, evidence: Evidence, path: tuple[int, ...]) -> None:
        tap = self._taps[self._tabs.joined[evidence.page]]
        tap.ring.expect(evidence)
        if path:
            self._spawn(_place(evidence, tap, path))

    def _on_download(self, page: Page, download: Download) -> None:
        self._tabs.hear(page, DownloadBegan(download.suggested_filename))


def _leave_to_the_person(dialog: Dialog) -> None:
    log.debug("dialog left to the person: %s at %s", dialog.type, time.time())


async def _place(evidence: Evidence, tap: Tap, path: tuple[int, ...]) -> None:
    evidence.offset = await tap.offset_of(path)
