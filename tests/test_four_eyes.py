"""An approval that asks another person than the one who began the workflow: the four-eyes principle."""

from __future__ import annotations

import asyncio
import secrets as randomness
from collections.abc import AsyncIterator

import httpx
import pytest

from recordings.flow import Flow, StageRun
from recordings.roles import Role, Scope
from scheduler.flow import NotAskedError, OtherPersonError, decide
from showonce.cli import main
from showonce.noted import person
from tests.pages.console import Served, served_console

_SOURCE = """
format: 1
name: Pay
stages:
  - name: ask
    approval: {who: [ada, bob, accounting], message: "May it be paid?", timeout: 1d, other_person: true}
"""


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


async def _begun_by(served: Served, person: str) -> Flow:
    """A workflow that waits for an answer."""
    flow = Flow(
        id=randomness.token_hex(6),
        trace_id=randomness.token_hex(16),
        name="Pay",
        file="pay.yaml",
        folder=str(served.settings.home),
        source=_SOURCE,
        started_by=person,
        created_at=1.0,
    )
    await served.store.flows.add(flow, {})
    await served.store.flows.change_stage(
        flow.id, "ask", lambda _: StageRun(status="running", message="May it be paid?", asked_at=1.0)
    )
    return flow


@pytest.mark.parametrize(
    ("by", "person"), [("bob", "ada"), ("ada", "bob"), ("accounting", "Ada")], ids=["as another", "by name", "a team"]
)
async def test_who_began_a_workflow_does_not_answer_it_under_any_name(served: Served, by: str, person: str) -> None:
    flow = await _begun_by(served, "ada")
    with pytest.raises(OtherPersonError, match="asks another person than the one who began the workflow, which is ada"):
        await decide(served.store, flow, "ask", "approved", by=by, person=person, now=2.0)
    assert (await decide(served.store, flow, "ask", "approved", by="bob", person="bob", now=2.0)).decided_by == "bob"


async def test_in_the_console_it_is_who_signed_in_that_counts(served: Served) -> None:
    flow = await _begun_by(served, "ada")
    ada = await served.signed_in("ada", Role.APPROVER)
    bob = await served.signed_in("bob", Role.APPROVER)
    async with ada, bob:
        own, as_team, as_bob = [await _answer(ada, flow, by) for by in ("ada", "accounting", "bob")]
        page, others = (await ada.get(f"/workflows/{flow.id}")).text, (await bob.get(f"/workflows/{flow.id}")).text
        answered = await _answer(bob, flow, "bob")
    assert [own.status_code, as_team.status_code, as_bob.status_code] == [409, 409, 403]
    assert ("another person is asked" in page, "Approve</button>" in page) == (True, False)
    assert "Approve</button>" in others
    assert answered.status_code == 204
    assert (await served.store.flows.stages(flow.id))["ask"].decided_by == "bob"


async def test_a_viewer_and_an_operator_answer_nothing(served: Served) -> None:
    flow = await _begun_by(served, "ada")
    for role in (Role.VIEWER, Role.OPERATOR):
        async with await served.signed_in(f"one-{role}", role) as client:
            assert (await _answer(client, flow, "bob")).status_code == 403
            assert "ada or bob or accounting may answer" in (await client.get("/workflows")).text
    async with served.program(await served.token("bob", Role.APPROVER, Scope.DECIDE)) as program:
        assert (await _answer(program, flow, "bob")).status_code == 204


async def test_at_the_command_line_it_is_the_systems_user_that_counts(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOWONCE_HOME", str(served.settings.home))
    flow = await _begun_by(served, person())
    code = await asyncio.to_thread(main, ["workflow", "approve", flow.id, "--as", "bob"])
    assert code == 2
    assert "'ask' asks another person" in " ".join(capsys.readouterr().err.split())


async def test_where_nobody_else_is_asked_for_it_may_be_who_began_it(served: Served) -> None:
    flow = await _begun_by(served, "ada")
    plain = flow.model_copy(update={"source": _SOURCE.replace(", other_person: true", "")})
    with pytest.raises(NotAskedError, match="'carl' is not asked"):
        await decide(served.store, plain, "ask", "approved", by="carl", person="ada", now=2.0)
    assert (
        await decide(served.store, plain, "ask", "approved", by="ada", person="ada", now=2.0)
    ).decision == "approved"


async def _answer(client: httpx.AsyncClient, flow: Flow, by: str) -> httpx.Response:
    return await client.post(f"/workflows/{flow.id}/decide/ask", data={"decision": "approved", "by": by})
