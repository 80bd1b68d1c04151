"""The self-check: replays what was understood, in a context of its own, and compares what came of each step with what
came of it in the demonstration. A step that only its raw gestures bring about is kept so; one that nothing brings about
is marked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Error, Page, StorageState

from browser.page_script import Arrival
from recordings.errors import CouldNotStartError
from recordings.recording import Recording
from recordings.scene import Change, Level, Scene
from recordings.steps import Fill, Navigate, Step
from recordings.trace import Trace
from replayer import Replayer, Waits
from replayer.confirm import Demand, alike, arrived, difference, looks_as_it_did, telling
from replayer.errors import EffectMissingError

_OPTIONS = (
    "() => [navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone"
    ", navigator.userAgent, devicePixelRatio]"
)
_PERMISSIONS = ("clipboard-read", "clipboard-write", "geolocation", "notifications", "camera", "microphone")
_GRANTED = (
    "names => Promise.all(names.map(name => navigator.permissions.query({ name }).then("
    "({ state }) => state === 'granted' ? name : '', () => ''))).then(found => found.filter(Boolean))"
)
_WAITS = Waits(step_s=5, effect_s=5, quiet_s=0.3, fallback_s=1.0)
_COMES_S = 4.0
_LOOKS_S = 0.8
_READY_S = 3.0
_ATTEMPTS = 8
_WAYS = 2
_LONGEST_PACE_MS = 5000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the demonstration's context was like at its start, so that the check begins where it began."""

    state: StorageState | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    permissions: tuple[str, ...] = ()


async def surroundings_of(context: BrowserContext) -> Surroundings:
    """What a context is like now; what cannot be told is left to the browser's own defaults."""
    state: StorageState | None = None
    with suppress(Error):
        state = await context.storage_state()
    return Surroundings(state)


async def with_options(around: Surroundings, recording: Recording, pages: Sequence[Page]) -> Surroundings:
    """The surroundings with what only a page can tell: language, time zone, density of pixels, permissions."""
    options: dict[str, object] = {"viewport": recording.viewport.model_dump()}
    page = next((page for page in pages if not page.is_closed() and page.url.startswith("http")), None)
    if page is None:
        return Surroundings(around.state, options)
    granted: tuple[str, ...] = ()
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(2):
            locale, zone, agent, dense = await page.evaluate(_OPTIONS)
            options |= {"locale": locale, "timezone_id": zone, "user_agent": agent, "device_scale_factor": dense}
            granted = tuple(await page.evaluate(_GRANTED, list(_PERMISSIONS)))
    return Surroundings(around.state, options, granted)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one change in one replay: the level at which it was the same, and the scene itself."""

    level: Level
    scene: Scene | None


@dataclass(slots=True)
class _Probe:
    """Stands where a run confirms effects, and finds out how much of each comes again."""

    tolerated: frozenset[tuple[str, int]]
    gaps_ms: Mapping[str, int]
    seen: dict[tuple[str, int], Seen] = field(default_factory=dict)
    readied: set[str] = field(default_factory=set)

    async def ready(self, step: Step, before: Scene | None, page: Page) -> None:
        """Where only looks differ, a wait as long as the person's may bring them: then the page was not ready."""
        if step.pace_ms:
            await asyncio.sleep(step.pace_ms / 1000)
        elif alike(step, before) and step.scene != before:
            gap_s = min(_READY_S, self.gaps_ms.get(step.id, 0) / 1000)
            if await looks_as_it_did(step, page, gap_s):
                self.readied.add(step.id)

    async def came(self, step: Step, before: Scene | None, pages: Sequence[Page], timeout_s: float) -> None:
        for number, change in enumerate(step.changes):
            if change.page >= len(pages):
                continue
            page = pages[change.page]
            seen, told = await _probed(change, page)
            self.seen[step.id, number] = seen
            if told is not None and (step.id, number) not in self.tolerated:
                raise EffectMissingError(difference(change, told))


async def self_check(recording: Recording, browser: Browser, around: Surroundings, budget_s: float) -> Recording:
    """The recording with what a replay of its first steps showed: how surely each comes again, and in which way.

    Only steps before the first that may change data are tried; ``recording.checked`` says how many.
    """
    safe = _safe(recording)
    if not safe or not recording.start.startswith(("http:", "https:")):
        return recording
    trial = recording.model_copy(update={"steps": safe})
    until = time.monotonic() + budget_s
    ways = dict.fromkeys((step.id for step in safe), 0)
    tolerated: frozenset[tuple[str, int]] = frozenset()
    earlier: dict[tuple[str, int], Seen] = {}
    for _ in range(_ATTEMPTS):
        tried = _in_ways(trial, ways)
        trace, probe = await _run(tried, browser, around, tolerated)
        if trace is None:
            return recording
        if trace.status == "passed":
            return _told(recording, tried, probe, len(safe), None)
        failed = len(trace.steps) - 1
        if failed < 0 or time.monotonic() > until:
            return _told(recording, tried, probe, max(0, failed), trace)
        strange = _volatile(safe[failed], probe.seen, earlier) if ways[safe[failed].id] == _WAYS else frozenset()
        earlier = probe.seen
        if strange:
            tolerated |= strange
            ways[safe[failed].id] = 0
        elif not _escalated(ways, safe, failed):
            return _told(recording, tried, probe, failed, trace)
    return recording


