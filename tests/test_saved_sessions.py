"""Runs begin with a saved session, refresh it, and sign in anew once for all that need it."""

from __future__ import annotations

import json
import secrets as randomness
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from agents.agent import Job
from agents.alone import run_signed_in
from agents.pool import AgentPool, open_pool
from agents.sessions import Lent, Sessions
from demo.human import Human
from recorder import Recorder
from recordings.batch import BatchSettings, Item
from recordings.flow import Flow, FlowSettings
from recordings.inputs import Secret
from recordings.recording import Recording
from recordings.session import SavedSession
from replayer import Waits
from replayer.plan import plan_of
from replayer.sinks import Kept
from scheduler.attended import do_rows, see_through
from scheduler.batch import go_on
from scheduler.engine import open_engine
from scheduler.flow import begin_flow
from scheduler.flow_attended import see_flow_through
from scheduler.rows import Row
from store import Store, open_store
from store.sessions import SavedSessions
from store.vault_keys import FileKeys
from tests.pages.club import PASSWORD, Club, open_club, write_note
from tests.pages.stage import fresh
from workflows.gather import gathered
from workflows.given import known_with
from workflows.load import workflow_in

NAME = "ada@club"


@dataclass(frozen=True, slots=True)
class Taught:
    """What a member showed of a club: signing in and writing a note; and the session that the member then had."""

    club: Club
    login: Recording
    note: Recording
    state: dict[str, Any]
    members: set[str]


@pytest.fixture(scope="module")
async def taught(browser: Browser) -> AsyncIterator[Taught]:
    async with open_club() as club, fresh(browser) as context:
        login = await shown(context, "login", f"{club.origin}/login", club.sign_in)
        note = await shown(context, "note", f"{club.origin}/notes", write_note)
        state = json.loads(json.dumps(await context.storage_state(indexed_db=True)))
        yield Taught(club, login, note, state, set(club.members))


@pytest.fixture(scope="module")
async def pool() -> AsyncIterator[AgentPool]:
    async with open_pool(agents=4) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Office:
    """A home with the recordings of a note and of a sign-in, and the session of a member."""

    store: Store
    home: Path
    pool: AgentPool
    club: Club
    shelf: SavedSessions
    sessions: Sessions
    note: Recording
    login: Recording

    async def keep_session(self, state: dict[str, Any], login: str = "") -> SavedSession:
        now = time.time()
        session = SavedSession(
            url=f"{self.club.origin}/login",
            state=state,
            version=randomness.token_hex(8),
            login=login,
            signed_in_at=now,
            saved_at=now,
        )
        await self.shelf.put(NAME, session)
        return session

    async def kept(self) -> SavedSession:
        session = await self.shelf.get(NAME)
        assert session is not None
        return session

    async def with_login(self) -> None:
        """The session is renewed by the recorded login."""
        kept = await self.kept()
        await self.keep_session(kept.state, await self.store.keep_version(self.login))

    async def do(self, count: int, **how: object) -> Sequence[Item]:
        asked = {"session": NAME, "step_s": 8.0, "agents": 4, **how}
        rows = [Row(number, {"text": f"Note {number}"}) for number in range(1, count + 1)]
        batch = await do_rows(
            self.store,
            self.home,
            self.pool,
            self.note,
            rows,
            BatchSettings.model_validate(asked),
            secrets=password,
            sessions=self.sessions,
        )
        return await self.store.batches.items(batch.id)

    async def go_on(self, batch_id: str) -> Sequence[Item]:
        """Resume a batch, as its command does."""
        async with open_engine(self.store, self.home) as engine:
            batch = await go_on(
                self.store, engine, await self.store.batches.batch(batch_id), time.time(), lane=batch_id
            )
            await see_through(self.store, engine, self.home, self.pool, batch, secrets=password, sessions=self.sessions)
        return await self.store.batches.items(batch_id)

    async def flow(self) -> Flow:
        """A workflow of one note, whose stage begins with the session."""
        self.note.save(self.home / "note")
        stage = f"{{name: write, recording: note, inputs: {{text: Hello}}, session: '{NAME}'}}"
        source = workflow_in("w.yaml", f"format: 1\nname: w\nstages:\n  - {stage}\n".encode())
        known = known_with(source.workflow, gathered(source.workflow, self.home, self.home.joinpath).recordings, {})
        settings, now = FlowSettings(settle_s=3), time.time()
        async with open_engine(self.store, self.home) as engine:
            begun = await begin_flow(
                self.store,
                source,
                known,
                {},
                settings,
                folder=self.home,
                started_by="tester",
                now=now,
                new_id=randomness.token_hex,
            )
            return await see_flow_through(
                self.store, engine, self.home, self.pool, begun, secrets=password, sessions=self.sessions
            )

    def job(self, session: Lent) -> Job:
        return Job(plan_of(self.note), Kept(), waits=Waits(step_s=8, effect_s=8), session=session)


def password(_: Secret) -> str:
    return PASSWORD


@pytest.fixture
async def office(tmp_path: Path, pool: AgentPool, taught: Taught) -> AsyncIterator[Office]:
    taught.club.reset(taught.members)
    async with open_store(tmp_path) as store:
        shelf = SavedSessions(store.vault(FileKeys(tmp_path / "keys")))
        waits = Waits(step_s=8, effect_s=8)
        sessions = Sessions(shelf, store.accounts, store.version, password, store, waits=waits)
        opened = Office(store, tmp_path, pool, taught.club, shelf, sessions, taught.note, taught.login)
        await opened.keep_session(taught.state)
        yield opened


