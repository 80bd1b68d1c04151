"""Who may do what: every address of the console, for every role, for a token of every scope, and for nobody."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from recordings.roles import Act, Role, Scope, may
from review.app import console_app
from review.door import Door
from review.needed import act_asked, needs
from tests.pages.console import Served, served_console
from tests.pages.kept import keep_run

_LOOKS = "viewer operator approver admin | all read run edit decide"
_METRICS = "viewer operator approver admin | all read metrics"
_RUNS = "operator approver admin | all run"
_EDITS = "operator approver admin | all edit"
_DECIDES = "approver admin | all decide"
_MANAGES = "admin | all"

MATRIX = {
    "GET /": _LOOKS,
    "POST /logout": _LOOKS,
    "GET /static/{name}": _LOOKS,
    "GET /pictures/{digest}": _LOOKS,
    "GET /events": _LOOKS,
    "GET /metrics": _METRICS,
    "GET /runs": _LOOKS,
    "GET /runs/{trace_id}": _LOOKS,
    "POST /runs/{trace_id}/verdict": _DECIDES,
    "GET /runs/{trace_id}/demonstration/{step}": _LOOKS,
    "GET /runs/{trace_id}/difference/{number:int}": _LOOKS,
    "POST /runs/{trace_id}/cover/{step}": _EDITS,
    "GET /runs/{trace_id}/report.{kind}": _LOOKS,
    "GET /batches": _LOOKS,
    "GET /batches/{batch}": _LOOKS,
    "POST /batches/{batch}/{act}": _RUNS,
    "GET /batches/{batch}/report.{kind}": _LOOKS,
    "GET /items/{item}/picture": _LOOKS,
    "POST /items/{item}/rerun": _RUNS,
    "GET /workflows": _LOOKS,
    "POST /workflows": _RUNS,
    "GET /workflows/{flow}": _LOOKS,
    "GET /workflows/{flow}/report.{kind}": _LOOKS,
    "POST /workflows/{flow}/decide/{stage}": _DECIDES,
    "POST /workflows/{flow}/{act}": _RUNS,
    "GET /schedules": _LOOKS,
    "POST /schedules": _EDITS,
    "POST /schedules/{name:path}/remove": _EDITS,
    "POST /schedules/{name:path}/run": _RUNS,
    "POST /schedules/{name:path}/pause": _RUNS,
    "POST /schedules/{name:path}/resume": _RUNS,
    "GET /heals": _LOOKS,
    "POST /heals/accept": _DECIDES,
    "GET /heals/{heal}": _LOOKS,
    "GET /heals/{heal}/tried": _LOOKS,
    "GET /heals/{heal}/crop/{which}": _LOOKS,
    "POST /heals/{heal}/point": _DECIDES,
    "GET /runs/{trace_id}/point/{number:int}": _LOOKS,
    "POST /runs/{trace_id}/point/{number:int}": _DECIDES,
    "POST /heals/{heal}/accept": _DECIDES,
    "POST /heals/{heal}/refuse": _DECIDES,
    "POST /heals/{heal}/back": _DECIDES,
    "GET /recordings": _LOOKS,
    "GET /recordings/{name}": _LOOKS,
    "GET /recordings/{name}/steps/{step}/{what}": _LOOKS,
    "POST /recordings/{name}/edit": _EDITS,
    "POST /recordings/{name}/back/{way}": _EDITS,
    "POST /recordings/{name}/rename": _EDITS,
    "GET /recordings/{name}/run": _RUNS,
    "GET /recordings/{name}/exam": _LOOKS,
    "POST /recordings/{name}/exam": _RUNS,
    "POST /uploads/recordings/{name}/run": _RUNS,
    "POST /uploads/recordings/{name}/preview": _RUNS,
    "POST /uploads/recordings/{name}/rows": _RUNS,
    "GET /review": _LOOKS,
    "POST /review": _DECIDES,
    "POST /review/back": _DECIDES,
    "GET /teach": _EDITS,
    "POST /teach": _EDITS,
    "GET /teach/parts/{name}.js": _EDITS,
    "GET /teach/{id}/": _EDITS,
    "GET /teach/{id}/steps": _EDITS,
    "POST /teach/{id}/do": _EDITS,
    "POST /teach/{id}/drop": _EDITS,
    "SOCKET /teach/{id}/screen": _EDITS,
    "POST /uploads/teach/{id}/{ask:int}": _EDITS,
    "GET /help": _LOOKS,
    "GET /help/count": _LOOKS,
    "GET /help/{id}/": _RUNS,
    "GET /help/{id}/demonstration": _RUNS,
    "POST /help/{id}/point": _RUNS,
    "POST /help/{id}/answer": _RUNS,
    "SOCKET /help/{id}/screen": _RUNS,
    "POST /uploads/help/{id}/{ask:int}": _RUNS,
    "GET /users": _MANAGES,
    "POST /users": _MANAGES,
    "POST /users/{name}/role": _MANAGES,
    "POST /users/{name}/remove": _MANAGES,
    "POST /users/{name}/tokens": _MANAGES,
    "POST /tokens/{prefix}/revoke": _MANAGES,
    "GET /audit": _MANAGES,
    "GET /audit/verified": _MANAGES,
    "GET /audit/log.jsonl": _MANAGES,
}
"""Address: roles that may | scopes of an admin's token that may. Everybody else is refused."""

_OPEN = {"GET /login", "POST /login", "GET /login/console.css"}
"""What is answered to everybody: the way in."""


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        await keep_run(running.store, 1, failure="Not found")
        yield running