def _safe(recording: Recording) -> tuple[Step, ...]:
    """The steps that can be done again without changing data: all before the first that may."""
    unsafe = next((n for n, step in enumerate(recording.steps) if step.commits or step.streams), len(recording.steps))
    return recording.steps[:unsafe]


async def _run(
    trial: Recording, browser: Browser, around: Surroundings, tolerated: frozenset[tuple[str, int]]
) -> tuple[Trace | None, _Probe]:
    steps = zip((None, *trial.steps), trial.steps, strict=False)
    probe = _Probe(tolerated, {step.id: _gap_ms(trial, before, step) for before, step in steps})
    try:
        context: BrowserContext = await browser.new_context(
            storage_state=around.state,
            accept_downloads=True,
            **dict(around.options),  # type: ignore[arg-type]
        )
    except Error:
        return None, probe
    try:
        if around.permissions:
            with suppress(Error):
                await context.grant_permissions(list(around.permissions))
        return await Replayer(context, waits=_WAITS, pictures="none", effects=probe).replay(trial), probe
    except CouldNotStartError:
        return None, probe  # a secret that is not known any more, a file that was not kept
    finally:
        with suppress(Error):
            await context.close()


async def _probed(change: Change, page: Page) -> tuple[Seen, Arrival | None]:
    """The strongest level at which the change came again; with the last answer where it did not come at all."""
    levels = telling(change)
    if not levels:
        return Seen("", None), None
    firm: Level = "exact" if "exact" in levels else levels[-1]
    told = await arrived(Demand(change, "same", firm), page, time.monotonic() + _COMES_S)
    if told is None:
        return Seen("", None), None
    if told.reached and firm != "full":
        looks = await arrived(Demand(change, "same", "full"), page, time.monotonic() + _LOOKS_S)
        told = looks or told
    best = [level for level in levels if any(told.scene.at(level) == after.at(level) for after in change.after)]
    if best:
        return Seen(best[0], told.scene), None
    likely = (change.appeared or change.gone) and not told.still and len(told.missing) <= len(change.appeared) / 2
    return Seen("", told.scene), None if likely else told


def _in_ways(trial: Recording, ways: Mapping[str, int]) -> Recording:
    """0: as it is meant; 1: after the pause the person made; 2: by the raw gestures too."""
    steps = []
    for before, step in zip((None, *trial.steps), trial.steps, strict=False):
        steps.append(_in_way(trial, before, step, ways[step.id]))
    return trial.model_copy(update={"steps": tuple(steps)})


def _in_way(trial: Recording, before: Step | None, step: Step, way: int) -> Step:
    if not way or isinstance(step, Navigate):
        return step
    update: dict[str, object] = {"pace_ms": _gap_ms(trial, before, step)}
    if isinstance(step, Fill):
        update["by_keys"] = True
    elif way == _WAYS and trial.gestures.get(step.id):
        update["way"] = "gestures"
    return step.model_copy(update=update)


def _gap_ms(recording: Recording, before: Step | None, step: Step) -> int:
    """How long the person waited before the step, at most 5 s."""
    this = recording.gestures.get(step.id, ())
    last = recording.gestures.get(before.id, ()) if before is not None else ()
    if not this:
        return 0
    return min(_LONGEST_PACE_MS, max(0, this[0].at_ms - (last[-1].at_ms if last else 0)))


def _escalated(ways: dict[str, int], steps: Sequence[Step], failed: int) -> bool:
    """The failed step, and the one before it, whose effect may not have been visible, are tried in their next ways."""
    if ways[steps[failed].id] >= _WAYS:
        return False
    ways[steps[failed].id] += 1
    if failed > 0:
        ways[steps[failed - 1].id] = max(ways[steps[failed - 1].id], ways[steps[failed].id])
    return True


def _volatile(
    step: Step, now: Mapping[tuple[str, int], Seen], earlier: Mapping[tuple[str, int], Seen]
) -> frozenset[tuple[str, int]]:
    """The changes whose outcome was another in each of the last two replays: the page itself varies."""
    return frozenset(
        key
        for key, seen in now.items()
        if key[0] == step.id and key in earlier and seen.scene != earlier[key].scene and not seen.level
    )


def _told(
    recording: Recording,
    tried: Recording,
    probe: _Probe,
    reproduced: int,
    failed: Trace | None,
) -> Recording:
    """The recording with what the check found out; ``reproduced`` is how many steps came again."""
    steps, warnings = list(recording.steps), list(recording.warnings)
    for number in range(reproduced):
        step = tried.steps[number]
        changes = tuple(
            change.model_copy(update={"proven": probe.seen[step.id, n].level}) if (step.id, n) in probe.seen else change
            for n, change in enumerate(step.changes)
        )
        if step.id in probe.readied:
            pause = {"looks_ready": True, "pace_ms": probe.gaps_ms[step.id]}
            step = step.model_copy(update=pause)
        steps[number] = step.model_copy(update={"changes": changes})

    if failed is not None and failed.failure is not None and reproduced < len(tried.steps):
        doubt = failed.failure.message
        steps[reproduced] = steps[reproduced].model_copy(update={"doubt": doubt})
        warnings.append(f"Step {steps[reproduced].id} ({steps[reproduced].words}) was not captured faithfully: {doubt}")
    return recording.model_copy(update={"steps": tuple(steps), "warnings": tuple(warnings), "checked": reproduced})
