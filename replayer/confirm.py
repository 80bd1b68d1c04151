"""Did the page come to what it came to in the demonstration? Compared as strictly as the two are comparable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from playwright.async_api import Error, Page

from browser.asking import LookLostError
from browser.page_script import Arrival, arrive
from recordings.scene import Change, Level, Scene
from recordings.steps import Click, Drag, Press, Step, Upload, target_of
from replayer.errors import EffectMissingError
from replayer.locate import frame_at

Mode = Literal["same", "likely", "any", "told"]
LEVELS: tuple[Level, ...] = ("full", "exact", "loose")
_AGAIN_S = 0.05


class Effects(Protocol):
    """What a run does around each action; ``before`` is what the step's document showed when its element was found."""

    def looks(self, step: Step) -> bool:
        """Whether it matters what the step's document shows before it."""
        ...

    async def ready(self, step: Step, before: Scene | None, page: Page) -> None:
        """Wait until the page is ready for the step."""
        ...

    async def came(self, step: Step, before: Scene | None, pages: Sequence[Page], timeout_s: float) -> None:
        """Wait for what came of the step in the demonstration."""
        ...


class Confirming:
    """The way of an ordinary run: it waits for what can be demanded, and stops where that does not come."""

    def looks(self, step: Step) -> bool:
        """Only where something could be demanded by it: see ``demands_of``."""
        return step.scene is not None or (bool(step.changes) and _acts(step))

    async def ready(self, step: Step, before: Scene | None, page: Page) -> None:
        """The person's own pause, where the recorder's check showed that the page was not ready without it."""
        if not step.pace_ms:
            return
        if step.looks_ready:
            await looks_as_it_did(step, page, step.pace_ms / 1000)
        else:
            await asyncio.sleep(step.pace_ms / 1000)

    async def came(self, step: Step, before: Scene | None, pages: Sequence[Page], timeout_s: float) -> None:
        """Wait until all that can be demanded has come.

        Raises:
            EffectMissingError: Something did not, in time; it says what is missing.
        """
        until = time.monotonic() + timeout_s
        for demand in demands_of(step, before, pages=len(pages)):
            told = await arrived(demand, pages[demand.change.page], until)
            if told is not None and not told.reached and not _by_date(told):
                raise EffectMissingError(
                    f"{step.words}: it was done, but the page did not come to what it came to in the demonstration: "
                    f"{_difference(demand, told)}.",
                    "Look at the picture; check in the application whether it took effect before running again.",
                )


def _by_date(told: Arrival) -> bool:
    """Whether all that differs are numbers and names of days and months, as in a calendar of another day."""
    return told.dated and not told.missing and not told.still


def alike(step: Step, before: Scene | None) -> bool:
    """Whether the page shows the same as in the demonstration, classes and styles aside."""
    return step.scene is not None and before is not None and step.scene.exact == before.exact


async def looks_as_it_did(step: Step, page: Page, timeout_s: float) -> bool:
    """Wait until the step's document looks in every way as it did; False where it does not come to."""
    target = target_of(step)
    if step.scene is None:
        return False
    wanted = Change(page=step.page, frame=target.frame if target else (), after=(step.scene,))
    told = await arrived(Demand(wanted, "same", "full"), page, time.monotonic() + timeout_s)
    return told is not None and told.reached


@dataclass(frozen=True, slots=True)
class Demand:
    """What must come of one change: ``level`` is compared, ``before`` is what the document showed in this run."""

    change: Change
    mode: Mode
    level: Level
    before: str = ""


def demands_of(step: Step, before: Scene | None, *, pages: int) -> list[Demand]:
    """How strictly each change of a step can be asked for; pure.

    Where the page showed before the step what it showed in the demonstration, and asked no server for what it shows
    next, the same must come of it, at the level at which a replay came to the same when it was recorded; where none was
    made, all but what the person's pointer may have opened afterwards. Elsewhere (other data, another release), a step
    that changed something must change something; what a field holds is read back anyway. A press that
    nothing answers for but what the page shows must show this run's inputs where it showed the demonstration's.
    """
    same = alike(step, before) and not step.asks
    demands = []
    for change in step.changes:
        if change.page >= pages:
            continue
        if same and change.proven:
            demands.append(Demand(change, "same", _level(change)))
        elif same and (change.appeared or change.gone) and not change.moved_on:
            demands.append(Demand(change, "likely", "loose"))
        elif not same and before is not None and change.expects and _acts(step) and not step.signals:
            demands.append(Demand(change.model_copy(update={"appeared": change.expects}), "told", ""))
        elif not same and before is not None and _must_change(step, change):
            demands.append(Demand(change, "any", "", before.exact))
    return demands


def _level(change: Change) -> Level:
    """What the change is compared by: texts, values and states where it is one of those, looks where it is not."""
    return "exact" if change.proven == "full" and "exact" in telling(change) else change.proven


def _must_change(step: Step, change: Change) -> bool:
    """Setting a field to what it holds already changes nothing, and is right; a press that changed the page does."""
    # What the pointer may have opened later is asked for only where a replay, whose pointer stays, came to it too.
    told = change.appeared and change.proven if change.moved_on else change.appeared or change.gone
    return _acts(step) and bool(told) and change.before is not None and not change.frame


def _acts(step: Step) -> bool:
    return isinstance(step, (Click, Drag, Upload)) or (isinstance(step, Press) and step.keys == "Enter")


def telling(change: Change) -> list[Level]:
    """The levels at which the change is one, the strongest first; all where the document was new."""
    was = change.before
    return [level for level in LEVELS if was is None or was.at(level) != change.after[0].at(level)]


async def arrived(demand: Demand, page: Page, until: float) -> Arrival | None:
    """What the document shows when it came to what is demanded, or at the end of the time; None where it is gone."""
    while True:
        left = until - time.monotonic()
        try:
            frame, _ = await frame_at(page, demand.change.frame)
            if frame is not None:
                return await arrive(frame, demand.change, demand.mode, demand.level, demand.before, max(0.0, left))
        except (LookLostError, Error):
            if page.is_closed():
                return None
        if left <= 0:
            return None
        await asyncio.sleep(_AGAIN_S)  # another document is on its way


def difference(change: Change, told: Arrival) -> str:
    """What is not as it was, in words."""
    parts = [f"'{fact}' is not there" for fact in told.missing[:3]]
    parts += [f"'{fact}' is still there" for fact in told.still[:3]]
    return ", ".join(parts) or "it looks different"


def _difference(demand: Demand, told: Arrival) -> str:
    return "nothing changed" if demand.mode == "any" else difference(demand.change, told)
