"""What the person asks of the recorder while it records: each control, through real input in a real page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from demo.human import Human
from recorder import Recorder
from recordings.editing import with_secrets
from recordings.errors import ControlRefusedError
from recordings.inputs import InputRef, Literally, SecretRef
from recordings.recording import Recording
from recordings.steps import Assert, Fill, Hover, Read
from replayer.reading import says
from tests.pages.stage import BRIEF, Stage, for_another_page, fresh, opened

PIN = "walnut-4711"
Work = Callable[[Human, Recorder], Awaitable[object]]


@asynccontextmanager
async def at_work(stage: Stage, page: str = "order.html") -> AsyncIterator[tuple[Human, Recorder]]:
    """A person before a page, and the recorder that watches."""
    async with fresh(stage.browser) as context:
        async with Recorder(context, name="shown", verify=False) as demo:
            yield Human(await opened(context, stage.site.url(page)), 5), demo


async def recorded(stage: Stage, work: Work) -> Recording:
    async with at_work(stage) as (human, demo):
        await work(human, demo)
    return demo.recording


def words(recording: Recording) -> list[str]:
    return [step.words for step in recording.steps]


async def test_undo_takes_back_the_last_step_only(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await human.type("#name", "Ada")
        await human.click("#other")
        await demo.undo()
        await human.click("#save")

    shown = await recorded(stage, work)
    assert words(shown) == ["Type 'Ada' into 'Name'", "Click button 'Save'"]


async def test_what_the_page_answers_to_an_undone_step_is_not_of_the_step_before(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await human.click("#save")
        await human.click("#away")
        await demo.undo()
        await human.page.wait_for_url("**/saved.html")

    shown = await recorded(stage, work)
    assert [step.signals for step in shown.steps] == [()]


async def test_what_the_page_shows_for_an_undone_step_is_not_of_the_step_before(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await human.type("#name", "Ada")
        await human.page.wait_for_timeout(400)
        await human.click("#save")
        await human.page.wait_for_timeout(400)
        await demo.undo()

    shown = await recorded(stage, work)
    assert "Saved Ada." not in [fact for change in shown.steps[0].changes for fact in change.appeared]


async def test_typing_that_goes_on_after_undo_is_one_step_with_the_whole_value(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await human.type("#name", "Ad")
        await demo.undo()
        await human.page.keyboard.type("a")

    shown = await recorded(stage, work)
    assert words(shown) == ["Type 'Ada' into 'Name'"]


async def test_undo_without_a_step_is_refused_and_the_recorder_goes_on(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        with pytest.raises(ControlRefusedError):
            await demo.undo()
        await human.click("#save")

    assert words(await recorded(stage, work)) == ["Click button 'Save'"]


async def look_away(human: Human, demo: Recorder) -> None:
    await human.click("#save")
    await demo.pause()
    await human.click("#other")
    await human.type("#name", PIN)
    await demo.resume()
    await human.click("#other")


async def test_what_is_done_while_paused_is_no_step_and_is_said(stage: Stage) -> None:
    shown = await recorded(stage, look_away)
    assert words(shown) == ["Click button 'Save'", "Click button 'Other'"]
    assert shown.warnings == (f"{3 + len(PIN)} presses and keys were not recorded while it was paused.",)


async def test_an_element_met_first_while_paused_is_known_afterwards(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await demo.pause()
        await human.click("#name")
        await human.page.keyboard.type("A")
        await demo.resume()
        await human.page.keyboard.type("da")

    assert words(await recorded(stage, work)) == ["Type 'Ada' into 'Name'"]


async def test_where_the_page_went_while_paused_is_said(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await demo.pause()
        await human.click("#away")
        await human.page.wait_for_url("**/saved.html")
        await demo.resume()

    shown = await recorded(stage, work)
    assert "saved.html" in shown.warnings[-1] and not shown.steps


async def confide(human: Human, demo: Recorder) -> None:
    """Type something that turns out to be secret, say so, and go on where it is shown."""
    await human.type("#name", "Ada")
    await human.type("#pin", PIN)
    await human.page.wait_for_timeout(250)  # the page's text is told, with the value in it
    await human.click("#other")
    await demo.mark_secret()
    await human.click("#other")
    await human.type("#pin", PIN)
    await human.click("#save")


async def test_a_field_marked_as_secret_is_in_no_byte_of_the_recording(stage: Stage, tmp_path: Path) -> None:
    shown = await recorded(stage, confide)
    folder = shown.save(tmp_path / "shown")
    found = [path for path in folder.rglob("*") if path.is_file() and b"walnut" in path.read_bytes()]
    assert not found
    assert words(shown)[2] == "Click button 'Other'" and not (shown.steps[2].picture or shown.steps[2].dom)


async def test_a_field_marked_as_secret_is_typed_from_a_secret(stage: Stage) -> None:
    shown = await recorded(stage, confide)
    fills = [step for step in shown.steps if isinstance(step, Fill)]
    assert [fill.value for fill in fills[1:]] == [SecretRef(name="pin")] * 2
    assert [item.default for item in shown.inputs] == ["Ada"]
    done = await stage.replay(shown, {"pin": PIN})
    assert done.trace.status == "passed" and "walnut" not in done.trace.model_dump_json()


async def test_no_key_of_a_field_marked_as_secret_is_kept(stage: Stage) -> None:
    shown = await recorded(stage, confide)
    keys = {gesture.key for gestures in shown.gestures.values() for gesture in gestures}
    assert not keys & set(PIN) - set("Ada")


async def test_marking_a_secret_twice_or_before_typing_is_refused(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        with pytest.raises(ControlRefusedError):
            await demo.mark_secret()
        await human.type("#pin", PIN)
        await demo.mark_secret()
        with pytest.raises(ControlRefusedError):
            await demo.mark_secret()

    await recorded(stage, work)


async def check_the_status(human: Human, demo: Recorder) -> None:
    await human.type("#name", "Ada")
    await human.click("#save")
    await demo.must_be_there()
    await human.click("#status")


async def test_pointing_becomes_a_check_and_reaches_the_page_in_nothing(stage: Stage) -> None:
    async with at_work(stage) as (human, demo):
        await human.type("#name", "Ada")
        await human.page.evaluate("globalThis.clicks0 = __clicks()")
        await demo.must_be_there()
        await human.click("#save")
        assert demo.picking is None
        assert await human.page.evaluate("__clicks() - clicks0") == 0
        assert await human.page.evaluate("document.activeElement.id") == "name"
        await human.click("#save")
        assert await human.page.evaluate("__clicks() - clicks0") == 2
    assert [step.kind for step in demo.recording.steps] == ["fill", "assert", "click"]


async def test_a_check_passes_where_the_text_is_there_and_fails_where_it_is_not(stage: Stage) -> None:
    shown = await recorded(stage, check_the_status)
    check = shown.steps[-1]
    assert isinstance(check, Assert) and check.text == Literally(text="Saved Ada.")
    assert (await stage.replay(shown)).trace.status == "passed"
    stage.site.variant = {"status": "Not saved."}
    done = await stage.replay(for_another_page(shown), waits=BRIEF)
    assert done.why == "TextMissing" and "Not saved." in done.trace.steps[-1].failure.message  # type: ignore[union-attr]


async def test_a_check_expects_the_values_of_its_own_run(stage: Stage) -> None:
    shown = await recorded(stage, check_the_status)
    assert (await stage.replay(shown, {"name": "Grace"})).trace.status == "passed"


async def test_a_field_can_be_checked_by_what_it_holds(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await human.type("#name", "Ada")
        await demo.must_be_there()
        await human.click("#name")

    shown = await recorded(stage, work)
    check = shown.steps[-1]
    assert isinstance(check, Assert) and check.text == InputRef(name="name")
    assert (await stage.replay(shown, {"name": "Grace"})).trace.status == "passed"


async def read_the_number(human: Human, demo: Recorder) -> None:
    await demo.read_value("Order No.")
    await human.click("#number")


async def test_a_value_is_read_again_at_each_run(stage: Stage) -> None:
    shown = await recorded(stage, read_the_number)
    assert isinstance(shown.steps[0], Read) and words(shown) == ["Read 'order_no', here 'A-1042'"]
    stage.site.variant = {"number": "B-7 new"}
    done = await stage.replay(shown)
    assert done.trace.values == {"order_no": "B-7 new"} and done.trace.steps[0].value == "B-7 new"


async def test_a_value_without_a_name_is_called_by_what_stands_beside_it(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        for _ in range(2):
            await demo.read_value()
            await human.click("#number")

    shown = await recorded(stage, work)
    assert [step.name for step in shown.steps if isinstance(step, Read)] == ["order_number", "order_number_2"]


@pytest.mark.parametrize("place", ["#password", "#art"])
async def test_a_secret_or_what_says_nothing_is_refused_in_words(stage: Stage, place: str) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await demo.read_value()
        await human.click(place)

    shown = await recorded(stage, work)
    assert not shown.steps and "no step was made" in shown.warnings[0]


async def test_escape_in_the_page_ends_pointing(stage: Stage) -> None:
    async with at_work(stage) as (human, demo):
        await demo.must_be_there()
        await human.press("Escape")
        await human.click("#save")
        assert demo.picking is None
    assert words(demo.recording) == ["Click button 'Save'"]


async def test_pointing_waits_for_the_next_page(stage: Stage) -> None:
    async with at_work(stage, "fields.html") as (human, demo):
        await demo.must_be_there()
        await human.page.goto(stage.site.url("order.html"))
        await human.click("#number")
    assert [step.kind for step in demo.recording.steps] == ["assert"]


async def test_hover_now_keeps_where_the_pointer_rests(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await human.page.locator("#help b").hover()
        await demo.hover_now()

    shown = await recorded(stage, work)
    assert isinstance(shown.steps[0], Hover) and words(shown) == ["Rest the pointer on 'Help'"]
    assert (await stage.replay(shown)).trace.status == "passed"


async def test_hover_now_without_a_pointer_in_the_page_is_refused(stage: Stage) -> None:
    async with at_work(stage) as (_, demo):
        with pytest.raises(ControlRefusedError):
            await demo.hover_now()


async def test_a_note_stands_beside_the_last_step(stage: Stage, tmp_path: Path) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await human.click("#save")
        await demo.note("ask  Ada first")

    shown = Recording.load((await recorded(stage, work)).save(tmp_path / "shown"))
    assert [step.note for step in shown.steps] == ["ask Ada first"]


async def test_an_input_made_secret_later_leaves_checks_and_notes_too(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await check_the_status(human, demo)
        await demo.note("it was Ada")

    hidden = with_secrets(await recorded(stage, work), ["name"]).recording
    check = hidden.steps[-1]
    assert isinstance(check, Assert) and check.text == Literally(text="Saved •••.") and check.note == "it was •••"
    assert (await stage.replay(hidden, {"name": "Grace"})).trace.status == "passed"


@pytest.mark.parametrize(
    ("said", "wanted", "there"),
    [
        ("Total  12 EUR", "12 EUR", True),
        ("Total 120 EUR", "12", False),
        ("Unpaid", "paid", False),
        ("Saved Grace.", "Saved •••.", True),
        ("(12)", "(12)", True),
        ("", "x", False),
    ],
)
def test_a_text_holds_another_as_whole_words(said: str, wanted: str, there: bool) -> None:
    assert says(said, wanted) is there


@pytest.mark.parametrize("fragment", ["", "#cross"], ids=["same-site", "other-site"])
async def test_the_controls_reach_into_frames(stage: Stage, fragment: str) -> None:
    async with at_work(stage, f"frame.html{fragment}") as (human, demo):
        inner = human.page.frame_locator("#inner")
        await human.type(inner.locator("#name"), PIN)
        await demo.mark_secret()
        await demo.must_be_there()
        await human.click(inner.locator("#hello"))
        await demo.hover_now()
    assert [step.kind for step in demo.recording.steps] == ["fill", "assert", "hover"]
    assert [secret.name for secret in demo.recording.secrets] == ["name"]
    assert all(step.target and step.target.frame for step in demo.recording.steps)  # type: ignore[union-attr]
