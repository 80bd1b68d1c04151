"""A step that failed, and a person who helps: what they do is gone on from, counted, and said in the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agents.agent import Job, work
from agents.live.asked import Down, Key, Paste, Text
from agents.live.typed import Typed
from agents.policy import AskPerson, GiveUp, Retry, after_help
from browser.scale import scale_of
from recordings.batch import BatchSettings
from recordings.heal import Heal
from recordings.recording import Recording
from recordings.trace import Failure, StepRecord, Trace
from replayer import Kept, Waits
from replayer.help import Answer, Need, NoHelp, Pointed, StepDone, TryAgain
from replayer.plan import plan_of
from replayer.pointing import pointed_at
from showonce.asked import OptionUnreadableError, help_s_of
from tests.pages.console import served_console
from tests.pages.stage import Stage
from tests.pages.stuck import recorded
from tests.test_console_help import QUICK, ended, until, waiting_in
from tests.test_guard import Told

WAITS = Waits(step_s=3, effect_s=8, quiet_s=0.2, fallback_s=0.4)
"""Help is asked for soon; all else has time."""
Deed = Callable[[Need], Awaitable[Answer]]


@dataclass
class Person:
    """Does one deed after another, each time that help is asked for; then does not come any more."""

    deeds: list[Deed]
    needs: list[Need] = field(default_factory=list)
    heals: list[Heal | None] = field(default_factory=list)

    async def help(self, need: Need) -> Answer:
        self.needs.append(need)
        return await self.deeds.pop(0)(need) if self.deeds else NoHelp("nobody", "Nobody came.")

    async def learned(self, heal: Heal | None) -> None:
        self.heals.append(heal)


@pytest.fixture(scope="module")
def known() -> dict[str, Recording]:
    return {}


@pytest.fixture
async def stuck(stage: Stage, known: dict[str, Recording]) -> Recording:
    return await recorded(stage, known)


async def run(stage: Stage, recording: Recording, person: Person, told: Told | None = None) -> Trace:
    sink = Kept()
    return await work(
        stage.browser,
        Job(plan_of(recording), sink, "failure", WAITS, guard=told or Told([]), helper=person),
        unwatched=True,
    )


def helped(trace: Trace) -> StepRecord:
    return next(step for step in trace.steps if step.helped)


async def press(need: Need, words: str) -> None:
    await need.page.get_by_role("button", name=words).click()


async def press_and_say_so(need: Need) -> Answer:
    assert await scale_of(need.page) == 1  # a person sees it in full, and has the pointer
    await press(need, "Keep it all")
    return StepDone("ada")


async def press_and_have_it_tried(need: Need) -> Answer:
    await press(need, "Keep it all")
    await need.page.get_by_text("Saved", exact=True).wait_for()
    return TryAgain("ada")


@pytest.mark.parametrize("deed", [press_and_say_so, press_and_have_it_tried])
async def test_what_a_person_sends_is_counted_and_not_sent_again(stage: Stage, stuck: Recording, deed: Deed) -> None:
    stage.site.variant = {"called": "Keep it all"}
    told = Told(stage.site.log)
    trace = await run(stage, stuck, Person([deed]), told)
    assert (trace.status, stage.site.posts) == ("passed", ["ada"]), trace.failure
    assert [each for each in stage.site.log if "served" not in each] == ["intend", "sent POST", "done"]
    record = helped(trace)
    assert (record.outcome, record.how, record.helped[0].by, record.helped[0].seen) == ("passed", "person", "ada", True)


async def test_an_element_that_is_pointed_at_is_acted_on_and_proposed(stage: Stage, stuck: Recording) -> None:
    async def point(need: Need) -> Answer:
        box = await need.page.get_by_test_id("check-invoice").bounding_box()
        assert box is not None
        found = await pointed_at(need.page, box["x"] + 5, box["y"] + 5)
        assert found is not None
        return Pointed("ada", found, keep=True)

    stage.site.variant = {"twins": True}
    person = Person([point])
    trace = await run(stage, stuck, person)
    assert (trace.status, stage.site.posts) == ("passed", ["ada"]), trace.failure
    assert person.needs[0].failure.code in ("ElementAmbiguous", "ElementNotFound")
    assert (helped(trace).how, helped(trace).helped[0].did) == ("person", "element")
    (heal,) = person.heals
    assert heal is not None and heal.new.description.attributes["data-testid"] == "check-invoice"


async def test_what_a_person_typed_is_in_nothing_that_is_written(stage: Stage, stuck: Recording) -> None:
    async def answer_the_code(need: Need) -> Answer:
        need.learn(["246810"])
        await need.page.get_by_label("Code").fill("246810")
        await press(need, "Go on")
        return TryAgain("ada")

    stage.site.variant = {"code": True}
    trace = await run(stage, stuck, Person([answer_the_code]))
    assert (trace.status, stage.site.posts) == ("passed", ["ada"]), trace.failure
    assert "246810" not in trace.model_dump_json()
    assert "#code=" in helped(trace).url


async def test_a_person_who_goes_ahead_does_not_do_a_later_step(stage: Stage, stuck: Recording) -> None:
    async def go_ahead(need: Need) -> Answer:
        await press(need, "Save")
        await need.page.get_by_test_id("check-invoice").click()
        return StepDone("ada")

    stage.site.variant = {"twins": True, "early": True}
    trace = await run(stage, stuck, Person([go_ahead]))
    notes = " ".join(note for step in trace.steps for note in step.notes)
    assert "it belongs to a later step, which the run does" in notes
    assert (trace.status, stage.site.posts) == ("passed", ["ada"]), trace.failure


async def test_where_nobody_comes_the_run_ends_as_without_help(stage: Stage, stuck: Recording) -> None:
    stage.site.variant = {"lost": True}
    told, person = Told(stage.site.log), Person([])
    trace = await run(stage, stuck, person, told)
    assert trace.failure is not None and trace.failure.code == "ElementNotFound"
    assert "Nobody came." in trace.steps[-1].notes
    assert stage.site.log == ["intend", "void"]
    assert len(person.needs) == 1


@pytest.mark.slow
async def test_a_console_that_is_closed_leaves_what_waited_to_the_next(
    stage: Stage, stuck: Recording, tmp_path: Path
) -> None:
    stuck.save(tmp_path / "recordings" / "stuck")
    stage.site.variant = {"lost": True}
    async with served_console(tmp_path, agents=1) as first:
        batch = await first.console.work.run_once("stuck", {}, BatchSettings(help_s=60, **QUICK))
        await until(waiting_in(first))
    stage.site.variant = None
    async with served_console(tmp_path, agents=1) as second:
        assert (await ended(second, batch)).status == "passed"
    assert stage.site.posts == ["ada"]


@pytest.mark.parametrize(
    ("verdict", "asked", "untouched", "follows"),
    [
        (GiveUp("x"), None, True, GiveUp("x")),
        (GiveUp("x"), NoHelp("nobody", "Nobody came."), True, AskPerson("Nobody came. It is stuck.")),
        (AskPerson("x"), NoHelp("nobody", "Nobody came."), False, AskPerson("x")),
        (GiveUp("x"), NoHelp("withdrawn", "Paused."), True, Retry(0)),
        (AskPerson("x"), NoHelp("withdrawn", "Paused."), False, AskPerson("x")),
        (GiveUp("x"), NoHelp("stopped", "Ada stopped it."), True, GiveUp("x")),
        (Retry(3), NoHelp(), True, Retry(3)),
    ],
    ids=["not asked", "nobody", "nobody, and sent", "withdrawn", "withdrawn, and sent", "stopped", "to be run again"],
)
def test_what_follows_where_help_did_not_come(
    verdict: Retry | AskPerson | GiveUp,
    asked: NoHelp | None,
    untouched: bool,
    follows: Retry | AskPerson | GiveUp,
) -> None:
    failure = Failure(code="ElementAmbiguous", message="It is stuck.")
    assert after_help(verdict, failure, asked, untouched=untouched) == follows


@pytest.mark.parametrize(("text", "seconds"), [("10m", 600), ("90", 90), ("1.5 h", 5400), ("0", 0)])
def test_how_long_a_row_waits_for_a_person_is_said_in_the_usual_units(text: str, seconds: float) -> None:
    assert help_s_of(text, detach=True) == seconds


@pytest.mark.parametrize(("text", "detach"), [("soon", True), ("10m", False), ("-5", True)])
def test_what_nobody_could_wait_for_is_refused(text: str, detach: bool) -> None:
    with pytest.raises(OptionUnreadableError) as refused:
        help_s_of(text, detach=detach)
    assert "--detach" in refused.value.mend or "Write it like" in refused.value.mend


def _key(key: str, *, down: bool = True) -> Key:
    return Key(down=down, key=key, code="", number=0, location=0)


def test_texts_are_told_apart_by_where_they_were_typed() -> None:
    typed = Typed()
    keys = [*map(_key, "hub"), _key("Backspace"), *map(_key, "nter2"), _key("Tab"), *map(_key, "1234")]
    heard = [text for key in keys for text in typed.heard(key)]
    assert heard == ["hunter2"]
    assert typed.heard(Down(x=1, y=1, button="left", count=1)) == ["1234"]
    assert [*typed.heard(_key("Control")), *typed.heard(_key("a")), *typed.ended()] == []
    typed.heard(_key("Control", down=False))
    assert [*typed.heard(Text(text="né")), *typed.heard(Paste(text="e 42")), *typed.ended()] == ["e 42", "née 42"]
