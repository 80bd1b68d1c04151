"""Rows of people in a batch: real while they are to be done, hashed after."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo.examples import FOLDER
from store import open_store
from tests.pages.faulty import Faulty, faulty_desk
from tests.pages.terminal import Terminal

NAMES = ("Person 1", "Person 2", "Person 3")


@pytest.fixture
async def desk() -> AsyncIterator[Faulty]:
    async with faulty_desk() as running:
        yield running


@pytest.fixture
async def terminal(tmp_path: Path, desk: Faulty) -> Terminal:
    """Its recording ``add`` has full names and e-mail addresses as personal."""
    for name, example in (("add", "add-customer"), ("find", "find-customer")):
        shutil.copytree(FOLDER / example, tmp_path / "recordings" / name)
    found = Terminal(tmp_path, desk)
    said = await found.said("edit", "add", "--do", "personal on", "--do", "personal full_name")
    assert said.code == 0, said.err
    return found


@pytest.mark.slow
async def test_rows_are_hashed_once_their_batch_is_over_and_still_done_once(terminal: Terminal) -> None:
    results = terminal.home / "came.jsonl"
    said = await terminal.said(*terminal.run(3, "--key", "email", "--results", results))
    assert said.code == 0, said.err + said.out
    data = {"3.csv", "came.jsonl"}
    assert {name: held_in(terminal.home, name, data) for name in NAMES} == {name: [] for name in NAMES}
    again = await terminal.said(*terminal.run(3, "--key", "email"))
    assert "Done already" in again.out + again.err
    stored = await terminal.desk.stored()
    assert [stored[name] for name in NAMES] == [1, 1, 1]


@pytest.mark.slow
async def test_a_row_that_failed_keeps_what_it_needs_to_be_done_again(terminal: Terminal) -> None:
    data = terminal.people(1)
    said = await terminal.said("run", "add", "--data", data, "--base-url", "http://127.0.0.1:1", "--retries", 0)
    assert said.code == 1, said.err + said.out
    async with open_store(terminal.home) as store:
        (batch,) = await store.batches.list()
        (item,) = await store.batches.items(batch.id)
    assert (item.status, item.inputs["full_name"]) == ("failed", "Person 1")


async def test_what_a_person_marked_stays_so_where_the_defaults_are_turned_off(terminal: Terminal) -> None:
    said = await terminal.said("edit", "add", "--do", "personal off", "--show")
    assert said.code == 0, said.err
    kept = json.loads((terminal.home / "recordings" / "add" / "recording.json").read_text())
    assert kept["personal"] == {"patterns": False, "marked": ["full_name"]}


def held_in(home: Path, value: str, aside: set[str]) -> list[str]:
    """The files of a home that hold a text, the recordings and those ``aside`` left out."""
    files = (path for path in home.rglob("*") if path.is_file() and path.name not in aside)
    kept = (path for path in files if "recordings" not in path.parts)
    return [path.name for path in kept if value.encode() in path.read_bytes()]
