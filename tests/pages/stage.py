"""Where tests show and replay: a fresh context for each, in one real browser, on the test pages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from playwright.async_api import Browser, BrowserContext, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from demo.human import Human
from recorder import Recorder
from recorder.events import CapturedEvent
from recordings.recording import Recording
from recordings.trace import Pictures, Trace
from replayer import Kept, Replayer, Waits
from tests.pages.site import Site

Gesture = Callable[[Human], Awaitable[object]]
State = list[Any]
SOON = Waits(step_s=8, effect_s=8, quiet_s=0.2, fallback_s=0.5)
BRIEF = Waits(step_s=1.5, effect_s=1, quiet_s=0.2, fallback_s=0.5)
"""For a run that must stop: it is waited out."""
LATE = replace(SOON, step_s=3)
"""For a run that must stop late: the steps before have time."""
SKIPPING = replace(SOON, optional_s=1.5)
"""For a run that goes on without something optional: that alone is waited out."""
_AGREES = "wanted => globalThis.__state?.() === wanted"


@dataclass(frozen=True, slots=True)
class Shown:
    """A demonstration; ``before`` and ``state`` are what every frame of every tab came to."""

    recording: Recording
    before: State
    state: State
    events: tuple[CapturedEvent, ...]

    @property
    def kinds(self) -> list[str]:
        return [step.kind for step in self.recording.steps]


@dataclass(frozen=True, slots=True)
class Done:
    """A replay; ``clicks`` are all mouse presses and clicks that the first tab's pages saw."""

    trace: Trace
    state: State
    clicks: int
    pictures: dict[int, bytes]

    @property
    def why(self) -> str:
        """The failure's code; "" where there was none."""
        return self.trace.failure.code if self.trace.failure else ""


@dataclass(frozen=True, slots=True)
class Stage:
    """The browser and the site that all tests of a worker share; nothing of one test reaches another."""

    browser: Browser
    site: Site

    async def show(
        self,
        page: str,
        gesture: Gesture,
        *,
        secret_fields: Sequence[str] = (),
        open_first: bool = False,
        pause_ms: float = 5,
        verify: bool = False,
    ) -> Shown:
        """Record a person's demonstration; ``open_first`` opens the page before the recorder comes."""
        async with fresh(self.browser) as context:
            return await shown_in(context, self.site.url(page), gesture, secret_fields, open_first, pause_ms, verify)

    async def replay(
        self,
        shown: Shown | Recording,
        inputs: Mapping[str, str] | None = None,
        *,
        waits: Waits = SOON,
        pictures: Pictures = "failure",
        wanted: State | None = None,
    ) -> Done:
        """Replay it in a fresh context, and say what came of it; ``wanted`` (else the shown state) is waited for.
        Where it is [], that the pages are loaded."""
        recording = shown if isinstance(shown, Recording) else shown.recording
        if wanted is None and isinstance(shown, Shown):
            wanted = shown.state
        async with fresh(self.browser) as context:
            return await replayed_in(context, recording, inputs, waits, pictures, wanted)


def for_another_page(recording: Recording) -> Recording:
    """The recording without what pages showed: for a replay on a page that is made to show something else."""
    return recording.model_copy(
        update={"steps": tuple(step.model_copy(update={"scene": None, "changes": ()}) for step in recording.steps)}
    )


@asynccontextmanager
async def fresh(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A context that shares nothing, closed whatever happened."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        yield context
    finally:
        await context.close()


async def shown_in(
    context: BrowserContext,
    url: str,
    gesture: Gesture,
    secret_fields: Sequence[str] = (),
    open_first: bool = False,
    pause_ms: float = 5,
    verify: bool = False,
) -> Shown:
    """Record a demonstration in a context; ``verify``: with the recorder's own check at the end."""
    page = await opened(context, url) if open_first else None
    async with Recorder(context, name="shown", secret_fields=secret_fields, verify=verify) as demo:
        page = page or await opened(context, url)
        before = await states(context)
        await gesture(Human(page, pause_ms))
    return Shown(demo.recording, before, await states(context), tuple(demo._events))


async def replayed_in(
    context: BrowserContext,
    recording: Recording,
    inputs: Mapping[str, str] | None = None,
    waits: Waits = SOON,
    pictures: Pictures = "failure",
    wanted: State | None = None,
) -> Done:
    """Replay a recording in a context, as a headless agent does."""
    sink = Kept()
    replayer = Replayer(context, sink=sink, pictures=pictures, waits=waits, unwatched=True)
    trace = await replayer.replay(recording, inputs)
    if trace.status == "passed" and wanted is not None:
        await (_until(context, wanted) if wanted else _loaded(context))
    clicks = [await page.evaluate("globalThis.__clicks?.() ?? 0") for page in context.pages[:1]]
    return Done(trace, await states(context), sum(cast(list[int], clicks)), sink.pictures)


async def opened(context: BrowserContext, url: str) -> Page:
    """The first tab, or a new one, at ``url``."""
    page = context.pages[0] if context.pages else await context.new_page()
    await page.goto(url)
    return page


async def states(context: BrowserContext) -> State:
    """What every frame of every tab came to, in order."""
    told = [await frame.evaluate("globalThis.__state?.() ?? 'null'") for page in context.pages for frame in page.frames]
    return [json.loads(text) for text in told]


async def _loaded(context: BrowserContext) -> None:
    for page in context.pages:
        await page.wait_for_load_state()


async def _until(context: BrowserContext, wanted: State) -> None:
    """Wait a moment for a page that still hears an answer; whoever asked compares, and sees the difference."""
    frames = [frame for page in context.pages for frame in page.frames]
    for frame, state in zip(frames, wanted, strict=False):
        if state is None:
            continue
        try:
            text = json.dumps(state, separators=(",", ":"), ensure_ascii=False)
            await frame.wait_for_function(_AGREES, arg=text, timeout=8000, polling=20)
        except PlaywrightTimeoutError:
            return


def assert_same(shown: Shown, done: Done, kinds: list[str]) -> None:
    """The demonstration changed something, was these steps, and its replay came to the same."""
    assert shown.kinds == kinds
    assert shown.state != shown.before
    assert done.trace.status == "passed", done.trace.failure
    assert done.state == shown.state
