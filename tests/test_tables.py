"""Tables of a terminal: names, addresses and reasons are whole, however narrow it is."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType

from recordings.batch import Batch, Item
from recordings.trace import Failure, Trace
from showonce.batch_view import batches_table, items_table
from showonce.render import runs_table

URL = "http://127.0.0.1:18110/customers/new/of/the/second/office"
NAME = "add-a-customer-with-all-that-belongs-to-it"
FAILURE = Failure(code="ActionFailed", message=f"POST {URL} was answered 422.")


def column(table: RenderableType, title: str, following: str = "") -> str:
    """What a column of a terminal of 80 says, without the ends of lines; it stands before the one called so."""
    out = io.StringIO()
    Console(file=out, width=80, markup=False).print(table)
    head, *lines = out.getvalue().splitlines()
    start, end = head.index(title), head.index(following) if following else None
    return "".join(line[start:end].strip() for line in lines)


def test_why_a_run_failed_is_told_to_its_end() -> None:
    trace = Trace(trace_id="a" * 32, recording="add", started_at=1, ended_at=2, status="failed", failure=FAILURE)
    assert URL in column(runs_table([trace]), "Why it failed")


def test_why_a_row_failed_is_told_to_its_end() -> None:
    item = Item(batch_id="f" * 12, number=1, key="k", inputs={}, status="failed", failure=FAILURE)
    assert URL in column(items_table([item]), "What is to be known")


def test_batches_are_listed_with_their_whole_name() -> None:
    batch = Batch(id="f" * 12, trace_id="e" * 32, recording=NAME, version="", status="done", created_at=1.0)
    assert NAME in column(batches_table([(batch, {"passed": 3})]), "Recording", "Begun")
