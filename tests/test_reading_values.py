"""Typed values, and values that must equal others: shown by pointing, replayed on pages that show something else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from demo.human import Human
from recorder import Recorder, Revised
from recordings.inputs import InputRef, Literally
from recordings.reads import CountRef, ReadRef
from recordings.recording import Recording
from recordings.steps import AssertEquals, Read
from replayer import Waits
from tests.pages.stage import LATE, SOON, Done, Stage, for_another_page, fresh, opened

Work = Callable[[Human, Recorder], Awaitable[object]]
TWO = [["A-1", "Ada", "€ 1,200.00", "26/11/2026"], ["A-2", "Grace", "€ 34.50", "01/12/2026"]]


async def shown(stage: Stage, work: Work, variant: dict[str, Any] | None = None) -> Recording:
    stage.site.variant = variant
    async with fresh(stage.browser) as context:
        async with Recorder(context, name="shown", verify=False) as demo:
            await work(Human(await opened(context, stage.site.url("reading.html")), 5), demo)
    return demo.recording


async def replayed(
    stage: Stage,
    recording: Recording,
    variant: dict[str, Any] | None = None,
    inputs: dict[str, str] | None = None,
    waits: Waits = SOON,
) -> Done:
    stage.site.variant = variant
    return await stage.replay(for_another_page(recording), inputs, waits=waits)


def message(done: Done) -> str:
    return done.trace.failure.message if done.trace.failure else ""


async def read_both(human: Human, demo: Recorder) -> None:
    for place in ("#total", "#due"):
        await demo.read_value()
        await human.click(place)


async def test_a_value_is_given_back_in_the_canonical_text_of_its_type(stage: Stage) -> None:
    recording = await shown(stage, read_both)
    assert [(s.name, s.type) for s in recording.steps if isinstance(s, Read)] == [
        ("grand_total", "money"),
        ("due", "date"),
    ]
    done = await replayed(stage, recording, {"total": "€ 99.90", "due": "05/01/2027"})
    assert done.trace.values == {"grand_total": "99.90", "grand_total_currency": "EUR", "due": "2027-01-05"}
    assert [step.value for step in done.trace.steps] == ["99.90 EUR", "2027-01-05"]


async def test_a_value_that_is_not_of_its_type_stops_the_run_and_says_what_it_was(stage: Stage) -> None:
    recording = await shown(stage, read_both)
    done = await replayed(stage, recording, {"total": "n/a"}, waits=LATE)
    assert done.why == "ValueUnreadable"
    assert message(done) == "Read 'grand_total', here '€ 1,234.50': 'n/a' is no amount of money."


async def test_a_link_is_given_back_with_its_address_and_its_text(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await demo.read_value("first")
        await human.click("a >> nth=0")
        await demo.revise(Revised(type="link"))

    recording = await shown(stage, work)
    done = await replayed(stage, recording)
    assert done.trace.values == {"first": f"{stage.site.origin}/invoices/A-1", "first_text": "A-1"}


async def test_what_is_typed_and_read_is_saved_and_loaded(stage: Stage, tmp_path: Path) -> None:
    recording = await shown(stage, sums, {"invoices": TWO})
    assert Recording.load(recording.save(tmp_path / "shown")).steps == recording.steps


async def total_equals(human: Human, demo: Recorder, to: str = "") -> None:
    await demo.must_equal()
    await human.click("#total")
    if to:
        await demo.revise(Revised(to=to))


async def sums(human: Human, demo: Recorder) -> None:
    await demo.read_rows()
    await human.click("td:has-text('Grace')")
    await total_equals(human, demo, "sum:invoices.amount")


async def test_a_total_must_equal_the_sum_of_what_was_read(stage: Stage) -> None:
    recording = await shown(stage, sums, {"invoices": TWO})
    assert recording.steps[-1].words == "Check that 'Grand total' equals the sum of 'amount' in 'invoices'"
    more = [*TWO, ["A-3", "Hedy", "€ 0.50", ""]]
    unread = await replayed(stage, recording, {"invoices": more, "total": "1.235,00 €"}, waits=LATE)
    assert unread.why == "ValueUnreadable"
    assert (await replayed(stage, recording, {"invoices": more, "total": "1,235 €"})).trace.status == "passed"
    done = await replayed(stage, recording, {"invoices": more}, waits=LATE)
    assert done.why == "ValueDiffers" and "it is 1234.50 EUR, not 1235 EUR" in message(done)


async def test_amounts_in_another_currency_are_not_the_same(stage: Stage) -> None:
    recording = await shown(stage, sums, {"invoices": TWO})
    done = await replayed(stage, recording, {"invoices": TWO, "total": "£ 1,234.50"}, waits=LATE)
    assert done.why == "ValueDiffers" and "it is 1234.50 GBP, not 1234.5 EUR" in message(done)


async def test_a_sum_over_two_currencies_is_refused(stage: Stage) -> None:
    recording = await shown(stage, sums, {"invoices": TWO})
    done = await replayed(stage, recording, {"invoices": [*TWO, ["A-3", "Hedy", "£ 1.00", ""]]}, waits=LATE)
    assert done.why == "ValueUnreadable" and "EUR, GBP, which cannot be added up" in message(done)


async def test_a_value_must_equal_what_it_showed_however_it_is_written(stage: Stage) -> None:
    recording = await shown(stage, total_equals)
    step = recording.steps[0]
    assert isinstance(step, AssertEquals) and step.to == Literally(text="1234.50 EUR")
    assert (await replayed(stage, recording, {"total": "EUR 1 234.5"})).trace.status == "passed"
    assert (await replayed(stage, recording, {"total": "€ 1,234.51"}, waits=LATE)).why == "ValueDiffers"


async def test_a_value_must_equal_an_input_of_the_run(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await human.type("#limit", "1234.50")
        await total_equals(human, demo, "input:limit")

    recording = await shown(stage, work)
    step = recording.steps[-1]
    assert isinstance(step, AssertEquals) and step.to == InputRef(name="limit")
    assert (await replayed(stage, recording, inputs={"limit": "1,234.50 €"})).trace.status == "passed"
    assert (await replayed(stage, recording, inputs={"limit": "1"}, waits=LATE)).why == "ValueDiffers"


async def test_a_value_must_equal_one_that_was_read_before(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await demo.read_value("sum")
        await human.click("#total")
        await total_equals(human, demo, "read:sum")

    recording = await shown(stage, work)
    assert isinstance(recording.steps[-1], AssertEquals) and recording.steps[-1].to == ReadRef(name="sum")
    assert (await replayed(stage, recording, {"total": "€ 5.00"})).trace.status == "passed"


async def test_a_number_must_equal_how_many_rows_were_read(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await demo.read_rows()
        await human.click("td:has-text('Grace')")
        await total_equals(human, demo, "count:invoices")

    recording = await shown(stage, work, {"total": "3"})
    assert isinstance(recording.steps[-1], AssertEquals) and recording.steps[-1].to == CountRef(table="invoices")
    assert (await replayed(stage, recording, {"invoices": TWO, "total": "2"})).trace.status == "passed"
    done = await replayed(stage, recording, {"invoices": TWO, "total": "3"}, waits=LATE)
    assert "it is 3, not 2" in message(done)


async def test_what_is_compared_with_something_that_was_taken_back_equals_what_it_showed(stage: Stage) -> None:
    async def work(human: Human, demo: Recorder) -> None:
        await total_equals(human, demo, "sum:invoices.amount")

    recording = await shown(stage, work)
    step = recording.steps[0]
    assert isinstance(step, AssertEquals) and step.to == Literally(text="1234.50 EUR")
    assert recording.warnings == (
        "There is nothing now that is the sum of 'amount' in 'invoices'; the value must equal '1234.50 EUR'.",
    )


@pytest.mark.parametrize("to", ["sum:invoices.amount", "count:invoices"])
def test_a_recording_that_compares_with_what_nothing_reads_is_refused(to: str) -> None:
    kind, _, name = to.partition(":")
    table, _, column = name.partition(".")
    step = {
        "kind": "equals",
        "id": "s01",
        "target": {"description": {"tag": "b"}},
        "to": {"kind": kind, "table": table, **({"column": column} if column else {})},
    }
    with pytest.raises(ValueError, match="which no step before it reads"):
        Recording.model_validate({"name": "r", "start": "about:blank", "steps": [step]})
