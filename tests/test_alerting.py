"""Alerts reach who is to know: a server, a command, the log; each once, until it holds no more and holds again."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from recordings.batch import Batch, Breaker, Item
from recordings.schedule import Fire, Schedule
from scheduler.alert_rules import parse_rule
from scheduler.alerting import Watch, watching
from scheduler.served import served
from scheduler.telling import Call, Notice, TellerBadError, parse_teller, tell_command, tell_webhook
from store import Store, open_store
from store.begin import Begin

NOTICE = Notice(rule="breaker", message="Left alone.", about="https://shop.test", at=1.0)
APP = "https://shop.test"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@dataclass(slots=True)
class Inbox:
    """What was told, in order."""

    notices: list[Notice] = field(default_factory=list)

    async def tell(self, notice: Notice) -> None:
        self.notices.append(notice)

    @property
    def rules(self) -> list[str]:
        return [notice.rule for notice in self.notices]


@asynccontextmanager
async def taking(answer: Response) -> AsyncIterator[tuple[str, list[Any]]]:
    """A server's address, and what it was sent."""
    taken = list[Any]()

    async def take(request: Request) -> Response:
        taken.append(await request.json())
        return answer

    async with served(Starlette(routes=[Route("/hook", take, methods=["POST"])]), 0) as address:
        yield f"{address}/hook", taken


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as opened:
        yield opened


async def batch_of(store: Store, failed: int, passed: int, queued: int = 1) -> Batch:
    """A batch that goes on, of which so many items ended so at 100, after a second."""
    batch = Batch(id="b" * 12, trace_id=TRACE, recording="add", version="v", app=APP, created_at=1.0)
    count = failed + passed + queued
    await store.batches.add(batch, (Item(batch_id=batch.id, number=n, key=str(n)) for n in range(1, count + 1)))
    for number in range(1, failed + passed + 1):
        await end(store, f"{batch.id}:{number:06d}", number > failed, 100.0)
    return batch


async def end(store: Store, item_id: str, passed: bool, at: float, took_s: float = 1.0) -> None:
    item = await store.batches.begin(item_id, "w", TRACE, lambda _: Begin(), at - took_s)
    assert isinstance(item, Item)
    await store.batches.end(item.model_copy(update={"status": "passed" if passed else "failed", "ended_at": at}))


def watch(store: Store, inbox: Inbox, clock: list[float], *rules: str, only: str = "") -> Watch:
    return Watch(store, Call([parse_rule(rule) for rule in rules], [inbox.tell]), only, lambda: clock[0])


async def test_a_server_gets_an_alert_as_json() -> None:
    async with taking(PlainTextResponse("ok")) as (url, taken):
        await tell_webhook(url, NOTICE)
    assert taken == [NOTICE.model_dump(mode="json")]


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1/secret-token"], ids=["refuses", "is away"])
async def test_a_server_that_fails_is_logged_without_its_address(url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with taking(PlainTextResponse("no", 500)) as (refusing, _):
        await tell_webhook(url or refusing, NOTICE)
    (record,) = [record for record in caplog.records if record.name == "showonce.alerts"]
    assert "127.0.0.1" in record.getMessage() and "/" not in record.getMessage()


async def test_a_command_gets_an_alert_on_standard_input_and_no_shell(tmp_path: Path) -> None:
    copy = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read() + sys.argv[2])"
    await tell_command([sys.executable, "-c", copy, str(tmp_path / "told"), "$HOME; x"], NOTICE)
    told, _, argument = (tmp_path / "told").read_text().partition("\n")
    assert (json.loads(told), argument) == (NOTICE.model_dump(mode="json"), "$HOME; x")


async def test_a_command_that_does_not_end_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    async with asyncio.timeout(30):
        await tell_command(["sleep", "60"], NOTICE, within_s=0.2)
    assert "was ended after 0.2 s" in caplog.text


@pytest.mark.parametrize("command", [["/nope/nope"], [sys.executable, "-c", "raise SystemExit(3)"]], ids=["none", "3"])
async def test_a_command_that_fails_is_logged(command: list[str], caplog: pytest.LogCaptureFixture) -> None:
    await tell_command(command, NOTICE)
    assert "The command for alerts" in caplog.text


