"""Runs as JUnit XML: what a CI server is told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from xml.etree import ElementTree

import pytest

from recordings.trace import Failure, Trace
from review.junit import Case, Suite, junit_xml
from review.run_suite import suite_of
from showonce.runs import trace
from store import open_store
from tests.pages.kept import keep_run


@pytest.mark.parametrize("evil", ["\0", "\x0b", "\x1b[31m", "\ud800", "\uffff", "]]>", "<b a='\"'>&amp;"])
def test_whatever_a_page_said_can_be_read_as_xml(evil: str) -> None:
    root = ElementTree.fromstring(junit_xml([Suite(evil, (Case(evil, failure=evil, code=evil),))]).encode())
    assert root[0].attrib["failures"] == "1"


def test_a_run_that_failed_outside_of_its_steps_fails_in_ci() -> None:
    died = Failure(code="WorkerDied", message="The worker ended.")
    found = Trace(trace_id="a" * 32, recording="add", started_at=1.0, status="failed", failure=died)
    assert suite_of(found).cases == (Case("The run", failure="The worker ended.", code="WorkerDied"),)


async def _kept(home: Path) -> str:
    async with open_store(home) as store:
        return (await keep_run(store, 1, failure="Not found: Save")).trace_id


def test_a_run_is_written_for_ci_from_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    trace_id, file = asyncio.run(_kept(tmp_path)), tmp_path / "run.xml"
    trace(trace_id[:32], open_it=False, out=None, as_json=False, junit=file)
    suite = ElementTree.fromstring(file.read_text(encoding="utf-8"))[0]
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("3", "1")
