"""Schedules fired by workers: one batch for each time, whoever claims it, whoever dies; what fails is kept and told."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from demo.examples import FOLDER
from recordings.batch import Batch, Worker
from recordings.schedule import Fire, Schedule
from scheduler.engine import Engine, open_engine
from scheduler.schedules import (
    ScheduleBusyError,
    ScheduleUnknownError,
    Ticker,
    id_of,
    kept_as,
    make,
    pause,
    resume,
    run_now,
    schedule_of,
)
from showonce.cli import main
from store import Schedule as Kept
from store import Store, open_store
from tests.pages.faulty import faulty_desk
from tests.pages.terminal import Terminal, ended

MINUTE = 60.0
NOW = 1_000 * MINUTE


@dataclass(slots=True)
class Office:
    """Where the schedule ``s`` is, which is due every minute for the rows in ``data``."""

    store: Store
    engine: Engine
    data: Path
    told: list[Fire]
    now: float = NOW

    def asked(self, **more: object) -> Schedule:
        settings = {"agents": 1, "base_url": "http://127.0.0.1:1"}
        given: dict[str, object] = {"name": "s", "cron": "* * * * *", "data": str(self.data), "settings": settings}
        recording = str(FOLDER / "add-customer")
        return Schedule.model_validate(
            {**given, "recording": recording, "host": socket.gethostname(), "created_at": 1.0, **more}
        )

    async def add(self, next_at: float = NOW, **more: object) -> Schedule:
        schedule = self.asked(**more)
        await self.store.schedules.put(kept_as(schedule, next_at))
        return schedule

    async def look(self, worker: str = "w", host: str = "") -> list[Fire]:
        """Have a worker look; the schedule's fires then."""

        async def tell(_: Schedule, fire: Fire) -> None:
            self.told.append(fire)

        await Ticker(self.store, self.engine, worker, tell, lambda: self.now, host or socket.gethostname()).look()
        return list(schedule_of(await self.kept()).fires)

    async def kept(self) -> Kept:
        kept = await self.store.schedules.get("s")
        assert kept is not None
        return kept

    async def batches(self) -> list[Batch]:
        return await self.store.batches.list()

    async def alive(self, worker: str) -> None:
        await self.store.workers.beat(Worker(id=worker, host="h", pid=1, agents=1, started_at=0, beat_at=self.now))

    async def queued(self, batch_id: str) -> list[int]:
        """The numbers of what was queued of a batch, in order, each as often as it was."""
        await self.engine.submit(batch_id, [(99, 99)], at_once=1)
        done, last = list[int](), asyncio.Event()

        async def do(_: str, first: int, __: int) -> None:
            done.append(first)
            if first == 99:
                last.set()

        async with self.engine.working("does", do):
            await asyncio.wait_for(last.wait(), 30)
        return done[:-1]


@pytest.fixture
async def store(tmp_path: Path, store_url: str) -> AsyncIterator[Store]:
    async with open_store(tmp_path, url=store_url) as opened:
        yield opened


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    data = tmp_path / "people.csv"
    data.write_text("full_name,email\nAda,a@example.com\nBob,b@example.com\n", encoding="utf-8")
    async with open_store(tmp_path) as store, open_engine(store, tmp_path) as engine:
        yield Office(store, engine, data, [])


async def test_of_many_who_claim_a_schedule_one_has_it(store: Store) -> None:
    await store.schedules.put(Kept("s", {"seen": 0}, 60.0))

    def seen(document: dict[str, Any]) -> dict[str, Any]:
        return {"seen": document["seen"] + 1}

    claims = await asyncio.gather(*(store.schedules.claim("s", 60.0, 120.0, 61.0, seen) for _ in range(8)))
    assert sum(claims) == 1
    assert await store.schedules.get("s") == Kept("s", {"seen": 1}, 120.0, 61.0)


async def test_a_schedule_that_is_not_there_or_due_at_another_time_is_nobodys(store: Store) -> None:
    await store.schedules.put(Kept("s", {}, 60.0))
    assert not await store.schedules.claim("s", 61.0, 120.0, 61.0)
    assert not await store.schedules.claim("other", 60.0, 120.0, 61.0)
    assert await store.schedules.get("s") == Kept("s", {}, 60.0)


async def test_changes_that_many_make_of_a_document_are_all_kept(store: Store) -> None:
    await store.schedules.put(Kept("s", {"seen": 0}))
    await asyncio.gather(*(store.schedules.change("s", lambda old: {"seen": old["seen"] + 1}) for _ in range(8)))
    kept = await store.schedules.get("s")
    assert kept is not None and kept.document == {"seen": 8}


