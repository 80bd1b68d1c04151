"""The drift exam: frozen pages are as they were, changes are as they are called, and answers are graded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from statistics import median

import pytest
from playwright.async_api import BrowserContext, Page

from browser.frozen import Frozen, open_frozen
from demo.human import Human
from recordings.recording import Recording
from recordings.steps import target_of
from recordings.target import Description, RoleSelector, Target, XPathSelector
from replayer.errors import NotFoundAtError
from replayer.exam import Case, ExamOptions, NothingToExamineError, StepExam, examine, usefulness
from replayer.exam.grade import Grade, grade_of, weakness_of
from replayer.exam.mutations import KINDS, STAYS, Kind, Mutation, mutations_of
from replayer.exam.selectors import no_worse, surviving
from replayer.locate import Waits, locate_within
from tests.pages.cases import every
from tests.pages.stage import Shown, Stage

TARGETS = {
    "row": lambda human: human.click(human.page.get_by_role("link", name="Open").nth(1)),
    "button": lambda human: human.click("#apply"),
    "field": lambda human: human.type("#city", "Oslo"),
    "link": lambda human: human.click("#help"),
}


@pytest.fixture(scope="module")
def kept() -> dict[str, Shown]:
    return {}


async def shown(stage: Stage, kept: dict[str, Shown], name: str) -> Recording:
    """A recording of one step on exam.html; shown once for all tests here."""
    if name not in kept:
        kept[name] = await stage.show("exam.html", TARGETS[name])
    return kept[name].recording


@asynccontextmanager
async def frozen_page(stage: Stage, recording: Recording) -> AsyncIterator[tuple[Frozen, Description, str]]:
    (step,) = recording.steps
    target = target_of(step)
    assert target is not None
    html = recording.files[step.dom].decode()
    async with open_frozen(stage.browser, 1280, 800) as frozen:
        assert await frozen.show(html, target.description) is not None
        yield frozen, target.description, html


async def test_a_frozen_page_is_drawn_as_it_was(stage: Stage) -> None:
    shown = await stage.show("styled.html", lambda human: human.click("#save"))
    async with frozen_page(stage, shown.recording) as (frozen, _, _):
        seen = [await frozen.page.locator(f"p{of}").is_visible() for of in (".linked", ".ruled")]
        inside = frozen.page.locator("#host")
        assert seen == [False, False]
        assert not await inside.locator("p").is_visible()
        assert await inside.locator("button").is_visible()
        picture = await frozen.page.locator("#picture").bounding_box()
        assert picture is not None
        assert (picture["width"], picture["height"]) == (120, 80)


async def test_a_target_in_a_shadow_root_is_examined_there(stage: Stage) -> None:
    async def paint(human: Human) -> None:
        await human.click(human.page.get_by_role("button", name="Paint"))

    shown = await stage.show("shadow.html", paint)
    (exam,) = await examine(stage.browser, shown.recording, ExamOptions(mutations=8))
    assert (exam.unfit, exam.cases[0].grade, len(exam.cases)) == ("", "survives", 9)


async def test_a_frozen_page_holds_what_was_typed_before_the_step(stage: Stage) -> None:
    async def fill_and_apply(human: Human) -> None:
        await human.type("#city", "Oslo")
        await human.click("#apply")

    shown = await stage.show("exam.html", fill_and_apply)
    step = shown.recording.steps[-1]
    target = target_of(step)
    assert target is not None
    async with open_frozen(stage.browser, 1280, 800) as frozen:
        await frozen.show(shown.recording.files[step.dom].decode(), target.description)
        assert await frozen.page.locator("#city").input_value() == "Oslo"


async def test_a_page_of_few_words_is_kept_as_it_was_at_the_step_however_slow_the_machine_is(stage: Stage) -> None:
    async def wait_and_apply(human: Human) -> None:
        throttle = await human.page.context.new_cdp_session(human.page)
        await throttle.send("Emulation.setCPUThrottlingRate", {"rate": 40})
        await human.page.wait_for_timeout(1500)  # the page is told for the first time, and that takes long
        await throttle.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        await human.type("#city", "Oslo")
        await human.click("#apply")

    shown = await stage.show("exam.html", wait_and_apply)
    assert 'value="Oslo"' in shown.recording.files[shown.recording.steps[-1].dom].decode()


async def test_a_frozen_page_runs_no_script_and_asks_no_network(stage: Stage) -> None:
    html = "<body onload='x=1'><script>y=1</script><img src='http://a.test/i.png'><button>Save</button>"
    async with open_frozen(stage.browser, 640, 480) as frozen:
        await frozen.show(html, Description(tag="button", xpath="/html/body/button"))
        assert await frozen.page.evaluate("[typeof x, typeof y]") == ["undefined", "undefined"]
        assert await frozen.page.evaluate("document.querySelector('img').naturalWidth") == 1


@pytest.mark.parametrize("kind", every(3, {name: (kind,) for name, kind in KINDS.items()}))
async def test_every_kind_of_change_can_be_made_and_leaves_the_target_or_takes_it_as_it_says(
    stage: Stage, kept: dict[str, Shown], kind: Kind
) -> None:
    made = []
    for name in TARGETS:
        async with frozen_page(stage, await shown(stage, kept, name)) as (frozen, _, _):
            before = await frozen.page.content()
            done = await frozen.mutate(kind.parts, 3, {"apply": "Save", "city": "Town", "help": "Support"}, "Snooze")
            if done:
                made.append(await frozen.is_there())
                assert await frozen.page.content() != before
    assert made and set(made) == {not kind.gone}


async def test_the_same_seed_makes_the_same_page(stage: Stage, kept: dict[str, Shown]) -> None:
    async with frozen_page(stage, await shown(stage, kept, "row")) as (frozen, target, html):
        pages = []
        for seed in (1, 1, 2):
            await frozen.show(html, target)
            await frozen.mutate(["sort-rows", "ids", "insert-row"], seed, {}, "")
            pages.append(await frozen.page.content())
    assert pages[0] == pages[1] != pages[2]


async def test_it_is_looked_as_often_as_is_asked_however_little_time_there_is(
    stage: Stage, kept: dict[str, Shown]
) -> None:
    async with frozen_page(stage, await shown(stage, kept, "button")) as (frozen, target, _):
        assert await frozen.mutate(["relabel", "ids", "classes"], 3, {"apply": "Save"}, "")
        now = Waits(step_s=0.0, quiet_s=0.0, fallback_s=0.0, looks=1)
        with pytest.raises(NotFoundAtError):
            await locate_within(frozen.page, Target(description=target), waits=now)
        found = await locate_within(frozen.page, Target(description=target), waits=replace(now, looks=4))
        assert await frozen.is_target(found.control)


@pytest.mark.slow
async def test_a_slow_machine_comes_to_the_same_exam(stage: Stage, kept: dict[str, Shown]) -> None:
    recording, options = await shown(stage, kept, "button"), ExamOptions(mutations=4, tabs=1)

    async def slow(page: Page) -> None:
        throttle = await page.context.new_cdp_session(page)
        await throttle.send("Emulation.setCPUThrottlingRate", {"rate": 20})

    def slow_pages(context: BrowserContext) -> None:
        context.on("page", slow)

    (quick,) = await examine(stage.browser, recording, options)
    stage.browser.on("context", slow_pages)
    try:
        (slowly,) = await examine(stage.browser, recording, options)
    finally:
        stage.browser.remove_listener("context", slow_pages)
    assert median(case.ms for case in slowly.cases) > 2 * median(case.ms for case in quick.cases)
    assert [(case.mutation, case.grade) for case in slowly.cases] == [(c.mutation, c.grade) for c in quick.cases]


async def test_the_locator_is_never_told_which_element_it_is(stage: Stage, kept: dict[str, Shown]) -> None:
    recording = await shown(stage, kept, "row")
    async with frozen_page(stage, recording) as (frozen, _, html):
        assert await frozen.page.content() == await _parsed(stage, html)


async def _parsed(stage: Stage, html: str) -> str:
    """The page as the browser has it without anybody else."""
    page = await stage.browser.new_page()
    try:
        await page.set_content(html)
        return await page.content()
    finally:
        await page.close()


async def test_a_row_is_found_in_any_order_and_refused_when_it_is_gone(stage: Stage, kept: dict[str, Shown]) -> None:
    (exam,) = await examine(stage.browser, await shown(stage, kept, "row"), ExamOptions(seed=2, mutations=40))
    grades = {case.mutation.kind.name: case.grade for case in exam.cases}
    assert grades["unchanged"] == grades["swap-rows"] == grades["sort-rows"] == grades["insert-row"] == "survives"
    assert grades["remove-row"] == grades["rekey-row"] == "refuses"


async def test_a_recording_without_frozen_pages_is_said_to_have_none(stage: Stage, kept: dict[str, Shown]) -> None:
    bare = (await shown(stage, kept, "row")).model_copy(update={"files": {}})
    with pytest.raises(NothingToExamineError, match="no frozen pages"):
        await examine(stage.browser, bare)


async def test_a_step_whose_page_shows_something_else_is_not_examined(stage: Stage, kept: dict[str, Shown]) -> None:
    recording = await shown(stage, kept, "button")
    (name,) = {step.dom for step in recording.steps}
    other = recording.model_copy(update={"files": {**recording.files, name: b"<h1>Elsewhere</h1>"}})
    (exam,) = await examine(stage.browser, other)
    assert (exam.cases, "does not show it" in exam.unfit) == ((), True)


# What follows is pure.


def case(grade: Grade, kind: str = "ids", *selectors: str) -> Case:
    return Case(Mutation(KINDS[kind], 1, {}, ""), grade, 1.0, selectors=selectors)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "right", "grade"), [(True, True, "survives"), (True, False, "wrong"), (False, False, "refuses")]
)
def test_an_answer_has_its_grade(found: bool, right: bool, grade: Grade) -> None:
    assert grade_of(found=found, right=right) == grade


def test_to_refuse_is_right_only_where_the_target_is_gone() -> None:
    cases = [case("refuses", "remove"), case("refuses", "ids"), case("survives", "ids"), case("wrong", "remove")]
    assert [each.right for each in cases] == [True, False, True, False]
    assert usefulness(cases) == 0.25


def test_a_seed_gives_the_same_changes_and_another_gives_others() -> None:
    target = Description(tag="button", name="Save", css="#save")
    first, again, other = ([*mutations_of(target, seed, 20)] for seed in (1, 1, 2))
    assert first == again != other
    assert {m.kind.name for m in first} == set(KINDS)
    assert len(STAYS) >= 20


SAVE = Description(tag="button", role="button", name="Save", text="Save", css="#save", xpath="/html/body/button")


@pytest.mark.parametrize(
    ("seen", "lacks", "proposal"),
    [
        (Description(tag="button", icon="fa-trash"), "no name", 'aria-label="fa-trash"'),
        (SAVE.model_copy(update={"alike": 3}), "3 called 'Save'", "give each row a key"),
        (SAVE.model_copy(update={"alike": 3, "row": "Ada"}), "row or group alone", 'data-testid="save"'),
        (SAVE, "only its name", 'data-testid="save"'),
    ],
    ids=["unnamed", "no row", "row alone", "name alone"],
)
def test_a_weak_step_says_what_it_lacks_and_what_would_mend_it(seen: Description, lacks: str, proposal: str) -> None:
    weakness = weakness_of(Target(description=seen, rivals=(SAVE,)), [case("wrong", "remove")])
    assert (lacks in weakness.lacks, proposal in weakness.proposal) == (True, True), weakness


def test_a_step_that_is_found_again_is_not_weak() -> None:
    exam = StepExam("s01", "Click", Target(description=SAVE), (case("survives"), case("refuses", "remove")))
    assert (exam.weak, exam.weakness) == (False, None)


def test_selectors_are_kept_that_find_it_again_and_never_another() -> None:
    role, path = RoleSelector(role="button", name="Save"), XPathSelector(value="/html/body/button")
    target = Target(description=SAVE, selectors=(role, path))
    cases = [case("survives", "ids", "it", "it"), case("survives", "reorder", "among", "other")]
    assert surviving(target, cases).selectors == (role,)


def test_what_was_found_where_the_target_was_gone_does_not_count_against_a_selector() -> None:
    target = Target(description=SAVE, selectors=(RoleSelector(role="button", name="Save"),))
    assert surviving(target, [case("survives", "ids", "it"), case("refuses", "remove", "other")]) == target


def test_one_selector_is_kept_where_none_survived() -> None:
    role, path = RoleSelector(role="button", name="Save"), XPathSelector(value="/html/body/button")
    cases = [case("survives", "ids", "other", "it"), case("refuses", "reorder", "other", "other")]
    assert surviving(Target(description=SAVE, selectors=(role, path)), cases).selectors == (path,)


@pytest.mark.parametrize(
    ("before", "after", "holds"),
    [
        ("survives", "survives", True),
        ("refuses", "survives", True),
        ("survives", "refuses", False),
        ("refuses", "wrong", False),
    ],
)
def test_fewer_selectors_are_no_worse_only_where_nothing_is_lost(before: Grade, after: Grade, holds: bool) -> None:
    one, two = (StepExam("s01", "Click", Target(description=SAVE), (case(grade),)) for grade in (before, after))
    assert no_worse(one, two) == holds
