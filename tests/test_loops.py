"""A loop over the rows of a page: each row once, by its name, whatever the page does meanwhile; never the wrong one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from agents.agent import Job, work
from demo.human import Human
from recordings.editing.applying import applied
from recordings.editing.commands import command_of
from recordings.recording import Recording
from recordings.trace import StepRecord, Trace
from replayer import Kept
from replayer.heal import Hints
from replayer.plan import plan_of
from tests.pages.stage import BRIEF, LATE, SOON, Done, Stage, for_another_page
from tests.test_guard import Told

FOUR = ["INV-101", "INV-102", "INV-103", "INV-104"]


async def pay(human: Human) -> None:
    await human.click("tr:has-text('INV-103') button")
    await human.page.get_by_text("Paid", exact=True).nth(1).wait_for()
    await human.click("#finish")


async def approve(human: Human) -> None:
    await human.click("tr:has-text('INV-103') a")
    await human.click("#approve")
    await human.page.get_by_text("Approved", exact=True).wait_for()
    await human.click("#back")
    await human.page.locator("#rows tr").first.wait_for()


def edited(recording: Recording, *lines: str) -> Recording:
    def none(name: str) -> Recording:
        raise AssertionError(name)

    return applied(recording, [command_of(line) for line in lines], none).recording


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown once, moved to the site of a test."""

    recordings: dict[str, Recording]
    stage: Stage

    async def of(self, name: str) -> Recording:
        gesture = {"pay": pay, "approve": approve}[name]
        if name not in self.recordings:
            self.recordings[name] = for_another_page((await self.stage.show("loops.html", gesture)).recording)
            self.stage.site.reset()
        return self.recordings[name]


@pytest.fixture(scope="module")
def shown_once() -> dict[str, Recording]:
    return {}


@pytest.fixture
async def shown(stage: Stage, shown_once: dict[str, Recording]) -> Shown:
    return Shown(shown_once, stage)


@pytest.fixture
async def paying(shown: Shown) -> Recording:
    """Each row that is not paid is paid (s01), then it is finished (s02)."""
    return edited(await shown.of("pay"), "repeat 1 for rows", 'branch 1 if not row says "Paid"')


def outcomes(trace: Trace, step: str = "s01") -> dict[str, str]:
    return {record.row: record.outcome for record in trace.steps if record.step_id == step}


def notes(trace: Trace) -> str:
    return " ".join(note for record in trace.steps for note in record.notes)


def by_row(done: Done, name: str) -> StepRecord:
    return next(record for record in done.trace.steps if record.row == name)