async def test_what_is_due_becomes_a_batch_of_the_rows_as_they_are_now(office: Office) -> None:
    schedule = await office.add()
    office.data.write_text("full_name,email\nCid,c@example.com\n", encoding="utf-8")
    (fire,) = await office.look()
    (batch,) = await office.batches()
    (item,) = await office.store.batches.items(batch.id)
    assert (fire.state, fire.batch, batch.id) == ("made", batch.id, id_of(schedule, NOW))
    assert (item.inputs["full_name"], (await office.kept()).next_at) == ("Cid", NOW + MINUTE)
    assert item.key.startswith(f"s {datetime.fromtimestamp(NOW, UTC).isoformat()} ")


async def test_of_two_workers_that_look_at_once_one_makes_the_batch(office: Office) -> None:
    await office.add()
    for worker in ("one", "other"):
        await office.alive(worker)
    await asyncio.gather(office.look("one"), office.look("other"))
    assert len(await office.batches()) == len(office.told) == 1


async def test_one_that_is_paused_is_not_due_and_then_passes_over_what_was(office: Office) -> None:
    await office.add(missed="catch-up", overlap=True)
    await pause(office.store, "s")
    office.now += 2.5 * MINUTE
    assert await office.look() == []
    assert await resume(office.store, "s", office.now) == NOW + 3 * MINUTE
    assert await office.look() == []
    office.now += MINUTE
    (fire,) = await office.look()
    assert (fire.state, fire.due) == ("made", NOW + 3 * MINUTE)
    assert await resume(office.store, "s", office.now) == NOW + 4 * MINUTE


async def test_what_is_in_hand_is_made_though_it_is_paused(office: Office) -> None:
    schedule = await office.add()
    begun = schedule.with_fire(Fire(due=NOW, at=NOW, state="begun", by="gone"))
    await office.store.schedules.put(kept_as(begun, NOW + MINUTE))
    await pause(office.store, "s")
    (fire,) = await office.look()
    assert (fire.state, schedule_of(await office.kept()).paused) == ("made", True)


@pytest.mark.parametrize("act", [pause, partial(resume, now=NOW)], ids=["pause", "resume"])
async def test_one_that_is_not_there_is_neither_paused_nor_gone_on_with(
    office: Office, act: Callable[..., Awaitable[object]]
) -> None:
    with pytest.raises(ScheduleUnknownError):
        await act(office.store, name="none")


async def test_the_same_rows_are_done_again_at_the_next_time(office: Office) -> None:
    await office.add(overlap=True)
    await office.look()
    office.now += MINUTE
    await office.look()
    counts = [await office.store.tallies.counts(batch.id) for batch in await office.batches()]
    assert [count["queued"] for count in counts] == [2, 2]


async def test_a_time_is_passed_over_while_the_batch_before_is_not_over(office: Office) -> None:
    await office.add()
    await office.look()
    office.now += MINUTE
    fires = await office.look()
    assert [(fire.state, fire.said) for fire in fires] == [("made", ""), ("skipped", "The batch before was not over.")]
    assert len(await office.batches()) == 1


async def test_what_is_to_be_caught_up_waits_until_the_batch_before_is_over(office: Office) -> None:
    await office.add(NOW - MINUTE, missed="catch-up")
    await office.look()
    first = (await office.batches())[0]
    assert (await office.kept()).next_at == NOW
    await office.store.batches.cancel(first.id)
    assert [fire.due for fire in await office.look()] == [NOW - MINUTE, NOW]
    assert len(await office.batches()) == 2


async def test_a_stopped_batch_does_not_keep_the_next_from_its_time_and_a_paused_one_does(office: Office) -> None:
    await office.add()
    (fire,) = await office.look()
    await office.store.batches.set_status(fire.batch, "paused")
    office.now += MINUTE
    assert [each.state for each in await office.look()] == ["made", "skipped"]
    await office.store.batches.set_status(fire.batch, "stopped")
    office.now += MINUTE
    assert [each.state for each in await office.look()] == ["made", "skipped", "made"]


async def test_data_that_cannot_be_used_is_a_failed_fire_that_is_told_and_stops_nothing(office: Office) -> None:
    await office.add()
    office.data.write_text("nobody\nknows\n", encoding="utf-8")
    (failed,) = await office.look()
    assert (failed.state, "nobody" in failed.said, office.told) == ("failed", True, [failed])
    office.data.write_text("full_name\nAda\n", encoding="utf-8")
    office.now += MINUTE
    assert [fire.state for fire in await office.look()] == ["failed", "made"]


async def test_a_cron_line_that_is_no_more_one_fails_once(office: Office) -> None:
    await office.add(cron="99 * * * *")
    await office.look()
    (failed,) = await office.look()
    assert (failed.state, "'99 * * * *'" in failed.said, (await office.kept()).next_at) == ("failed", True, None)


async def test_a_schedule_of_another_version_does_not_keep_others_from_their_time(office: Office) -> None:
    await office.store.schedules.put(Kept("a", {"later": True}, NOW))
    await office.add()
    assert [fire.state for fire in await office.look()] == ["made"]


