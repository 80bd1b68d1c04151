"""Workflows on Northdesk: each pattern ends as it should in the application, in the order and overlap it asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.pages.faulty import Faulty, faulty_desk
from tests.pages.flows import Office, open_office

PEOPLE = """
      rows:
        - {full_name: Ann One, email: ann@example.com}
        - {full_name: Bob Two, email: bob@example.com}
        - {full_name: Cat Three, email: cat@example.com}
"""


@pytest.fixture
async def desk() -> AsyncIterator[Faulty]:
    async with faulty_desk() as running:
        yield running


@pytest.fixture
async def office(tmp_path: Path, desk: Faulty) -> AsyncIterator[Office]:
    async with open_office(tmp_path, desk) as opened:
        yield opened


async def test_stages_are_done_one_after_another(office: Office) -> None:
    flow = await office.run(f"""
  - name: add
    recording: add-customer
    for_each: {PEOPLE}
    mode: sequential
  - name: tell
    needs: add
    recording: ask-support
    inputs: {{subject: "${{ string(stages.add.counts.passed) }} new customers"}}
""")
    stages = await office.stages(flow)
    assert (flow.status, {name: run.status for name, run in stages.items()}) == (
        "passed",
        {"add": "passed", "tell": "passed"},
    )
    sent = [path for path, _ in await office.desk.log() if path != "/login"]
    assert sent == ["/customers/new"] * 3 + ["/support/form"]
