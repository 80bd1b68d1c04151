"""Northdesk on a port: inside the running event loop, or in a thread of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

from starlette.types import ASGIApp

from demo.northdesk.app import create_app
from demo.northdesk.options import Options
from demo.serving import server
from demo.serving.visits import Visited

_PLAIN = Options()


@dataclass(frozen=True, slots=True)
class Running:
    """A Northdesk that answers at ``base_url``, which has no trailing slash."""

    base_url: str
    options: Options


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

    def made(port: int) -> ASGIApp:
        return around(Visited(create_app(_at(options, port)), options.latency_ms))

    async with server.on_port(port, made) as base_url:
        yield Running(base_url, _at(options, int(base_url.rpartition(":")[2])))


@contextmanager
def in_thread(options: Options = _PLAIN, port: int = 0) -> Iterator[Running]:
    """Serve Northdesk from a thread with its own event loop, for callers that have none.

    Raises:
        OSError: the port is taken.
    """
    with server.in_thread(lambda: serve(options, port)) as running:
        yield running


def _at(options: Options, port: int) -> Options:
    origin = options.support_origin
    return replace(options, support_origin=origin.format(port=port)) if origin else options