async def test_each_row_is_done_once_and_its_record_names_it(stage: Stage, paying: Recording) -> None:
    done = await stage.replay(paying, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == ["INV-101", "INV-103", "INV-104"]
    assert outcomes(done.trace) == {
        "INV-101": "passed", "INV-102": "skipped", "INV-103": "passed", "INV-104": "passed",
    }  # fmt: skip
    assert by_row(done, "INV-104").words == "Click button 'Mark paid' in the row 'INV-104'"
    assert by_row(done, "INV-104").within == (
        "For each row of the table under 'Invoices'",
        "INV-104, 4 of 4",
        "If the row does not say 'Paid'",
    )
    assert by_row(done, "INV-102").notes == ("Not done: the row says 'Paid'.",)


async def test_records_are_counted_on_and_the_total_is_known_at_the_end(stage: Stage, paying: Recording) -> None:
    sink = Kept()
    trace = await work(stage.browser, Job(plan_of(paying), sink, "none", SOON))
    assert [record.index for record in trace.steps] == [0, 1, 2, 3, 4]
    assert len({record.span_id for record in trace.steps}) == 5
    assert (sink.records[0].index, trace.total_steps) == (0, 5)


@pytest.mark.parametrize(
    "variant",
    [{"turn": True}, {"vanish": True}, {"vanish": True, "turn": True}, {"add": ["INV-900", "New One", "Open"]},
     {"late_ms": 700}, {"late_ms": 500, "says": "Loading…"}, {"links": True}, {"banner": 0}],
    ids=["turned around", "rows go", "rows go and turn", "a row comes", "late", "loading", "named by links", "banner"],
)  # fmt: skip
async def test_rows_are_found_by_name_whatever_the_page_does(
    stage: Stage, paying: Recording, variant: dict[str, Any]
) -> None:
    stage.site.variant = variant
    done = await stage.replay(paying, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == ["INV-101", "INV-103", "INV-104"]


async def test_a_row_that_goes_meanwhile_stops_the_run_with_a_picture(stage: Stage, paying: Recording) -> None:
    stage.site.variant = {"drop": "INV-103"}
    done = await stage.replay(paying)
    assert (done.why, stage.site.posts) == ("RowGone", ["INV-101"])
    assert done.trace.steps[-1].row == "INV-103"
    assert list(done.pictures) == [done.trace.steps[-1].index]
    assert "'INV-103' was there as the loop began" in str(done.trace.failure)


async def test_a_row_that_goes_meanwhile_is_passed_over_where_it_may_be(stage: Stage, shown: Shown) -> None:
    stage.site.variant = {"drop": "INV-103"}
    skipping = edited(await shown.of("pay"), "repeat 1 for rows skip-gone", 'branch 1 if not row says "Paid"')
    done = await stage.replay(skipping, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == ["INV-101", "INV-104"]
    assert by_row(done, "INV-103").notes == ("Passed over: the row is gone by now.",)


@pytest.mark.parametrize("variant", [{"rows": []}, {"rows": [], "says": "No invoices"}], ids=["empty", "said"])
async def test_no_rows_pass_with_a_note(stage: Stage, paying: Recording, variant: dict[str, Any]) -> None:
    stage.site.variant = variant
    done = await stage.replay(paying, waits=LATE, wanted=[])
    assert (done.trace.status, stage.site.posts) == ("passed", []), done.trace.failure
    assert "Not done: the list has no rows." in notes(done.trace)
    assert outcomes(done.trace, "s02") == {"": "passed"}


async def test_a_list_that_is_not_there_is_said_to_be_missing(stage: Stage, paying: Recording) -> None:
    stage.site.variant = {"rows": [], "gone_list": True}
    done = await stage.replay(paying, waits=LATE, wanted=[])
    assert (done.trace.status, stage.site.posts) == ("passed", []), done.trace.failure
    assert "Not done: the page shows no such list." in notes(done.trace)


@pytest.mark.parametrize(
    ("bound", "why"), [("most 3", "more than 3 rows"), ("at-least 5", "4 rows, and the loop asks for at least 5")]
)
async def test_too_many_or_too_few_rows_stop_before_anything_is_done(
    stage: Stage, shown: Shown, bound: str, why: str
) -> None:
    done = await stage.replay(edited(await shown.of("pay"), f"repeat 1 for rows {bound}"), waits=BRIEF)
    assert (done.why, stage.site.posts) == ("RowsUnusable", [])
    assert why in str(done.trace.failure)


async def test_rows_that_cannot_be_told_apart_stop_before_anything_is_done(stage: Stage, paying: Recording) -> None:
    stage.site.variant = {"rows": [["INV-1", "Ann", "Open"], ["INV-2", "Bo", "Open"], ["INV-1", "Ann", "Open"]]}
    done = await stage.replay(paying, waits=BRIEF)
    assert (done.why, stage.site.posts) == ("RowsUnusable", [])


async def test_rows_of_the_same_name_are_told_apart_by_what_else_they_say(stage: Stage, shown: Shown) -> None:
    stage.site.variant = {"rows": [["Ann", "North", "Open"], ["Bo", "West", "Open"], ["Ann", "South", "Open"]]}
    stage.site.variant |= {"vanish": True, "whole": True}
    done = await stage.replay(edited(await shown.of("pay"), "repeat 1 for rows"), wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == ["Ann North", "Bo West", "Ann South"]


async def test_the_loop_goes_through_the_rows_even_where_the_one_that_was_shown_is_gone(
    stage: Stage, paying: Recording
) -> None:
    stage.site.variant = {"rows": [["INV-7", "Dan", "Open"], ["INV-8", "Eve", "Open"]]}
    done = await stage.replay(paying, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == ["INV-7", "INV-8"]


async def test_what_is_done_on_a_row_s_own_page_leads_back(stage: Stage, shown: Shown) -> None:
    looping = edited(await shown.of("approve"), "repeat 1-3 for rows")
    done = await stage.replay(looping, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == [f"approve {number}" for number in FOUR]


async def test_a_loop_that_does_not_lead_back_stops_and_says_so(stage: Stage, shown: Shown) -> None:
    looping = edited(await shown.of("approve"), "repeat 1-2 for rows", "delete 3")
    done = await stage.replay(looping, waits=LATE)
    assert (done.why, stage.site.posts) == ("RowGone", ["approve INV-101"])
    assert "must lead back" in str(done.trace.failure)


async def test_a_row_s_own_page_may_open_in_a_tab_that_closes(stage: Stage) -> None:
    async def approve_apart(human: Human) -> None:
        async with human.page.context.expect_page() as opened:
            await human.click("tr:has-text('INV-103') a")
        tab = Human(await opened.value, 5)
        await tab.click("#approve")
        if not tab.page.is_closed():
            await tab.page.wait_for_event("close")
        await human.click("#finish")

    stage.site.variant = {"popup": True}
    shown = for_another_page((await stage.show("loops.html", approve_apart)).recording)
    stage.site.posts.clear()
    done = await stage.replay(edited(shown, "repeat 1-2 for rows"), wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == [f"approve {number}" for number in FOUR]


@pytest.mark.parametrize(
    "line", ['branch 2 if row says "Open"', 'branch 2 if visible "Anna Larsen"'], ids=["row", "page"]
)
async def test_a_branch_on_the_row_s_own_page_is_decided_there(stage: Stage, shown: Shown, line: str) -> None:
    looping = edited(await shown.of("approve"), "repeat 1-3 for rows", line)
    done = await stage.replay(looping, wanted=[])
    assert done.trace.status == "passed", done.trace.failure
    assert stage.site.posts == ["approve INV-101", "approve INV-104"]


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "without a guard"])
@pytest.mark.parametrize("variant", [{"times": 2}, {"later": 60}], ids=["at once", "in the next row's turn"])
async def test_what_a_row_sends_twice_arrives_once(
    stage: Stage, paying: Recording, variant: dict[str, Any], guarded: bool
) -> None:
    stage.site.variant = variant
    told = Told([]) if guarded else None
    trace = await work(stage.browser, Job(plan_of(paying), Kept(), "none", SOON, guard=told))
    assert (trace.status, stage.site.posts) == ("passed", ["INV-101", "INV-103", "INV-104"]), trace.failure
    assert "was blocked" in notes(trace)


async def test_what_says_the_same_for_each_row_is_sent_for_one(stage: Stage, paying: Recording) -> None:
    stage.site.variant = {"same": True}
    trace = await work(stage.browser, Job(plan_of(paying), Kept(), "none", LATE))
    assert (trace.status, stage.site.posts) == ("failed", ["same"])


async def test_the_guard_is_told_of_each_row(stage: Stage, paying: Recording) -> None:
    told = Told([])
    await work(stage.browser, Job(plan_of(paying), Kept(), "none", SOON, guard=told))
    turn = ["intend", "sent POST", "done"]
    assert told.log == [*turn, "row done INV-101", *turn, "row done INV-103", *turn, "row done INV-104"]


async def test_rows_that_an_earlier_run_did_are_passed_over(stage: Stage, paying: Recording) -> None:
    known = {"b1": frozenset({"INV-101", "INV-104"})}
    trace = await work(stage.browser, Job(plan_of(paying), Kept(), "none", SOON, rows_done=known))
    assert (trace.status, stage.site.posts) == ("passed", ["INV-103"]), trace.failure
    assert notes(trace).count("Passed over: an earlier run did this row.") == 2


async def test_a_row_that_may_have_been_done_under_another_name_stops_before_anything(
    stage: Stage, paying: Recording
) -> None:
    known = {"b1": frozenset({"Chloe Martin"})}
    trace = await work(stage.browser, Job(plan_of(paying), Kept(), "none", BRIEF, rows_done=known))
    assert trace.failure is not None
    assert (trace.failure.code, stage.site.posts) == ("RowsUnusable", [])


async def test_a_dry_run_ends_before_the_first_row_is_sent(stage: Stage, paying: Recording) -> None:
    trace = await work(stage.browser, Job(plan_of(paying), Kept(), "none", SOON, dry=True))
    assert (trace.status, stage.site.posts, len(trace.steps)) == ("passed", [], 1), trace.failure
    assert "this is a dry run" in notes(trace)


async def test_what_one_row_taught_is_told_in_the_words_of_each_other_row(stage: Stage, paying: Recording) -> None:
    stage.site.variant = {"testid": "settle", "rows": [["INV-103", "Chloe Martin", "Overdue"]]}
    sink, hints = Kept(), Hints()
    taught = await work(stage.browser, Job(plan_of(paying), sink, "none", SOON, hints=hints))
    assert (taught.status, [heal.step_id for heal in sink.heals]) == ("passed", ["s01"]), taught.failure
    stage.site.reset()
    stage.site.variant = {"testid": "settle", "turn": True}
    trace = await work(stage.browser, Job(plan_of(paying), Kept(), "none", SOON, hints=hints))
    assert (trace.status, stage.site.posts) == ("passed", ["INV-101", "INV-103", "INV-104"]), trace.failure
    assert {record.how for record in trace.steps if record.row in ("INV-101", "INV-104")} == {"hint"}


async def test_the_row_is_not_given_by_anybody_else(stage: Stage, paying: Recording) -> None:
    with pytest.raises(Exception, match="a loop over rows gives it"):
        plan_of(paying, {"number": "INV-104"})
