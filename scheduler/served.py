"""What a worker tells of itself and of all batches over HTTP, to this machine alone: /metrics and /healthz."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from agents.pool import AgentPool
from agents.serving import LOOPBACK, serving
from recordings.errors import CouldNotStartError, StoreUnusableError
from recordings.figures import Fact, figures_of
from scheduler.metrics import Measured, Staff, prometheus_text
from store import Store

_ALL = 1_000
_HEALTHY_S = 5.0
_CONTENT = "text/plain; version=0.0.4; charset=utf-8"


class PortTakenError(CouldNotStartError):
    """Nothing can be served at a port."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(f"Nothing can be served at port {port}: {reason}.", "Choose another with --metrics.")


async def measured_now(store: Store, now: float) -> list[Measured]:
    """All batches that are not over nor held, with what they come to."""
    batches = await store.batches.list(_ALL, "running")
    return [Measured(batch, figures_of(map(Fact._make, await store.tallies.facts(batch.id)), now)) for batch in batches]


async def metrics_text(store: Store, now: float, staff: Staff | None = None) -> str:
    """What there is to tell, as Prometheus reads it: version 0.0.4."""
    return prometheus_text(await measured_now(store, now), await store.breakers.all(), staff)


def metrics_app(store: Store, pool: AgentPool, clock: Callable[[], float] = time.time) -> Starlette:
    """The application; it changes nothing, and answers only who asks for this machine by its own name."""

    async def metrics(_: Request) -> Response:
        staff = Staff(pool.busy, pool.agents)
        try:
            text = await metrics_text(store, clock(), staff)
        except StoreUnusableError as error:
            return PlainTextResponse(f"{error}\n", 503)
        return Response(text, media_type=_CONTENT)

    async def healthz(_: Request) -> Response:
        try:
            async with asyncio.timeout(_HEALTHY_S):
                await store.workers.all()
        except TimeoutError:
            return PlainTextResponse("The store does not answer.\n", 503)
        except StoreUnusableError as error:
            return PlainTextResponse(f"{error}\n", 503)
        return PlainTextResponse("ok\n")

    return Starlette(
        routes=[Route("/metrics", metrics), Route("/healthz", healthz)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])],
    )


@asynccontextmanager
async def served(app: Starlette, port: int) -> AsyncIterator[str]:
    """Serve it on 127.0.0.1 until the end, and give its address.

    Raises:
        PortTakenError: Another is there.
    """
    try:
        listener = socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise PortTakenError(port, (error.strerror or str(error)).lower()) from error
    with listener:
        async with serving(app, listener) as host:
            yield f"http://{host}"
