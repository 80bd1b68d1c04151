"""Erasing as people meet it in a terminal: what there is is said first, nothing is erased unasked, and all is after."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from demo.examples import FOLDER
from recordings.recording import Recording
from showonce.cli import main
from store import open_store
from store.audit import AuditWanted
from tests.test_purge import ADA, fill, give_up, held_in


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs that say Ada, a report and a recording that do."""
    async with open_store(tmp_path) as store:
        await fill(store)
        await give_up(store)
    shutil.copytree(FOLDER / "add-customer", tmp_path / "recordings" / "add-customer")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "run.html").write_text(f"<p>{ADA}</p>")
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    return tmp_path


def test_nothing_is_erased_by_a_dry_run(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = held_in(home, ADA)
    assert main(["purge", "--subject", ADA, "--dry-run"]) == 0
    assert "1  runs" in capsys.readouterr().out
    assert held_in(home, ADA) == before


def test_nothing_is_erased_where_nobody_can_be_asked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["purge", "--subject", ADA]) == 2
    assert "--yes" in capsys.readouterr().err
    assert (home / "reports" / "run.html").exists()


def test_all_but_recordings_is_erased_and_those_are_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["purge", "--subject", ADA, "--yes"]) == 0
    assert "add-customer" in capsys.readouterr().out
    assert "recording.json" in held_in(home, ADA)
    shutil.rmtree(home / "recordings")
    assert held_in(home, ADA) == []


def test_recordings_are_erased_where_that_is_asked_for(home: Path) -> None:
    assert main(["purge", "--subject", ADA, "--yes", "--recordings"]) == 0
    assert held_in(home, ADA) == []
    left = Recording.load(home / "recordings" / "add-customer")
    assert [step.kind for step in left.steps] == [step.kind for step in Recording.load(FOLDER / "add-customer").steps]


async def test_that_somebody_was_erased_is_noted_and_not_who(home: Path) -> None:
    said = await asyncio.to_thread(main, ["purge", "--subject", ADA, "--yes"])
    async with open_store(home) as store:
        (entry, *_) = await store.audit.page(AuditWanted())
    assert (said, entry.act, entry.what, entry.facts["runs"]) == (0, "purged", "a person", "1")


async def test_a_row_whose_recording_was_erased_stays_as_it_was_when_it_is_to_be_repeated(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = f"{'f' * 12}:2"
    async with open_store(home) as store:
        before = await store.batches.item(row)
    assert await asyncio.to_thread(main, ["rerun", row]) == 2
    assert "Begin the batch again" in capsys.readouterr().err
    async with open_store(home) as store:
        assert await store.batches.item(row) == before
        assert await store.audit.page(AuditWanted()) == []


@pytest.mark.parametrize("arguments", [[], ["--subject", "x", "--expired"], ["--subject", "ab"]])
def test_what_cannot_be_meant_is_refused(home: Path, arguments: list[str]) -> None:
    assert main(["purge", *arguments]) == 2
