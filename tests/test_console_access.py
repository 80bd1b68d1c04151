"""Who is let into the console, and what becomes of all others."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from review.access import STAMP
from review.app import ROOMS
from showonce.pages import leading_on
from tests.pages.console import Served, served_console


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        yield running


def _stranger(served: Served, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.origin, headers=headers)


@pytest.mark.parametrize("path", ["/", "/runs", "/static/console.css", "/pictures/" + "0" * 64, "/events", "/nothing"])
async def test_without_the_token_nothing_is_answered_but_the_way_in(served: Served, path: str) -> None:
    async with _stranger(served) as stranger:
        answer = await stranger.get(path)
    assert (answer.status_code, "Sign in" in answer.text) == (401, True)


def _addresses() -> list[tuple[str, str]]:
    """Every route of every room, with its method, something in the place of what it names."""
    return [
        (method, re.sub(r"\{\w+(:\w+)?\}", "1", route.path))
        for route in ROOMS
        if isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]


@pytest.mark.parametrize(("method", "path"), _addresses())
async def test_no_room_answers_a_stranger_nor_a_change_without_the_stamp(
    served: Served, method: str, path: str
) -> None:
    async with _stranger(served, origin=served.origin) as stranger, served.client() as client:
        answer = await stranger.request(method, path)
        unstamped = await client.request("POST", path, headers={STAMP: ""})
    assert (answer.status_code, unstamped.status_code) == (401, 403)


async def test_the_start_address_lets_in_for_good(served: Served) -> None:
    async with _stranger(served) as person:
        assert (await person.get(served.access.address)).status_code == 303
        assert (await person.get("/static/console.css")).status_code == 200


async def test_the_cookie_is_kept_from_scripts_and_other_sites(served: Served) -> None:
    async with _stranger(served) as person:
        cookie = (await person.get(served.access.address)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_a_wrong_token_lets_nobody_in(served: Served) -> None:
    async with _stranger(served, origin=served.origin) as stranger:
        answer = await stranger.post("/login", data={"token": "guess"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost.evil.example"])
async def test_a_name_that_was_made_to_lead_here_is_refused(served: Served, host: str) -> None:
    async with served.client() as client:
        answer = await client.get("/static/console.css", headers={"host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize("change", [{"origin": "http://evil.example"}, {"origin": "null"}, {STAMP: "guess"}])
async def test_a_change_from_elsewhere_is_refused(served: Served, change: dict[str, str]) -> None:
    async with served.client() as client:
        answer = await client.post("/runs", headers=change)
    assert answer.status_code == 403


async def test_a_body_that_is_too_large_is_refused(served: Served) -> None:
    async with served.client() as client:
        answer = await client.post("/login", content=b"x" * 400_000)
    assert answer.status_code == 413


async def test_every_answer_says_that_nothing_from_elsewhere_may_run(served: Served) -> None:
    async with _stranger(served) as stranger:
        answer = await stranger.get("/runs")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path", ["/static/../access.py", "/static/%2e%2e/access.py", "/pictures/..%2f..%2fetc", "/static/nothing"]
)
async def test_a_path_never_reaches_the_disk(served: Served, path: str) -> None:
    async with served.client() as client:
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "method", "bears", "status"),
    [
        ("/metrics", "GET", "", 401),
        ("/metrics", "GET", "Bearer guess", 401),
        ("/metrics", "GET", "Bearer {token}", 200),
        ("/runs", "GET", "Bearer {token}", 403),
        ("/metrics", "POST", "Bearer {token}", 403),
    ],
    ids=["nothing", "a wrong token", "the token", "another page", "a change"],
)
async def test_a_program_with_the_token_is_told_the_metrics_alone(
    served: Served, path: str, method: str, bears: str, status: int
) -> None:
    async with _stranger(served, authorization=bears.format(token=served.access.token)) as program:
        answer = await program.request(method, path)
    assert (answer.status_code, "showonce_items" in answer.text) == (status, status == 200)


def test_what_leads_to_the_console_is_read_by_its_owner_alone_and_is_gone_after(tmp_path: Path) -> None:
    path = tmp_path / "console.html"
    path.write_text("old")
    path.chmod(0o644)
    with leading_on("http://127.0.0.1:1/login?token=a&b", path):
        assert path.stat().st_mode & 0o777 == 0o600
        assert "url=http://127.0.0.1:1/login?token=a&amp;b" in path.read_text()
    assert not path.exists()


_KEYS = {"foreign": ("http://evil.example", True), "none": ("", True), "no key": ("ours", False)}


@pytest.mark.parametrize(("origin", "cookie"), _KEYS.values(), ids=_KEYS)
async def test_a_socket_is_opened_to_the_consoles_own_pages_alone(served: Served, origin: str, cookie: bool) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await _socket_closed(served, served.origin if origin == "ours" else origin, cookie)
    assert refused.value.response.status_code == 403
    assert await _socket_closed(served, served.origin, True) == 1008, "it is let in, and there is no such demonstration"


async def _socket_closed(served: Served, origin: str, cookie: bool) -> int | None:
    """Open a screen's socket, and how it is closed."""
    headers = {"cookie": f"{served.access.cookie_name}={served.access.own().cookie}"} if cookie else {}
    address = f"ws://{served.access.host}/teach/1/screen"
    async with connect(address, origin=Origin(origin) if origin else None, additional_headers=headers) as socket:
        await socket.wait_closed()
        return socket.close_code
