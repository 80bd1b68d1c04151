"""Serving an application on this machine's loopback in the running loop: the panel's, a worker's, the console's."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
_START_S = 10


@asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket, cert: Path | None = None, key: Path | None = None
) -> AsyncIterator[str]:
    """Serve at ``listener``, which stays its owner's, until the block is left; gives host and port once it answers.

    What is still open at the end, as a stream of events is, has a second.

    Args:
        cert: A certificate, with its ``key``: it is served by TLS then.
    """
    host = f"{LOOPBACK}:{listener.getsockname()[1]}"
    # asyncio does so itself only where the socket names its protocol, which create_server leaves at 0; without it the
    # second part of an answer waits 40 ms for the browser to confirm the first. What is accepted inherits it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
        # Who asks is who connects: what a header says of it could be said by anybody.
        proxy_headers=False,
        ssl_certfile=cert,
        ssl_keyfile=key,
    )
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(_START_S):
            await server.answering.wait()
        yield host
    finally:
        server.should_exit = True
        await task


class Server(uvicorn.Server):
    """Says when it answers, and leaves signals to whoever runs the loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.answering.set()
