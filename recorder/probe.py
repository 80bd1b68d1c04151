"""Stands where a run confirms effects, and finds out how much of each effect of the demonstration comes again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from playwright.async_api import Page

from browser.page_script import Arrival
from recordings.scene import Change, Level, Scene
from recordings.steps import Hover, Step, Upload, target_of
from replayer.confirm import Demand, arrived, difference, looks_as_it_did, telling
from replayer.errors import EffectMissingError

_COMES_S = 4.0
_LOOKS_S = 0.8
_READY_S = 3.0
_STAYS_S = 0.5
_RESTLESS_S = 0.4


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one change in one replay: the level at which it was the same, and the scene itself. ``there``: the
    page showed that before the step already, so that it was not the step that brought it."""

    level: Level
    scene: Scene | None
    there: bool = False


@dataclass(slots=True)
class Probe:
    """The effects of one replay.

    Args:
        tolerated: Changes that vary by themselves, by step and number: they fail nothing.
        gaps_ms: How long the person waited before each step.
        last: The last step, whose effect must stay.
    """

    tolerated: frozenset[tuple[str, int]]
    gaps_ms: Mapping[str, int]
    last: str = ""
    seen: dict[tuple[str, int], Seen] = field(default_factory=dict)
    readied: set[str] = field(default_factory=set)

    def looks(self, step: Step) -> bool:
        """Wherever it was recorded."""
        return step.scene is not None or bool(step.changes)

    async def ready(self, step: Step, before: Scene | None, page: Page) -> None:
        """Where only looks differ, a wait as long as the person's may bring them: then the page was not ready."""
        if step.pace_ms:
            await asyncio.sleep(step.pace_ms / 1000)
        elif step.scene is not None and before is not None and step.scene != before:
            gap_s = min(_READY_S, self.gaps_ms.get(step.id, 0) / 1000)
            if await looks_as_it_did(step, page, gap_s):
                self.readied.add(step.id)

    async def came(self, step: Step, before: Scene | None, pages: Sequence[Page], timeout_s: float) -> None:
        for number, change in enumerate(step.changes):
            if change.page >= len(pages):
                continue
            page = pages[change.page]
            seen, told = await _probed(step, change, page)
            if step.id == self.last and told is None and seen.level:
                await asyncio.sleep(_STAYS_S)  # no later step would notice that it goes away again
                seen, told = await _probed(step, change, page)
            self.seen[step.id, number] = replace(seen, there=_was_there(step, change, before, seen))
            if told is not None and (step.id, number) not in self.tolerated:
                raise EffectMissingError(difference(change, told))


def _was_there(step: Step, change: Change, before: Scene | None, seen: Seen) -> bool:
    target = target_of(step)
    own = target is not None and target.frame == change.frame and step.page == change.page
    return own and before is not None and seen.scene is not None and before.exact == seen.scene.exact


async def _probed(step: Step, change: Change, page: Page) -> tuple[Seen, Arrival | None]:
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
    if levels == ["full"] and isinstance(step, (Hover, Upload)):
        # How a menu looks under the pointer says nothing of what it showed; files are given without a press, and so
        # without the focus on what was pressed to choose them.
        return Seen("", told.scene), None
    if change.moved_on:
        return Seen("", told.scene), None  # it came of where the pointer was taken, not of the step
    if await _restless(change, page, told.scene):
        return Seen("", None), None
    likely = (change.appeared or change.gone) and not told.still and len(told.missing) <= len(change.appeared) / 2
    return Seen("", told.scene), None if likely else told


async def _restless(change: Change, page: Page, scene: Scene) -> bool:
    """Whether the document goes on showing other things though nothing is done: a clock, a ticker."""
    again = await arrived(Demand(change, "same", "exact"), page, time.monotonic() + _RESTLESS_S)
    return again is not None and again.scene.exact != scene.exact
