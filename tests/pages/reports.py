"""The applications that have a report each, served so that visits to them can be made to meet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Receive, Scope, Send

from demo.brightleaf import app as brightleaf
from demo.cobalt import app as cobalt
from demo.northdesk.app import create_app as create_northdesk
from demo.northdesk.options import Options
from demo.serving.server import on_port
from demo.serving.visits import Visited
from tests.pages.faulty import Gate, meeting

_APPS: dict[str, Callable[[], ASGIApp]] = {
    "invoices": lambda: create_northdesk(Options()),
    "deals": brightleaf.create_app,
    "revenue": cobalt.create_app,
}
_SIGNING_IN = ("POST /login", "POST /session")


@dataclass(slots=True)
class Reports:
    """Where the application of each report is, and the gate that each has."""

    urls: dict[str, str] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)

    def meet(self) -> None:
        """Keep whoever signs in first at an application until somebody does at each."""
        all_of_them = asyncio.Barrier(len(self.urls))
        self.gates = {name: meeting(all_of_them, *_SIGNING_IN) for name in self.urls}

    def around(self, name: str, app: ASGIApp) -> ASGIApp:
        """Between the application and the network."""

        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and name in self.gates:
                await self.gates[name](f"{scope['method']} {scope['path']}")
            await app(scope, receive, send)

        return wrapped

    def on(self, name: str) -> Callable[[int], ASGIApp]:
        """Makes the application of this report, whatever its port."""
        return lambda _: self.around(name, Visited(_APPS[name]()))


@asynccontextmanager
async def reports_served() -> AsyncIterator[Reports]:
    """All of them, until the block is left."""
    reports = Reports()
    async with AsyncExitStack() as servers:
        for name in _APPS:
            reports.urls[name] = await servers.enter_async_context(on_port(0, reports.on(name)))
        yield reports
