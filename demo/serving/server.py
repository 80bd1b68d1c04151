"""An application on a port of 127.0.0.1: inside the running event loop, or in a thread of its own."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol, TypeVar

import uvicorn
from starlette.types import ASGIApp

from agents.serving import Server
from demo.serving.visits import Visited

Served = TypeVar("Served")

_HOST = "127.0.0.1"
_START_S = 10


class Answering(Protocol):
    """Something that is served: it answers at ``base_url``, which has no trailing slash."""

    @property
    def base_url(self) -> str: ...


class Serve(Protocol):
    """Serves an application on a port, until the block is left."""

    def __call__(self, *, port: int) -> AbstractAsyncContextManager[Answering]: ...


@dataclass(frozen=True, slots=True)
class Running:
    """An application that answers at ``base_url``, which has no trailing slash."""

    base_url: str


@asynccontextmanager
async def on_port(port: int, make: Callable[[int], ASGIApp]) -> AsyncIterator[str]:
    """Serve in the running event loop until the block is left, and say where, without a trailing slash.

    Args:
        port: 0 takes a free one.
        make: Makes the application, told the port that was taken.

    Raises:
        OSError: The port is taken.
    """
    with socket.create_server((_HOST, port), backlog=128) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(
            make(port), log_level="warning", log_config=None, lifespan="on", timeout_graceful_shutdown=1
        )
        server = Server(config)
        # Not a TaskGroup: it would cancel the server before it shut down, and wrap the caller's exception.
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with asyncio.timeout(_START_S):
                await server.answering.wait()
            yield f"http://{_HOST}:{port}"
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def running(app: ASGIApp, port: int, latency_ms: int) -> AsyncIterator[Running]:
    """Serve an application whose visits are kept, as ``on_port``."""
    async with on_port(port, lambda _: Visited(app, latency_ms)) as base_url:
        yield Running(base_url)


async def interrupted() -> None:
    """Wait until the process is interrupted or terminated."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


@contextmanager
def in_thread(serve: Callable[[], AbstractAsyncContextManager[Served]]) -> Iterator[Served]:
    """Serve from a thread with its own event loop, for callers that have none.

    Raises:
        OSError: The port is taken.
    """
    started: SimpleQueue[tuple[Served] | OSError] = SimpleQueue()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with serve() as served:
            started.put((served,))
            await stop.wait()

    def live() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(run())
        except OSError as error:
            started.put(error)

    thread = threading.Thread(target=live, name="demo application")
    thread.start()
    came = started.get(timeout=_START_S)
    if isinstance(came, OSError):
        raise came
    try:
        yield came[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(_START_S)
