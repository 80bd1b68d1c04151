"""What is open while its right to be open ends: streams and sockets of whoever is taken away."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from recordings.access import User, new_token, token_text
from recordings.roles import Act, Role
from recordings.roles import Scope as For
from review.access import Access
from review.door import Door
from review.needed import needs
from store import Store, open_store

_TOKEN = token_text("0123456789", "x" * 43)
_MOST = 100


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path) as opened:
        now = time.time()
        await opened.users.add(User(name="ada", role=Role.VIEWER, created_at=now))
        await opened.users.add_token(new_token(_TOKEN, "ada", For.ALL, label="", expires_at=None, now=now, by=""))
        yield opened


@needs(Act.LOOK)
async def _stream(_: Request) -> Response:
    async def beats() -> AsyncIterator[str]:
        for number in range(_MOST):
            yield f"{number}\n"

    return StreamingResponse(beats())


@needs(Act.LOOK)
async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        pass


_APP = Starlette(routes=[Route("/stream", _stream), WebSocketRoute("/socket", _socket)])


@dataclass
class _Caller:
    """A server's side of one connection: what is sent is kept, and the ``third`` message takes the token away."""

    store: Store
    sent: list[Message]

    async def receive(self) -> Message:
        return {"type": "websocket.receive", "text": "still here"} if self.sent else {"type": "websocket.connect"}

    async def quiet(self) -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if len(self.sent) == 3:
            await self.store.users.revoke("0123456789")


def _scope(kind: str, path: str, token: str = _TOKEN) -> Scope:
    headers = [(b"host", b"console.test:1"), (b"origin", b"http://console.test:1")]
    bears = [(b"authorization", f"Bearer {token}".encode())]
    return {"type": kind, "method": "GET", "path": path, "headers": [*headers, *bears], "query_string": b""} | {
        "client": ("192.0.2.1", 1),
        "root_path": "",
        "http_version": "1.1",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "subprotocols": [],
    }


async def test_a_stream_ends_when_who_asked_for_it_is_taken_away(store: Store) -> None:
    door, caller = Door(_APP, Access("console.test:1", store.users, "owner"), again_s=0), _Caller(store, [])
    await door(_scope("http", "/stream"), caller.quiet, caller.send)
    bodies = [message["body"] for message in caller.sent[1:]]
    assert bodies == [b"0\n", b"1\n", b""]
    assert not caller.sent[-1].get("more_body")


async def test_a_socket_is_heard_no_more_when_who_opened_it_is_taken_away(store: Store) -> None:
    door, caller = Door(_APP, Access("console.test:1", store.users, "owner"), again_s=0), _Caller(store, [])
    await door(_scope("websocket", "/socket"), caller.receive, caller.send)
    assert [message.get("text") for message in caller.sent] == [None, "still here", "still here"]


async def test_what_is_open_is_left_alone_while_all_is_well(store: Store) -> None:
    door, sent = Door(_APP, Access("console.test:1", store.users, "owner"), again_s=0), list[Message]()

    async def keep(message: Message) -> None:
        sent.append(message)

    await door(_scope("http", "/stream"), _Caller(store, []).quiet, keep)
    assert len([message for message in sent if message.get("body")]) == _MOST