@pytest.mark.parametrize("came_to", ["nothing", "kept", "queued"])
async def test_a_fire_whose_worker_died_is_begun_again_and_has_one_batch(office: Office, came_to: str) -> None:
    schedule = await office.add()
    dead = Fire(due=NOW, at=NOW, state="begun", by="dead")
    await office.store.schedules.put(replace(kept_as(schedule.with_fire(dead), NOW + MINUTE)))
    if came_to == "queued":
        await make(office.store, office.engine, schedule, NOW, NOW)
    elif came_to == "kept":
        await _keep(office, schedule)
    (fire,) = await office.look()
    assert (fire.state, fire.batch) == ("made", id_of(schedule, NOW))
    assert await office.queued(fire.batch) == [1, 2]


async def _keep(office: Office, schedule: Schedule) -> None:
    """As a worker leaves it that dies between keeping the batch and queueing it."""
    async with (
        open_store(office.data.parent / "aside") as aside,
        open_engine(aside, office.data.parent / "aside") as other,
    ):
        batch = await make(aside, other, schedule, NOW, NOW)
        items = await aside.batches.items(batch.id)
        await office.store.keep_version(await aside.version(batch.version))
    await office.store.batches.add(batch, items)


async def test_a_fire_in_the_hand_of_a_worker_that_lives_is_left_to_it(office: Office) -> None:
    schedule = await office.add()
    await office.alive("other")
    begun = Fire(due=NOW, at=NOW, state="begun", by="other")
    await office.store.schedules.put(kept_as(schedule.with_fire(begun), NOW + MINUTE))
    assert await office.look() == [begun]
    assert not await office.batches()


async def test_a_worker_elsewhere_leaves_a_schedule_whose_files_it_does_not_have(office: Office) -> None:
    await office.add()
    office.data.unlink()
    assert await office.look(host="elsewhere") == []
    assert [fire.state for fire in await office.look()] == ["failed"]


async def test_run_now_leaves_a_batch_to_workers_unless_the_last_is_not_over(office: Office) -> None:
    schedule = await office.add(NOW + MINUTE)
    batch = await run_now(office.store, office.engine, schedule, NOW)
    assert batch.total == 2
    with pytest.raises(ScheduleBusyError):
        await run_now(office.store, office.engine, schedule_of(await office.kept()), NOW + 1)
    assert (await office.kept()).next_at == NOW + MINUTE


async def test_two_workers_fire_a_schedule_once_and_do_every_row_once(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "add-customer", tmp_path / "recordings" / "add")
    (tmp_path / "d.csv").write_text("full_name,email\nPerson 1,a@example.com\nPerson 2,b@example.com\n")
    last = time.time() // MINUTE * MINUTE
    cron = f"{datetime.fromtimestamp(last, UTC):%M %H %d %m} *"
    async with faulty_desk() as desk:
        terminal = Terminal(tmp_path, desk)
        asked = ("--recording", "add", "--data", tmp_path / "d.csv", "--base-url", desk.url, "--missed", "catch-up")
        added = await terminal.said("schedule", "add", "once", "--cron", cron, *asked)
        assert added.code == 0, added.err
        async with open_store(tmp_path) as store:
            (kept,) = await store.schedules.all()
            await store.schedules.put(replace(kept, next_at=last))
            workers = [await terminal.begin("worker", "--agents", 1) for _ in range(2)]
            await _passed(store, 2)
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        said = [await ended(worker) for worker in workers]
        listed = json.loads((await terminal.said("schedule", "list", "--json")).out)
        stored = await desk.stored()
    assert [each.code for each in said] == [0, 0], said
    assert [fire["state"] for fire in listed[0]["fires"]] == ["made"]
    assert len(json.loads((await terminal.said("batches", "--json")).out)) == 1
    assert (stored["Person 1"], stored["Person 2"]) == (1, 1)


async def _passed(store: Store, count: int) -> None:
    async with asyncio.timeout(60):
        while not (found := await store.batches.list()) or (await store.tallies.counts(found[0].id))["passed"] < count:
            pass


@pytest.mark.parametrize(
    ("more", "named"),
    [(("--cron", "0 25 * * *"), "'0 25 * * *'"), (("--tz", "Europe/Brusels"), "Is it Europe/Brussels"),
     (("--recording", "nope"), "'nope'"), (("--data", "/nope.csv"), "/nope.csv"), (("--map", "q=email"), "'q'"),
     (("--key", "q"), "'q'"), (("--missed", "never"), "never")],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_what_cannot_be_meant_is_named_when_it_is_added(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, str],
    named: str,
) -> None:
    monkeypatch.setenv("SHOWONCE_HOME", str(tmp_path))
    shutil.copytree(FOLDER / "add-customer", tmp_path / "recordings" / "add")
    (tmp_path / "d.csv").write_text("full_name\nAda\n")
    asked = {"--cron": "0 7 * * *", "--recording": "add", "--data": str(tmp_path / "d.csv"), more[0]: more[1]}
    assert main(["schedule", "add", "s", *(word for pair in asked.items() for word in pair)]) == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "showonce.db").exists()
