"""Items of a batch on a real application: in order, within the caps, and never sent twice, whatever fails."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.pool import AgentPool, open_pool
from recordings.batch import Batch, BatchSettings, Item
from recordings.recording import Recording
from scheduler.attended import do_rows
from scheduler.rows import Row
from store import Store, open_store
from tests.pages.faulty import Faulty, add_customer, faulty_desk, find_customer, password, people

QUICK = {"step_s": 4.0, "settle_s": 3.0}


@pytest.fixture
async def desk() -> AsyncIterator[Faulty]:
    async with faulty_desk() as running:
        yield running


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[AgentPool]:
    async with open_pool(agents=3) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Office:
    """Where batches are done, and looked at."""

    store: Store
    home: Path
    pool: AgentPool
    desk: Faulty

    async def do(
        self, rows: Sequence[Row], *, again: bool = False, probe: Recording | None = None, **how: object
    ) -> tuple[Batch, list[Item]]:
        asked = {**QUICK, "base_url": self.desk.url, "agents": 3, **how}
        if probe is not None:
            asked["probe"] = await self.store.keep_version(probe)
        settings = BatchSettings.model_validate(asked)
        batch = await do_rows(
            self.store, self.home, self.pool, add_customer(), rows, settings, again=again, secrets=password
        )
        return batch, await self.store.batches.items(batch.id)


@pytest.fixture
async def office(tmp_path: Path, pool: AgentPool, desk: Faulty) -> AsyncIterator[Office]:
    async with open_store(tmp_path) as store:
        yield Office(store, tmp_path, pool, desk)


def statuses(items: Sequence[Item]) -> list[str]:
    return [item.status for item in items]


async def test_rows_in_sequence_are_done_one_after_another_in_their_order(office: Office) -> None:
    _, items = await office.do(people(3), mode="sequential")
    assert statuses(items) == ["passed"] * 3
    log = await office.desk.log()
    sessions = [session for _, session in log]
    assert [path for path, _ in log] == ["/login", "/customers/new"] * 3
    assert sessions == sorted(sessions) and len(set(sessions)) == 3
    stored = [name for name in await office.desk.stored() if name.startswith("Person")]
    assert stored == ["Person 1", "Person 2", "Person 3"]


async def test_a_row_has_not_passed_by_a_run_that_could_not_be_kept_and_is_not_sent_again(office: Office) -> None:
    with closing(sqlite3.connect(office.home / "showonce.db")) as kept, kept:
        full = "SELECT RAISE(ABORT, 'no room')"
        kept.execute(f"CREATE TRIGGER full BEFORE UPDATE ON runs WHEN NEW.status = 'passed' BEGIN {full}; END")
    _, (item,) = await office.do(people(1))
    assert (item.status, item.note) == ("passed", "Its effect was seen before the worker ended.")
    assert (await office.desk.stored())["Person 1"] == 1
    run = await office.store.trace(item.follows)
    assert (run.status, run.failure and run.failure.code) == ("failed", "RunNotKept")


async def test_no_more_rows_are_at_work_than_agents(office: Office) -> None:
    _, items = await office.do(people(6), agents=2)
    assert statuses(items) == ["passed"] * 6
    open_now, most = set[int](), 0
    for path, session in await office.desk.log():
        (open_now.add if path == "/login" else open_now.discard)(session)
        most = max(most, len(open_now))
    assert most == 2


async def test_a_row_that_was_done_is_not_done_again_unless_it_is_asked_for(office: Office) -> None:
    await office.do(people(1))
    _, again = await office.do(people(2))
    assert statuses(again) == ["skipped", "passed"]
    assert "Done already in batch" in again[0].note
    assert (await office.desk.stored())["Person 1"] == 1
    _, asked = await office.do(people(1), again=True)
    assert statuses(asked) == ["passed"]


async def test_what_may_have_been_stored_waits_for_a_person_and_is_not_sent_again(office: Office) -> None:
    office.desk.lose = 1
    _, (item,) = await office.do(people(1))
    assert (item.status, item.attempts) == ("waiting", 1)
    assert item.failure is not None and "500" in item.failure.message
    assert (await office.desk.stored())["Person 1"] == 1


async def test_a_probe_that_finds_it_says_that_it_passed(office: Office) -> None:
    office.desk.lose = 1
    _, (item,) = await office.do(people(1), probe=find_customer())
    assert (item.status, item.attempts) == ("passed", 1)
    assert "found in the application" in item.note
    assert (await office.desk.stored())["Person 1"] == 1


async def test_a_probe_that_does_not_find_it_lets_it_be_sent_again_in_a_run_that_names_the_one_before(
    office: Office,
) -> None:
    office.desk.refuse = 1
    _, (item,) = await office.do(people(1), probe=find_customer())
    assert (item.status, item.attempts) == ("passed", 2)
    assert (await office.desk.stored())["Person 1"] == 1
    last = await office.store.trace(item.trace_id)
    first = await office.store.trace(last.follows)
    assert (last.item, last.status, first.item, first.status) == (item.id, "passed", item.id, "failed")


async def test_an_application_that_is_down_is_tried_again_while_nothing_was_sent(office: Office) -> None:
    office.desk.down = True
    _, (item,) = await office.do(people(1), retries=1, step_s=1)
    assert (item.status, item.attempts) == ("failed", 2)
    assert "POST /customers/new" not in office.desk.served


async def test_a_failure_stops_a_batch_that_is_to_stop(office: Office) -> None:
    office.desk.lose = 1
    batch, items = await office.do(people(3), mode="sequential", on_failure="stop")
    assert (batch.status, statuses(items)) == ("stopped", ["waiting", "queued", "queued"])


async def test_a_dry_run_sends_nothing_and_claims_nothing(office: Office) -> None:
    _, (item,) = await office.do(people(1), dry=True)
    assert item.status == "passed"
    assert "POST /customers/new" not in office.desk.served
    _, (real,) = await office.do(people(1))
    assert real.status == "passed"


async def test_a_row_that_takes_too_long_ends_with_why(office: Office) -> None:
    _, (item,) = await office.do(people(1), item_s=0.5, retries=0)
    assert item.status == "failed"
    assert item.failure is not None and item.failure.code == "ItemTimeout"


async def test_an_application_that_fails_again_and_again_is_left_alone(office: Office) -> None:
    office.desk.down = True
    _, items = await office.do(people(5), retries=0, step_s=1)
    (breaker,) = await office.store.breakers.all()
    assert statuses(items) == ["failed"] * 5
    assert (breaker.app, breaker.state) == (office.desk.url, "open")


async def test_a_browser_that_is_worn_is_replaced(office: Office) -> None:
    async with open_pool(agents=1, runs=1) as worn:
        _, items = await Office(office.store, office.home, worn, office.desk).do(people(3), agents=1)
    assert statuses(items) == ["passed"] * 3
