"""Heals on real pages: what a run proposes, that the recording finds by it, and that it is a hint for a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from agents.pool import open_pool
from demo.examples import FOLDER
from demo.flows import PASSWORD
from demo.human import Human
from demo.northdesk.options import Options, Ui
from demo.northdesk.serve import serve
from recordings.batch import BatchSettings
from recordings.editing import EditRefusedError, healed
from recordings.heal import Heal, sign_of
from recordings.recording import Recording
from recordings.steps import target_of
from recordings.trace import Trace
from replayer import Kept, Replayer, Waits
from replayer.heal import Hints
from scheduler.attended import do_rows
from scheduler.rows import Row
from store import open_store
from tests.pages.cases import across
from tests.pages.stage import BRIEF, LATE, SOON, Shown, Stage, fresh

WAITS = Waits(step_s=5, effect_s=5, quiet_s=0.2, fallback_s=0.8)
HEDY = {
    "full_name": "Hedy Lamarr",
    "company": "Hopping Frequencies",
    "email": "hedy@example.com",
    "country": "Austria",
    "customer_since": "2025-11-09",
}
TITLES = ["Harbour Lights", "River Song", "Night Ferry"]


@dataclass(frozen=True, slots=True)
class Ran:
    trace: Trace
    heals: list[Heal]
    pictures: dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Runs:
    """The example that adds a customer on releases of Northdesk, each run once, when a test first asks for it."""

    browser: Browser
    made: dict[Ui, Ran] = field(default_factory=dict)
    recording: Recording = field(default_factory=lambda: Recording.load(FOLDER / "add-customer"))

    async def on(self, ui: Ui) -> Ran:
        if ui not in self.made:
            self.made[ui] = await northdesk(self.browser, self.recording, ui, HEDY)
        return self.made[ui]


@pytest.fixture(scope="session")
def runs(browser: Browser) -> Runs:
    return Runs(browser)


async def northdesk(browser: Browser, recording: Recording, ui: Ui, given: dict[str, str]) -> Ran:
    async with serve(Options(ui=ui)) as desk, fresh(browser) as context:
        kept = Kept()
        replayer = Replayer(context, sink=kept, waits=WAITS)
        trace = await replayer.replay(recording, {**given, "password": PASSWORD}, desk.base_url)
    return Ran(trace, kept.heals, kept.pictures)


async def test_where_nothing_changed_nothing_is_proposed(runs: Runs) -> None:
    run = await runs.on("v1")
    assert (run.trace.status, run.heals) == ("passed", [])


async def test_each_step_that_was_found_elsewhere_and_came_to_something_is_proposed(runs: Runs) -> None:
    run = await runs.on("v2")
    proposed = [heal.step_id for heal in run.heals]
    astray = [step.step_id for step in run.trace.steps if step.how == "similar"]
    assert set(astray) - set(proposed) == {"s02"}  # nothing comes of a Tab that would confirm it
    assert set(proposed) - set(astray) == {"s03", "s10"}  # found by what is left of their selectors
    save = run.heals[-1]
    assert (save.old.description.name, save.new.description.name) == ("Save", "Save customer")
    assert any("POST" in reason for reason in save.evidence)
    assert all(heal.index in run.pictures for heal in run.heals)


async def test_nothing_that_the_run_was_given_is_in_what_it_proposes(runs: Runs) -> None:
    run = await runs.on("v2")
    texts = " ".join(heal.new.model_dump_json() for heal in run.heals).casefold()
    given = [value for name, value in HEDY.items() if name != "country"]  # the page's own list has all countries
    assert [value for value in (*given, PASSWORD) if value.casefold() in texts] == []


async def test_a_recording_that_takes_the_proposals_finds_all_of_it_as_recorded(runs: Runs) -> None:
    run = await runs.on("v2")
    recording = runs.recording
    for heal in run.heals:
        recording = healed(recording, heal)
    again = await northdesk(runs.browser, recording, "v2", {**HEDY, "full_name": "Mary Ward", "country": "Belgium"})
    assert again.trace.status == "passed", again.trace.failure
    assert {step.step_id for step in again.trace.steps if step.how != "selectors"} == {"s02"}
    assert again.heals == []


async def test_two_runs_with_other_values_propose_the_same(runs: Runs) -> None:
    first = await runs.on("v2")
    second = await northdesk(runs.browser, runs.recording, "v2", {})
    assert [sign_of(heal.new) for heal in first.heals] == [sign_of(heal.new) for heal in second.heals]


async def test_a_proposal_for_a_step_that_was_healed_since_is_refused(runs: Runs) -> None:
    first, *_ = (await runs.on("v2")).heals
    other = first.model_copy(update={"new": target_of(runs.recording.steps[3])})
    once = healed(runs.recording, first)
    with pytest.raises(EditRefusedError, match="has this target already"):
        healed(once, first)
    with pytest.raises(EditRefusedError, match="edited or healed since"):
        healed(once, other)


async def test_a_proposal_that_says_an_input_which_was_changed_is_refused(runs: Runs) -> None:
    first, *_ = (await runs.on("v2")).heals
    with pytest.raises(EditRefusedError, match="'company' was changed"):
        healed(runs.recording, first.model_copy(update={"says": {"company": "Another"}}))


# Rows, secrets, and what confirms nothing


async def delete_harbour_lights(human: Human) -> None:
    await human.click("tr:has-text('Harbour Lights') button")
    await human.page.wait_for_function("globalThis.__state().includes('deleted')")


@pytest.fixture
async def shown(stage: Stage) -> Shown:
    return await stage.show("releases.html", delete_harbour_lights)


async def replayed(stage: Stage, recording: Recording, given: dict[str, str], **more: Any) -> Ran:
    kept = Kept()
    async with fresh(stage.browser) as context:
        trace = await Replayer(context, sink=kept, **{"waits": SOON, **more}).replay(recording, given)
    return Ran(trace, kept.heals, kept.pictures)


@pytest.mark.parametrize(("label", "title"), across(["Remove", "Remove {title}"], ["Harbour Lights", "River Song"]))
async def test_what_was_found_in_one_row_finds_any_row(stage: Stage, shown: Shown, label: str, title: str) -> None:
    stage.site.variant = {"release": 2, "label": label}
    run = await replayed(stage, shown.recording, {"title": title})
    (heal,) = run.heals
    assert title == "Harbour Lights" or title not in heal.new.model_dump_json()
    recording = healed(shown.recording, heal)
    for wanted in TITLES:
        again = await replayed(stage, recording, {"title": wanted})
        assert (again.trace.status, again.trace.steps[0].how) == ("passed", "selectors"), again.trace.failure
        assert stage.site.posts[-1] == wanted


async def test_a_recording_that_was_healed_does_not_take_another_row_for_one_that_is_gone(
    stage: Stage, shown: Shown
) -> None:
    stage.site.variant = {"release": 2}
    (heal,) = (await replayed(stage, shown.recording, {"title": "River Song"})).heals
    stage.site.variant = {"release": 2, "titles": ["River Song", "Night Ferry"]}
    stage.site.posts.clear()
    gone = await replayed(stage, healed(shown.recording, heal), {}, waits=BRIEF)
    assert (gone.trace.status, stage.site.posts) == ("failed", [])


@pytest.mark.parametrize(
    "variant", [{}, {"titles": ["Night Ferry", "Old Song", "Harbour Lights"]}], ids=["as", "other"]
)
async def test_rows_that_change_their_places_are_no_reason(stage: Stage, shown: Shown, variant: Any) -> None:
    stage.site.variant = variant
    run = await replayed(stage, shown.recording, {})
    assert (run.trace.status, run.heals) == ("passed", [])


async def test_a_button_that_calls_the_row_in_another_way_is_not_proposed(stage: Stage, shown: Shown) -> None:
    stage.site.variant = {"release": 2, "label": "Remove {TITLE}"}
    run = await replayed(stage, shown.recording, {"title": "River Song"})
    assert (run.trace.status, run.trace.steps[0].how, run.heals) == ("passed", "similar", [])


async def test_a_step_that_does_not_come_to_what_it_came_to_is_not_proposed(stage: Stage, shown: Shown) -> None:
    stage.site.variant = {"release": 2, "silent": True}
    run = await replayed(stage, shown.recording, {}, waits=BRIEF)
    assert (run.trace.failure and run.trace.failure.code, run.heals) == ("EffectMissing", [])


async def test_a_press_of_which_nothing_came_is_not_proposed(stage: Stage) -> None:
    shown = await stage.show("releases.html", lambda human: human.click("#help"))
    stage.site.variant = {"release": 2}
    run = await replayed(stage, shown.recording, {})
    assert (run.trace.status, run.trace.steps[0].how, run.heals) == ("passed", "similar", [])


async def with_a_code(human: Human) -> None:
    await human.type("#code", "4711-X")
    await human.page.keyboard.press("Tab")
    await delete_harbour_lights(human)


async def test_a_secret_that_the_page_shows_is_in_no_proposal(stage: Stage) -> None:
    shown = await stage.show("releases.html", with_a_code)
    secret = shown.recording.secrets[0].name
    stage.site.variant = {"release": 2, "label": "Remove {code}"}
    named = await replayed(stage, shown.recording, {secret: "9999-Y"})
    assert (named.trace.status, named.trace.steps[-1].how) == ("passed", "similar"), named.trace.failure
    assert [heal.step_id for heal in named.heals if heal.step_id == shown.recording.steps[-1].id] == []
    assert not any("9999-Y" in heal.model_dump_json() for heal in named.heals)


# Hints


async def test_what_one_run_found_is_a_hint_for_the_next_in_its_own_row(stage: Stage, shown: Shown) -> None:
    stage.site.variant = {"release": 2, "label": "Remove {title}"}
    hints = Hints()
    first = await replayed(stage, shown.recording, {"title": "River Song"}, hints=hints)
    second = await replayed(stage, shown.recording, {"title": "Night Ferry"}, hints=hints)
    assert [run.trace.steps[0].how for run in (first, second)] == ["similar", "hint"]
    assert second.trace.steps[0].evidence[0] == "as an earlier run of this batch found it"
    assert second.trace.healed
    assert stage.site.posts[-1] == "Night Ferry"
    assert [sign_of(heal.new) for heal in second.heals] == [sign_of(heal.new) for heal in first.heals]


async def test_a_hint_is_not_asked_for_where_the_recording_agrees(stage: Stage, shown: Shown) -> None:
    stage.site.variant = {"release": 2}
    hints = Hints()
    await replayed(stage, shown.recording, {"title": "River Song"}, hints=hints)
    stage.site.variant = {}
    again = await replayed(stage, shown.recording, {"title": "Night Ferry"}, hints=hints)
    assert (again.trace.steps[0].how, again.heals) == ("selectors", [])


async def test_a_hint_finds_no_other_row_for_one_that_is_gone(stage: Stage, shown: Shown) -> None:
    stage.site.variant = {"release": 2}
    hints = Hints()
    await replayed(stage, shown.recording, {"title": "River Song"}, hints=hints)
    stage.site.variant = {"release": 2, "titles": ["River Song", "Night Ferry"]}
    stage.site.posts.clear()
    gone = await replayed(stage, shown.recording, {"title": "Harbour Lights"}, hints=hints, waits=BRIEF)
    assert (gone.trace.status, stage.site.posts) == ("failed", [])


async def test_a_run_that_failed_gives_no_hint(stage: Stage) -> None:
    async def twice(human: Human) -> None:
        await delete_harbour_lights(human)
        await human.click("tr:has-text('Night Ferry') button")
        await human.page.wait_for_function("globalThis.__state().includes('deleted Night Ferry')")

    shown = await stage.show("releases.html", twice)
    stage.site.variant = {"release": 2, "titles": ["Harbour Lights", "River Song"]}
    hints = Hints()
    failed = await replayed(stage, shown.recording, {}, hints=hints, waits=LATE)
    assert (failed.trace.status, len(failed.heals)) == ("failed", 1)
    stage.site.variant = {"release": 2}
    again = await replayed(stage, shown.recording, {}, hints=hints)
    assert [step.how for step in again.trace.steps] == ["similar", "similar"]


async def test_the_rows_of_a_batch_share_their_hints(stage: Stage, shown: Shown, tmp_path: Path) -> None:
    stage.site.variant = {"release": 2}
    rows = [Row(number, {"title": title}) for number, title in enumerate(TITLES, 2)]
    async with open_store(tmp_path) as store, open_pool(agents=1) as pool:
        batch = await do_rows(store, tmp_path, pool, shown.recording, rows, BatchSettings(mode="sequential"))
        traces = [await store.trace(item.trace_id) for item in await store.batches.items(batch.id)]
    assert [trace.status for trace in traces] == ["passed"] * 3
    assert [step.how for trace in traces for step in trace.steps] == ["similar", "hint", "hint"]
    assert stage.site.posts == ["Harbour Lights", *TITLES]


async def test_every_target_that_is_proposed_differs_from_the_recorded_one(runs: Runs) -> None:
    recorded = {step.id: target_of(step) for step in runs.recording.steps}
    heals = (await runs.on("v2")).heals
    assert heals
    assert all(heal.old == recorded[heal.step_id] != heal.new for heal in heals)
