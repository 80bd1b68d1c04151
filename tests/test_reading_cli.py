"""What was read as people get it: printed, as JSON, in files, in a batch's results and in the report of a run."""

from __future__ import annotations

import asyncio
import csv
import json
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from demo.human import Human
from recorder import Recorder
from recordings.batch import Item
from recordings.errors import CouldNotStartError
from recordings.recording import Recording
from recordings.trace import Trace
from review.report import trace_page
from showonce.read_to import read_to
from showonce.results import writing
from tests.pages.stage import Stage, fresh, opened
from tests.test_cli import SHOWONCE, Said, environment

INVOICES = [["A-1", "Ada", "€ 1,200.00", "26/11/2026"], ["A-2", "Grace", "€ 34.50", "01/12/2026"]]
FIRST = {"number": "A-1", "customer": "Ada", "amount": "1200.00", "amount_currency": "EUR", "due": "2026-11-26"}
ID = "4bf92f3577b34da6a3ce929d0e0e4736"


async def said_by(home: Path, *arguments: str | Path) -> Said:
    """A command in a process of its own, while the pages are served in this one."""
    command = (*SHOWONCE, *map(str, arguments))
    process = await asyncio.create_subprocess_exec(*command, env=environment(home), stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    return Said(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
async def home(stage: Stage, tmp_path: Path) -> Path:
    """A home with a recording that reads a table and a total."""
    stage.site.variant = {"invoices": INVOICES}
    (await shown(stage)).save(tmp_path / "recordings" / "bills")
    return tmp_path


async def shown(stage: Stage) -> Recording:
    async with fresh(stage.browser) as context:
        async with Recorder(context, name="bills", verify=False) as demo:
            human = Human(await opened(context, stage.site.url("reading.html")), 5)
            await demo.read_rows()
            await human.click("td:has-text('Grace')")
            await demo.read_value()
            await human.click("#total")
    return demo.recording


async def test_replay_prints_the_rows_as_json(home: Path) -> None:
    said = await said_by(home, "replay", "bills", "--json")
    told = json.loads(said.out)
    assert said.code == 0, said.err
    assert told["tables"]["invoices"][0] == FIRST and len(told["tables"]["invoices"]) == 2
    assert told["values"] == {"grand_total": "1234.50", "grand_total_currency": "EUR"}


async def test_replay_shows_the_rows_and_writes_them_where_it_is_told(home: Path, tmp_path: Path) -> None:
    said = await said_by(home, "replay", "bills", "--read-to", tmp_path / "bills.csv")
    assert said.code == 0, said.err
    assert "invoices: 2 rows" in said.out and "1200.00" in said.out and "grand_total: 1234.50" in said.out
    with (tmp_path / "bills.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file)) == FIRST
    again = await said_by(home, "replay", "bills", "--read-to", tmp_path / "bills.csv")
    assert again.code == 2 and "There is a file" in again.err


async def test_all_that_is_read_is_written_as_json(home: Path, tmp_path: Path) -> None:
    assert (await said_by(home, "replay", "bills", "--read-to", tmp_path / "all.json")).code == 0
    told = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert told["tables"]["invoices"][0] == FIRST and told["values"]["grand_total"] == "1234.50"


async def test_a_file_that_cannot_hold_what_is_read_is_refused_before_anything_runs(stage: Stage) -> None:
    recording = await shown(stage)
    values = recording.model_copy(update={"steps": recording.steps[1:]})
    with pytest.raises(CouldNotStartError, match="reads no table"):
        read_to("x.csv", values)
    with pytest.raises(CouldNotStartError, match="no known ending"):
        read_to("x.xls", recording)
    first = recording.steps[0]
    two = recording.model_copy(update={"steps": (first, first.model_copy(update={"id": "s9", "name": "others"}))})
    with pytest.raises(CouldNotStartError, match="reads 2 tables"):
        read_to("x.csv", two)
    assert read_to("others=x.csv", two).table == "others"


async def test_the_results_of_a_batch_name_a_table_and_count_its_rows(stage: Stage, tmp_path: Path) -> None:
    recording = await shown(stage)
    item = Item(batch_id="b" * 12, number=1, key="k", status="passed", tables={"invoices": (FIRST,)})
    for name in ("done.csv", "done.jsonl"):
        with writing(tmp_path / name, recording) as write:
            write(item)
    with (tmp_path / "done.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert row["invoices_rows"] == "1" and {"grand_total", "grand_total_currency"} < row.keys()
    assert json.loads((tmp_path / "done.jsonl").read_text())["tables"] == {"invoices": [FIRST]}


def report(**fields: Any) -> str:
    return trace_page(Trace(trace_id=ID, recording="bills", started_at=1.0, status="passed", **fields), lambda _: None)


def test_the_report_shows_what_was_read_and_no_more_rows_than_can_be_looked_at() -> None:
    html = report(values={"total": "5"}, tables={"open_bills": tuple({"who": f"P{n}<b>"} for n in range(250))})
    assert "open bills, 250 rows" in html and html.count("<tr>") == 201
    assert "50 more rows are in the run" in html and "P1&lt;b&gt;" in html


async def test_a_batch_keeps_the_tables_of_its_items(home: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("{}\n", encoding="utf-8")
    results = tmp_path / "done.jsonl"
    said = await said_by(home, "run", "bills", "--data", tmp_path / "rows.jsonl", "--results", results)
    assert said.code == 0, said.err
    assert json.loads(results.read_text(encoding="utf-8"))["tables"]["invoices"][0] == FIRST
