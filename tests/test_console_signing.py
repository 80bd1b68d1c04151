"""Signing in and out of the console with tokens, and what becomes of those that are wrong, over or taken away."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from demo.examples import FOLDER
from recordings.roles import Role, Scope
from review.throttle import Throttle
from tests.pages.console import Served, served_console

_GUESS = "showonce_0123456789_" + "x" * 43


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
async def served(running: Served) -> AsyncIterator[Served]:
    """The console, where nobody is known yet and nobody has guessed; there no time passes, and no wait ends."""
    running.access.throttle, running.access.clock = Throttle(), lambda: 100.0
    yield running
    for user in await running.store.users.all():
        await running.store.users.remove(user.name)


def _person(served: Served) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.origin, headers={"origin": served.origin})


async def _given(person: httpx.AsyncClient, token: str) -> httpx.Response:
    return await person.post("/login", data={"token": token})


async def test_a_user_signs_in_with_their_token_and_is_who_they_are(served: Served) -> None:
    token = await served.token("ada", Role.OPERATOR)
    async with _person(served) as ada:
        answer = await _given(ada, token)
        page = (await ada.get("/runs")).text
    assert (answer.status_code, "ada, operator" in page, 'href="/users"' in page) == (303, True, False)


async def test_whoever_opens_the_start_address_is_an_admin_by_their_own_name(served: Served) -> None:
    async with _person(served) as owner:
        await owner.get(served.access.address)
        assert f"{served.access.owner}, admin" in (await owner.get("/users")).text


async def test_a_users_token_in_an_address_lets_nobody_in(served: Served) -> None:
    token = await served.token("ada", Role.ADMIN)
    async with _person(served) as person:
        answer = await person.get(f"/login?token={token}")
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


async def test_each_sign_in_has_a_cookie_of_its_own_and_its_pages_a_stamp_of_their_own(served: Served) -> None:
    token = await served.token("ada", Role.APPROVER)
    cookies: list[str] = []
    for _ in range(2):
        async with _person(served) as ada:
            await _given(ada, token)
            cookies += ada.cookies.values()
    foreign = served.client_of(cookies[0])
    foreign.headers["x-showonce-stamp"] = served.access.stamp_of(cookies[1])
    async with foreign:
        assert (len(set(cookies)), (await foreign.post("/review")).status_code) == (2, 403)


async def test_nothing_that_admits_is_kept_as_it_is(served: Served) -> None:
    token = await served.token("ada", Role.VIEWER)
    async with _person(served) as ada:
        await _given(ada, token)
        (cookie,) = ada.cookies.values()
    with sqlite3.connect(served.settings.home / "showonce.db") as database:
        kept = "\n".join(database.iterdump())
    assert "ada" in kept
    assert not [each for each in (token, token[20:], cookie, served.access.token) if each in kept]


@pytest.mark.parametrize("how", ["out", "token", "user", "over"])
async def test_who_signs_out_or_is_taken_away_is_let_in_no_more(served: Served, how: str) -> None:
    token = await served.token("ada", Role.VIEWER, expires_at=time.time() + 3600)
    async with _person(served) as ada:
        await _given(ada, token)
        await _given(ada, await served.token("ada", Role.VIEWER)) if how == "user" else None
        (kept, *_) = await served.store.users.tokens()
        await _ended(served, how, ada, kept.prefix)
        assert (await ada.get("/runs")).status_code == 401


async def _ended(served: Served, how: str, ada: httpx.AsyncClient, prefix: str) -> None:
    match how:
        case "out":
            (cookie,) = ada.cookies.values()
            async with served.client_of(cookie) as same:
                await same.post("/logout")
        case "token":
            await served.store.users.revoke(prefix)
        case "user":
            await served.store.users.remove("ada")
        case _:
            with sqlite3.connect(served.settings.home / "showonce.db") as database:
                database.execute("UPDATE sign_ins SET expires_at = 1")


async def test_the_owner_who_signs_out_is_out_and_comes_back_by_the_start_address(served: Served) -> None:
    cookie = served.access.own().cookie
    async with served.client_of(cookie) as owner, served.client_of(cookie) as same:
        await owner.post("/logout")
        out = await same.get("/runs")
    assert (out.status_code, (await _again(served)).status_code) == (401, 200)


async def _again(served: Served) -> httpx.Response:
    async with _person(served) as owner:
        await owner.get(served.access.address)
        return await owner.get("/runs")


async def test_a_token_that_is_over_lets_neither_people_nor_programs_in(served: Served) -> None:
    token = await served.token("ada", Role.ADMIN, expires_at=time.time() - 1)
    async with _person(served) as ada, served.program(token) as program:
        assert ((await _given(ada, token)).status_code, (await program.get("/runs")).status_code) == (401, 401)


async def test_a_token_for_metrics_opens_no_pages_and_lasts_over_a_restart(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("home")
    async with served_console(home) as before:
        token = await before.token("prometheus", Role.VIEWER, Scope.METRICS)
    async with served_console(home) as after, after.program(token) as program, _person(after) as person:
        metrics, runs = await program.get("/metrics"), await program.get("/runs")
        signed_in = await _given(person, token)
    assert "showonce_" in metrics.text
    assert (runs.status_code, signed_in.status_code, "for programs alone" in signed_in.text) == (403, 403, True)


async def test_a_program_changes_what_its_token_is_for_without_a_page(served: Served) -> None:
    token = await served.token("robot", Role.OPERATOR, Scope.RUN)
    async with served.program(token) as robot:
        allowed, refused = await robot.post("/batches/none/pause"), await robot.post("/schedules")
    assert (allowed.status_code, refused.status_code) == (404, 403)


async def test_wrong_tokens_are_throttled_told_and_logged(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    right = await served.token("ada", Role.VIEWER)
    log = logging.getLogger("showonce.review")
    log.addHandler(caplog.handler)
    async with _person(served) as person:
        tries = [(await _given(person, _GUESS)).status_code for _ in range(6)]
        locked = await _given(person, right)
    log.removeHandler(caplog.handler)
    assert tries == [401] * 5 + [429]
    assert (locked.status_code, 0 < int(locked.headers["retry-after"]) <= 2) == (429, True)
    assert "none is looked at for" in locked.text
    assert "A wrong token was given at 127.0.0.1" in caplog.text
    assert _GUESS not in caplog.text


async def test_a_users_token_cannot_be_guessed_at_from_ever_other_addresses(served: Served) -> None:
    token = await served.token("ada", Role.VIEWER)
    near = token[:-1] + ("a" if token[-1] != "a" else "b")
    for number in range(5):
        assert await served.access.admit(near, f"192.0.2.{number}") is None
    async with _person(served) as ada, _person(served) as bob:
        locked = await _given(ada, token)
        other = await _given(bob, await served.token("bob", Role.VIEWER))
    assert (locked.status_code, other.status_code) == (429, 303)


async def test_a_program_with_an_old_token_locks_no_person_out(served: Served) -> None:
    async with served.program(_GUESS) as program:
        told = [(await program.get("/metrics")).status_code for _ in range(6)]
    assert told == [401] * 5 + [429]
    assert (await _again(served)).status_code == 200


async def test_the_start_address_is_never_locked_out(served: Served) -> None:
    async with _person(served) as stranger:
        for _ in range(8):
            await _given(stranger, _GUESS)
    assert (await _again(served)).status_code == 200


@pytest.mark.parametrize("path", ["/etc/passwd", "../showonce.db", "~/people.csv", "new.csv"])
async def test_a_users_schedule_reads_no_file_but_those_put_there_for_it(served: Served, path: str) -> None:
    home = served.settings.home
    if not (home / "recordings" / "add").exists():
        shutil.copytree(FOLDER / "add-customer", home / "recordings" / "add")
        (home / "tables").mkdir()
        (home / "tables" / "new.csv").write_text("full_name,email\nEva Roth,eva@example.com\n")
    given = {"name": "morning", "recording": "add", "data": path, "cron": "0 7 * * *", "tz": "UTC"}
    async with await served.signed_in("ada", Role.OPERATOR) as ada:
        answer = await ada.post("/schedules", data=given)
    kept = await served.store.schedules.get("morning")
    assert (answer.status_code, kept is not None) == ((204, True) if path == "new.csv" else (409, False))