@pytest.fixture(scope="module")
async def visitors(served: Served) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Somebody of each role, a program of an admin's with each scope, and nobody."""
    async with AsyncExitStack() as opened:
        found: dict[str, httpx.AsyncClient] = {role: await served.signed_in(f"one-{role}", role) for role in Role}
        found |= {scope: served.program(await served.token("boss", Role.ADMIN, scope)) for scope in Scope}
        found["nobody"] = httpx.AsyncClient(base_url=served.origin, headers={"origin": served.origin})
        yield {str(name): await opened.enter_async_context(client) for name, client in found.items()}


def _routes(served: Served) -> list[BaseRoute]:
    door = console_app(served.console)
    assert isinstance(door, Door)
    return list(door.app.routes)


def _addresses(routes: list[BaseRoute]) -> set[str]:
    found = {f"SOCKET {each.path}" for each in routes if isinstance(each, WebSocketRoute)}
    plain = [each for each in routes if isinstance(each, Route)]
    return found | {f"{method} {each.path}" for each in plain for method in (each.methods or set()) - {"HEAD"}}


def test_every_address_stands_in_the_table(served: Served) -> None:
    assert _addresses(_routes(served)) == set(MATRIX) | _OPEN


@pytest.mark.parametrize("address", [each for each in MATRIX if not each.startswith("SOCKET") and "logout" not in each])
async def test_an_address_answers_those_of_the_table_and_nobody_else(
    visitors: dict[str, httpx.AsyncClient], address: str
) -> None:
    method, path = address.split(" ")
    filled = re.sub(r"\{\w+(:\w+)?\}", "1", path)
    let_in = {name for name, client in visitors.items() if not await _is_refused(client, method, filled)}
    assert let_in == set(MATRIX[address].replace("|", " ").split())


async def _is_refused(client: httpx.AsyncClient, method: str, path: str) -> bool:
    """What is let in may find nothing there, or miss something in what was sent: only who asks matters here."""
    async with client.stream(method, path) as answer:
        return answer.status_code in (401, 403)


async def test_whoever_is_signed_in_may_sign_out(served: Served) -> None:
    for role in Role:
        async with await served.signed_in(f"leaving-{role}", role) as client:
            assert (await client.post("/logout")).status_code == 204
            assert (await client.get("/runs")).status_code == 401


@pytest.mark.parametrize("room", ["teach", "help"])
@pytest.mark.parametrize("role", Role)
async def test_a_live_screen_is_opened_to_those_of_the_table_alone(served: Served, role: Role, room: str) -> None:
    client = await served.signed_in(f"screen-{room}-{role}", role)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = f"ws://{served.access.host}/{room}/1/screen"
    try:
        async with connect(address, origin=Origin(served.origin), additional_headers={"cookie": cookie}) as socket:
            await socket.wait_closed()
            let_in = socket.close_code == 1008  # nothing is shown under that id
    except InvalidStatus:
        let_in = False
    assert let_in == (role in MATRIX[f"SOCKET /{room}/{{id}}/screen"].split())


async def _unsaid(_: Request) -> Response:
    return PlainTextResponse("nobody said who may")


@needs(Act.LOOK)
async def _said(_: Request) -> Response:
    return PlainTextResponse("whoever may look")


async def test_an_address_that_does_not_say_what_it_needs_is_the_admins_alone() -> None:
    routes = Starlette(routes=[Route("/unsaid", _unsaid), Route("/said", _said)]).routes
    asked = [act_asked(routes, {"type": "http", "method": "GET", "path": path}) for path in ("/unsaid", "/said")]
    allowed = [[role for role in Role if may(role, Scope.ALL, act)] for act in asked]
    assert allowed == [[Role.ADMIN], list(Role)]


_PAGES = [
    "/runs",
    f"/runs/{1:032x}",
    "/review",
    "/heals",
    "/recordings",
    "/batches",
    "/workflows",
    "/schedules",
    "/help",
]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.APPROVER])
async def test_a_page_offers_only_what_the_person_may_do(
    served: Served, visitors: dict[str, httpx.AsyncClient], role: Role
) -> None:
    routes = _routes(served)
    for page in _PAGES:
        text = (await visitors[role].get(page)).text
        offered = re.findall(r'hx-(post|get)="(/[^"?]*)', text) + [
            ("get", path) for path in re.findall(r'<a[^>]* href="(/[^"?#]*)', text)
        ]
        assert offered
        for method, path in offered:
            act = act_asked(routes, {"type": "http", "method": method.upper(), "path": path})
            assert may(role, Scope.ALL, act), f"{page} offers {path}"


async def test_a_refusal_says_who_may(visitors: dict[str, httpx.AsyncClient]) -> None:
    answer = await visitors[Role.OPERATOR].post("/review")
    part = await visitors[Role.VIEWER].post("/teach", headers={"hx-request": "true"})
    scoped = await visitors[Scope.READ].post("/review")
    assert "You may not decide on runs and heals." in answer.text
    audit = await visitors[Role.OPERATOR].get("/audit")
    assert "You may not manage users and tokens, read the audit log or erase what is kept." in audit.text
    assert "this needs approver or admin" in answer.text
    assert "this needs operator or approver or admin" in part.headers["hx-trigger"]
    assert "Your token is for &#39;read&#39; alone" in scoped.text


async def test_another_role_holds_from_the_next_request_on(served: Served) -> None:
    async with await served.signed_in("rising", Role.VIEWER) as client:
        before = (await client.get("/teach")).status_code
        await served.store.users.change("rising", Role.OPERATOR)
        assert (before, (await client.get("/teach")).status_code) == (403, 200)
