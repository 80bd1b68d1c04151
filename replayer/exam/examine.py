"""Driving the exam: a frozen page is shown, changed, and the locator is asked for the step's element on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from playwright.async_api import Browser, Error

from browser.frozen import Frozen, open_frozen
from recordings.errors import CouldNotStartError
from recordings.recording import Recording, Viewport
from recordings.steps import ReadRows, Step, target_of
from recordings.target import Box, Target
from replayer.act import needs_sight
from replayer.errors import AmbiguousAtError, NotFoundAtError
from replayer.exam.grade import Case, Grade, StepExam, grade_of
from replayer.exam.mutations import UNCHANGED, Mutation, mutations_of
from replayer.locate import Found, Waits, locate_within
from replayer.match import said
from replayer.similarity import likeness

# A frozen page is still at once, so likeness counts at once. Looks are counted, not seconds, so that a slow machine
# comes to the same exam.
_WAITS = Waits(step_s=0.0, quiet_s=0.0, fallback_s=0.0)
_ITSELF = 0.6
OnCase = Callable[[Step, Case], None]


class NothingToExamineError(CouldNotStartError):
    """No step of the recording has a frozen page."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The recording '{name}' has no frozen pages, so there is nothing to change and look at.",
            "Record it again: 'showonce record' keeps them, except while it is paused or shows a secret.",
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class ExamOptions:
    """``mutations`` are how many are made for each step, in no more than ``step_s`` seconds where that is given;
    ``tabs`` how many pages are open at once."""

    seed: int = 0
    mutations: int = 20
    tabs: int = 2
    step_s: float | None = None


def examinable(recording: Recording) -> tuple[Step, ...]:
    """The steps that act on an element.

    Raises:
        NothingToExamineError: None of them has a frozen page.
    """
    steps = tuple(step for step in recording.steps if target_of(step) is not None)
    if not any(step.dom in recording.files for step in steps):
        raise NothingToExamineError(recording.name)
    return steps


async def examine(
    browser: Browser, recording: Recording, options: ExamOptions = ExamOptions(), on_case: OnCase | None = None
) -> list[StepExam]:
    """Examine every step that acts on an element, in the order of the recording.

    Args:
        on_case: Told of each case when it is graded.

    Raises:
        NothingToExamineError: The recording has no frozen pages.
    """
    free = asyncio.Semaphore(options.tabs)

    async def one(step: Step) -> StepExam:
        async with free:
            return await _examined(browser, recording, step, options, on_case)

    steps = examinable(recording)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one(step)) for step in steps]
    return [task.result() for task in running]


async def on_its_page(browser: Browser, recording: Recording, step: Step, other: Target) -> Grade | None:
    """What ``other`` finds on the step's own frozen page: its element, none, or a wrong one; None where there is no
    such page, or it does not show the element."""
    target, html = target_of(step), recording.files.get(step.dom, b"").decode(errors="replace")
    if target is None or not html or isinstance(step, ReadRows):
        return None
    try:
        async with open_frozen(browser, *_size(recording.viewport)) as frozen:
            desk = _Desk(frozen, html, step, target.model_copy(update={"frame": ()}))
            return None if await desk.sit_down() else await desk.asked(other.model_copy(update={"frame": ()}))
    except Error:
        return None


async def _examined(
    browser: Browser, recording: Recording, step: Step, options: ExamOptions, on_case: OnCase | None
) -> StepExam:
    target, html = target_of(step), recording.files.get(step.dom, b"").decode(errors="replace")
    if target is None or not html:
        return StepExam(step.id, step.words, unfit="no frozen page was kept of it")
    if isinstance(step, ReadRows):
        return StepExam(step.id, step.words, unfit="a list is found by its columns and rows, not as an element is")
    try:
        async with open_frozen(browser, *_size(recording.viewport)) as frozen:
            desk = _Desk(frozen, html, step, target.model_copy(update={"frame": ()}))
            return await _graded(desk, options, on_case)
    except Error as error:
        reason = str(error).partition("\n")[0]
        return StepExam(step.id, step.words, target, unfit=f"the browser could not show its page: {reason}")


