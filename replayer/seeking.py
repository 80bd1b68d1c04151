"""Finding what a step is done with: its element, what a drag ends on, and what its document shows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from playwright.async_api import Error, Page

from browser.asking import LookLostError
from browser.page_script import look
from recordings.errors import EvidenceMissingError, ShowonceError
from recordings.scene import Scene
from recordings.steps import Drag, Step, target_of
from recordings.target import Target
from replayer.act import needs_sight
from replayer.confirm import Confirming, Effects
from replayer.errors import AmbiguousAtError, NotFoundAtError
from replayer.evidence import see_texts, skipped_words, waits_for
from replayer.heal import Hints
from replayer.locate import Found, Waits, locate_within
from replayer.login_page import LoginPage
from replayer.looking import LOOKS, Looking, Sight, look_on
from replayer.passing import passed_over
from replayer.pictures import Camera
from replayer.plan import Plan
from replayer.record import Making, Running, timed


@dataclass(frozen=True, slots=True)
class Seeking:
    """Seeks for the steps of one run, with what it has for that."""

    run: Running
    waits: Waits
    effects: Effects
    hints: Hints | None
    camera: Camera
    login: LoginPage

    async def sought(self, page: Page, making: Making) -> tuple[Found | None, Scene | None]:
        """Find the step's element, or see that it may be skipped; what a drag ends on, and what its document shows."""
        plan, step, waits = making.plan, making.planned.step, self.waits
        onto: Found | None = None
        before: Scene | None = None
        try:
            with timed(making, "locate_ms"):
                making.notes.extend(await see_texts(page, step, waits))
                if isinstance(step, LOOKS):
                    await self._look(page, making, step)
                else:
                    making.found = making.pointed or await self._locate(plan, page, making, target_of(step))
                onto = await self._locate(plan, page, making, step.onto) if isinstance(step, Drag) else None
                before = await self._scene_before(page, step, making.found)
        except (NotFoundAtError, AmbiguousAtError, EvidenceMissingError) as error:
            skips = _may_skip(step, error)
            await self.login.refuse(step, page)
            why = skipped_words(error) if skips else await passed_over(page, step, making.later, waits)
            if not why:
                raise
            making.skipped, making.found = True, None
            making.notes.append(why)
            making.candidates = () if isinstance(error, EvidenceMissingError) else error.candidates
        return onto, before

    async def _scene_before(self, page: Page, step: Step, found: Found | None) -> Scene | None:
        """What the step's document shows before it; asked for only where that matters."""
        if found is not None:
            return found.look.scene
        if step.scene is not None and step.changes and self.effects.looks(step):
            with suppress(Error, LookLostError):
                return (await look(page.main_frame, (), "body", every=False, scene=True)).scene
        return None

    async def _look(self, page: Page, making: Making, step: Looking) -> None:
        """Check or read what an element says."""

        async def find(target: Target, within_s: float) -> Found:
            if making.pointed is not None:
                return making.pointed
            waits = replace(self.waits, step_s=min(within_s, self.waits.step_s))
            making.found = found = await self._find(making.plan, page, making, target, waits)
            return found

        waits = replace(self.waits, step_s=waits_for(step, self.waits).step_s)
        trial = not isinstance(self.effects, Confirming)
        sight = Sight(page, find, waits, self.run.asking, self.run.values, self.run.tables, trial)
        readings = await look_on(await making.revealed(page), step, sight)
        making.notes.extend(readings.notes)
        making.found = readings.found or making.found
        making.said = self.run.take(readings)

    async def _locate(self, plan: Plan, page: Page, making: Making, target: Target | None) -> Found | None:
        return await self._find(plan, page, making, target, self.waits) if target is not None else None

    async def _find(self, plan: Plan, page: Page, making: Making, target: Target, waits: Waits) -> Found:
        step = making.planned.step
        is_own = target is target_of(step)
        return await locate_within(
            page,
            target,
            waits=waits_for(step, waits),
            words=step.words,
            hidden_too=not needs_sight(step),
            commits=step.commits,
            crop=plan.recording.files.get(target.crop),
            picture=lambda: self.camera.take(page, None, ()),
            scene=step.scene,
            see=is_own and self.effects.looks(step),
            hint=self.hints.target(plan, step.id) if self.hints is not None and is_own else None,
            astray=lambda frame, seen, still: self.login.seems(step, page, frame, seen, still=still),
        )


def _may_skip(step: Step, error: ShowonceError) -> bool:
    return step.optional and not isinstance(error, AmbiguousAtError)
