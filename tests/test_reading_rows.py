"""Lists and tables read from one row of them: shown by pointing, read again on other data, every row once or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from demo.human import Human
from recorder import Recorder, Revised
from recordings.editing import with_repeatable
from recordings.inputs import HIDDEN
from recordings.recording import Recording
from recordings.steps import ReadRows
from recordings.typed import Writing
from tests.pages.stage import BRIEF, SOON, Done, Stage, fresh, opened
from workflows.scope import reads, reads_table

THREE = [
    ["A-1", "Ada", "€ 1,200.50", "26/11/2026"],
    ["A-2", "Grace", "€ 30.00", "01/12/2026"],
    ["A-3", "Hedy", "€ 4.00", "03/12/2026"],
]
MANY = [[f"B-{n}", f"Person {n}", f"€ {n}.00", f"{n:02}/12/2026"] for n in range(1, 8)]
PLACES = {"table": "td:has-text('Grace')", "grid": "[role=gridcell]:has-text('Grace')", "cards": ".who >> nth=1"}
PLACES |= {"list": "#names li >> nth=1", "window": ".who >> nth=1", "feed": "#names li >> nth=1"}
LONG = [[f"C-{n}", f"Person {n // 2}", f"€ {n}.00", ""] for n in range(75)]
Row = dict[str, str]


async def shown(
    stage: Stage, variant: dict[str, Any], *, next_page: bool = False, revisions: Sequence[Revised] = ()
) -> Recording:
    """Point at one row of the page's list, and at what leads on; say what is to be otherwise."""
    stage.site.variant = variant
    async with fresh(stage.browser) as context:
        async with Recorder(context, name="shown", verify=False) as demo:
            human = Human(await opened(context, stage.site.url("reading.html")), 5)
            await demo.read_rows()
            await human.click(PLACES[variant.get("shape", "table")])
            for revision in revisions:
                await demo.revise(revision)
            if next_page:
                await demo.next_page()
                await human.click("#next")
    return demo.recording


async def read(stage: Stage, recording: Recording, variant: dict[str, Any]) -> Done:
    stage.site.variant = variant
    return await stage.replay(recording, waits=BRIEF if variant.get("brief") else SOON)


def message(done: Done) -> str:
    return done.trace.failure.message if done.trace.failure else ""


def rows(done: Done) -> list[Row]:
    assert done.trace.status == "passed", done.trace.failure
    return list(done.trace.tables["invoices"])


def numbers(done: Done) -> list[str]:
    return [row["number"] for row in rows(done)]


def step_of(recording: Recording) -> ReadRows:
    (step,) = recording.steps
    assert isinstance(step, ReadRows)
    return step


