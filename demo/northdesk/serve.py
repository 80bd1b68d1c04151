"""Northdesk on a port: inside the running event loop, or in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from queue import SimpleQueue

import uvicorn
from starlette.types import ASGIApp

from demo.northdesk.app import create_app
from demo.northdesk.options import Options

_HOST = "127.0.0.1"
_START_S = 10
_PLAIN = Options()


@dataclass(frozen=True, slots=True)
class Running:
    """A Northdesk that answers at ``base_url``, which has no trailing slash."""

    base_url: str
    options: Options


class _Server(uvicorn.Server):
    """A uvicorn server that says when it answers, and leaves signals to whoever runs the loop."""

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


@asynccontextmanager
async def serve(
    options: Options = _PLAIN, port: int = 0, around: Callable[[ASGIApp], ASGIApp] = lambda app: app
) -> AsyncIterator[Running]:
    """Serve Northdesk on 127.0.0.1 in the running event loop until the block is left.

    Args:
        port: 0 takes a free one. ``{port}`` in ``options.support_origin`` becomes the port taken.
        around: What stands between it and the network, such as a proxy that loses answers.

    Raises:
        OSError: the port is taken.
    """
    with socket.create_server((_HOST, port), backlog=128) as listener:
        port = listener.getsockname()[1]
        if options.support_origin:
            options = replace(options, support_origin=options.support_origin.format(port=port))
        config = uvicorn.Config(
            around(create_app(options)),
            log_level="warning",
            log_config=None,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        server = _Server(config)
        # Not a TaskGroup: it would cancel the server before it shut down, and wrap the caller's exception.
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with asyncio.timeout(_START_S):
                await server.answering.wait()
            yield Running(f"http://{_HOST}:{port}", options)
        finally:
            server.should_exit = True
            await task


@contextmanager
def in_thread(options: Options = _PLAIN, port: int = 0) -> Iterator[Running]:
    """Serve Northdesk from a thread with its own event loop, for callers that have none.

    Raises:
        OSError: the port is taken.
    """
    started: SimpleQueue[Running | OSError] = SimpleQueue()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with serve(options, port) as running:
            started.put(running)
            await stop.wait()

    def live() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(run())
        except OSError as error:
            started.put(error)

    thread = threading.Thread(target=live, name="northdesk")
    thread.start()
    running = started.get(timeout=_START_S)
    if not isinstance(running, Running):
        raise running
    try:
        yield running
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(_START_S)
