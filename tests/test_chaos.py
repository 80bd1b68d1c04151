"""A small storm: workers are killed while they do a batch, and every row is stored once. The whole one: make chaos."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chaos import northdesk, weather


@pytest.mark.timeout(300)
def test_rows_are_stored_exactly_once_though_the_worker_is_killed(tmp_path: Path) -> None:
    with northdesk(tmp_path) as base_url:
        storm = weather(tmp_path, base_url, rows=8, agents=3, kills=2, seed=5, at=(2, 4))
    assert storm.kills == 2
    assert (storm.lost, storm.doubled, dict(storm.statuses)) == ([], [], {"passed": 8})


@pytest.mark.timeout(300)
def test_what_a_killed_worker_had_in_hand_is_done_once_by_the_other(tmp_path: Path, postgres: str) -> None:
    with northdesk(tmp_path) as base_url:
        storm = weather(tmp_path, base_url, rows=8, agents=4, kills=2, seed=6, at=(2, 4), chunk=3, url=postgres)
    assert storm.kills == 2
    assert (storm.lost, storm.doubled, dict(storm.statuses)) == ([], [], {"passed": 8})