@pytest.mark.parametrize(
    "text", ["mail", "webhook:", "webhook:shop.test", "webhook:file:///x", "command:", "command:'"]
)
def test_a_place_that_cannot_be_meant_is_named(text: str) -> None:
    with pytest.raises(TellerBadError, match="webhook:https"):
        parse_teller(text)


async def test_a_rule_that_holds_is_told_once_until_it_holds_again(store: Store) -> None:
    batch = await batch_of(store, failed=5, passed=0)
    inbox, clock = Inbox(), [101.0]
    looking = watch(store, inbox, clock, "error-rate>0.2/1m")
    for clock[0] in (101.0, 106.0, 200.0):
        await looking.look()
    assert [(each.rule, each.batch, each.recording) for each in inbox.notices] == [
        ("error-rate>0.2/1m", batch.id, "add")
    ]
    for number in range(1, 6):
        await store.batches.restart(f"{batch.id}:{number}")
        await end(store, f"{batch.id}:{number:06d}", False, 205.0)
    clock[0] = 206.0
    await looking.look()
    assert len(inbox.notices) == 2


async def test_what_stands_still_is_told_from_when_it_was_first_looked_at(store: Store) -> None:
    await batch_of(store, failed=0, passed=1)
    inbox, clock = Inbox(), [1_000.0]
    looking = watch(store, inbox, clock, "stalled>1m")
    for clock[0] in (1_000.0, 1_059.0):
        await looking.look()
    assert not inbox.notices
    clock[0] = 1_061.0
    await looking.look()
    assert inbox.rules == ["stalled>1m"]


async def test_latency_is_told_against_what_the_first_items_took(store: Store) -> None:
    batch = await batch_of(store, failed=0, passed=20, queued=5)
    inbox, clock = Inbox(), [101.0]
    looking = watch(store, inbox, clock, "latency>3x/30s")
    await looking.look()
    assert not inbox.notices
    for number in range(21, 26):
        await end(store, f"{batch.id}:{number:06d}", True, 140.0, took_s=5.0)
    clock[0] = 141.0
    await looking.look()
    assert inbox.rules == ["latency>3x/30s"]


async def test_an_application_that_is_left_alone_is_told_once_for_all_its_batches(store: Store) -> None:
    batch = await batch_of(store, failed=0, passed=1)
    await store.batches.add(batch.model_copy(update={"id": "c" * 12}), [Item(batch_id="c" * 12, number=1, key="x")])
    await store.breakers.put(Breaker(app=APP, state="open", until=500.0))
    await store.breakers.put(Breaker(app="https://other.test", state="open", until=500.0))
    inbox = Inbox()
    await watch(store, inbox, [101.0], "breaker").look()
    assert [notice.about for notice in inbox.notices] == [APP]


async def test_a_batch_that_ended_between_two_looks_is_looked_at_once_more(store: Store) -> None:
    inbox, clock = Inbox(), [99.0]
    looking = watch(store, inbox, clock, "error-rate>0.2/1m")
    await looking.look()
    batch = await batch_of(store, failed=5, passed=0)
    await store.batches.set_status(batch.id, "done", 101.0)
    clock[0] = 104.0
    await looking.look()
    assert len(inbox.notices) == 1


async def test_at_the_end_it_is_looked_at_once_more(store: Store) -> None:
    inbox, clock = Inbox(), [101.0]
    call = Call([parse_rule("error-rate>0.2/1m")], [inbox.tell])
    async with watching(store, call, clock=lambda: clock[0]):
        await batch_of(store, failed=5, passed=0)
    assert len(inbox.notices) == 1


async def test_a_store_that_cannot_be_used_does_not_stop_the_work(store: Store, tmp_path: Path) -> None:
    call = Call([parse_rule("breaker")], [Inbox().tell])
    await store._database.close()
    (tmp_path / "showonce.db").write_bytes(b"broken" * 1_000)
    async with watching(store, call):
        pass


async def test_a_schedule_that_could_not_be_run_is_told() -> None:
    inbox = Inbox()
    schedule = Schedule(name="morning", cron="* * * * *", recording="/r", data="/d", created_at=0)
    await Call((), [inbox.tell]).tell_failed(schedule, Fire(due=1, at=2, state="failed", said="No such file."))
    (notice,) = inbox.notices
    assert (notice.rule, notice.about, "No such file." in notice.message) == ("schedule", "morning", True)
