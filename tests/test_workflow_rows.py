"""The rows that stages are given: of tables and chunks, held back and not lost; what undoes is told what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recordings.reads import Column
from recordings.steps import ReadRows
from tests.test_workflow_advance import ROWS, known
from tests.test_workflow_check import target
from workflows.advance import End, Undo, advance
from workflows.planned import UndoUnsureError, given_of, rows_for, telling, undone_by
from workflows.scope import Known
from workflows.state import Item, StageState, State
from workflows.workflow import RunStage


def run_stage(about: Known, name: str) -> RunStage:
    stage = about.workflow.stage(name)
    assert isinstance(stage, RunStage)
    return stage


def passed(number: int, recording: str = "find", **values: str) -> Item:
    return Item(number, recording, {"email": "abc"[number - 1]}, "passed", values=values, ended=float(number))


def stands(*items: Item, status: str = "running", closed: bool = True) -> StageState:
    taken = frozenset(item.number for item in items)
    return StageState(status, items, closed, taken)  # type: ignore[arg-type]


def test_all_rows_of_a_table_are_rows_of_the_next_stage_whichever_were_taken_before() -> None:
    about = known(f"""
  - {{name: one, recording: find, {ROWS}}}
  - {{name: two, recording: look, for_each: {{stage: one, start: each}}}}
""")
    deals = ReadRows(id="s3", target=target("Deals"), name="deals", columns=(Column(name="deal"),))
    find = about.recordings["find"].model_copy(update={"steps": (deals,)})
    about = Known(about.workflow, {**about.recordings, "find": find})
    tables = {"deals": ({"deal": "x"}, {"deal": "y"}, {"deal": "z"})}
    state = State({}, {"one": stands(replace(passed(1), tables=tables), passed(2), status="passed")})
    found = rows_for(about, state, run_stage(about, "two"))
    assert found is not None and [row.get("deal") for row in found.numbered.values()] == ["x", "y", "z", None]
    left = rows_for(about, state, run_stage(about, "two"), frozenset(list(found.numbered)[:1]))
    assert left is not None and [row.get("deal") for row in left.numbered.values()] == ["y", "z", None]


def test_rows_of_chunks_come_as_they_are_brought_together_in_any_order() -> None:
    about = known(f"""
  - {{name: one, recording: find, {ROWS}, chunk: 2}}
  - {{name: part, collect: {{stages: one, per: chunk}}}}
  - {{name: two, recording: look, for_each: {{stage: part, start: each}}}}
""")
    later = ({"chunk": "2", "email": "c"},)
    first = rows_for(about, State({}, {"part": StageState("running", table=later)}), run_stage(about, "two"))
    whole = (*later, {"chunk": "1", "email": "a"}, {"chunk": "1", "email": "b"})
    all_ = rows_for(about, State({}, {"part": StageState("passed", table=whole)}), run_stage(about, "two"))
    assert first is not None and all_ is not None
    assert (len(first.numbered), first.closed, len(all_.numbered), all_.closed) == (1, False, 3, True)
    assert first.numbered.items() <= all_.numbered.items()


def test_a_row_that_lacks_what_it_needs_fails_alone_with_its_mend() -> None:
    about = known(f"""
  - {{name: one, recording: find, {ROWS}}}
  - {{name: two, recording: edit, for_each: {{stage: one}}, inputs: {{email: "${{ row.order_no }}"}}, key: email}}
""")
    state, stage = (
        State({}, {"one": stands(passed(1, order_no="7"), passed(2), status="passed")}),
        run_stage(about, "two"),
    )
    said = telling(about, state, stage)
    (whole,), (lacking,) = (given_of(about, said, stage, 1, row) for row in ({"order_no": "7"}, {}))
    assert whole.fault == "" and "order_no" in lacking.fault
    (keyless,) = given_of(about, said, stage, 3, {"order_no": " "})
    assert keyless.fault.startswith("It has nothing in 'email', which tells rows apart.")


UNDONE = """
  - {name: first, recording: find, on_failure: stop, for_each: {rows: [{email: a}, {email: b}]}}
  - {name: second, recording: add, for_each: {rows: [{email: c}]}, compensate: {recording: remove}}
  - {name: third, recording: add, for_each: {rows: [{email: d}]}, compensate: {recording: remove}}
"""


def test_what_is_given_up_because_of_a_failure_does_not_say_what_the_failure_means() -> None:
    about = known(UNDONE, "compensate")
    failed = replace(passed(1, "add"), status="failed")
    queued = replace(passed(2), status="queued", ended=None)
    state = State({}, {"first": stands(passed(1), queued), "second": stands(passed(1, "add")), "third": stands(failed)})
    assert advance(about, State({}, {**state.stages, "second": stands(passed(1, "add"), status="passed")}), 0)
    given_up = replace(queued, status="cancelled", ended=9.0)
    over = {
        "first": stands(passed(1), given_up, status="failed"),
        "second": stands(passed(1, "add"), status="passed"),
        "third": stands(failed, status="failed"),
    }
    (action,) = advance(about, State({}, over), 0)
    assert isinstance(action, Undo) and action.stage == "second"


def test_what_needs_a_yes_that_was_refused_is_skipped_whatever_goes_on() -> None:
    about = known(
        """
  - {name: ask, approval: {who: a@b.test, message: Well, timeout: 1h}}
  - {name: then, needs: ask, recording: find}
""",
        "continue",
    )
    refused = StageState("failed", closed=True, asked_at=0.0, decision="refused")
    (action,) = advance(about, State({}, {"ask": refused}), 0)
    assert (action.stage, action.status) == ("then", "skipped") if isinstance(action, End) else False


def test_what_undoes_an_item_is_told_what_the_item_was_given_also_by_default() -> None:
    about = known(UNDONE, "compensate")
    stage = run_stage(about, "second")
    assert undone_by(about, State(), stage, Item(1, "add", {"email": "c"}, "passed"), "remove") == {"email": "c"}
    without = about.recordings["add"].model_copy(update={"inputs": ()})
    lacking = Known(about.workflow, {**about.recordings, "add": without})
    with pytest.raises(UndoUnsureError, match="Nothing says what 'email' of 'remove' is"):
        undone_by(lacking, State(), stage, Item(1, "add", {}, "passed"), "remove")