async def _graded(desk: _Desk, options: ExamOptions, on_case: OnCase | None) -> StepExam:
    """The unchanged page first, then changes until there are as many as asked for or the time is up."""
    step, target = desk.step, desk.target
    if unfit := await desk.sit_down():
        return StepExam(step.id, step.words, target, unfit=unfit)
    began = time.monotonic()
    cases: list[Case] = []
    for mutation in (UNCHANGED, *mutations_of(target.description, options.seed, options.mutations)):
        late = options.step_s is not None and time.monotonic() - began > options.step_s
        if len(cases) > options.mutations or (cases and late):
            break
        if (case := await desk.tried(mutation)) is None:
            continue
        cases.append(case)
        if on_case is not None:
            on_case(step, case)
    if cases[0].grade == "refuses":
        return StepExam(step.id, step.words, target, unfit="it is not found on its own frozen page, unchanged")
    return StepExam(step.id, step.words, target, tuple(cases))


@dataclass(slots=True)
class _Desk:
    """One step before its frozen page."""

    frozen: Frozen
    html: str
    step: Step
    target: Target
    crop: bytes | None = None

    async def sit_down(self) -> str:
        """Show the page as it was and cut the target's picture from it; why that cannot be, "" if it can."""
        wanted = self.target.description
        seen = await self.frozen.show(self.html, wanted)
        if seen is None or seen.tag != wanted.tag or likeness(wanted, seen).score < _ITSELF:
            return "its frozen page does not show it: the page changed just before the step"
        # Pictures and fonts of the copy are not those of the demonstration, so its picture is cut from the copy.
        self.crop = await self._cut(seen.box) if self.target.crop else None
        return ""

    async def tried(self, mutation: Mutation) -> Case | None:
        """The case; None where the change cannot be made on this page."""
        await self.frozen.show(self.html, self.target.description)
        if not await self.frozen.mutate(mutation.kind.parts, mutation.seed, mutation.words, mutation.other):
            return None
        began = time.perf_counter()
        found = await self._located()
        ms = (time.perf_counter() - began) * 1000
        selectors = await self.frozen.survey(self.target.selectors)
        if found is None:
            return Case(mutation, "refuses", ms, selectors=selectors)
        right = await self.frozen.is_target(found.control)
        grade = grade_of(found=True, right=right)
        got = "" if right else said(found.seen)
        return Case(mutation, grade, ms, found.score, found.reasons, got, selectors)

    async def asked(self, other: Target) -> Grade:
        """What another target finds on the page as it was; the page remembers which is the step's own element."""
        await self.frozen.show(self.html, self.target.description)
        found = await replace(self, target=other)._located()
        return grade_of(found=found is not None, right=found is not None and await self.frozen.is_target(found.control))

    async def _located(self) -> Found | None:
        step = self.step
        try:
            return await locate_within(
                self.frozen.page,
                self.target,
                waits=_WAITS,
                words=step.words,
                hidden_too=not needs_sight(step),
                commits=step.commits,
                crop=self.crop,
                picture=self._picture,
            )
        except (NotFoundAtError, AmbiguousAtError):
            return None

    async def _picture(self) -> bytes | None:
        try:
            return await self.frozen.page.screenshot(type="jpeg", quality=80, scale="css")
        except Error:
            return None

    async def _cut(self, box: Box) -> bytes | None:
        clip = {"x": box.x, "y": box.y, "width": max(1.0, box.width), "height": max(1.0, box.height)}
        try:
            return await self.frozen.page.screenshot(type="png", clip=clip, scale="css")  # type: ignore[arg-type]
        except Error:
            return None  # it stands outside the viewport


def _size(viewport: Viewport) -> tuple[int, int]:
    return viewport.width, viewport.height
