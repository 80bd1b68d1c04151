"""The control that leads to the next page of a list: found, seen to be on, and pressed; it may send nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from playwright.async_api import Page

from browser.asking import LookLostError
from browser.page_script import Look, look, pick
from browser.tables import is_off
from recordings.errors import PageGoneError
from recordings.selectors import selectors_of
from recordings.steps import Click, ReadRows
from recordings.target import Box, Description, Target
from replayer.act import act
from replayer.errors import AmbiguousAtError, NotFoundAtError
from replayer.locate import Found, Waits, frame_at, locate_within
from replayer.match import Ambiguous, Match, agree
from replayer.naming import called
from replayer.plan import PlannedStep
from replayer.wording import is_empty, text_likeness, words_of

_BRIEFLY_S = 1.5
_LOOKS = 3
_SAME_WORDS = 0.9
_OF_ONE_PAGE = {"href", "class"}
_PLACES = ("css", "xpath")


@dataclass(slots=True)
class Leading:
    """Leads from page to page. ``target`` is the control as it is found on this site: on a later release, as the first
    page shows it."""

    page: Page
    step: ReadRows
    target: Target
    waits: Waits
    pressed: int = 0

    async def control(self) -> Found | None:
        """What is to be pressed now; None where it is gone, hidden or off.

        Raises:
            AmbiguousAtError: Several could be meant.
        """
        for _ in range(_LOOKS):
            with suppress(LookLostError):
                found = await self._as_recorded() or (await self._another() if not self.pressed else None)
                if found is None or not found.seen.visible or await is_off(found.frame, found.look, found.candidate):
                    return None
                return found
        raise PageGoneError(f"{self.step.words}: the page did not stay while it was looked at.", "Run again.")

    async def press(self, found: Found) -> None:
        """Press it.

        Raises:
            ActionFailedError: The browser would not.
        """
        click = Click(id=self.step.id, words=f"{self.step.words}, next page", page=self.step.page, target=self.target)
        self.pressed += 1
        await act(self.page, PlannedStep(click), found, self.waits.step_s)

    async def _as_recorded(self) -> Found | None:
        frame, _ = await frame_at(self.page, self.target.frame)
        if frame is None:
            return None
        wanted = of_any_page(self.target)
        seen = await look(frame, wanted.selectors, wanted.description.tag, every=False)
        verdict = agree(wanted, seen)
        place = verdict.candidate if isinstance(verdict, Match) else None
        if isinstance(verdict, Ambiguous):
            place = _one_of_same(wanted, seen)
            if place is None:
                raise AmbiguousAtError(f"{self.step.words}, next page", verdict.candidates)
        if place is None:
            return None
        element = await pick(frame, seen, place)
        return Found(element, frame, seen, place, 1.0, "selectors", (), 1) if element is not None else None

    async def _another(self) -> Found | None:
        """On the first page, also one that is called much the same: the next release may have put it otherwise."""
        if not called(self.target.description):
            return None
        brief = replace(self.waits, step_s=_BRIEFLY_S, fallback_s=_BRIEFLY_S / 2)
        try:
            found = await locate_within(self.page, self.target, waits=brief, words=f"{self.step.words}, next page")
        except NotFoundAtError:
            return None
        if not _says_the_same(called(self.target.description), called(found.seen)):
            return None
        seen = found.seen
        self.target = Target(description=seen, selectors=selectors_of(seen), frame=self.target.frame)
        return await self._as_recorded()


def of_any_page(target: Target) -> Target:
    """The control without what differs from page to page: where it leads, its looks, and its place among others, where
    it says anything at all."""
    seen = target.description
    if not called(seen):
        return target
    attributes = {name: value for name, value in seen.attributes.items() if name not in _OF_ONE_PAGE}
    update = {
        "attributes": attributes,
        "css": "",
        "xpath": "",
        "near": (),
        "box": Box(),
        "row": "",
        "key": "",
        "block": "",
    }
    kept = tuple(selector for selector in target.selectors if selector.kind not in _PLACES)
    return target.model_copy(update={"description": seen.model_copy(update=update), "selectors": kept})


def _says_the_same(wanted: str, seen: str) -> bool:
    """Whether two names differ in nothing that means anything: "Next" and "Next page", but not "Next order"."""
    differing = set(words_of(wanted)) ^ set(words_of(seen))
    return all(map(is_empty, differing)) or text_likeness(wanted, seen) >= _SAME_WORDS


def _one_of_same(wanted: Target, seen: Look) -> int | None:
    """The first of several that are the same, as above and below a list: called the same, leading to one place."""
    found = [set(places) for places in seen.found if places]
    common = sorted(set.intersection(*found)) if found else []
    facts = {_facts(seen.candidates[place]) for place in common}
    return common[0] if len(facts) == 1 else None


def _facts(seen: Description) -> tuple[str, str, str, bool]:
    return called(seen), seen.role, seen.attributes.get("href", ""), seen.enabled
