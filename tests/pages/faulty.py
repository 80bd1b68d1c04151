"""Northdesk behind a server that fails: it loses answers, turns requests away, or is down for a while."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.examples import FOLDER
from demo.flows import PASSWORD
from demo.northdesk.options import Options
from demo.northdesk.serve import serve
from recordings.inputs import Secret
from recordings.recording import Recording
from scheduler.rows import Row

Gate = Callable[[str], Awaitable[object]]
"""Is told what came (``POST /login``); it is handed on when the gate returns."""


@dataclass(slots=True)
class Faulty:
    """A Northdesk at ``url``. ``lose`` are how many of what is sent ``at`` (a pattern of paths) are still to be stored
    and answered 500, ``refuse`` how many are turned away with 503 and Retry-After before anything is stored; ``down``
    answers nothing but 502. All that is not refused so passes the ``gate``."""

    url: str = ""
    at: str = "/customers/new"
    lose: int = 0
    refuse: int = 0
    down: bool = False
    served: list[str] = field(default_factory=list)
    let_go: asyncio.Event | None = None
    spared: int = 0
    gate: Gate | None = None

    @contextmanager
    def holding(self, after: int = 0) -> Iterator[None]:
        """Have every customer that is sent be stored, and answered only at the end: its row is at work for as long.
        So many come ``after`` which it begins."""
        self.let_go = let_go = asyncio.Event()
        self.spared = after
        try:
            yield
        finally:
            self.let_go, self.spared = None, 0
            let_go.set()

    @contextmanager
    def keeping(self, asked: str) -> Iterator[None]:
        """Hand on nothing of this kind (``GET /login``) until the end."""
        over = asyncio.Event()

        async def gate(came: str) -> None:
            if came == asked:
                await over.wait()

        self.gate = gate
        try:
            yield
        finally:
            self.gate = None
            over.set()

    def around(self, app: ASGIApp) -> ASGIApp:
        """Between the application and the network."""

        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"].startswith("/api"):
                return await app(scope, receive, send)
            self.served.append(came := f"{scope['method']} {scope['path']}")
            if self.down:
                return await PlainTextResponse("down", 502)(scope, receive, send)
            if self.gate is not None:
                await self.gate(came)
            if scope["method"] == "POST" and re.fullmatch(self.at, scope["path"]):
                if self.refuse:
                    self.refuse -= 1
                    return await PlainTextResponse("busy", 503, {"retry-after": "1"})(scope, receive, send)
                if self.lose:
                    self.lose -= 1
                    await app(scope, receive, _into_nothing)
                    return await PlainTextResponse("lost", 500)(scope, receive, send)
                return await app(scope, receive, self._held(send))
            return await app(scope, receive, send)

        return wrapped

    def _held(self, send: Send) -> Send:
        if self.spared:
            self.spared -= 1
            return send

        async def answer(message: Message) -> None:
            if self.let_go is not None:
                await self.let_go.wait()
            await send(message)

        return answer

    async def stored(self) -> Counter[str]:
        """How many customers there are of each name."""
        async with httpx.AsyncClient() as client:
            found = (await client.get(f"{self.url}/api/customers")).json()
        return Counter(customer["full_name"] for customer in found)

    async def orders(self) -> list[dict[str, Any]]:
        """The orders, the oldest first."""
        async with httpx.AsyncClient() as client:
            found: list[dict[str, Any]] = (await client.get(f"{self.url}/api/orders")).json()
        return sorted(found, key=lambda order: order["id"])

    async def dump(self) -> dict[str, Any]:
        """All that is stored, so that two moments can be compared."""
        async with httpx.AsyncClient() as client:
            found: dict[str, Any] = (await client.get(f"{self.url}/api/dump")).json()
        return found

    async def log(self) -> list[tuple[str, int]]:
        """What came that was not a GET, in order: the path, and the session it came in."""
        async with httpx.AsyncClient() as client:
            found = (await client.get(f"{self.url}/api/log")).json()
        return [(line["path"], line["session"]) for line in found]


def meeting(parties: asyncio.Barrier, *sent: str, times: int = 1) -> Gate:
    """A gate that keeps the first ``times`` of what is ``sent`` until all parties have come, each to its gate: they are
    at work at the same time for certain, however slow the machine is."""
    left = iter(range(times))

    async def gate(came: str) -> None:
        if came in sent and next(left, None) is not None:
            await parties.wait()

    return gate


async def _into_nothing(_: Message) -> None:
    return


@asynccontextmanager
async def faulty_desk(database: Path | None = None) -> AsyncIterator[Faulty]:
    """Northdesk, with nothing wrong until it is said."""
    desk = Faulty()
    async with serve(Options(database=database), around=desk.around) as running:
        desk.url = running.base_url
        yield desk


def add_customer() -> Recording:
    """The example that adds a customer."""
    return Recording.load(FOLDER / "add-customer")


def find_customer() -> Recording:
    """The example that finds one by the same name."""
    return Recording.load(FOLDER / "find-customer")


def people(count: int) -> list[Row]:
    """Rows of customers, each of another name: ``Person 1`` and on."""
    return [Row(n + 1, {"full_name": f"Person {n}", "email": f"p{n}@example.com"}) for n in range(1, count + 1)]


def password(_: Secret) -> str:
    """The one secret that there is."""
    return PASSWORD
