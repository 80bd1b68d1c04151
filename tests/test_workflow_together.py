"""Results of several stages as one table, and numbers made of it."""

from __future__ import annotations

import pytest

from recordings.batch import ItemStatus
from tests.test_workflow_advance import RECORDINGS
from workflows.collect import Collect
from workflows.load import workflow_in
from workflows.scope import Known
from workflows.state import Item, StageState, State
from workflows.together import NotANumberError, brought_together, figures_of

ROWS = "for_each: {rows: [{email: a}]}"
APPS = "for_each: {apps: [{name: north-1, base_url: http://n.test}, {name: south, base_url: http://s.test}]}"


def known(*stages: str) -> Known:
    text = "format: 1\nname: w\nstages:\n" + "".join(f"  - {{{stage}}}\n" for stage in stages)
    return Known(workflow_in("w", text.encode()).workflow, RECORDINGS)


def item(number: int, row: dict[str, str], status: ItemStatus = "passed", recording: str = "find", **read: str) -> Item:
    return Item(number, recording, row, status, read, float(number))


def state(**stages: tuple[Item, ...]) -> State:
    return State(stages={name: StageState("passed", items, closed=True) for name, items in stages.items()})


TWO = known(f"name: one, recording: find, {ROWS}", f"name: two, recording: find, {ROWS}")
STOOD = state(
    one=(item(2, {"email": "b"}, total="7"), item(1, {"email": "a"}, total="5")),
    two=(item(1, {"email": "b"}, city="Ghent", total="1"), item(2, {"email": "c"}, "failed")),
)


def test_rows_are_below_each_other_in_the_order_of_rows() -> None:
    rows = brought_together(TWO, STOOD, Collect(stages=("one", "two")))
    assert rows is not None
    assert [(row["email"], row["status"], row.get("total")) for row in rows] == [
        ("a", "passed", "5"),
        ("b", "passed", "7"),
        ("b", "passed", "1"),
    ]


def test_what_failed_is_kept_with_nothing_read_or_fails_all() -> None:
    kept = brought_together(TWO, STOOD, Collect(stages=("two",), failed="missing"))
    assert kept is not None and kept[1] == {"email": "c", "status": "failed"}
    assert brought_together(TWO, STOOD, Collect(stages=("two",), failed="fail")) is None


def test_joined_rows_name_what_several_stages_have_after_the_stage() -> None:
    rows = brought_together(TWO, STOOD, Collect(stages=("one", "two"), join="email", failed="missing"))
    assert rows == (
        {"email": "a", "one_total": "5", "one_status": "passed"},
        {
            "email": "b",
            "one_total": "7",
            "one_status": "passed",
            "city": "Ghent",
            "two_total": "1",
            "two_status": "passed",
        },
        {"email": "c", "two_status": "failed"},
    )


def test_the_same_of_several_applications_is_named_after_each() -> None:
    apps = known(f"name: all, recording: find, {APPS}")
    stood = state(
        all=(
            item(1, {"app": "north-1"}, month="May", total="5"),
            item(2, {"app": "south"}, month="May", total="6"),
        )
    )
    rows = brought_together(apps, stood, Collect(stages=("all",), join="month"))
    assert rows == (
        {
            "month": "May",
            "north_1_total": "5",
            "north_1_status": "passed",
            "south_total": "6",
            "south_status": "passed",
        },
    )
    assert set(rows[0]) <= {"month", *(f"{part}_{c}" for part in apps.parts_of("all") for c in ("total", "status"))}


def test_figures_are_made_of_what_is_there() -> None:
    collect = Collect.model_validate(
        {"stages": ["one"], "figures": {"n": "count", "all": "sum total", "least": "min total", "most": "max total"}}
    )
    rows = [{"total": "0.1"}, {"total": " 0.2 "}, {"total": ""}, {}]
    assert figures_of(rows, collect.figures) == {"n": 4, "all": 0.3, "least": 0.1, "most": 0.2}


@pytest.mark.parametrize("text", ["€ 12", "1,5", "NaN", "inf", "twelve"])
def test_what_is_no_number_is_named_with_its_row(text: str) -> None:
    collect = Collect.model_validate({"stages": ["one"], "figures": {"all": "sum total"}})
    with pytest.raises(NotANumberError, match=r"'all'.*row 2, total is"):
        figures_of([{"total": "1"}, {"total": text}], collect.figures)
