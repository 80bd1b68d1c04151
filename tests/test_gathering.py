"""A fan-in carried out: the user's function, figures, files; and what is said where one of them cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from recordings.errors import ShowonceError
from recordings.flow import StageRun
from scheduler.gathering import gather
from tests.test_workflow_check import filled, read, recording
from workflows.advance import Gather
from workflows.load import workflow_in
from workflows.scope import Known
from workflows.state import Item, StageState, State
from workflows.workflow import CollectStage

RECORDINGS = {"find": recording("find", filled("s1", "email"), read("s2", "total"), inputs=("email",))}
FUNCTIONS = """
def dearest(rows):
    return [{"email": row["email"], "total": 2 * float(row["total"])} for row in rows if row["total"] == "30"]

def wrong(rows):
    return 7

def fails(rows):
    raise KeyError("total")
"""


def known(collect: str, *, chunk: int = 1) -> tuple[Known, CollectStage]:
    text = f"""
format: 1
name: w
stages:
  - {{name: find, recording: find, chunk: {chunk}, for_each: {{rows: [{{email: a}}, {{email: b}}, {{email: c}}]}}}}
  - {{name: all, collect: {{stages: find, {collect}}}}}
"""
    workflow = workflow_in("w", text.encode()).workflow
    stage = workflow.stage("all")
    assert isinstance(stage, CollectStage)
    return Known(workflow, RECORDINGS), stage


def found() -> State:
    items = tuple(
        Item(number, "find", {"email": email}, "passed", values={"total": f"{number}0"}, ended=float(number))
        for number, email in enumerate("abc", 1)
    )
    return State({}, {"find": StageState("passed", items, True, frozenset((1, 2, 3)))})


async def test_rows_and_figures_are_kept_and_written_as_csv_json_and_a_page(tmp_path: Path) -> None:
    about, stage = known("figures: {sum: sum total, most: max total}, write: [t.csv, deep/t.json, t.jsonl, t.html]")
    run = await gather(about, found(), stage, StageRun(), Gather("all"), tmp_path)
    assert run.figures == {"sum": 60.0, "most": 30.0}
    assert (
        tmp_path / "t.csv"
    ).read_bytes().decode() == "email,total,status\r\na,10,passed\r\nb,20,passed\r\nc,30,passed\r\n"
    assert json.loads((tmp_path / "deep" / "t.json").read_text()) == list(run.table)
    assert [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()] == list(run.table)
    assert "<td class=n>30</td>" in (tmp_path / "t.html").read_text()
    assert run.files == tuple(str(tmp_path / name) for name in ("t.csv", "deep/t.json", "t.jsonl", "t.html"))


async def test_a_function_beside_the_workflow_makes_other_rows(tmp_path: Path) -> None:
    (tmp_path / "of_mine.py").write_text(FUNCTIONS)
    about, stage = known("python: 'of_mine:dearest', figures: {sum: sum total}")
    run = await gather(about, found(), stage, StageRun(), Gather("all"), tmp_path)
    assert (run.table, run.figures) == (({"email": "c", "total": "60.0"},), {"sum": 60.0})


@pytest.mark.parametrize(
    ("collect", "wanted"),
    [
        ("python: 'of_mine:nobody'", "'of_mine:nobody' cannot be imported: .* It is looked for beside the workflow"),
        ("python: 'not_there:f'", "'not_there:f' cannot be imported: No module named 'not_there'"),
        ("python: 'of_mine:wrong'", "'of_mine:wrong' returned int, where rows are wanted. Return a list of dict"),
        ("python: 'of_mine:fails'", "'of_mine:fails' failed: KeyError: 'total'. Correct the function."),
        ("figures: {sum: sum email}", "in row 1, email is 'a', which is no number"),
        ("write: taken/t.csv", "taken/t.csv cannot be written: "),
    ],
)
async def test_what_cannot_be_done_is_said_with_its_mend(tmp_path: Path, collect: str, wanted: str) -> None:
    (tmp_path / "of_mine.py").write_text(FUNCTIONS)
    (tmp_path / "taken").write_text("a file stands where the folder is wanted")
    about, stage = known(collect)
    with pytest.raises(ShowonceError, match=wanted):
        await gather(about, found(), stage, StageRun(), Gather("all"), tmp_path)


async def test_each_chunk_has_its_own_file_and_figures_and_all_have_theirs(tmp_path: Path) -> None:
    about, stage = known("per: chunk, figures: {sum: sum total, least: min total}, write: t.csv", chunk=2)
    state = found()
    first = await gather(about, state, stage, StageRun(), Gather("all", (1,), ends=False), tmp_path)
    assert first.table == ({"chunk": "1", "sum": "30", "least": "10"},)
    assert not (tmp_path / "t-2.csv").exists()
    run = await gather(about, state, stage, first, Gather("all", (2,)), tmp_path)
    assert run.table == (*first.table, {"chunk": "2", "sum": "30", "least": "30"})
    assert (run.figures, run.chunks) == ({"sum": 60.0, "least": 10.0}, (1, 2))
    assert [len((tmp_path / f"t-{chunk}.csv").read_text().splitlines()) for chunk in (1, 2)] == [3, 2]


async def test_rows_of_several_tables_that_one_run_read_are_all_results(tmp_path: Path) -> None:
    about, stage = known("figures: {rows: count}")
    state = found()
    find = state.of("find")
    lists = (replace(find.items[0], tables={"deals": ({"deal": "x"}, {"deal": "y"})}), *find.items[1:])
    told = State({}, {"find": replace(find, items=lists)})
    run = await gather(about, told, stage, StageRun(), Gather("all"), tmp_path)
    assert [row.get("deal") for row in run.table] == ["x", "y", None, None]