async def shown(context: Any, name: str, url: str, gesture: Any) -> Recording:
    async with Recorder(context, name=name, verify=False) as demo:
        page = await context.new_page()
        await page.goto(url)
        await gesture(Human(page, 5))
        await page.close()
    return demo.recording


def statuses(items: Sequence[Item]) -> list[str]:
    return [item.status for item in items]


def visits(state: dict[str, Any]) -> int:
    """What the club's page counted in the browser itself."""
    (origin,) = state["origins"]
    return next(int(kept["value"]) for kept in origin["localStorage"] if kept["name"] == "visits")


async def test_rows_begin_signed_in(office: Office) -> None:
    items = await office.do(2)
    assert statuses(items) == ["passed"] * 2
    assert sorted(office.club.notes) == ["Note 1", "Note 2"]
    assert office.club.logins == 0


@pytest.mark.slow
async def test_a_session_that_changes_with_each_page_is_refreshed_by_each_run(office: Office) -> None:
    office.club.rolling = True
    items = await office.do(3)
    assert statuses(items) == ["passed"] * 3
    assert office.club.logins == 0


async def test_what_a_page_keeps_in_the_browser_comes_back_with_the_session(office: Office, taught: Taught) -> None:
    await office.do(1)
    kept = await office.kept()
    assert visits(kept.state) > visits(taught.state) > 0
    assert kept.state["origins"][0]["indexedDB"][0]["name"] == "club"


async def test_a_run_that_failed_leaves_the_session_as_it_was(office: Office) -> None:
    office.club.forgets_after = "GET /notes/new"
    before = await office.kept()
    session, waits = await office.sessions.lend(NAME), Waits(step_s=1, effect_s=1)
    trace = await office.pool.run(Job(plan_of(office.note), Kept(), session=session, waits=waits))
    assert trace.status == "failed"
    assert await office.kept() == before


async def test_a_session_that_expired_without_a_recorded_login_waits_for_a_person(office: Office) -> None:
    office.club.forget()
    (item,) = await office.do(1)
    assert item.status == "waiting"
    assert f"showonce login {NAME}" in item.note
    assert office.club.log == ["GET /notes", "GET /login"]


async def test_a_session_is_renewed_once_for_all_that_need_it(office: Office) -> None:
    await office.with_login()
    office.club.forget()
    items = await office.do(4, shared=True)
    assert statuses(items) == ["passed"] * 4
    assert office.club.logins == 1
    assert sorted(office.club.notes) == [f"Note {number}" for number in range(1, 5)]


@pytest.mark.slow
async def test_a_login_that_failed_is_tried_once_and_then_a_person_is_waited_for(office: Office) -> None:
    await office.with_login()
    office.club.forget()
    office.club.accepts = "another"
    items = await office.do(6, shared=True)
    assert {item.status for item in items} <= {"waiting", "queued"}
    assert all(f"showonce login {NAME}" in item.note for item in items if item.status == "waiting")
    assert (await office.store.batches.batch(items[0].batch_id)).status == "stopped"
    assert office.club.logins == 1
    assert not await office.store.breakers.all()


@pytest.mark.slow
async def test_once_a_person_has_signed_in_the_rows_that_waited_go_on(office: Office, taught: Taught) -> None:
    office.club.forget()
    items = await office.do(3, agents=1)
    assert sorted(statuses(items)) == ["queued", "queued", "waiting"]  # which of them is first is not promised
    office.club.reset(taught.members)
    await office.keep_session(taught.state)
    items = await office.go_on(items[0].batch_id)
    assert statuses(items) == ["passed"] * 3
    assert sorted(office.club.notes) == ["Note 1", "Note 2", "Note 3"]


@pytest.mark.slow
async def test_a_stage_of_a_workflow_begins_signed_in_and_is_signed_in_anew(office: Office) -> None:
    await office.with_login()
    office.club.forget()
    assert (await office.flow()).status == "passed"
    assert (office.club.notes, office.club.logins) == (["Hello"], 1)


@pytest.mark.slow
async def test_a_run_outside_of_a_batch_signs_in_and_begins_anew(office: Office) -> None:
    await office.with_login()
    office.club.forget()
    trace, why = await run_signed_in(office.pool, office.sessions, NAME, office.job)
    assert (trace.status, why) == ("passed", "")
    assert office.club.logins == 1


@pytest.mark.slow
async def test_a_run_outside_of_a_batch_is_not_begun_anew_where_something_may_have_been_sent(office: Office) -> None:
    await office.with_login()
    office.club.forgets_after = "POST /notes/new"
    trace, why = await run_signed_in(office.pool, office.sessions, NAME, office.job)
    assert trace.failure is not None and trace.failure.code == "LoginRequired"
    assert "may have taken effect" in why
    assert (office.club.logins, office.club.notes) == (0, ["Buy milk"])


@pytest.mark.slow
async def test_a_row_that_may_have_been_sent_is_not_done_again_after_a_login(office: Office) -> None:
    await office.with_login()
    office.club.forgets_after = "POST /notes/new"
    (item,) = await office.do(1, step_s=2)
    assert item.status == "waiting"
    assert "may have taken effect" in item.note
    assert office.club.notes == ["Note 1"]
    assert office.club.logins == 0


@pytest.mark.slow
async def test_an_unknown_session_is_asked_for(office: Office) -> None:
    (item,) = await office.do(1, session="nobody")
    assert item.status == "waiting"
    assert "There is no saved session 'nobody'" in item.note
    assert office.club.log == []


async def test_nothing_of_a_session_lies_open_in_the_home(office: Office) -> None:
    await office.do(1)
    (cookie,) = (await office.kept()).state["cookies"]
    written = [path.read_bytes() for path in office.home.rglob("*") if path.is_file()]
    assert not [content for content in written if cookie["value"].encode() in content]