async def test_one_cell_shows_a_table_with_its_columns_and_their_types(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    step = step_of(recording)
    assert [(c.name, c.label, c.type) for c in step.columns] == [
        ("number", "Number", "text"),
        ("customer", "Customer", "text"),
        ("amount", "Amount", "money"),
        ("due", "Due", "date"),
    ]
    assert step.columns[3].written == Writing(order="dmy")
    assert step.words == "Read all rows of 'invoices' (number, customer, amount, due), here 3 rows"


@pytest.mark.parametrize("shape", ["table", "grid"])
async def test_all_rows_that_are_there_now_are_read_in_typed_values(stage: Stage, shape: str) -> None:
    recording = await shown(stage, {"shape": shape, "invoices": THREE})
    done = await read(stage, recording, {"shape": shape, "invoices": [*reversed(THREE), *MANY]})
    assert numbers(done) == ["A-3", "A-2", "A-1", *(row[0] for row in MANY)]
    assert rows(done)[2] == {
        "number": "A-1",
        "customer": "Ada",
        "amount": "1200.50",
        "amount_currency": "EUR",
        "due": "2026-11-26",
    }
    assert done.trace.steps[0].value == "10 rows"


async def test_hidden_rows_group_headings_and_totals_are_no_rows_and_that_is_said(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    done = await read(stage, recording, {"invoices": THREE, "groups": True})
    assert numbers(done) == ["A-1", "A-2", "A-3"]
    assert done.trace.steps[0].notes == ("Not read as rows: 'This year'.",)


async def test_columns_are_found_by_what_stands_over_them_wherever_they_are(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    done = await read(stage, recording, {"invoices": THREE, "order": [3, 1, 0, 2]})
    assert rows(done)[1] == {
        "number": "A-2",
        "customer": "Grace",
        "amount": "30.00",
        "amount_currency": "EUR",
        "due": "2026-12-01",
    }


async def test_a_column_that_is_called_otherwise_is_found_by_its_words(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    done = await read(stage, recording, {"invoices": THREE, "heads": ["Number", "Customer", "Amount", "Due on"]})
    assert [row["due"] for row in rows(done)] == ["2026-11-26", "2026-12-01", "2026-12-03"]
    assert done.trace.steps[0].how == "similar" and "column 'Due on' for 'Due'" in done.trace.steps[0].evidence


async def test_a_column_that_is_gone_stops_the_run(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    done = await read(stage, recording, {"invoices": THREE, "order": [0, 1, 3], "brief": True})
    assert done.why == "ElementNotFound" and "'Amount'" in message(done)
    assert done.trace.tables == {}


@pytest.mark.parametrize(("shape", "column"), [("cards", "who"), ("list", "text")])
async def test_a_list_without_columns_is_read_from_one_item(stage: Stage, shape: str, column: str) -> None:
    recording = await shown(stage, {"shape": shape, "invoices": THREE})
    done = await read(stage, recording, {"shape": shape, "invoices": [MANY[4], *THREE]})
    assert [row[column] for row in rows(done)] == ["Person 5", "Ada", "Grace", "Hedy"]


async def test_what_an_item_does_not_have_is_empty(stage: Stage) -> None:
    recording = await shown(stage, {"shape": "cards", "invoices": THREE})
    done = await read(stage, recording, {"shape": "cards", "invoices": [THREE[0], ["", "Joan", "€ 1.00", ""]]})
    assert [row["when"] for row in rows(done)] == ["2026-11-26", ""]


async def test_an_empty_list_is_no_rows_and_what_the_page_says_of_it_is_said(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    done = await read(stage, recording, {"invoices": []})
    assert rows(done) == [] and done.trace.steps[0].value == "0 rows"
    assert done.trace.steps[0].notes == ("No rows: the page says 'No invoices'.",)


async def test_rows_that_come_late_are_waited_for(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    done = await read(stage, recording, {"invoices": THREE, "late": True})
    assert numbers(done) == ["A-1", "A-2", "A-3"]


@pytest.mark.parametrize("slow", [False, True], ids=["at-once", "by-a-slow-request"])
async def test_all_pages_are_read_until_next_is_off(stage: Stage, slow: bool) -> None:
    recording = await shown(stage, {"invoices": THREE, "size": 2}, next_page=True)
    assert step_of(recording).next_page is not None and recording.steps[0].words.endswith(", page by page")
    done = await read(stage, recording, {"invoices": MANY, "size": 3, "slow": slow})
    assert numbers(done) == [row[0] for row in MANY]
    assert "Read on 3 pages." in done.trace.steps[0].notes


async def test_one_page_alone_is_read_where_nothing_leads_on(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE, "size": 2}, next_page=True)
    done = await read(stage, recording, {"invoices": THREE, "size": 10})
    assert numbers(done) == ["A-1", "A-2", "A-3"]
    assert done.trace.steps[0].notes == ("One page alone was read: nothing led to another.",)


async def test_show_more_adds_the_rest(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE, "size": 2, "more": True, "next": "Show more"}, next_page=True)
    done = await read(stage, recording, {"invoices": MANY, "size": 3, "more": True, "next": "Show more"})
    assert numbers(done) == [row[0] for row in MANY]


async def test_next_that_is_called_otherwise_is_found_by_its_words(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE, "size": 2}, next_page=True)
    done = await read(stage, recording, {"invoices": MANY, "size": 3, "next": "Next page"})
    assert numbers(done) == [row[0] for row in MANY]


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        ({"stuck": True}, "the same rows are there"),
        ({"overlap": True}, "shows a row again that was on a page before"),
        ({"post": True}, "would send POST"),
    ],
    ids=["the-same-page-again", "a-row-twice", "a-post"],
)
async def test_pages_that_cannot_be_read_each_once_stop_the_run(
    stage: Stage, variant: dict[str, Any], said: str
) -> None:
    recording = await shown(stage, {"invoices": THREE, "size": 2}, next_page=True)
    done = await read(stage, recording, {"invoices": MANY, "size": 3, "brief": True, **variant})
    assert done.why == "RowsUnread" and said in message(done)
    assert done.trace.tables == {} and stage.site.posts == []


async def test_a_step_that_is_marked_repeatable_may_send_to_lead_on(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE, "size": 2}, next_page=True)
    marked = with_repeatable(recording, recording.steps[0].id)
    done = await read(stage, marked, {"invoices": MANY, "size": 3, "post": True})
    assert numbers(done) == [row[0] for row in MANY] and len(stage.site.posts) == 2


@pytest.mark.parametrize(("shape", "column"), [("window", "who"), ("feed", "text")])
async def test_a_list_that_shows_more_when_it_is_scrolled_is_read_to_its_end(
    stage: Stage, shape: str, column: str
) -> None:
    recording = await shown(stage, {"shape": shape, "invoices": LONG})
    done = await read(stage, recording, {"shape": shape, "invoices": LONG})
    assert [row[column] for row in rows(done)] == [row[1] for row in LONG]


async def test_a_count_that_the_page_tells_must_be_that_of_the_rows(stage: Stage) -> None:
    recording = await shown(stage, {"shape": "grid", "invoices": THREE})
    done = await read(stage, recording, {"shape": "grid", "invoices": THREE, "rowcount": 40})
    assert done.why == "RowsUnread" and "tells of 40 rows, and 3 were there" in message(done)


async def test_a_cell_that_is_not_of_its_type_is_named(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    done = await read(stage, recording, {"invoices": [THREE[0], ["A-9", "Joan", "n/a", ""]]})
    assert done.why == "ValueUnreadable"
    assert "row 2, column 'amount': 'n/a' is no amount of money" in message(done)


async def test_an_empty_cell_is_an_empty_text(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    done = await read(stage, recording, {"invoices": [["A-9", "Joan", "", ""]]})
    assert rows(done) == [{"number": "A-9", "customer": "Joan", "amount": "", "amount_currency": "", "due": ""}]


async def test_a_name_a_type_and_a_column_are_as_the_person_says(stage: Stage) -> None:
    revisions = (
        Revised(name="Open bills"),
        Revised(column="number", name="invoice", type="link"),
        Revised(column="due", kept=False),
        Revised(column="amount", type="text"),
    )
    recording = await shown(stage, {"invoices": THREE}, revisions=revisions)
    done = await read(stage, recording, {"invoices": THREE[:1]})
    address = f"{stage.site.origin}/invoices/A-1"
    wanted = {"invoice": address, "invoice_text": "A-1", "customer": "Ada", "amount": "€ 1,200.50"}
    assert done.trace.tables == {"open_bills": (wanted,)}


async def test_next_that_means_something_else_is_not_pressed(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE, "size": 2}, next_page=True)
    done = await read(stage, recording, {"invoices": MANY, "size": 3, "next": "Next order"})
    assert numbers(done) == [row[0] for row in MANY[:3]] and done.clicks == 0


async def test_a_page_that_is_offered_and_cannot_be_led_to_stops_the_run(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE, "size": 2}, next_page=True)
    done = await read(stage, recording, {"invoices": MANY, "size": 3, "next": "2"})
    assert done.why == "RowsUnread" and "the page offers page 2" in message(done)


async def test_a_secret_that_stands_in_a_row_is_in_no_table(stage: Stage) -> None:
    stage.site.variant = {"invoices": THREE}
    async with fresh(stage.browser) as context:
        async with Recorder(context, name="shown", secret_fields=["Limit"], verify=False) as demo:
            human = Human(await opened(context, stage.site.url("reading.html")), 5)
            await human.type("#limit", "walnut-4711")
            await demo.read_rows()
            await human.click(PLACES["table"])
    stage.site.variant = {"invoices": [["A-1", "walnut-9999", "€ 1.00", ""]]}
    done = await stage.replay(demo.recording, {"limit": "walnut-9999"})
    assert done.trace.tables["invoices"][0]["customer"] == HIDDEN
    assert "walnut" not in done.trace.model_dump_json()


async def test_a_secret_field_in_a_cell_is_never_read(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    number, customer, *_ = step_of(recording).columns
    called = (number.model_copy(update={"label": "Name"}), customer.model_copy(update={"label": "PIN"}))
    step = step_of(recording).model_copy(update={"columns": called})
    done = await read(stage, recording.model_copy(update={"steps": (step,)}), {"shape": "field"})
    assert done.why == "SecretUnread"


async def test_a_workflow_knows_the_columns_of_the_rows_that_a_recording_reads(stage: Stage) -> None:
    recording = await shown(stage, {"invoices": THREE})
    assert reads(recording) == ("number", "customer", "amount", "amount_currency", "due")
    assert reads_table(recording)
