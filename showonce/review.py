"""``showonce review``: the console, served to this machine's browsers until Ctrl+C."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from showonce.settings import Settings

_USUAL_PORT = 8077


def review(
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="This machine's port; usually 8077, or a free one. 0: any."),
    ] = None,
    agents: Annotated[
        int,
        typer.Option("--agents", min=0, max=64, help="How many runs are done here at once; 0 leaves them to workers."),
    ] = 2,
    no_open: Annotated[bool, typer.Option("--no-open", help="Open no browser; the address is printed.")] = False,
) -> None:
    """Open the console: look at runs and their pictures, decide, edit recordings, start runs, and teach new ones.

    It is served to this machine alone. The address holds the key to it: give it to nobody. What is asked for in it
    is run by its own agents, until Ctrl+C.

    Example: showonce review
    """
    from showonce.settings import read_settings

    asyncio.run(_serve(read_settings(), port, agents, opens=not no_open))


async def _serve(settings: Settings, port: int | None, agents: int, *, opens: bool) -> None:
    from showonce.console.served import console_served
    from showonce.pages import leading_on, open_page
    from showonce.render import screen

    stop = _stopped_by_signals()
    async with AsyncExitStack() as opened:
        listener = opened.enter_context(_listener(port))
        access = (await opened.enter_async_context(console_served(settings, listener, agents))).access
        screen().print(f"The console is at {access.address}", soft_wrap=True)
        screen().print("Ctrl+C stops it.")
        if opens:
            way_in = settings.home / f"console-{access.port}.html"
            opened.enter_context(leading_on(access.address, way_in))
            open_page(way_in.resolve().as_uri())
        await stop.wait()


def _listener(port: int | None) -> socket.socket:
    """The port that was asked for, or the usual one, or where another has that, any."""
    from recordings.errors import CouldNotStartError

    last: OSError | None = None
    for wanted in (_USUAL_PORT, 0) if port is None else (port,):
        try:
            return socket.create_server(("127.0.0.1", wanted))
        except OSError as error:
            last = error
    assert last is not None
    reason = (last.strerror or str(last)).lower()
    raise CouldNotStartError(f"The console cannot be served at port {port}: {reason}.", "Choose another with --port.")


def _stopped_by_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
