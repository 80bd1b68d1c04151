"""Bodies of every shape are sent to every address that takes one: it is refused in words, and nothing is half done."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from demo.examples import FOLDER
from recordings.recording import Recording
from recordings.roles import Role
from review.app import ROOMS
from tests.pages.console import Served, served_console
from tests.pages.kept import keep_run

_RUN = f"{1:032x}"
_REAL = {"trace_id": _RUN, "name": "add", "step": "s0", "way": "undo", "act": "pause"}
"""What is there, where an address names something."""

_COSTLY = {"/teach", "/recordings/{name}/exam"}
"""With the right body these open a browser: they are asked for what is not there."""

_FIELDS = (
    *("verdict", "note", "name", "do", "step", "input", "text", "sign", "first", "heal", "anyway", "role", "days"),
    *("scope", "label", "table", "again", "skip_bad", "base_url", "recording", "data", "cron", "tz", "agents"),
    *("overlap", "by", "decision", "file", "input.full_name", "x", "y", "width", "height", "seen"),
)
_SAID = ("accepted", "refused", "undo", "there", "yes", "words", "value", "delete", "s06", "0 7 * * *", "admin", "1")

_ODD = ("../../etc", "\0", "a" * 5000, "'", "=1+1", "٣")
_TEXT = st.text(max_size=40) | st.sampled_from((*_SAID, *_ODD))
_FORM = st.dictionaries(st.sampled_from(_FIELDS) | st.text(max_size=8), _TEXT, max_size=8)
_FORM_KIND, _PARTS_KIND = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
_KINDS = ("", "application/json", _FORM_KIND, f"{_FORM_KIND}; charset=utf-16", _PARTS_KIND, "multipart/form-data", ";=")
_FILES = st.sampled_from(["", "t.csv", "t.jsonl", "../t.csv"])


@dataclass(frozen=True)
class Body:
    """What is sent, and as what."""

    kind: str
    content: bytes


def _multipart(parts: list[tuple[str, str, bytes]]) -> Body:
    whole = b""
    for name, file, content in parts:
        called = f'; filename="{quote(file)}"' if file else ""
        whole += (
            f'--b\r\nContent-Disposition: form-data; name="{quote(name)}"{called}\r\n\r\n'.encode() + content + b"\r\n"
        )
    return Body("multipart/form-data; boundary=b", whole + b"--b--\r\n")


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_BODIES = (
    st.builds(Body, st.sampled_from(_KINDS), st.binary(max_size=300))
    | _FORM.map(lambda form: Body(_FORM_KIND, urlencode(form).encode()))
    | st.lists(st.tuples(st.sampled_from(_FIELDS), _FILES, st.binary(max_size=200)), max_size=5).map(_multipart)
    | _JSON.map(lambda value: Body("application/json", json.dumps(value).encode()))
)
_PATHS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(lambda text: text.strip("."))


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served_console(tmp_path_factory.mktemp("home")) as running:
        await keep_run(running.store, 1, failure="Not found")
        yield running


@pytest.fixture(scope="module")
async def program(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with served.program(await served.token("robot", Role.ADMIN)) as client:
        yield client


_ADDRESSES = sorted({route.path for route in ROOMS if isinstance(route, Route) and "POST" in (route.methods or ())})


@pytest.mark.parametrize("address", _ADDRESSES)
@settings(max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(body=_BODIES, other=_PATHS, real=st.booleans())
async def test_no_body_is_too_odd_for_an_address(
    served: Served, program: httpx.AsyncClient, address: str, body: Body, other: str, real: bool
) -> None:
    await _tried(served, program, address, body, other, real)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("address", _ADDRESSES)
@settings(max_examples=100, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(body=_BODIES, other=_PATHS, real=st.booleans())
async def test_of_many_bodies_none_is_too_odd(
    served: Served, program: httpx.AsyncClient, address: str, body: Body, other: str, real: bool
) -> None:
    await _tried(served, program, address, body, other, real)


async def _tried(served: Served, program: httpx.AsyncClient, address: str, body: Body, other: str, real: bool) -> None:
    kept = served.settings.recordings / "add"
    if not kept.exists():
        shutil.copytree(FOLDER / "add-customer", kept)
    filled = _filled(address, other, real and address not in _COSTLY)
    before = _state(served)
    async with asyncio.timeout(20):
        headers = {"content-type": body.kind} if body.kind else {}
        answer = await program.post(filled, content=body.content, headers=headers)
    assert answer.status_code < 500, (filled, body, answer.text)
    if answer.status_code >= 400:
        assert answer.text or answer.headers.get("hx-trigger"), "it says nothing"
        assert _state(served) == before, "it was refused, and something is other than before"
    for folder in served.settings.recordings.iterdir():
        Recording.load(folder)


def _filled(address: str, other: str, real: bool) -> str:
    """The address, of what is there or of what is not."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return "7" if found[2] else _REAL.get(name, "none") if real else quote(other, safe="")

    return re.sub(r"\{(\w+)(:int)?\}", value, address)


def _state(served: Served) -> tuple[str, dict[Path, bytes]]:
    """All that is kept, but how pictures look, which is worked out when it is first asked for."""
    with sqlite3.connect(served.settings.home / "showonce.db") as database:
        rows = "\n".join(line for line in database.iterdump() if not line.startswith('INSERT INTO "looks"'))
    files = {path: path.read_bytes() for path in served.settings.recordings.rglob("*") if path.is_file()}
    return rows, files
